"""Carrying over into a draft what was met in the attempt before. Which scores those are is in domain/carrying.py."""

from collections.abc import Mapping, Sequence

from mcassess.domain.carrying import CarriedScore, carried_scores, carrying_entries, may_carry
from mcassess.domain.citation import Citation
from mcassess.domain.review import Review
from mcassess.domain.submission import EarlierAttempt, EarlierScore
from mcassess.errors import RefusedError
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.sessions import Reading
from mcassess.store.submissions import StoredSubmission
from mcassess.texts import tr


def carry_over(library: Library, key: int) -> ChangeSet:
    """Carries the scores that were met, their comments and citations over from the attempt before, as one action.

    What the assessor has scored in the present attempt already stays as it is.

    Raises:
        RefusedError: There is no earlier attempt, nothing in it carries over, the policy hides its scores, or the
            review is sealed.
    """
    with library.write("carry-over") as writing:
        stored = writing.submissions.get(key)
        carried = _carried(writing, stored)
        entries = carrying_entries(carried, writing.reviews.get(key), library.clock.new_id)
        if not entries:
            raise RefusedError(tr("Nothing carries over: no criterion was met before that is not scored already."))
        writing.reviews.append(key, entries)
    return writing.change_set


def _carried(reading: Reading, stored: StoredSubmission) -> tuple[CarriedScore, ...]:
    submission = stored.submission
    past = max(submission.earlier, key=lambda each: each.attempt, default=None)
    if past is None:
        raise RefusedError(tr("This is the first attempt, so nothing carries over."))
    own = _own_review(reading, stored.key, past)
    if not may_carry(stored.microcredential.policy.earlier_scores, own=own is not None):
        raise RefusedError(tr("The programme keeps earlier scores from assessors, so nothing carries over."))
    scores: Mapping[str, EarlierScore] = past.decision.scores if past.decision else {}
    citations: Mapping[str, Sequence[Citation]] = {}
    if own is not None:
        scores = {
            each: EarlierScore(level=level, comment=own.comments.get(each, "")) for each, level in own.scores.items()
        }
        citations = own.citations
    return carried_scores(
        attempt=past.attempt,
        scores=scores,
        citations=citations,
        before=past.evidence,
        now=submission.evidence,
        rubric=stored.rubric,
    )


def _own_review(reading: Reading, key: int, past: EarlierAttempt) -> Review | None:
    """Returns the review that the assessor sealed on an earlier attempt herself, or None."""
    return reading.reviews.get(key, past.attempt) if reading.outbox.sealed(key, past.attempt) is not None else None
