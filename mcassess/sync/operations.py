"""Freezing: from what an assessor decides or reports to the bytes that are sent. The outbox row is the caller's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mcassess.clock import Clock
from mcassess.domain.decision import Decision
from mcassess.store.accounts import Account
from mcassess.store.submissions import StoredSubmission
from mcassess.sync import wire
from mcassess.sync.wire_uploads import Attachment

DECISION_SUBMIT = "decision.submit"
DECISION_REVISE = "decision.revise"
COMMENT_ADD = "comment.add"
COMMENT_AMEND = "comment.amend"
COMMENT_REMOVE = "comment.remove"
CLAIM_RELEASE = "claim.release"
EVIDENCE_REPORT = "evidence.report"
REVIEW_REQUEST = "review.request"
SECOND_OPINION = "second_opinion.submit"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenOperation:
    """One operation as it is stored, hashed and sent.

    Attributes:
        payload: Canonical JSON; never altered.
    """

    op_id: str
    device_seq: int
    kind: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends an operation, and as which in her order.

    Attributes:
        account: On the platform that it goes to.
        device_seq: Its number in the order of this library.
    """

    account: Account
    device_id: str
    device_seq: int
    clock: Clock


def freeze(kind: str, body: dict[str, Any], base: wire.OpBase, submission_id: str, sender: Sender) -> FrozenOperation:
    """Returns an operation of any kind. Its times are for the record: the platform orders nothing by them.

    Args:
        kind: As the protocol names it.
        body: Plain JSON, in the shape of the kind.
        base: The platform's state that it rests on.
        submission_id: The platform's id.
        sender: Who sends it.

    Raises:
        ValueError: The body holds something that has no canonical form.
    """
    account, now = sender.account, sender.clock.now()
    age_s = None
    if account.clock_offset_ms is not None and account.last_sync_at is not None:
        age_s = max(0, round((now - account.last_sync_at).total_seconds()))
    op = wire.Op(
        op_id=sender.clock.new_id(),
        device_id=sender.device_id,
        device_seq=sender.device_seq,
        kind=kind,
        submission_id=submission_id,
        base=base,
        body=body,
        client_time=now,
        clock=wire.OpClock(offset_ms=account.clock_offset_ms, measured_age_s=age_s),
    )
    return FrozenOperation(op_id=op.op_id, device_seq=op.device_seq, kind=kind, payload=wire.op_bytes(op))


def freeze_revision(
    decision: Decision,
    stored: StoredSubmission,
    version: int,
    reason: str,
    sender: Sender,
    attachments: Sequence[Attachment] = (),
) -> FrozenOperation:
    """Returns a ``decision.revise`` that takes the place of her decision of this version.

    Args:
        decision: As it shall be.
        stored: What it is about.
        version: Of the decision that it takes the place of.
        reason: Why it is another one now.
        sender: Who sends it.
        attachments: All files that belong to it, those of the former version that stay too.

    Raises:
        ValueError: The decision holds something that has no canonical form.
    """
    body = _body(decision, attachments) | {"reason": reason}
    base = base_of(stored).model_copy(update={"decision_version": version})
    return freeze(DECISION_REVISE, body, base, stored.submission.id, sender)


def base_of(stored: StoredSubmission) -> wire.OpBase:
    """Returns the platform's state of a submission as it was pulled."""
    submission = stored.submission
    return wire.OpBase(
        submission_version=submission.version,
        attempt=submission.attempt,
        evidence_sha256=wire.evidence_digest(submission.evidence),
        rubric=wire.NamedRubric(
            id=submission.rubric.id, version=submission.rubric.version, sha256=stored.rubric_sha256
        ),
        fence=submission.fence,
    )


def freeze_decision(
    decision: Decision,
    stored: StoredSubmission,
    *,
    account: Account,
    device_id: str,
    device_seq: int,
    clock: Clock,
    attachments: Sequence[Attachment] = (),
) -> FrozenOperation:
    """Returns a ``decision.submit`` that rests on the submission as it was pulled.

    Args:
        decision: What was decided.
        stored: The submission.
        account: On the platform that it goes to.
        device_id: This library's.
        device_seq: The operation's number in the order of this library.
        clock: Tells the time.
        attachments: Files that belong to it; they come up after it.

    Raises:
        ValueError: The decision holds something that has no canonical form.
    """
    sender = Sender(account=account, device_id=device_id, device_seq=device_seq, clock=clock)
    return freeze(DECISION_SUBMIT, _body(decision, attachments), base_of(stored), stored.submission.id, sender)


def _body(decision: Decision, attachments: Sequence[Attachment]) -> dict[str, Any]:
    body: dict[str, Any] = wire.decision_adapter().dump_python(decision, mode="json")
    if attachments:
        body["attachments"] = [each.model_dump(mode="json") for each in attachments]
    return body
