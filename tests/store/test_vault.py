"""Evidence in the vault: whole or not there, resumable, and never other bytes than those that were written."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcassess.errors import WorldError
from mcassess.store.evidence import EvidenceState
from mcassess.store.library import Library
from mcassess.store.vault_counts import VerifyCounts
from mcassess.store.vault_format import CHUNK, HEADER_BYTES, NONCE, RECORD, TAG, DamagedError
from tests.support.library import earlier, open_library, put, submission, video
from tests.support.shelf import Shelf, digest, plain

SIZES = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK])


@pytest.fixture
def shelf(library: Library) -> Shelf:
    return Shelf(library)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    library = open_library(tmp_path_factory.mktemp("kept"))
    yield Shelf(library)
    library.close()


@given(size=SIZES, seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 3 * CHUNK), max_size=5), data=st.data())
@settings(max_examples=20, deadline=None)
def test_what_comes_out_is_what_went_in_however_it_is_cut(
    kept: Shelf, size: int, seed: int, cuts: list[int], data: st.DataObject
) -> None:
    content = plain(size, seed)
    sha256 = kept.announce(content)
    if kept.state(sha256) is not EvidenceState.READY:
        writer = kept.library.vault.writer(sha256, size)
        borders = [0, *sorted(min(cut, size) for cut in cuts), size]
        for start, end in pairwise(borders):
            writer.write(content[start:end])
        writer.finish()
    assert kept.read(sha256) == content
    places = data.draw(st.lists(st.tuples(st.integers(0, size + 10), st.integers(0, CHUNK + 10)), max_size=5))
    reader = kept.library.vault.reader(sha256)
    for offset, count in places:
        reader.seek(offset)
        assert reader.read(count) == content[offset : offset + count]
    assert reader.error is None
    reader.close()
    reader.close()


@given(size=SIZES, seed=st.integers(0, 2**32), stops=st.lists(st.integers(0, 3 * CHUNK), max_size=4))
@example(size=2 * CHUNK, seed=1, stops=[2 * CHUNK])
@settings(max_examples=20, deadline=None)
def test_a_writer_goes_on_at_the_last_whole_chunk_wherever_it_was_stopped(
    kept: Shelf, size: int, seed: int, stops: list[int]
) -> None:
    content = plain(size, seed ^ 1)
    sha256 = kept.announce(content)
    if kept.state(sha256) is EvidenceState.READY:
        return
    reached = 0
    for stop in stops:
        writer = kept.library.vault.writer(sha256, size)
        assert writer.offset == expected_offset(reached, size)
        end = max(writer.offset, min(stop, size))
        writer.write(content[writer.offset : end])
        assert writer.offset == end
        reached = max(reached, end)
        writer.abort()
        assert kept.state(sha256) is EvidenceState.PARTIAL
        with pytest.raises(WorldError):
            kept.library.vault.reader(sha256)
    writer = kept.library.vault.writer(sha256, size)
    assert writer.offset == expected_offset(reached, size)
    writer.write(content[writer.offset :])
    writer.finish()
    assert kept.read(sha256) == content


def expected_offset(reached: int, size: int) -> int:
    """Returns the end of the last whole chunk that was written, the file's last chunk left out."""
    return min(reached, max(0, size - 1)) // CHUNK * CHUNK


def test_two_do_not_write_the_same_file_at_once(shelf: Shelf) -> None:
    content = plain(CHUNK + 1)
    sha256 = shelf.announce(content)
    first = shelf.library.vault.writer(sha256, len(content))
    with pytest.raises(WorldError, match="already"):
        shelf.library.vault.writer(sha256, len(content))
    first.write(content)
    first.finish()
    assert shelf.read(sha256) == content


