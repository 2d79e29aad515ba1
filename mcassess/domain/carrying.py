"""Carrying over: which scores of an earlier attempt still stand in the next one. Recording them is a job's affair.

Only what was not met has to be revised by the educator; what was met carries over, as a draft that shows where it is
from, and that the assessor may change like any other score.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mcassess.domain.changes import ChangeKind, ChangeValue, Entry
from mcassess.domain.citation import Citation
from mcassess.domain.kinds import EarlierScores
from mcassess.domain.review import Review, citation_value
from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import EarlierScore, Evidence, Policy, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedScore:
    """One score that carries over.

    Attributes:
        attempt: The attempt that it is from.
        citations: Those whose evidence came again unchanged.
        changed: Ids of cited evidence that changed or did not come again: the score wants another look.
    """

    criterion: str
    level: str
    comment: str
    attempt: int
    citations: tuple[Citation, ...] = ()
    changed: tuple[str, ...] = ()


def may_carry(when: EarlierScores, *, own: bool) -> bool:
    """Returns whether the policy lets earlier scores be carried over.

    Args:
        when: The policy's word on earlier scores.
        own: Whether the assessor gave them herself; those of others come before her own only where always shown.
    """
    return when is EarlierScores.ALWAYS or (own and when is EarlierScores.AFTER_MINE)


def carried_scores(
    *,
    attempt: int,
    scores: Mapping[str, EarlierScore],
    citations: Mapping[str, Sequence[Citation]],
    before: Sequence[Evidence],
    now: Sequence[Evidence],
    rubric: Rubric,
    met_only: bool = True,
) -> tuple[CarriedScore, ...]:
    """Returns the scores that carry over, in the order of the rubric: those that reached their pass level.

    Args:
        attempt: The earlier attempt.
        scores: What it received.
        citations: What its scores rest on, by criterion, where that is known.
        before: Its evidence.
        now: The evidence of the present attempt.
        rubric: That the present attempt is judged by; a level that it does not know carries nothing over.
        met_only: False carries those below their pass level too: nobody has told the educator of them.
    """
    changed = changed_evidence(before, now)
    found = []
    for criterion in rubric.criteria:
        score = scores.get(criterion.id)
        if score is None or criterion.find(score.level) is None:
            continue
        if met_only and not criterion.passes(score.level):
            continue
        cited = citations.get(criterion.id, ())
        found.append(
            CarriedScore(
                criterion=criterion.id,
                level=score.level,
                comment=score.comment,
                attempt=attempt,
                citations=tuple(each for each in cited if each.evidence not in changed),
                changed=tuple(dict.fromkeys(each.evidence for each in cited if each.evidence in changed)),
            )
        )
    return tuple(found)


def changed_evidence(before: Sequence[Evidence], now: Sequence[Evidence]) -> frozenset[str]:
    """Returns the ids of earlier evidence that did not come again as it was."""
    again = {piece.id: _substance(piece) for piece in now}
    return frozenset(piece.id for piece in before if again.get(piece.id) != _substance(piece))


def carrying_entries(carried: Sequence[CarriedScore], present: Review, new_id: Callable[[], str]) -> tuple[Entry, ...]:
    """Returns what has to be recorded so that scores carry over; what the assessor has scored already stays hers."""
    entries: list[Entry] = []
    for each in carried:
        if each.criterion in present.scores:
            continue
        entries.append(Entry(kind=ChangeKind.SCORE, target=each.criterion, value=each.level))
        if each.comment and each.criterion not in present.comments:
            entries.append(Entry(kind=ChangeKind.COMMENT, target=each.criterion, value=each.comment))
        for cited in each.citations:
            value = citation_value(each.criterion, cited.evidence, cited.place, cited.text)
            entries.append(Entry(kind=ChangeKind.CITATION, target=new_id(), value=value))
        changed: list[ChangeValue] = list(each.changed)
        origin: dict[str, ChangeValue] = {"attempt": each.attempt, "level": each.level, "changed": changed}
        entries.append(Entry(kind=ChangeKind.CARRIED, target=each.criterion, value=origin))
    return tuple(entries)


def draft_entries(
    submission: Submission,
    rubric: Rubric,
    policy: Policy,
    *,
    attempt: int,
    own: Review,
    present: Review,
    new_id: Callable[[], str],
) -> tuple[Entry, ...]:
    """Returns what makes a draft of the present attempt from a review of an earlier one that was never decided on.

    Scores and comments carry over, whatever the level; each score names the cited evidence that has changed since.
    Where the programme never shows earlier scores, nothing carries over.

    Args:
        submission: In its present attempt.
        rubric: That it is judged by.
        policy: Of the programme.
        attempt: The earlier attempt.
        own: The assessor's review of it.
        present: Her review of the present attempt; what stands in it stays.
        new_id: Makes the ids of citations.
    """
    if policy.earlier_scores is EarlierScores.NEVER:
        return ()
    past = submission.earlier_attempt(attempt)
    comments = own.comments
    carried = carried_scores(
        attempt=attempt,
        scores={name: EarlierScore(level=level, comment=comments.get(name, "")) for name, level in own.scores.items()},
        citations=own.citations,
        before=past.evidence if past is not None else (),
        now=submission.evidence,
        rubric=rubric,
        met_only=False,
    )
    return carrying_entries(carried, present, new_id)


def moving_entries(review: Review, before: Rubric | None, now: Rubric) -> tuple[Entry, ...]:
    """Returns what has to be recorded so that a review fits another version of its rubric.

    What stands in both versions alike keeps its score. A criterion that was reworded, added or re-levelled is to be
    scored anew; its comment and citations stay.

    Args:
        review: Made on the version before.
        before: That version; None where it is not known, so that nothing can be compared.
        now: The version that counts now.
    """
    known = {criterion.id: criterion for criterion in before.criteria} if before is not None else {}
    same = {criterion.id for criterion in now.criteria if known.get(criterion.id) == criterion}
    return tuple(Entry(kind=ChangeKind.SCORE, target=each) for each in review.scores if each not in same)


def _substance(piece: Evidence) -> tuple[str | None, str | None, str | None]:
    return (piece.content.sha256 if piece.content else None, piece.url, piece.text)
