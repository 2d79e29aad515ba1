"""Sealing: from a review to the frozen decision that is sent, or the list of what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mcassess.domain.award import Block, BlockCode, award_blocks, needs_judgement
from mcassess.domain.citation import Citation, PageRegion, Whole, format_citation
from mcassess.domain.kinds import Condition, Outcome
from mcassess.domain.review import Review
from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionScore:
    """One score of a decision.

    Attributes:
        citations: In their written form, see citation.py.
        quotes: Words that were cited, by the written form of their citation; a line each where a place has several.
        citation_comments: What the assessor says about a cited place, likewise.
    """

    level: str
    points: float
    comment: str = ""
    citations: tuple[str, ...] = ()
    quotes: dict[str, str] = field(default_factory=dict)
    citation_comments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is sent: complete in itself, and never altered once sealed."""

    outcome: Outcome
    scores: dict[str, DecisionScore]
    completeness: dict[str, bool]
    condition: Condition | None = None
    feedback: str = ""


class SealRefusedError(Exception):
    """The review does not carry this decision yet.

    Attributes:
        blocks: What is missing.
    """

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        super().__init__(", ".join(block.code for block in blocks))
        self.blocks = blocks


def decision_blocks(
    outcome: Outcome, review: Review, rubric: Rubric, policy: Policy, condition: Condition | None = None
) -> tuple[Block, ...]:
    """Returns what still stands in the way of a decision; nothing means that it may be sealed.

    Args:
        condition: The condition code to seal with; the one in the review counts where none is given.
    """
    condition = condition or review.condition
    if outcome is Outcome.RETURNED:
        says_why = condition or review.feedback.strip() or False in review.completeness.values()
        return () if says_why else (Block(code=BlockCode.REASON_MISSING),)
    blocks = _completeness_blocks(outcome, review, rubric)
    award = award_blocks(rubric.award_rule, rubric, review.scores)
    if outcome is Outcome.AWARD:
        blocks += award
        if condition is not None:
            blocks += (Block(code=BlockCode.CONDITION_SET, ids=(condition.value,)),)
    else:
        blocks += tuple(block for block in award if block.code is BlockCode.NOT_SCORED)
        blocks += _reason_blocks(review, rubric, condition, award)
    return blocks + _comment_blocks(review, rubric, policy)


def seal(
    outcome: Outcome, review: Review, rubric: Rubric, policy: Policy, condition: Condition | None = None
) -> Decision:
    """Returns the decision that the review carries.

    A returned submission is not scored, so its decision holds no scores.

    Raises:
        SealRefusedError: Something is missing.
    """
    blocks = decision_blocks(outcome, review, rubric, policy, condition)
    if blocks:
        raise SealRefusedError(blocks)
    answered = review.completeness
    return Decision(
        outcome=outcome,
        scores={} if outcome is Outcome.RETURNED else _sealed_scores(review, rubric),
        completeness={check.id: answered[check.id] for check in rubric.completeness if check.id in answered},
        condition=condition or review.condition,
        feedback=review.feedback,
    )


def _sealed_scores(review: Review, rubric: Rubric) -> dict[str, DecisionScore]:
    sealed = {}
    scores, comments, citations = review.scores, review.comments, review.citations
    for criterion in rubric.criteria:
        level = criterion.find(scores[criterion.id])
        assert level is not None, "a score names a level of its criterion"
        cited = citations.get(criterion.id, ())
        sealed[criterion.id] = DecisionScore(
            level=level.id,
            points=level.points,
            comment=comments.get(criterion.id, ""),
            citations=tuple(dict.fromkeys(_written(each) for each in cited)),
            quotes=_lines(
                (_written(each), each.place.quote) for each in cited if isinstance(each.place, PageRegion | Whole)
            ),
            citation_comments=_lines((_written(each), each.text) for each in cited),
        )
    return sealed


def _written(citation: Citation) -> str:
    return format_citation(citation.evidence, citation.place)


def _lines(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    # The same place may be cited twice for two sentences on it: both are kept.
    found: dict[str, list[str]] = {}
    for place, text in texts:
        if text and text not in found.setdefault(place, []):
            found[place].append(text)
    return {place: "\n".join(each) for place, each in found.items() if each}


def _completeness_blocks(outcome: Outcome, review: Review, rubric: Rubric) -> tuple[Block, ...]:
    answers = review.completeness
    open_checks = tuple(check.id for check in rubric.completeness if check.id not in answers)
    blocks: tuple[Block, ...] = ()
    if open_checks:
        blocks += (Block(code=BlockCode.CHECK_NOT_ANSWERED, ids=open_checks),)
    failed = tuple(check.id for check in rubric.completeness if answers.get(check.id) is False)
    if failed and outcome is Outcome.AWARD:
        blocks += (Block(code=BlockCode.CHECK_ANSWERED_NO, ids=failed, reachable=False),)
    return blocks


def _reason_blocks(
    review: Review, rubric: Rubric, condition: Condition | None, award: tuple[Block, ...]
) -> tuple[Block, ...]:
    # Scores that would earn the award, and yet no award: the educator must be told why.
    if award or condition or False in review.completeness.values() or needs_judgement(rubric.award_rule):
        return ()
    return () if review.feedback.strip() else (Block(code=BlockCode.REASON_MISSING),)


def _comment_blocks(review: Review, rubric: Rubric, policy: Policy) -> tuple[Block, ...]:
    if not policy.comment_below_pass:
        return ()
    scores, comments = rubric.known(review.scores), review.comments
    bare = tuple(
        c.id for c in rubric.criteria if c.id in scores and not c.passes(scores[c.id]) and c.id not in comments
    )
    return (Block(code=BlockCode.COMMENT_MISSING, ids=bare),) if bare else ()