@given(size=SIZES, position=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_a_flipped_bit_anywhere_is_found(kept: Shelf, size: int, position: float, bit: int) -> None:
    content = plain(size, 7)
    path = kept.path(kept.store(content))
    sound = path.read_bytes()
    place = int(position * len(sound))
    path.write_bytes(sound[:place] + bytes([sound[place] ^ 1 << bit]) + sound[place + 1 :])
    with pytest.raises(DamagedError):
        kept.read(digest(content)) or reach_the_empty_chunk(kept, content)
    kept.repair(path, content, sound)


def reach_the_empty_chunk(shelf: Shelf, content: bytes) -> None:
    assert not content
    reader = shelf.library.vault.reader(digest(content))
    try:
        reader.chunk(0)
    finally:
        reader.close()


@given(size=SIZES.filter(lambda size: size > 0), length=st.floats(0, 1, exclude_max=True))
@settings(max_examples=25, deadline=None)
def test_a_file_that_was_cut_is_found(kept: Shelf, size: int, length: float) -> None:
    content = plain(size, 8)
    path = kept.path(kept.store(content))
    sound = path.read_bytes()
    path.write_bytes(sound[: int(length * len(sound))])
    with pytest.raises(DamagedError):
        kept.read(digest(content))
    kept.repair(path, content, sound)


@pytest.mark.parametrize("forgery", ["swapped", "first twice", "last dropped", "from another file", "size forged"])
def test_whole_chunks_in_the_wrong_place_are_found(shelf: Shelf, forgery: str) -> None:
    content, other = plain(3 * CHUNK, 1), plain(3 * CHUNK, 2)
    path, second = shelf.path(shelf.store(content)), shelf.path(shelf.store(other))
    sound = path.read_bytes()
    head, chunks = sound[:HEADER_BYTES], [sound[HEADER_BYTES + n * RECORD :][:RECORD] for n in range(3)]
    if forgery == "swapped":
        chunks[0], chunks[1] = chunks[1], chunks[0]
    elif forgery == "first twice":
        chunks[1] = chunks[0]
    elif forgery == "last dropped":
        chunks.pop()
    elif forgery == "from another file":
        chunks[1] = second.read_bytes()[HEADER_BYTES + RECORD :][:RECORD]
    else:
        head = head[:-8] + (2 * CHUNK).to_bytes(8)
    path.write_bytes(head + b"".join(chunks))
    with pytest.raises(DamagedError):
        shelf.read(digest(content))


def test_a_reader_says_what_went_wrong_and_a_sound_part_can_still_be_read(shelf: Shelf) -> None:
    content = plain(3 * CHUNK)
    sha256 = shelf.store(content)
    with shelf.path(sha256).open("r+b") as file:
        file.seek(HEADER_BYTES + RECORD + 100)
        file.write(b"\0\0\0\0")
    reader = shelf.library.vault.reader(sha256)
    assert reader.read(CHUNK) == content[:CHUNK]
    with pytest.raises(DamagedError, match="chunk 2 of 3"):
        reader.read(1)
    assert reader.error is not None
    assert "chunk 2 of 3" in reader.error.text
    reader.seek(2 * CHUNK)
    assert reader.read(10) == content[2 * CHUNK :][:10]
    reader.close()
    writer = shelf.library.vault.writer(sha256, len(content))
    assert writer.offset == CHUNK, "what is sound before the damage is not fetched again"
    writer.abort()


def test_a_file_that_is_gone_says_so_and_is_wanted_again(shelf: Shelf) -> None:
    sha256 = shelf.store(plain(10))
    shelf.path(sha256).unlink()
    with pytest.raises(DamagedError, match="is missing"):
        shelf.read(sha256)
    with shelf.library.read() as reading:
        assert [row.sha256 for row in reading.evidence.wanted(shelf.account)] == [sha256]


def test_verify_names_what_is_damaged_or_missing_and_it_is_wanted_again(shelf: Shelf) -> None:
    sound, damaged, missing = (shelf.store(plain(CHUNK + n, n)) for n in range(3))
    destroyed, never = shelf.store(plain(10)), shelf.announce(plain(11))
    shelf.library.vault.destroy(destroyed, "wipe")
    with shelf.path(damaged).open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"!")
    shelf.path(missing).unlink()
    for _ in range(2):  # what is found stays found until it is mended
        found = shelf.library.vault.verify()
        assert (found.ok, found.missing, found.damaged) == (1, 1, 1)
        assert set(found.damaged_files) == {damaged, missing}
    with shelf.library.read() as reading:
        assert {row.sha256 for row in reading.evidence.wanted(shelf.account)} == {damaged, missing, never}
    for seed, sha256 in ((1, damaged), (2, missing)):
        content = plain(CHUNK + seed, seed)
        shelf.fill(content)
        assert shelf.read(sha256) == content
    assert shelf.library.vault.verify() == VerifyCounts(ok=3, missing=0, damaged=0)
    assert shelf.state(sound) is EvidenceState.READY


