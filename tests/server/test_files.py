"""The platform's files appear whole under their digests, or not at all."""

import hashlib

import pytest

from mcassess.server.admin import load_pack
from mcassess.server.files import FileChangedError, FileStore
from mcassess.sync.pack import PackError, PackReader
from tests.support.platform import SMALL_PACK

DATA = b"lesson" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


def test_a_file_is_stored_once_under_its_digest(tmp_path):
    store = FileStore(tmp_path / "files")
    store.add(SHA256, [DATA[:7], DATA[7:]])
    store.add(SHA256, iter(()))
    assert store.has(SHA256)
    assert store.path(SHA256).read_bytes() == DATA
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [store.path(SHA256)]


@pytest.mark.parametrize("blocks", [[DATA[1:]], [DATA, b"x"], []])
def test_other_bytes_than_announced_leave_nothing(tmp_path, blocks):
    store = FileStore(tmp_path / "files")
    with pytest.raises(FileChangedError):
        store.add(SHA256, blocks)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_pack_altered_while_it_is_loaded_is_refused_and_no_row_written(tmp_path, monkeypatch):
    monkeypatch.setattr(PackReader, "blocks", lambda _reader, _sha256: iter([b"other"]))
    with pytest.raises(PackError, match="was altered"):
        load_pack(tmp_path / "data", SMALL_PACK)
    monkeypatch.undo()
    assert load_pack(tmp_path / "data", SMALL_PACK).submissions == 3
