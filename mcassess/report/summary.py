"""A review summary as plain values, made of domain objects. Its looks are in pdf.py, its JSON in document.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mcassess.domain.award import AwardRule, EveryOf, MinimumPerRequirement, Total
from mcassess.domain.citation import PageRegion, Place, Whole, format_citation, parse_citation
from mcassess.domain.decision import Decision
from mcassess.domain.kinds import Condition, Outcome
from mcassess.domain.review import Review
from mcassess.domain.rubric import Criterion, Rubric
from mcassess.domain.submission import MicroCredential, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationSummary:
    """A cited place.

    Attributes:
        written: The citation in its written form, see domain/citation.py.
        evidence: Title of the piece of evidence.
        place: Without the words that stand there; they are the quote.
        still: A PNG of the place, where pictures may leave.
    """

    written: str
    evidence: str
    place: Place
    quote: str = ""
    text: str = ""
    still: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSummary:
    """One level of a criterion.

    Attributes:
        passes: Whether it reaches the pass level; None where the criterion has none.
    """

    title: str
    description: str
    points: float
    chosen: bool
    passes: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSummary:
    """One criterion: all of its levels in order, at most one of them chosen."""

    number: int
    title: str
    description: str
    levels: tuple[LevelSummary, ...]
    comment: str = ""
    citations: tuple[CitationSummary, ...] = ()

    @property
    def chosen(self) -> LevelSummary | None:
        """The level that was chosen, or None in a draft."""
        return next((level for level in self.levels if level.chosen), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementSummary:
    """A group of criteria; its title may be empty."""

    title: str
    criteria: tuple[CriterionSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSummary:
    """A completeness check and its answer; None in a draft or where the submission was returned before it."""

    text: str
    answer: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary:
    """All that a summary of one review says.

    Attributes:
        submission: The platform's id; empty where names are left out.
        educator: Alias or name, as the policy has it; empty where names are left out.
        submitted_at: Shown in the time zone that it comes in, and so is ``decided_at``.
        assessor: Name; may be empty.
        sealed: False for a draft.
        outcome: None for a draft.
        requirements: Empty where nothing is scored because the submission was returned.
        points: Points of the chosen levels, where the award rule counts points.
        points_needed: What the award rule asks for in total; None where it asks for no total.
        time_spent_ms: None where it is not to be shown.
    """

    submission: str
    programme: str
    microcredential: str
    stack: str
    rubric: str
    rubric_version: int
    educator: str
    attempt: int
    attempts_max: int | None
    submitted_at: datetime | None
    decided_at: datetime | None
    assessor: str
    sealed: bool
    outcome: Outcome | None
    condition: Condition | None
    requirements: tuple[RequirementSummary, ...]
    completeness: tuple[AnswerSummary, ...]
    feedback: str
    points: float | None = None
    points_needed: float | None = None
    time_spent_ms: int | None = None

    @property
    def criteria(self) -> tuple[CriterionSummary, ...]:
        """All criteria, in the order of the rubric."""
        return tuple(criterion for requirement in self.requirements for criterion in requirement.criteria)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryOptions:
    """What a summary says beyond the review itself.

    Attributes:
        programme: Name of the programme; may be empty.
        assessor: Name of the assessor; may be empty.
        decided_at: When the decision was sealed; None for a draft.
        stills: PNGs by citation in written form; the caller sees to it that the policy lets pictures leave.
        time_spent: Whether the time that the review took is shown.
    """

    programme: str = ""
    assessor: str = ""
    decided_at: datetime | None = None
    stills: Mapping[str, bytes] | None = None
    time_spent: bool = False


def summarise(
    submission: Submission,
    microcredential: MicroCredential,
    rubric: Rubric,
    review: Review,
    decision: Decision | None = None,
    options: SummaryOptions | None = None,
) -> ReviewSummary:
    """Returns the summary of a review.

    Args:
        decision: The sealed decision; what it holds is what is shown. Without it, the summary is a draft of the review.
    """
    options = options or SummaryOptions()
    titles = {piece.id: piece.title for piece in submission.evidence}
    work = _sealed_work(decision, titles) if decision else _draft_work(review, titles)
    scores = {name: each.level for name, each in work.items() if each.level}
    counted = _counts_points(rubric.award_rule)
    returned = decision is not None and decision.outcome is Outcome.RETURNED
    answers = decision.completeness if decision else review.completeness
    return ReviewSummary(
        submission=submission.id,
        programme=options.programme,
        microcredential=microcredential.title,
        stack=microcredential.stack.title if microcredential.stack else "",
        rubric=rubric.title,
        rubric_version=rubric.version,
        educator=submission.educator.shown(blind=microcredential.policy.blind),
        attempt=submission.attempt,
        attempts_max=microcredential.policy.attempts_max,
        submitted_at=submission.submitted_at,
        decided_at=options.decided_at if decision else None,
        assessor=options.assessor,
        sealed=decision is not None,
        outcome=decision.outcome if decision else None,
        condition=decision.condition if decision else review.condition,
        requirements=() if returned else _requirements(rubric, work, options.stills or {}),
        completeness=tuple(AnswerSummary(text=k.text, answer=answers.get(k.id)) for k in rubric.completeness),
        feedback=decision.feedback if decision else review.feedback,
        points=_points(rubric, scores) if counted and not returned else None,
        points_needed=_total_needed(rubric.award_rule) if not returned else None,
        time_spent_ms=review.time_spent_ms if options.time_spent else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What stands on one criterion, from a decision or a draft."""

    level: str = ""
    comment: str = ""
    citations: tuple[CitationSummary, ...] = ()


