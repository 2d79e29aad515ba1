"""Freezing: from a sealed decision to the bytes that are sent. Pure; the outbox row is the caller's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mcassess.domain.decision import Decision
from mcassess.domain.submission import Submission
from mcassess.sync import wire

DECISION_SUBMIT = "decision.submit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """How far the laptop's clock stood from the platform's when they last spoke.

    Attributes:
        offset_ms: The platform's clock minus the laptop's, in milliseconds; None if they never spoke.
        measured_at: When that was, by the laptop's clock.
    """

    offset_ms: int | None = None
    measured_at: datetime | None = None


def freeze_decision(
    decision: Decision,
    submission: Submission,
    *,
    op_id: str,
    device_id: str,
    device_seq: int,
    sealed_at: datetime,
    clock: ClockReading,
) -> bytes:
    """Returns the canonical bytes of a ``decision.submit``; they are stored, hashed and sent as they are.

    Args:
        submission: As it was pulled: the decision rests on its version, attempt, rubric and fence.
        sealed_at: By the laptop's clock; the platform orders nothing by it.

    Raises:
        ValueError: The decision holds something that has no canonical form.
    """
    age = None
    if clock.offset_ms is not None and clock.measured_at is not None:
        age = max(0, round((sealed_at - clock.measured_at).total_seconds()))
    op = wire.Op(
        op_id=op_id,
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
        body=_body(decision),
        client_time=sealed_at,
        clock=wire.OpClock(offset_ms=clock.offset_ms, measured_age_s=age),
    )
    return wire.op_bytes(op)


def _body(decision: Decision) -> dict[str, Any]:
    body: dict[str, Any] = wire.decision_adapter().dump_python(decision, mode="json")
    return body
