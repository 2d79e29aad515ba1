"""What each person may see: whose turn a submission is, and what is left of it where the policy is blind."""

import hashlib
import hmac
import re
from dataclasses import replace
from datetime import datetime

from mcassess.domain.kinds import EarlierScores, SubmissionState
from mcassess.domain.submission import Claim, EarlierAttempt, Educator, Evidence, Policy, Submission
from mcassess.server.involved import APPROVER, ASSESSOR, COORDINATOR, Hold, Involved, awaits_approver, seats
from mcassess.server.records import Person
from mcassess.sync.wire import RemoveReason

_SHORTEST = 3
"""Letters that a part of a name has at least to be looked for alone."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FILE_NAME = re.compile(r"\S\.[A-Za-z][A-Za-z0-9]{1,4}$")


def sight(person: Person, submission: Submission, policy: Policy, involved: Involved) -> Submission | RemoveReason:
    """Returns a submission as a person stands to it, or why it is not (or no longer) hers.

    Her own recommendation settles it for her, although the platform still waits for others.
    """
    if submission.state in {SubmissionState.WITHDRAWN, SubmissionState.SUPERSEDED}:
        return "withdrawn" if submission.state is SubmissionState.WITHDRAWN else "superseded"
    if person.role == COORDINATOR:
        return _with_claim(submission, next(iter(involved.holds), None), person, hidden=False)
    if (reason := not_hers(person, submission, involved)) is not None:
        return reason
    mine = involved.vote_of(person.id)
    if mine is not None:
        return replace(submission, state=SubmissionState.DECIDED, decision_id=mine.id)
    if submission.state is SubmissionState.DECIDED or person.id in involved.former:
        return "decided_elsewhere"
    if person.role == APPROVER and not awaits_approver(policy, involved):
        return "out_of_scope"
    return _undecided(person, submission, policy, involved)


def not_hers(person: Person, submission: Submission, involved: Involved) -> RemoveReason | None:
    """Returns why a person may not have to do with a submission at all; None if she may."""
    if person.id in involved.recused:
        return "reassigned"
    if person.scope is not None and submission.microcredential not in person.scope:
        return "out_of_scope"
    return None


def _undecided(person: Person, submission: Submission, policy: Policy, involved: Involved) -> Submission | RemoveReason:
    places = seats(person.role, policy, involved.appeal)
    if person.role == ASSESSOR and len(involved.recommendations) >= places:
        return "decided_elsewhere"
    mine = involved.hold_of(person.id)
    if mine is not None:
        return _with_claim(replace(submission, fence=mine.fence), mine, person, hidden=False)
    taken = involved.taken(person)
    if not involved.is_assigned(person) and len(taken) >= places:
        return "reassigned"
    held = [hold for hold in involved.held(person) if hold.person not in taken]
    if held and len(taken) + len(held) >= places:
        return _with_claim(submission, max(held, key=lambda hold: hold.expires_at), person, hidden=places > 1)
    return submission


def _with_claim(submission: Submission, hold: Hold | None, person: Person, *, hidden: bool) -> Submission:
    if hold is None or submission.state is not SubmissionState.OPEN:
        return submission
    # Two who assess blind to each other do not hear each other's names.
    claim = Claim(
        assessor_id="" if hidden else hold.person,
        device_id=hold.device if hold.person == person.id else "",
        fence=hold.fence,
        expires_at=datetime.fromisoformat(hold.expires_at),
    )
    return replace(submission, state=SubmissionState.CLAIMED, claim=claim)


def shown(submission: Submission, policy: Policy, secret: bytes, *, appealed: bool = False) -> Submission:
    """Returns a submission without what its policy hides: who the educator is, earlier scores.

    Evidence that may not be used for scoring is marked as not available. Whoever answers an appeal sees no scores
    of earlier attempts: hers is a score of its own.
    """
    hide = _Hider(submission.educator, blind=policy.blind)
    educator = _alias(submission.educator, secret) if policy.blind else submission.educator
    return replace(
        submission,
        educator=educator,
        evidence=_evidence(submission.evidence, hide),
        earlier=tuple(
            _earlier(past, hide, unscored=appealed or policy.earlier_scores is EarlierScores.NEVER)
            for past in submission.earlier
        ),
    )


def may_be_fetched(piece: Evidence) -> bool:
    """Tells whether an assessor may have a piece's files, words or address: not without consent to scoring."""
    return piece.available and piece.consent.scoring


class _Hider:
    """Takes out of texts who the educator is: her name, whole or in part, and any e-mail address."""

    def __init__(self, educator: Educator, *, blind: bool) -> None:
        parts = (educator.name or "").split() if blind else []
        self.blind = blind
        whole = r"(?i:" + r"\s+".join(map(re.escape, parts)) + ")"
        # A part alone only as a name is written: the same letters may be another word.
        alone = [rf"\b{re.escape(form)}\b" for part in parts if len(part) >= _SHORTEST for form in (part, part.upper())]
        self._name = re.compile("|".join([whole, *alone])) if parts else None
        self._alias = educator.alias or "the educator"

    def text(self, text: str) -> str:
        """Returns a text without the name."""
        if not self.blind:
            return text
        text = _ADDRESS.sub(lambda _: self._alias, text)
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
            text=None if piece.text is None or not may_be_fetched(piece) else hide.text(piece.text),
            url=piece.url if may_be_fetched(piece) else None,
            pointers=tuple(replace(pointer, text=hide.text(pointer.text)) for pointer in piece.pointers),
            available=may_be_fetched(piece),
        )
        for piece in evidence
    )


def _title(piece: Evidence, hide: _Hider) -> str:
    # Educators' file names carry their names; a title that is one does not leave a blind platform.
    return f"{piece.kind.value} {piece.id}" if hide.blind and _FILE_NAME.search(piece.title) else hide.text(piece.title)


def _earlier(past: EarlierAttempt, hide: _Hider, *, unscored: bool) -> EarlierAttempt:
    decision = past.decision
    if decision is not None:
        scores = {} if unscored else decision.scores
        decision = replace(
            decision,
            scores={key: replace(score, comment=hide.text(score.comment)) for key, score in scores.items()},
            feedback=hide.text(decision.feedback),
        )
    return replace(past, evidence=_evidence(past.evidence, hide), decision=decision)
