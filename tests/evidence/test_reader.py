import io
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.evidence.reader import BytesReader, FileReader, SharedReader, as_file, read_all


@given(content=st.binary(max_size=300), moves=st.lists(st.tuples(st.integers(0, 320), st.integers(0, 80)), max_size=12))
def test_a_reader_as_a_file_reads_what_a_file_reads(content: bytes, moves: list[tuple[int, int]]) -> None:
    ours, theirs = as_file(BytesReader(content)), io.BytesIO(content)
    for offset, count in moves:
        assert ours.seek(offset) == theirs.seek(offset)
        assert ours.read(count) == theirs.read(count)
        assert ours.tell() == theirs.tell()
    assert ours.seek(0, io.SEEK_END) == len(content)


def test_a_file_reader_reads_a_loose_file(tmp_path: Path) -> None:
    path = tmp_path / "loose"
    path.write_bytes(b"0123456789")
    reader = FileReader(path)
    reader.seek(4)
    assert (reader.size, reader.read(3), reader.read(99), reader.read(5)) == (10, b"456", b"789", b"")
    reader.close()
    reader.close()


def test_users_of_a_shared_reader_do_not_move_each_other() -> None:
    content = bytes(range(256)) * 200
    shared = SharedReader(BytesReader(content))
    wrong = []

    def use(start: int) -> None:
        view = shared.view()
        for offset in range(start, len(content) - 64, 97):
            view.seek(offset)
            if view.read(32) + view.read(32) != content[offset : offset + 64]:
                wrong.append(offset)

    threads = [threading.Thread(target=use, args=(start,)) for start in (0, 11, 23)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_closed_shared_reader_reads_nothing_more() -> None:
    shared = SharedReader(BytesReader(b"abc"))
    view = shared.view()
    shared.close()
    shared.close()
    assert view.read(3) == b""


@pytest.mark.parametrize(("limit", "length"), [(10, 10), (5000, 4000), (0, 0)])
def test_reading_all_is_bounded(limit: int, length: int) -> None:
    assert len(read_all(BytesReader(b"x" * 4000), limit)) == length
