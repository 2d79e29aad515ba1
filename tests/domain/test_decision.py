"""Sealing: what it refuses, and what a sealed decision holds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.domain.award import Block, BlockCode, Total, award_blocks
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.citation import Moment, PageRegion, Place, Whole, parse_citation
from mcassess.domain.decision import Decision, SealRefusedError, decision_blocks, seal
from mcassess.domain.kinds import Condition, Outcome
from mcassess.domain.review import Review, citation_value
from mcassess.domain.rubric import CompletenessCheck, Criterion, Level, Requirement, Rubric
from mcassess.domain.submission import Policy
from tests.support.strategies import History, places, policies, printable, rubrics, scores_of


def _criterion(name: str) -> Criterion:
    levels = tuple(Level(id=f"{name}-{i}", title=f"Level {i}", points=i) for i in range(3))
    return Criterion(id=name, title=name, levels=levels, pass_level=f"{name}-2")


RUBRIC = Rubric(
    id="r",
    requirements=(Requirement(id="r1", criteria=(_criterion("a"), _criterion("b"))),),
    completeness=(CompletenessCheck(id="k1", text="Seen and heard"), CompletenessCheck(id="k2", text="Readable")),
)
POLICY = Policy()


def score(criterion: str, level: int) -> Entry:
    return Entry(kind=ChangeKind.SCORE, target=criterion, value=f"{criterion}-{level}")


def answer(check: str, *, yes: bool = True) -> Entry:
    return Entry(kind=ChangeKind.COMPLETENESS, target=check, value=yes)


def comment(criterion: str, text: str = "Try sentence starters.") -> Entry:
    return Entry(kind=ChangeKind.COMMENT, target=criterion, value=text)


def feedback(text: str = "Thank you.") -> Entry:
    return Entry(kind=ChangeKind.FEEDBACK, value=text)


def cite(name: str, criterion: str, place: Place, text: str = "") -> Entry:
    return Entry(kind=ChangeKind.CITATION, target=name, value=citation_value(criterion, "v1", place, text))


CHECKED = (answer("k1"), answer("k2"))


def review(*entries: Entry) -> Review:
    return History().do(*entries)


def missing(outcome: Outcome, of: Review, policy: Policy = POLICY) -> list[tuple[BlockCode, tuple[str, ...]]]:
    return [(block.code, block.ids) for block in decision_blocks(outcome, of, RUBRIC, policy)]


class TestAward:
    def test_is_sealed_once_all_is_there(self) -> None:
        done = review(*CHECKED, score("a", 2), score("b", 2))
        assert seal(Outcome.AWARD, done, RUBRIC, POLICY).outcome is Outcome.AWARD

    def test_names_all_that_is_missing_at_once(self) -> None:
        assert missing(Outcome.AWARD, review(answer("k2", yes=False), score("a", 1))) == [
            (BlockCode.CHECK_NOT_ANSWERED, ("k1",)),
            (BlockCode.CHECK_ANSWERED_NO, ("k2",)),
            (BlockCode.NOT_SCORED, ("b",)),
            (BlockCode.BELOW_PASS, ("a",)),
            (BlockCode.COMMENT_MISSING, ("a",)),
        ]

    def test_is_refused_while_a_condition_is_set(self) -> None:
        done = review(*CHECKED, score("a", 2), score("b", 2), Entry(kind=ChangeKind.CONDITION, value="plagiarism"))
        assert missing(Outcome.AWARD, done) == [(BlockCode.CONDITION_SET, ("plagiarism",))]

    def test_needs_neither_evidence_seen_nor_citations_nor_feedback(self) -> None:
        assert missing(Outcome.AWARD, review(*CHECKED, score("a", 2), score("b", 2))) == []


class TestNotYet:
    def test_needs_every_score_and_a_comment_on_each_criterion_below_its_pass_level(self) -> None:
        assert missing(Outcome.NOT_YET, review(*CHECKED, score("a", 0))) == [
            (BlockCode.NOT_SCORED, ("b",)),
            (BlockCode.COMMENT_MISSING, ("a",)),
        ]

    def test_a_comment_of_blanks_is_no_comment(self) -> None:
        bare = review(*CHECKED, score("a", 0), comment("a", "  "), score("b", 2))
        assert missing(Outcome.NOT_YET, bare) == [(BlockCode.COMMENT_MISSING, ("a",))]

    def test_needs_no_comment_where_the_policy_asks_for_none(self) -> None:
        bare = review(*CHECKED, score("a", 0), score("b", 2))
        assert missing(Outcome.NOT_YET, bare, Policy(comment_below_pass=False)) == []

    def test_needs_a_reason_when_the_scores_would_earn_the_award(self) -> None:
        earned = (*CHECKED, score("a", 2), score("b", 2))
        assert missing(Outcome.NOT_YET, review(*earned)) == [(BlockCode.REASON_MISSING, ())]
        assert missing(Outcome.NOT_YET, review(*earned, feedback())) == []
        assert missing(Outcome.NOT_YET, review(*earned, Entry(kind=ChangeKind.CONDITION, value="edited_video"))) == []

    def test_may_follow_from_a_check_answered_no(self) -> None:
        assert (
            missing(Outcome.NOT_YET, review(answer("k1", yes=False), answer("k2"), score("a", 2), score("b", 2))) == []
        )


class TestReturned:
    @pytest.mark.parametrize(
        "reason", [feedback(), answer("k1", yes=False), Entry(kind=ChangeKind.CONDITION, value="unplayable")]
    )
    def test_needs_one_reason_and_nothing_else(self, reason: Entry) -> None:
        assert missing(Outcome.RETURNED, review()) == [(BlockCode.REASON_MISSING, ())]
        assert missing(Outcome.RETURNED, review(reason)) == []

    def test_holds_no_scores(self) -> None:
        sealed = seal(Outcome.RETURNED, review(score("a", 0), comment("a"), feedback()), RUBRIC, POLICY)
        assert sealed == Decision(outcome=Outcome.RETURNED, scores={}, completeness={}, feedback="Thank you.")

    def test_a_condition_given_with_it_is_reason_enough(self) -> None:
        sealed = seal(Outcome.RETURNED, review(), RUBRIC, POLICY, Condition.LINK_ONLY)
        assert sealed.condition is Condition.LINK_ONLY


class TestSealed:
    def test_holds_the_scores_with_points_comments_and_citations_in_the_order_of_the_rubric(self) -> None:
        done = review(
            *CHECKED,
            score("b", 1),
            comment("b", "Nearly."),
            score("a", 2),
            cite("q1", "b", Moment(start_ms=434_000, end_ms=468_000), "only two pairs"),
            cite("q2", "b", PageRegion(page=2, quote="belonging")),
        )
        sealed = seal(Outcome.NOT_YET, done, RUBRIC, POLICY)
        assert list(sealed.scores) == ["a", "b"]
        nearly = sealed.scores["b"]
        assert (nearly.level, nearly.points, nearly.comment) == ("b-1", 1, "Nearly.")
        assert nearly.citations == ("v1@00:07:14-00:07:48", "v1#page=2")
        assert nearly.quotes == {"v1#page=2": "belonging"}
        assert nearly.citation_comments == {"v1@00:07:14-00:07:48": "only two pairs"}

    def test_keeps_both_quotes_of_one_page(self) -> None:
        done = review(
            *CHECKED,
            score("a", 2),
            score("b", 2),
            cite("q1", "a", PageRegion(page=2, quote="belonging"), "why"),
            cite("q2", "a", PageRegion(page=2, quote="listening"), "how"),
            cite("q3", "a", PageRegion(page=2)),
        )
        sealed = seal(Outcome.AWARD, done, RUBRIC, POLICY).scores["a"]
        assert sealed.citations == ("v1#page=2",)
        assert sealed.quotes == {"v1#page=2": "belonging\nlistening"}
        assert sealed.citation_comments == {"v1#page=2": "why\nhow"}

    def test_never_holds_the_private_note(self) -> None:
        done = review(*CHECKED, score("a", 2), score("b", 2), Entry(kind=ChangeKind.NOTE, value="secret thought"))
        assert "secret thought" not in repr(seal(Outcome.AWARD, done, RUBRIC, POLICY))

    def test_leaves_out_scores_of_criteria_that_the_rubric_does_not_have(self) -> None:
        done = review(*CHECKED, score("a", 2), score("b", 2), score("gone", 1), answer("k9"))
        sealed = seal(Outcome.AWARD, done, RUBRIC, POLICY)
        assert list(sealed.scores) == ["a", "b"]
        assert sealed.completeness == {"k1": True, "k2": True}

    def test_asks_again_where_a_score_names_a_level_of_another_version(self) -> None:
        stale = review(*CHECKED, Entry(kind=ChangeKind.SCORE, target="a", value="a-9"), score("b", 2))
        for outcome in (Outcome.AWARD, Outcome.NOT_YET):
            for rule in (RUBRIC.award_rule, Total(at_least=2)):
                blocks = decision_blocks(outcome, stale, replace(RUBRIC, award_rule=rule), POLICY)
                assert Block(code=BlockCode.NOT_SCORED, ids=("a",)) in blocks


@st.composite
def reviews_of(draw: st.DrawFn, rubric: Rubric) -> Review:
    """Reviews of a rubric, more or less complete, with comments, citations and answers."""
    made = [Entry(kind=ChangeKind.SCORE, target=c, value=level) for c, level in draw(scores_of(rubric)).items()]
    for criterion in rubric.criteria:
        made.append(Entry(kind=ChangeKind.COMMENT, target=criterion.id, value=draw(st.just("") | printable)))
        for number, place in enumerate(draw(st.lists(places, max_size=2))):
            made.append(cite(f"q-{criterion.id}-{number}", criterion.id, place, draw(st.just("") | printable)))
    answers = st.sampled_from([None, True, False])
    made.extend(
        Entry(kind=ChangeKind.COMPLETENESS, target=check.id, value=draw(answers)) for check in rubric.completeness
    )
    made.append(Entry(kind=ChangeKind.CONDITION, value=draw(st.sampled_from([None, None, *Condition]))))
    made.append(Entry(kind=ChangeKind.FEEDBACK, value=draw(st.just("") | printable)))
    return review(*made)


@given(st.data(), rubrics(), st.sampled_from(Outcome), policies)
def test_a_seal_succeeds_exactly_when_nothing_is_missing(
    data: st.DataObject, rubric: Rubric, outcome: Outcome, policy: Policy
) -> None:
    of = data.draw(reviews_of(rubric))
    blocks = decision_blocks(outcome, of, rubric, policy)
    if blocks:
        with pytest.raises(SealRefusedError) as refused:
            seal(outcome, of, rubric, policy)
        assert refused.value.blocks == blocks
    else:
        _assert_holds_the_review(seal(outcome, of, rubric, policy), of, rubric)


def _assert_holds_the_review(sealed: Decision, of: Review, rubric: Rubric) -> None:
    assert (sealed.feedback, sealed.condition, sealed.completeness) == (of.feedback, of.condition, of.completeness)
    if sealed.outcome is Outcome.RETURNED:
        assert sealed.scores == {}
        return
    assert {name: each.level for name, each in sealed.scores.items()} == of.scores
    assert {name: each.comment for name, each in sealed.scores.items() if each.comment} == of.comments
    for name, each in sealed.scores.items():
        cited = of.citations.get(name, ())
        kept = [parse_citation(text) for text in each.citations]
        assert [place for _, place in kept] == list(dict.fromkeys(_bare(citation.place) for citation in cited))
        for citation in cited:
            assert citation.text in "\n".join(each.citation_comments.values())
            if isinstance(citation.place, PageRegion | Whole):
                assert citation.place.quote in "\n".join(each.quotes.values())
    if sealed.outcome is Outcome.AWARD:
        assert award_blocks(rubric.award_rule, rubric, of.scores) == ()
        assert False not in sealed.completeness.values()
        assert sealed.condition is None


def _bare(place: Place) -> Place:
    return replace(place, quote="") if isinstance(place, PageRegion | Whole) else place


@given(st.data(), rubrics(), st.sampled_from([Outcome.AWARD, Outcome.NOT_YET]))
def test_no_scored_decision_leaves_a_score_or_a_check_open(
    data: st.DataObject, rubric: Rubric, outcome: Outcome
) -> None:
    of = data.draw(reviews_of(rubric))
    if not decision_blocks(outcome, of, rubric, POLICY):
        assert set(of.scores) == {criterion.id for criterion in rubric.criteria}
        assert set(of.completeness) == {check.id for check in rubric.completeness}
        below = [c.id for c in rubric.criteria if not c.passes(of.scores[c.id])]
        assert all(name in of.comments for name in below)


@given(st.data(), rubrics())
def test_an_award_always_meets_the_rule(data: st.DataObject, rubric: Rubric) -> None:
    of = data.draw(reviews_of(rubric))
    award = set(award_blocks(rubric.award_rule, rubric, of.scores))
    assert award <= set(decision_blocks(Outcome.AWARD, of, rubric, POLICY))
