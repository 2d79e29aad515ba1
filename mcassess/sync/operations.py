"""Freezing: from a sealed decision to the bytes that are sent. Pure; the outbox row is the caller's."""

from dataclasses import dataclass

from mcassess.clock import Clock
from mcassess.domain.decision import Decision
from mcassess.store.accounts import Account
from mcassess.store.submissions import StoredSubmission
from mcassess.sync import wire

DECISION_SUBMIT = "decision.submit"


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


def freeze_decision(
    decision: Decision,
    stored: StoredSubmission,
    *,
    account: Account,
    device_id: str,
    device_seq: int,
    clock: Clock,
) -> FrozenOperation:
    """Returns a ``decision.submit`` that rests on the submission as it was pulled.

    Its times are for the record: the platform orders nothing by them.

    Raises:
        ValueError: The decision holds something that has no canonical form.
    """
    submission, now = stored.submission, clock.now()
    age_s = None
    if account.clock_offset_ms is not None and account.last_sync_at is not None:
        age_s = max(0, round((now - account.last_sync_at).total_seconds()))
    op = wire.Op(
        op_id=clock.new_id(),
        device_id=device_id,
        device_seq=device_seq,
        kind=DECISION_SUBMIT,
        submission_id=submission.id,
        base=wire.OpBase(
            submission_version=submission.version,
            attempt=submission.attempt,
            rubric=submission.rubric,
            fence=submission.fence,
        ),
        body=wire.decision_adapter().dump_python(decision, mode="json"),
        client_time=now,
        clock=wire.OpClock(offset_ms=account.clock_offset_ms, measured_age_s=age_s),
    )
    return FrozenOperation(op_id=op.op_id, device_seq=device_seq, kind=op.kind, payload=wire.op_bytes(op))
