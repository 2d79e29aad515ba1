"""Places behind 4 GiB, where 32 bits no longer reach, in the files of the vault; sparse ones, which take no room."""

import hashlib
from pathlib import Path

import pytest

from mcassess.store.changes import ChangeSet
from mcassess.store.vault_files import VaultReader, open_locked
from mcassess.store.vault_format import CHUNK, Form
from mcassess.store.vault_writer import Recorder, VaultWriter
from tests.support.shelf import plain

FAR = 1 << 32
TAIL = plain(2 * CHUNK + 77, 1)
SIZE = FAR + len(TAIL)


class _Sparse(VaultWriter):
    """Takes all chunks before 4 GiB for sound, without reading them."""

    def _is_sound(self, index: int) -> bool:
        return index < FAR // CHUNK or super()._is_sound(index)

    def _read(self, index: int) -> memoryview:
        return memoryview(b"") if index < FAR // CHUNK else super()._read(index)


@pytest.fixture
def form() -> Form:
    return Form(bytes(32), SIZE)


@pytest.fixture
def begun(tmp_path: Path, form: Form) -> Path:
    """A file of which the first 4 GiB are there; they are holes, which take no room."""
    path = tmp_path / "vault" / "far"
    path.parent.mkdir()
    with path.open("wb") as stream:
        stream.write(form.header)
        stream.truncate(form.place(FAR // CHUNK))
    return path


def _writer(path: Path, form: Form) -> VaultWriter:
    recorder = Recorder(stopped=lambda _done: ChangeSet(), ended=lambda _found: ChangeSet(), at=lambda _point: None)
    return _Sparse(open_locked(path), path, form, recorder)


def test_a_file_goes_on_behind_4_gib_and_is_read_there(begun: Path, form: Form) -> None:
    writer = _writer(begun, form)
    assert (writer.offset, writer.until) == (FAR, SIZE)
    writer.write(TAIL[: CHUNK + 5])
    writer.abort()

    writer = _writer(begun, form)  # half a chunk did not count
    assert (writer.offset, writer.until) == (FAR + CHUNK, SIZE)
    writer.write(TAIL[CHUNK:])
    writer.finish()

    reader = VaultReader(begun, form, lambda: pytest.fail("it is sound"))
    try:
        for begin, count in ((0, 10), (CHUNK - 3, 6), (2 * CHUNK, 77), (0, len(TAIL))):
            reader.seek(FAR + begin)
            assert reader.read(count) == TAIL[begin : begin + count]
    finally:
        reader.close()
    assert begun.stat().st_blocks * 512 < 1 << 20, "the holes are holes"


def test_parts_behind_4_gib_are_taken_anew(begun: Path, form: Form) -> None:
    writer = _writer(begun, form)
    writer.write(TAIL)
    # Each part's digest is asked for by itself; of the holes nothing is hashed.
    right = [hashlib.sha256(TAIL[begin : begin + CHUNK]).hexdigest() for begin in range(0, len(TAIL), CHUNK)]
    nothing = hashlib.sha256().hexdigest()
    listed = [nothing] * (FAR // CHUNK) + [right[0], "0" * 64, right[2]]
    wrong = writer.differing(listed, CHUNK)
    assert wrong == [range(FAR + CHUNK, FAR + 2 * CHUNK)]
    writer.again(wrong)
    assert (writer.offset, writer.until) == (FAR + CHUNK, FAR + 2 * CHUNK)
    writer.write(TAIL[CHUNK : 2 * CHUNK])
    assert writer.offset == SIZE
    writer.abort()