def test_other_bytes_than_announced_are_thrown_away(shelf: Shelf) -> None:
    content = plain(CHUNK + 5)
    sha256 = shelf.announce(content)
    writer = shelf.library.vault.writer(sha256, len(content))
    path = shelf.path(sha256)
    writer.write(b"x" * len(content))
    with pytest.raises(DamagedError, match="not what the platform announced"):
        writer.finish()
    assert shelf.state(sha256) is EvidenceState.DAMAGED
    assert not path.exists()
    assert shelf.store(content) == sha256
    assert shelf.read(sha256) == content


def test_bytes_that_are_missing_at_the_end_keep_those_that_came(shelf: Shelf) -> None:
    content = plain(2 * CHUNK)
    sha256 = shelf.announce(content)
    writer = shelf.library.vault.writer(sha256, len(content))
    writer.write(content[: CHUNK + 7])
    with pytest.raises(WorldError, match="only in part"):
        writer.finish()
    assert shelf.state(sha256) is EvidenceState.PARTIAL
    again = shelf.library.vault.writer(sha256, len(content))
    assert again.offset == CHUNK
    with pytest.raises(WorldError, match="more bytes"):
        again.write(bytes(CHUNK + 1))
    change_set = again.discard()
    assert sha256 in change_set.evidence
    assert shelf.state(sha256) is EvidenceState.WANTED
    assert list((shelf.library.home / "vault").iterdir()) == []


def test_a_finished_file_counts_as_packed_in_every_submission_that_has_it(library: Library, account: int) -> None:
    content, captions = plain(CHUNK + 1), plain(20)
    piece = video(digest(content), len(content))
    first, second = put(
        library,
        account,
        submission("s-1", evidence=(piece, video(digest(captions), 20, "v2"))),
        submission("s-2", attempt=2, earlier=(earlier(1, piece),)),
    )
    with library.read() as reading:
        assert reading.queue.rows([second])[0].total_bytes == 0, "earlier evidence counts where it was asked for"
    with library.write() as writing:
        writing.evidence.want_earlier(second)
    writer = library.vault.writer(digest(content), len(content))
    writer.write(content)
    change_set = writer.finish()
    assert change_set.submissions == {first, second}
    assert change_set.evidence == {digest(content)}
    with library.read() as reading:
        one, two = reading.queue.rows([first, second])
        states = reading.evidence.states(second)
        totals = reading.evidence.totals()
        assert reading.evidence.refcounts() == {digest(content): 2, digest(captions): 1}
    assert (one.packed_bytes, one.total_bytes) == (CHUNK + 1, CHUNK + 21)
    assert (two.packed_bytes, two.total_bytes, two.videos) == (CHUNK + 1, CHUNK + 1, 0)
    assert states[1, "v1", "content"].state is EvidenceState.READY
    assert (totals.files, totals.ready_files, totals.packed_bytes) == (2, 1, CHUNK + 1)
    [third] = put(library, account, submission("s-3", evidence=(piece,)))
    with library.read() as reading:
        assert reading.queue.rows([third])[0].packed_bytes == CHUNK + 1, "the same file is stored once"


