"""What each person may see: whose turn a submission is, and what is left of it where the policy is blind."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mcassess.domain.kinds import EarlierScores, SubmissionState
from mcassess.domain.submission import EarlierAttempt, Educator, Evidence, Policy, Submission
from mcassess.server.records import Person
from mcassess.sync.wire import RemoveReason

_FILE_NAME = re.compile(r"\S\.[A-Za-z][A-Za-z0-9]{1,4}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """An accepted decision on the present attempt: whose, and whether it settled the matter."""

    id: str
    person: str
    final: bool


def recommendations(votes: Sequence[Vote]) -> int:
    """Returns how many assessors have recommended something on the present attempt."""
    return sum(not vote.final for vote in votes)


def awaits_approver(policy: Policy, votes: Sequence[Vote]) -> bool:
    """Tells whether all assessors are done and an approver has to decide."""
    return policy.approver and recommendations(votes) >= policy.assessors


def sight(person: Person, submission: Submission, policy: Policy, votes: Sequence[Vote]) -> Submission | RemoveReason:
    """Returns a submission as a person stands to it, or why it is not (or no longer) hers.

    Her own recommendation settles it for her, although the platform still waits for others.
    """
    if submission.state in {SubmissionState.WITHDRAWN, SubmissionState.SUPERSEDED}:
        return "withdrawn" if submission.state is SubmissionState.WITHDRAWN else "superseded"
    if person.role == "coordinator":
        return submission
    mine = next((vote for vote in votes if vote.person == person.id), None)
    if mine is not None:
        return replace(submission, state=SubmissionState.DECIDED, decision_id=mine.id)
    if submission.state is SubmissionState.DECIDED:
        return "decided_elsewhere"
    if person.role == "approver":
        return submission if awaits_approver(policy, votes) else "out_of_scope"
    return submission if recommendations(votes) < policy.assessors else "decided_elsewhere"


def shown(submission: Submission, policy: Policy, secret: bytes) -> Submission:
    """Returns a submission without what its policy hides: who the educator is, earlier scores.

    Evidence that may not be used for scoring is marked as not available.
    """
    hide = _Hider(submission.educator, blind=policy.blind)
    educator = _alias(submission.educator, secret) if policy.blind else submission.educator
    return replace(
        submission,
        educator=educator,
        evidence=_evidence(submission.evidence, hide),
        earlier=tuple(_earlier(past, policy, hide) for past in submission.earlier),
    )


def may_be_fetched(piece: Evidence) -> bool:
    """Tells whether an assessor may have a piece's files: not without consent to scoring."""
    return piece.available and piece.consent.scoring


class _Hider:
    """Takes the educator's full name out of texts; it would be looked for there first."""

    def __init__(self, educator: Educator, *, blind: bool) -> None:
        parts = (educator.name or "").split() if blind else []
        self.blind = blind
        self._name = re.compile(r"\s+".join(map(re.escape, parts)), re.IGNORECASE) if parts else None
        self._alias = educator.alias or "the educator"

    def text(self, text: str) -> str:
        """Returns a text without the name."""
        return text if self._name is None else self._name.sub(lambda _: self._alias, text)


def _alias(educator: Educator, secret: bytes) -> Educator:
    # The platform's own id of an educator is often her e-mail address or staff number.
    mark = hmac.new(secret, educator.id.encode(), hashlib.sha256).hexdigest()
    return Educator(id=f"educator-{mark[:16]}", alias=educator.alias or f"Educator {mark[:4].upper()}")


def _evidence(evidence: tuple[Evidence, ...], hide: _Hider) -> tuple[Evidence, ...]:
    return tuple(
        replace(
            piece,
            title=_title(piece, hide),
            text=None if piece.text is None else hide.text(piece.text),
            pointers=tuple(replace(pointer, text=hide.text(pointer.text)) for pointer in piece.pointers),
            available=may_be_fetched(piece),
        )
        for piece in evidence
    )


def _title(piece: Evidence, hide: _Hider) -> str:
    # Educators' file names carry their names; a title that is one does not leave a blind platform.
    return f"{piece.kind.value} {piece.id}" if hide.blind and _FILE_NAME.search(piece.title) else hide.text(piece.title)


def _earlier(past: EarlierAttempt, policy: Policy, hide: _Hider) -> EarlierAttempt:
    decision = past.decision
    if decision is not None:
        never = policy.earlier_scores is EarlierScores.NEVER
        scores = {} if never else decision.scores
        decision = replace(
            decision,
            scores={key: replace(score, comment=hide.text(score.comment)) for key, score in scores.items()},
            feedback=hide.text(decision.feedback),
        )
    return replace(past, evidence=_evidence(past.evidence, hide), decision=decision)
