"""What a review summary holds, sealed or not, with names or without."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcassess.domain.award import All, AnyOf, EveryOf, Total
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.citation import Moment, PageRegion, parse_citation
from mcassess.domain.kinds import Condition, EvidenceKind, Outcome
from mcassess.domain.submission import Evidence, Policy
from mcassess.report.deidentify import deidentified
from mcassess.report.document import summary_json
from mcassess.report.summary import ReviewSummary, summarise
from tests.support import summaries as example
from tests.support.strategies import History

STILL = "v1@00:07:14-00:07:48"


class TestSealed:
    def test_shows_what_the_decision_holds(self) -> None:
        made = example.summary()
        assert (made.sealed, made.outcome, made.decided_at) == (True, Outcome.NOT_YET, example.DECIDED)
        assert (made.programme, made.assessor, made.educator) == (
            "Riverside District",
            "Robin Assessor",
            "Educator 7F3A",
        )
        assert (made.microcredential, made.stack) == ("Morning Meeting for SEL", "Class Structures to Support SEL")
        assert [each.chosen.title for each in made.criteria if each.chosen] == [*["Meets"] * 3, "Almost", "Not yet"]
        assert [each.number for each in made.criteria] == [1, 2, 3, 4, 5]
        assert [answer.answer for answer in made.completeness] == [True, True]
        assert made.feedback == example.FEEDBACK

    def test_names_the_evidence_that_is_cited_with_quote_and_remark(self) -> None:
        first, second, *_ = example.summary().criteria
        assert [(each.evidence, each.place, each.quote) for each in first.citations] == [
            ("Lesson video", Moment(start_ms=62_000, end_ms=106_000), ""),
            ("Activity plans, rev. 2", PageRegion(page=2), "belonging means that somebody waits for you"),
        ]
        assert second.citations[0].text == "all pairs speak, none waits"

    def test_shows_the_decision_even_if_the_review_says_otherwise(self) -> None:
        other = History().do(example.score("c1", 1), Entry(kind=ChangeKind.FEEDBACK, value="Something else"))
        made = summarise(
            example.SUBMISSION, example.MICROCREDENTIAL, example.RUBRIC, other, example.decision(), example.OPTIONS
        )
        assert made == example.summary()

    def test_never_holds_the_private_note(self) -> None:
        assert "coordinator" not in repr(example.summary())

    def test_shows_no_scores_where_the_submission_was_returned(self) -> None:
        of = example.review()
        made = summarise(
            example.SUBMISSION, example.MICROCREDENTIAL, example.RUBRIC, of, example.decision(Outcome.RETURNED, of)
        )
        assert (made.requirements, made.outcome) == ((), Outcome.RETURNED)


class TestDraft:
    def test_shows_the_work_so_far_and_says_that_it_is_not_sealed(self) -> None:
        work = History().do(
            example.score("c1", 2),
            example.comment("c2", "Come back to this"),
            example.cite("q1", "c3", "v1", Moment(start_ms=0, end_ms=500), "loud"),
            Entry(kind=ChangeKind.CONDITION, value="duplicate"),
        )
        made = summarise(example.SUBMISSION, example.MICROCREDENTIAL, example.RUBRIC, work, options=example.OPTIONS)
        assert (made.sealed, made.outcome, made.decided_at, made.condition) == (False, None, None, Condition.DUPLICATE)
        first, second, third, *rest = made.criteria
        assert first.chosen is not None
        assert (second.chosen, second.comment) == (None, "Come back to this")
        assert third.citations[0].text == "loud"
        assert all(each.chosen is None for each in rest)
        assert [answer.answer for answer in made.completeness] == [None, None]

    @given(st.sampled_from(["c1", "c4"]), st.text(max_size=20).filter(str.strip))
    def test_reads_as_the_decision_will(self, criterion: str, text: str) -> None:
        of = History()
        of.do(*(change.entry for change in _recorded()))
        done = of.do(example.cite("q9", criterion, "d1", PageRegion(page=7, quote="words"), text))
        sealed = summarise(example.SUBMISSION, example.MICROCREDENTIAL, example.RUBRIC, done, example.decision(of=done))
        draft = summarise(example.SUBMISSION, example.MICROCREDENTIAL, example.RUBRIC, done)
        assert draft.requirements == sealed.requirements


def _recorded() -> list:
    history = History()
    for (kind, target), value in example.review().values.items():
        history.do(Entry(kind=kind, target=target, value=value))
    return history.changes


class TestOptions:
    def test_stills_stand_only_where_they_were_given(self) -> None:
        assert {each.still for criterion in example.summary().criteria for each in criterion.citations} == {None}
        made = example.summary(replace(example.OPTIONS, stills={STILL: b"png"}))
        assert [each.still for each in made.criteria[3].citations] == [b"png"]
        assert [each.still for each in made.criteria[0].citations] == [None, None]

    def test_time_spent_is_shown_only_where_asked_for(self) -> None:
        assert example.summary().time_spent_ms is None
        assert example.summary(replace(example.OPTIONS, time_spent=True)).time_spent_ms == 52 * 60_000

    def test_the_name_is_shown_only_where_the_policy_is_not_blind(self) -> None:
        seen = replace(example.MICROCREDENTIAL, policy=Policy(blind=False))
        made = summarise(example.SUBMISSION, seen, example.RUBRIC, example.review(), example.decision())
        assert made.educator == "Dana Example"


class TestPoints:
    @pytest.mark.parametrize(
        ("rule", "points", "needed"),
        [
            (All(), None, None),
            (Total(at_least=9), 7, 9),
            (EveryOf(rules=(Total(at_least=9), All())), 7, 9),
            (AnyOf(rules=(Total(at_least=9), All())), 7, None),
        ],
    )
    def test_are_shown_where_the_rule_counts_them(self, rule: object, points: float, needed: float) -> None:
        counted = replace(example.RUBRIC, award_rule=rule)
        made = summarise(example.SUBMISSION, example.MICROCREDENTIAL, counted, example.review(), example.decision())
        assert (made.points, made.points_needed) == (points, needed)


class TestDeidentified:
    LETTER = "Dear Dana, your lesson, Dana EXAMPLE, is fine. DANA's pairs! educator 7f3a wrote s-0001; Robin Assessor."

    def summary(self) -> ReviewSummary:
        evidence = (
            Evidence(id="Dana-Example.mp4", title="Dana's lesson video", kind=EvidenceKind.VIDEO),
            *example.SUBMISSION.evidence,
        )
        of = History().do(
            *(
                Entry(kind=kind, target=target, value=value)
                for (kind, target), value in example.review().values.items()
            ),
            Entry(kind=ChangeKind.FEEDBACK, value=self.LETTER),
            example.comment("c4", "Robin asks Dana to wait."),
            example.cite("q8", "c4", "Dana-Example.mp4", PageRegion(page=1, quote="I am Dana"), "Dana speaks"),
        )
        made = summarise(
            replace(example.SUBMISSION, evidence=evidence),
            example.MICROCREDENTIAL,
            example.RUBRIC,
            of,
            example.decision(of=of),
            replace(example.OPTIONS, stills={STILL: b"png"}),
        )
        return deidentified(made, example.EDUCATOR)

    def test_leaks_no_name_alias_id_or_picture(self) -> None:
        said = repr(self.summary()).casefold()
        for name in ("dana", "7f3a", "robin", "s-0001", "e-7f3a", "png"):
            assert name not in said

    def test_keeps_all_else(self) -> None:
        made = self.summary()
        assert made.feedback.startswith("Dear [name], your lesson, [name], is fine. [name]'s pairs!")
        assert made.outcome is Outcome.NOT_YET
        assert made.criteria[3].comment == "[name] asks [name] to wait."
        places = [parse_citation(each.written) for each in made.criteria[3].citations]
        assert places == [("e1", Moment(start_ms=434_000, end_ms=468_000)), ("e3", PageRegion(page=1))]

    def test_leaves_words_alone_that_only_look_like_parts_of_a_name(self) -> None:
        will = replace(example.EDUCATOR, name="Will May")
        made = replace(example.summary(), feedback="You may, and you will. Will, you did. Educator, mayor.")
        assert deidentified(made, will).feedback == "You may, and you will. [name], you did. Educator, mayor."

    @settings(max_examples=50)
    @given(st.text(max_size=30), st.text(max_size=30))
    def test_never_leaves_a_name_that_stands_by_itself(self, name: str, around: str) -> None:
        made = replace(example.summary(), feedback=f"{around} {name} {around}")
        hidden = deidentified(made, replace(example.EDUCATOR, name=name)).feedback
        if name.strip() and name.strip() not in f"{around} [name]":
            assert name.strip() not in hidden


def test_the_json_document_keeps_dates_in_utc_and_citations_in_their_written_form() -> None:
    (made,) = summary_json([example.summary()])["summaries"]
    assert made["decided_at"] == "2026-11-22T03:00:00.000Z"
    assert made["requirements"][1]["criteria"][0]["citations"][0]["citation"] == STILL
    assert made["outcome"] == "not_yet"
    local = replace(example.summary(), submitted_at=datetime(2026, 11, 2, tzinfo=UTC))
    assert summary_json([local])["summaries"][0]["submitted_at"] == "2026-11-02T00:00:00.000Z"
