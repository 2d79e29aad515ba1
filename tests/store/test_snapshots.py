"""A long review opens from its snapshot, and never otherwise than from all of its changes."""

import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.review import Review, fold, undo_entries
from mcassess.domain.undo import UNDO_DEPTH
from mcassess.store import snapshots
from mcassess.store.library import Library
from tests.support.library import TestClock, add_account, open_library, put, submission
from tests.support.strategies import History, histories


@given(histories())
@settings(max_examples=150, deadline=None)
def test_a_review_comes_back_from_its_snapshot_as_it_was(history: History) -> None:
    again = snapshots.unpack(snapshots.pack(history.review))
    assert again == history.review
    assert list(again.values) == list(history.review.values), "citations keep their order"


@given(histories(), st.data())
@settings(max_examples=150, deadline=None)
def test_folding_on_from_a_snapshot_is_folding_everything(history: History, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(history.changes)))
    kept = snapshots.unpack(snapshots.pack(fold(history.changes[:cut])))
    assert fold(history.changes[cut:], kept) == history.review


def write_notes(library: Library, key: int, count: int) -> None:
    with library.write() as writing:
        for number in range(count):
            library.clock.advance(minutes=1)  # type: ignore[attr-defined]  # the test's clock
            writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value=f"note {number}")])


def review_and_length(home: Path, clock: TestClock, key: int) -> tuple[Review, Review, int]:
    """Returns the review as a library just opened gives it, the fold of all changes, and how many changes were read."""
    library = open_library(home, clock)
    try:
        with library.read() as reading:
            read = []
            after = reading.reviews._after
            reading.reviews._after = lambda *place: read.append(after(*place)) or read[-1]  # type: ignore[method-assign]
            review = reading.reviews.get(key)
            reading.reviews._after = after  # type: ignore[method-assign]
            return review, fold(reading.reviews.changes(key)), sum(map(len, read))
    finally:
        library.close()


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "EVERY", 10)


def test_opening_reads_only_what_came_after_the_snapshot(home: Path, clock: TestClock, small_steps: None) -> None:
    library = open_library(home, clock)
    [key] = put(library, add_account(library), submission())
    write_notes(library, key, 47)
    library.close()
    opened, whole, read = review_and_length(home, clock, key)
    assert opened == whole
    assert opened.length == 47
    assert read == 7


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE snapshot SET state = zeroblob(40)",
        "UPDATE snapshot SET state = substr(state, 1, 30)",
        "UPDATE snapshot SET form = form + 1",
        "UPDATE snapshot SET length = length - 1",
        "UPDATE snapshot SET change_id = 'of another library'",
        "DELETE FROM snapshot",
    ],
)
def test_a_snapshot_that_does_not_match_is_passed_over_and_made_again(
    home: Path, clock: TestClock, small_steps: None, harm: str
) -> None:
    library = open_library(home, clock)
    [key] = put(library, add_account(library), submission())
    write_notes(library, key, 12)
    with library.write() as writing:
        writing.queue._session.sql(harm)
    library.close()
    opened, whole, read = review_and_length(home, clock, key)
    assert (opened, read) == (whole, 12)
    library = open_library(home, clock)
    write_notes(library, key, 1)
    library.close()
    opened, whole, read = review_and_length(home, clock, key)
    assert (opened, read) == (whole, 0)


def test_a_snapshot_that_lies_is_found_and_dropped(home: Path, clock: TestClock, small_steps: None) -> None:
    library = open_library(home, clock)
    [key] = put(library, add_account(library), submission())
    write_notes(library, key, 12)
    with library.read() as reading:
        honest = reading.reviews.get(key)
    plain = zlib.decompress(snapshots.pack(honest)).replace(b"note 11", b"nope 11").replace(b":12}", b":10}")
    with library.write() as writing:
        writing.queue._session.sql("UPDATE snapshot SET state = ?", zlib.compress(plain))
        assert writing.reviews.drop_wrong_snapshots() == 1
        assert writing.reviews.drop_wrong_snapshots() == 0
    library.close()
    opened, whole, _ = review_and_length(home, clock, key)
    assert opened == whole == honest


def test_the_snapshot_of_a_write_that_failed_is_gone_with_it(home: Path, clock: TestClock, small_steps: None) -> None:
    library = open_library(home, clock)
    [key] = put(library, add_account(library), submission())
    write_notes(library, key, 9)
    with pytest.raises(KeyError), library.write() as writing:  # noqa: PT012 - the block is what raises
        writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value="the tenth")])
        raise KeyError
    write_notes(library, key, 1)
    library.close()
    opened, whole, read = review_and_length(home, clock, key)
    assert (opened, read) == (whole, 0)
    assert opened.note == "note 0"


def test_undo_reaches_back_far_and_what_lies_before_stays_recorded(home: Path, clock: TestClock) -> None:
    library = open_library(home, clock)
    [key] = put(library, add_account(library), submission())
    write_notes(library, key, UNDO_DEPTH + 20)
    library.close()
    library = open_library(home, clock)
    with library.write() as writing:
        for _ in range(UNDO_DEPTH):
            writing.reviews.append(key, undo_entries(writing.reviews.get(key)))
        review = writing.reviews.get(key)
        assert undo_entries(review) == ()
        assert review.note == "note 19"
        assert len(review.redoable) == UNDO_DEPTH
        assert len(writing.reviews.changes(key)) == 2 * UNDO_DEPTH + 20
    library.close()


def test_a_long_review_does_not_make_a_long_snapshot(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    write_notes(library, key, 3 * snapshots.EVERY)
    with library.read() as reading:
        [size] = reading.queue._session.sql("SELECT length(state) FROM snapshot").scalars()
    assert size < 20_000