def test_the_smallest_file_is_wanted_first_and_only_where_it_can_be_had(library: Library, account: int) -> None:
    big, small, gone = "b" * 64, "a" * 64, "c" * 64
    keys = put(
        library,
        account,
        submission("s-1", evidence=(video(big, 900, "v1"), video(small, 5, "v2"))),
        submission("s-2", evidence=(video(gone, 1),)),
    )
    with library.write() as writing:
        writing.evidence.set_available(keys[0], "v1", 1, "content", available=False)
        writing.submissions.remove(account, "submission", "s-2", 2, "withdrawn")
    with library.read() as reading:
        assert [row.sha256 for row in reading.evidence.wanted(account)] == [small]
        assert reading.evidence.states(keys[0])[1, "v1", "content"].state is EvidenceState.UNAVAILABLE
        assert reading.evidence.refcounts()[gone] == 0
    with library.write() as writing:
        writing.evidence.set_available(keys[0], "v1", 1, "content", available=True)
    with library.read() as reading:
        assert [(row.sha256, row.evidence_id, row.key) for row in reading.evidence.wanted(account)] == [
            (small, "v2", keys[0]),
            (big, "v1", keys[0]),
        ]


def test_destroyed_evidence_has_no_key_no_file_and_a_record(shelf: Shelf) -> None:
    content = plain(CHUNK)
    sha256 = shelf.store(content)
    path = shelf.path(sha256)
    change_set = shelf.library.vault.destroy(sha256, "privacy_breach")
    assert sha256 in change_set.evidence
    assert not path.exists()
    with shelf.library.read() as reading:
        stored = reading.evidence.get(sha256)
    assert stored is not None
    assert (stored.state, stored.name, stored.wrapped_key) == (EvidenceState.DESTROYED, None, None)
    with pytest.raises(WorldError):
        shelf.library.vault.reader(sha256)
    with pytest.raises(WorldError):
        shelf.library.vault.writer(sha256, len(content))


def test_the_vault_costs_next_to_nothing_in_size_and_its_names_say_nothing(shelf: Shelf) -> None:
    content = plain(3 * CHUNK)
    sha256 = shelf.store(content)
    path = shelf.path(sha256)
    assert path.stat().st_size == HEADER_BYTES + len(content) + 3 * (NONCE + TAG)
    assert sha256[:8] not in path.name
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_bytes_look_different_each_time(shelf: Shelf) -> None:
    content = bytes(2 * CHUNK)
    sha256 = shelf.store(content)
    stored = shelf.path(sha256).read_bytes()[HEADER_BYTES:]
    first, second = (stored[start : start + RECORD] for start in (0, RECORD))
    assert first[:NONCE] != second[:NONCE]
    assert first[NONCE:-TAG] != second[NONCE:-TAG]
    assert bytes(16) not in stored
    writer_state = shelf.path(sha256).name
    shelf.library.vault.verify()
    assert shelf.path(sha256).name == writer_state
    with pytest.raises(KeyError):
        shelf.library.vault.writer("0" * 64, 1)
    with pytest.raises(WorldError):
        shelf.library.vault.writer(sha256, len(content))
    waiting = shelf.announce(plain(5))
    with pytest.raises(WorldError, match="another size"):
        shelf.library.vault.writer(waiting, 6)


def test_evidence_of_earlier_attempts_is_wanted_once_it_was_asked_for(library: Library, account: int) -> None:
    present, past = digest(b"present"), digest(b"past")
    [key] = put(
        library,
        account,
        submission("s-1", attempt=2, evidence=(video(present, 7),), earlier=(earlier(1, video(past, 4)),)),
    )
    with library.read() as reading:
        assert [row.sha256 for row in reading.evidence.wanted(account)] == [present]
    with library.write() as writing:
        writing.evidence.want_earlier(key)
    assert writing.change_set.submissions == {key}
    with library.read() as reading:
        assert [row.sha256 for row in reading.evidence.wanted(account)] == [past, present]
        assert reading.queue.rows([key])[0].total_bytes == 11


def test_once_the_keys_are_forgotten_nothing_opens_and_nothing_counts_as_damaged(shelf: Shelf) -> None:
    sha256 = shelf.store(plain(CHUNK))
    shelf.library.vault.forget_keys()
    vault = shelf.library.vault
    for ask in (lambda: vault.reader(sha256), lambda: vault.derived.keep(sha256, b"strip")):
        with pytest.raises(WorldError, match="locked or closed"):
            ask()
    with shelf.library.read() as reading:
        stored = reading.evidence.get(sha256)
    assert stored is not None
    assert stored.state is EvidenceState.READY
