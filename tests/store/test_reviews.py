"""Changes are appended, numbered and folded; the fold is the same however it was come by."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Outcome
from mcassess.domain.review import EMPTY, Review, fold, redo_entries, undo_entries
from mcassess.errors import RefusedError
from mcassess.store.library import Library
from tests.support.library import TestClock, add_account, open_library, put, submission


def comment(text: str, criterion: str = "c1") -> Entry:
    return Entry(kind=ChangeKind.COMMENT, target=criterion, value=text)


def test_a_clock_that_counts_microseconds_makes_no_other_review_than_is_read_again(
    library: Library, account: int, clock: TestClock
) -> None:
    (key,) = put(library, account, submission("s-1"))
    clock.advance(microseconds=1_999)
    with library.write() as writing:
        writing.reviews.append(key, [comment("a")])
    with library.read() as reading:
        here = reading.reviews.get(key)
        assert here == fold(reading.reviews.changes(key))
    again = open_library(library.home, clock)
    with again.read() as reading:
        assert reading.reviews.get(key) == here
    again.close()


def test_changes_are_numbered_by_their_place_in_the_review(library: Library, account: int, clock: TestClock) -> None:
    first, second = put(library, account, submission("s-1"), submission("s-2"))
    with library.write() as writing:
        writing.reviews.append(first, [comment("a"), comment("b", "c2")])
    clock.advance(minutes=2)
    with library.write() as writing:
        writing.reviews.append(second, [comment("c")])
        writing.reviews.append(first, [comment("d")])
    with library.read() as reading:
        changes = reading.reviews.changes(first)
        [other] = reading.reviews.changes(second)
    assert [change.number for change in changes] == [1, 2, 3]
    assert other.number == 1
    assert {change.device for change in changes} == {library.device_id}
    assert changes[0].action == changes[1].action != changes[2].action
    assert len({change.id for change in (*changes, other)}) == 4
    assert changes[2].at - changes[0].at == timedelta(minutes=2)
    assert changes[2].monotonic_ms - changes[0].monotonic_ms == 120_000


def test_an_empty_review_is_empty(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.read() as reading:
        assert reading.reviews.get(key) == EMPTY
        assert reading.reviews.get(key, attempt=7) == EMPTY
        assert reading.reviews.changes(key) == []
        assert reading.reviews.place(key) is None


def test_a_change_of_an_unknown_submission_is_a_bug_not_a_loss(library: Library) -> None:
    with pytest.raises(KeyError), library.write() as writing:
        writing.reviews.append(4711, [comment("a")])


def test_a_sealed_review_takes_no_change_until_it_is_taken_back(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.write() as writing:
        outbox = writing.outbox
        outbox.add(key, 1, "op-1", outbox.next_device_seq(), "decision.submit", b"{}", Outcome.AWARD)
    with pytest.raises(RefusedError, match="sealed"), library.write() as writing:
        writing.reviews.append(key, [comment("too late")])
    with library.write() as writing:
        writing.outbox.take_back("op-1")
        writing.reviews.append(key, [comment("in time")])
    with library.read() as reading:
        assert reading.reviews.get(key).comments == {"c1": "in time"}


def test_the_place_is_remembered_for_each_attempt_and_is_no_change(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.write() as writing:
        writing.reviews.set_place(key, {"evidence": "v1", "position_ms": 61_000})
        writing.reviews.set_place(key, {"evidence": "d1", "page": 2})
    with library.read() as reading:
        assert reading.reviews.place(key) == {"evidence": "d1", "page": 2}
        assert reading.reviews.changes(key) == []
    put(library, account, submission(attempt=2), version=2)
    with library.read() as reading:
        assert reading.reviews.place(key) is None


ACTS = st.lists(
    st.one_of(
        st.just("undo"),
        st.just("redo"),
        st.just("restart"),
        st.just("other process"),
        st.just("fail"),
        st.tuples(st.sampled_from(["c1", "c2"]), st.sampled_from(["low", "high", None])),
        st.tuples(st.just("comment"), st.text(max_size=5)),
    ),
    max_size=12,
)


@given(acts=ACTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_incremental_fold_is_the_whole_fold_whatever_happens_between(
    acts: list[object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home: Path = tmp_path_factory.mktemp("home")
    clock = TestClock()
    library = open_library(home, clock)
    [key] = put(library, add_account(library), submission())
    other = open_library(home, clock)
    try:
        for act in acts:
            clock.advance(seconds=40)
            if act == "restart":
                library.close()
                library = open_library(home, clock)
            elif act == "fail":
                with pytest.raises(KeyError), library.write() as writing:  # noqa: PT012 - the block is what raises
                    writing.reviews.append(key, [comment("lost")])
                    writing.reviews.append(key + 1, [comment("lost")])
            else:
                check_one(other if act == "other process" else library, key, act)
    finally:
        library.close()
        other.close()


def check_one(library: Library, key: int, act: object) -> None:
    with library.write() as writing:
        before = writing.reviews.get(key)
        review = writing.reviews.append(key, entries_for(act, before))
    with library.read() as reading:
        whole = fold(reading.reviews.changes(key))
        shown = reading.queue.rows([key])[0]
        assert reading.reviews.get(key) == review == whole
    assert shown.scored == len(whole.scores)


def entries_for(act: object, review: Review) -> list[Entry]:
    if act == "undo":
        return list(undo_entries(review))
    if act == "redo":
        return list(redo_entries(review))
    if isinstance(act, tuple):
        target, value = act
        if target == "comment":
            return [comment(value)]
        return [Entry(kind=ChangeKind.SCORE, target=target, value=value)]
    return [comment("from elsewhere")]
