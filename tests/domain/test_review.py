"""A review is the fold of its changes; undo and redo are changes too."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from mcassess.domain.changes import ChangeKind, ChangeValue, Entry
from mcassess.domain.citation import Moment, PageRegion, Place
from mcassess.domain.kinds import Condition
from mcassess.domain.review import (
    EMPTY,
    citation_from_value,
    citation_value,
    fold,
    redo_entries,
    undo_entries,
)
from mcassess.domain.undo import TYPING_PAUSE
from tests.support.strategies import History, entries, evidence_ids, histories, places, printable

SOON = timedelta(seconds=2)
SCORE = ChangeKind.SCORE
COMMENT = ChangeKind.COMMENT
FEEDBACK = ChangeKind.FEEDBACK


def score(criterion: str, level: str | None) -> Entry:
    return Entry(kind=SCORE, target=criterion, value=level)


def comment(criterion: str, text: str) -> Entry:
    return Entry(kind=COMMENT, target=criterion, value=text)


def moment(identifier: str, title: str, end_ms: int) -> Entry:
    value: dict[str, ChangeValue] = {"evidence": "v1", "start_ms": 0, "end_ms": end_ms, "title": title}
    return Entry(kind=ChangeKind.MOMENT, target=identifier, value=value)


def seen(evidence: str, *ranges: tuple[int, int], pages: tuple[int, ...] = ()) -> Entry:
    spans: list[ChangeValue] = [[start, end] for start, end in ranges]
    return Entry(kind=ChangeKind.SEEN, target=evidence, value={"ranges": spans, "pages": list(pages)})


class TestFold:
    @given(histories(), st.data())
    def test_folding_in_two_goes_is_folding_in_one(self, history: History, data: st.DataObject) -> None:
        cut = data.draw(st.integers(0, len(history.changes)))
        assert fold(history.changes[cut:], fold(history.changes[:cut])) == history.review

    @given(histories())
    def test_folding_leaves_its_start_as_it_was(self, history: History) -> None:
        start = history.review
        values = dict(start.values)
        fold([change for change in history.changes if change.entry.undoes is None], start)
        assert dict(start.values) == values

    def test_nothing_folds_to_the_empty_review(self) -> None:
        assert fold([]) == EMPTY
        assert not EMPTY.begun

    def test_the_newest_value_counts(self) -> None:
        history = History()
        history.do(score("c1", "low"))
        history.do(score("c2", "low"))
        history.do(Entry(kind=ChangeKind.CONDITION, value="duplicate"))
        review = history.do(score("c1", "high"))
        assert review.scores == {"c1": "high", "c2": "low"}
        assert review.condition is Condition.DUPLICATE
        assert review.length == 4

    def test_what_was_taken_away_is_gone(self) -> None:
        history = History()
        history.do(score("c1", "low"), comment("c1", "text"), Entry(kind=ChangeKind.NOTE, value="mine"))
        review = history.do(score("c1", None), comment("c1", ""), Entry(kind=ChangeKind.NOTE, value=""))
        assert not review.begun
        assert (review.scores, review.comments, review.note) == ({}, {}, "")

    def test_a_comment_of_blanks_counts_as_none(self) -> None:
        assert History().do(comment("c1", " \n ")).comments == {}

    def test_citations_stand_with_their_criterion_in_the_order_in_which_they_came(self) -> None:
        history = History()
        first, second = Moment(start_ms=5000, end_ms=6000), PageRegion(page=2, quote="belonging")
        for name, criterion, place in (("q1", "c1", first), ("q2", "c2", first), ("q3", "c1", second)):
            value = citation_value(criterion, "v1", place)
            history.do(Entry(kind=ChangeKind.CITATION, target=name, value=value))
        cited = history.review.citations
        assert [each.place for each in cited["c1"]] == [first, second]
        assert [each.id for each in cited["c2"]] == ["q2"]

    def test_moments_stand_in_the_order_of_time(self) -> None:
        history = History()
        for name, start in (("m1", 9000), ("m2", 1000)):
            value: ChangeValue = {"evidence": "v1", "start_ms": start, "end_ms": start + 500, "title": name}
            history.do(Entry(kind=ChangeKind.MOMENT, target=name, value=value))
        assert [(each.title, each.moment.start_ms) for each in history.review.moments] == [("m2", 1000), ("m1", 9000)]

    @given(st.lists(st.integers(-5, 1000), max_size=6))
    def test_time_spent_adds_up_and_never_falls(self, amounts: list[int]) -> None:
        history = History()
        for amount in amounts:
            history.do(Entry(kind=ChangeKind.TIME_SPENT, value=amount))
        assert history.review.time_spent_ms == sum(amount for amount in amounts if amount > 0)

    @given(places, printable, evidence_ids)
    def test_a_citation_reads_back_from_its_value(self, place: Place, text: str, evidence: str) -> None:
        citation = citation_from_value("q1", citation_value("c1", evidence, place, text))  # type: ignore[arg-type]  # all of its values are text
        assert (citation.evidence, citation.place, citation.text) == (evidence, place, text)


class TestSeen:
    def test_ranges_that_touch_or_overlap_become_one(self) -> None:
        history = History()
        history.do(seen("v1", (0, 10), (20, 30)))
        review = history.do(seen("v1", (10, 15), (25, 40), pages=(3, 1)))
        assert review.seen["v1"].ranges == ((0, 15), (20, 40))
        assert review.seen["v1"].watched_ms == 35
        assert review.seen["v1"].pages == (1, 3)

    @given(st.lists(st.tuples(st.integers(0, 60), st.integers(-3, 12)), max_size=12), st.data())
    def test_each_millisecond_counts_once_however_it_was_watched(
        self, spans: list[tuple[int, int]], data: st.DataObject
    ) -> None:
        history = History()
        for start, length in data.draw(st.permutations(spans)):
            history.do(seen("v1", (start, start + length)))
        watched = {ms for start, length in spans for ms in range(start, start + length)}
        found = history.review.seen["v1"] if spans else None
        assert (found.watched_ms if found else 0) == len(watched)
        if found:
            assert all(end < start for (_, end), (start, _) in zip(found.ranges, found.ranges[1:], strict=False))

    def test_watching_on_takes_no_redo_away_and_is_nothing_to_undo(self) -> None:
        history = History()
        history.do(score("c1", "low"))
        history.undo()
        history.do(seen("v1", (0, 10)))
        history.do(Entry(kind=ChangeKind.TIME_SPENT, value=500))
        assert not history.review.undoable
        assert history.redo().scores == {"c1": "low"}


class TestUndo:
    @given(histories(), st.lists(entries, min_size=1, max_size=3))
    def test_undo_brings_back_the_values_from_before_the_action(self, history: History, made: list[Entry]) -> None:
        before = history.review
        after = history.do(*made)
        if len(after.undoable) > len(before.undoable):
            assert history.undo().values == before.values

    @given(histories())
    def test_undo_then_redo_changes_no_value(self, history: History) -> None:
        before = history.review
        if before.undoable:
            history.undo()
            after = history.redo()
            assert after.values == before.values
            assert after.undoable == before.undoable
            assert after.redoable == before.redoable

    @given(histories())
    def test_undoing_all_leaves_nothing_and_redoing_all_brings_all_back(self, history: History) -> None:
        while history.review.redoable:
            history.redo()
        before = history.review
        for _ in before.undoable:
            assert undo_entries(history.review)
            history.undo()
        assert not history.review.begun
        assert undo_entries(history.review) == ()
        for _ in before.undoable:
            history.redo()
        assert history.review.values == before.values
        assert redo_entries(history.review) == ()

    @given(histories())
    def test_undo_keeps_what_was_seen_and_the_time_that_was_spent(self, history: History) -> None:
        before = history.review
        after = history.undo()
        assert (after.seen, after.time_spent_ms) == (before.seen, before.time_spent_ms)

    @given(histories())
    def test_undo_appends_and_never_removes(self, history: History) -> None:
        before = list(history.changes)
        history.undo()
        assert history.changes[: len(before)] == before

    @given(histories(), st.lists(entries, min_size=1, max_size=3))
    def test_something_new_clears_what_could_be_redone(self, history: History, made: list[Entry]) -> None:
        values = dict(history.review.values)
        after = history.do(*made)
        if dict(after.values) != values:
            assert not after.redoable

    def test_there_is_nothing_to_undo_in_an_untouched_review(self) -> None:
        assert undo_entries(EMPTY) == ()
        assert redo_entries(EMPTY) == ()

    def test_what_was_done_in_one_go_is_undone_in_one_go(self) -> None:
        history = History()
        history.do(score("c1", "low"))
        history.do(score("c1", "high"), comment("c1", "Well done"), Entry(kind=ChangeKind.NOTE, value="see 07:14"))
        review = history.undo()
        assert (review.scores, review.comments, review.note) == ({"c1": "low"}, {}, "")

    def test_a_slot_touched_twice_in_one_go_goes_back_to_its_first_value(self) -> None:
        history = History()
        history.do(score("c1", "low"))
        history.do(score("c1", "middle"), score("c1", "high"))
        assert history.undo().scores == {"c1": "low"}
        assert history.redo().scores == {"c1": "high"}

    def test_one_go_that_begins_with_typing_on_is_still_undone_in_one_go(self) -> None:
        history = History()
        history.do(comment("c1", "Good"))
        history.do(comment("c1", "Good pairs"), score("c1", "high"), after=SOON)
        review = history.undo()
        assert (review.scores, review.comments) == ({}, {})

    def test_recording_what_already_stands_is_nothing_to_undo(self) -> None:
        history = History()
        history.do(score("c1", "low"))
        history.do(score("c1", "low"))
        assert history.undo().scores == {}

    def test_typing_that_came_to_nothing_does_not_stand_in_the_way_of_undo(self) -> None:
        history = History()
        history.do(score("c1", "low"))
        history.do(comment("c1", "a"))
        history.do(comment("c1", ""), after=SOON)
        history.undo()
        assert history.undo().scores == {}


class TestTyping:
    def test_typing_on_within_the_pause_is_undone_together(self) -> None:
        history = History()
        history.do(comment("c1", "The pair"))
        history.do(comment("c1", "The pair talk"), after=TYPING_PAUSE)
        history.do(comment("c1", "The pair talk is"), after=TYPING_PAUSE)
        assert history.undo().comments == {}
        assert history.redo().comments == {"c1": "The pair talk is"}

    def test_typing_after_a_longer_pause_is_undone_by_itself(self) -> None:
        history = History()
        history.do(comment("c1", "The pair"))
        history.do(comment("c1", "The pair talk"), after=TYPING_PAUSE + timedelta(milliseconds=1))
        assert history.undo().comments == {"c1": "The pair"}

    def test_typing_elsewhere_is_undone_by_itself(self) -> None:
        history = History()
        history.do(comment("c1", "one"))
        history.do(comment("c2", "two"), after=SOON)
        history.do(Entry(kind=FEEDBACK, value="three"), after=SOON)
        assert history.undo().comments == {"c1": "one", "c2": "two"}
        assert history.undo().comments == {"c1": "one"}

    def test_typing_on_another_laptop_is_undone_by_itself(self) -> None:
        history = History()
        history.do(comment("c1", "one"))
        history.do(comment("c1", "one two"), after=SOON, device="other laptop")
        assert history.undo().comments == {"c1": "one"}

    def test_a_score_between_keeps_typing_apart(self) -> None:
        history = History()
        history.do(comment("c1", "one"))
        history.do(score("c1", "low"), after=SOON)
        history.do(comment("c1", "one two"), after=SOON)
        assert history.undo().comments == {"c1": "one"}

    def test_naming_a_moment_is_one_step_and_marking_it_another(self) -> None:
        history = History()
        history.do(moment("m1", "", 10))
        for title in ("P", "Pair", "Pair talk"):
            history.do(moment("m1", title, 10), after=SOON)
        assert [each.title for each in history.undo().moments] == [""]
        assert [each.title for each in history.redo().moments] == ["Pair talk"]
        history.undo()
        assert history.undo().moments == ()

    def test_moving_a_moment_keeps_its_naming_apart(self) -> None:
        history = History()
        history.do(moment("m1", "", 10))
        history.do(moment("m1", "Pair", 10), after=SOON)
        history.do(moment("m1", "Pair", 20), after=SOON)
        history.do(moment("m1", "Pair talk", 20), after=SOON)
        for title, end in (("Pair", 20), ("Pair", 10), ("", 10)):
            (there,) = history.undo().moments
            assert (there.title, there.moment.end_ms) == (title, end)

    def test_what_is_said_about_a_mark_is_one_step_and_its_making_another(self) -> None:
        history = History()
        for text in ("", "Kind", "Kind words"):
            value = {"evidence": "d1", "style": "note", "place": "p1", "quote": "", "boxes": [], "text": text}
            history.do(Entry(kind=ChangeKind.ANNOTATION, target="a1", value=value), after=SOON)
        (there,) = (text["text"] for (_, _), text in history.undo().values.items() if isinstance(text, dict))
        assert there == ""
        assert not history.undo().values

    def test_scores_are_never_merged(self) -> None:
        history = History()
        history.do(score("c1", "low"))
        history.do(score("c1", "high"), after=SOON)
        assert history.undo().scores == {"c1": "low"}
