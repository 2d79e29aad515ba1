"""Recording a review: what each job touches, and that nothing of a refused one stays."""

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.citation import Moment
from mcassess.domain.kinds import Condition
from mcassess.errors import RefusedError, UsageError
from mcassess.jobs import reviewing
from tests.support.library import add_account, open_library, put, submission


def review(library, key):
    with library.read() as reading:
        return reading.reviews.get(key)


def test_every_job_says_which_review_it_touched(library, key):
    jobs = [
        lambda: reviewing.score(library, key, "c1", "low", comment="Wait.", cite=["v1@00:01"]),
        lambda: reviewing.cite(library, key, "c2", "v1", Moment(start_ms=0, end_ms=5)),
        lambda: reviewing.answer_check(library, key, "k1", answer=True),
        lambda: reviewing.write_text(library, key, ChangeKind.COMMENT, "text", "c2"),
        lambda: reviewing.set_condition(library, key, Condition.DUPLICATE),
        lambda: reviewing.undo(library, key),
        lambda: reviewing.redo(library, key),
    ]
    for job in jobs:
        changed = job()
        assert changed.reviews == {key}
        assert not changed.outbox


def test_a_score_with_its_comment_and_citations_is_one_step_of_undo(library, key):
    reviewing.score(library, key, "c1", "low", comment="Wait.", cite=["v1@00:01", "v1@00:02"])
    assert len(review(library, key).undoable) == 1
    reviewing.undo(library, key)
    after = review(library, key)
    assert (after.scores, after.comments, after.citations) == ({}, {}, {})


def test_citations_of_one_criterion_never_replace_those_of_another(library, key):
    reviewing.score(library, key, "c1", "low", cite=["v1@00:01"])
    reviewing.score(library, key, "c2", "low", cite=["v1@00:02"])
    reviewing.score(library, key, "c1", "high", cite=[])
    assert set(review(library, key).citations) == {"c2"}


def test_an_answer_and_a_condition_can_be_taken_away(library, key):
    reviewing.answer_check(library, key, "k1", answer=False)
    reviewing.answer_check(library, key, "k1", answer=None)
    reviewing.set_condition(library, key, Condition.DUPLICATE)
    reviewing.set_condition(library, key, None)
    after = review(library, key)
    assert (after.completeness, after.condition) == ({}, None)


def test_typing_that_goes_on_is_undone_together_and_after_a_pause_by_itself(library, key, clock):
    for text in ("a", "ab"):
        reviewing.write_text(library, key, ChangeKind.NOTE, text)
        clock.advance(seconds=5)
    clock.advance(minutes=1)
    reviewing.write_text(library, key, ChangeKind.NOTE, "abc")
    reviewing.undo(library, key)
    assert review(library, key).note == "ab"
    reviewing.undo(library, key)
    assert review(library, key).note == ""


@pytest.mark.parametrize("text", ["x" * (reviewing.MAX_COMMENT + 1), "half \ud800"])
def test_a_text_that_no_platform_would_take_is_refused_before_anything_is_written(library, key, text):
    for job in (
        lambda: reviewing.write_text(library, key, ChangeKind.FEEDBACK, text),
        lambda: reviewing.score(library, key, "c1", "low", comment=text),
    ):
        with pytest.raises(UsageError):
            job()
    assert review(library, key).length == 0


def test_undo_and_redo_stay_within_their_review_and_reach_through_restarts(tmp_path, clock):
    home = tmp_path / "anew"
    library = open_library(home, clock)
    one, other = put(library, add_account(library), submission("s-1"), submission("s-2"))

    def restarted():
        library.close()
        return open_library(home, clock)

    for level in ("low", "high"):
        for key in (one, other):
            reviewing.score(library, key, "c1", level)
    library = restarted()
    reviewing.undo(library, one)
    library = restarted()
    assert (review(library, one).scores["c1"], review(library, other).scores["c1"]) == ("low", "high")
    reviewing.undo(library, one)
    assert review(library, one).scores == {}
    library = restarted()
    reviewing.redo(library, one)
    reviewing.redo(library, one)
    assert review(library, one).scores["c1"] == "high"
    with pytest.raises(RefusedError):
        reviewing.redo(library, other)
    library.close()


def test_undo_of_nothing_is_refused(library, key):
    for job in (reviewing.undo, reviewing.redo):
        with pytest.raises(RefusedError, match="nothing to"):
            job(library, key)


def test_entries_are_recorded_together_or_not_at_all(library, key):
    with pytest.raises(KeyError):
        reviewing.record(library, key + 1, [Entry(kind=ChangeKind.NOTE, value="x")])
    assert reviewing.record(library, key, []).reviews <= {key}
    assert review(library, key).length == 0