def _sealed_work(decision: Decision, titles: Mapping[str, str]) -> dict[str, _Work]:
    return {
        criterion: _Work(
            level=score.level,
            comment=score.comment,
            citations=tuple(
                _citation(written, titles, score.quotes.get(written, ""), score.citation_comments.get(written, ""))
                for written in score.citations
            ),
        )
        for criterion, score in decision.scores.items()
    }


def _draft_work(review: Review, titles: Mapping[str, str]) -> dict[str, _Work]:
    scores, comments, citations = review.scores, review.comments, review.citations
    return {
        criterion: _Work(
            level=scores.get(criterion, ""),
            comment=comments.get(criterion, ""),
            citations=tuple(
                _citation(
                    format_citation(each.evidence, each.place),
                    titles,
                    each.place.quote if isinstance(each.place, PageRegion | Whole) else "",
                    each.text,
                )
                for each in citations.get(criterion, ())
            ),
        )
        for criterion in {**scores, **comments, **citations}
    }


def _citation(written: str, titles: Mapping[str, str], quote: str, text: str) -> CitationSummary:
    evidence, place = parse_citation(written)
    title = titles.get(evidence, evidence)
    return CitationSummary(written=written, evidence=title, place=place, quote=quote, text=text)


def _requirements(
    rubric: Rubric, work: Mapping[str, _Work], stills: Mapping[str, bytes]
) -> tuple[RequirementSummary, ...]:
    numbers = {criterion.id: number for number, criterion in enumerate(rubric.criteria, 1)}
    return tuple(
        RequirementSummary(
            title=requirement.title,
            criteria=tuple(
                _criterion(criterion, numbers[criterion.id], work.get(criterion.id, _Work()), stills)
                for criterion in requirement.criteria
            ),
        )
        for requirement in rubric.requirements
        if requirement.criteria
    )


def _criterion(criterion: Criterion, number: int, work: _Work, stills: Mapping[str, bytes]) -> CriterionSummary:
    levels = tuple(
        LevelSummary(
            title=level.title,
            description=level.description,
            points=level.points,
            chosen=level.id == work.level,
            passes=criterion.passes(level.id) if criterion.pass_level is not None else None,
        )
        for level in criterion.levels
    )
    citations = tuple(replace(each, still=stills.get(each.written)) for each in work.citations)
    return CriterionSummary(
        number=number,
        title=criterion.title,
        description=criterion.description,
        levels=levels,
        comment=work.comment,
        citations=citations,
    )


def _rules(rule: AwardRule) -> Iterable[AwardRule]:
    yield rule
    for inner in getattr(rule, "rules", ()):
        yield from _rules(inner)


def _counts_points(rule: AwardRule) -> bool:
    return any(isinstance(each, Total | MinimumPerRequirement) for each in _rules(rule))


def _total_needed(rule: AwardRule) -> float | None:
    # Where a total is only one of several ways to an award, no single number is needed.
    parts = rule.rules if isinstance(rule, EveryOf) else (rule,)
    return max((each.at_least for each in parts if isinstance(each, Total)), default=None)


def _points(rubric: Rubric, scores: Mapping[str, str]) -> float:
    chosen = (c.find(scores[c.id]) for c in rubric.criteria if c.id in scores)
    return sum(level.points for level in chosen if level is not None)
