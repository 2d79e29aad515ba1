"""One operation in hand: what it is, whose, what it is about, and the answers that it may get."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from mcassess.clock import written
from mcassess.domain.rubric import RubricPin
from mcassess.domain.submission import Policy
from mcassess.server import tables
from mcassess.server.data import PlatformData
from mcassess.server.incoming import Incoming
from mcassess.server.involved import Involved, Vote, seats
from mcassess.server.records import Person, StoredSubmission, rubric_digest
from mcassess.sync.wire import Entity, Op, OpResult, Problem, Receipt
from mcassess.sync.wire_signatures import sign_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An operation that is being settled, in the transaction that does it.

    Attributes:
        policy: Of the micro-credential.
        now: The platform's time, as it is written.
        receipt: Given for this very operation before a backup was restored; None where there is none.
        kept: Whether it was kept before without being applied: then its fence had no chance to be right.
    """

    data: PlatformData
    connection: Connection
    person: Person
    incoming: Incoming
    op: Op
    stored: StoredSubmission
    policy: Policy
    involved: Involved
    now: str
    receipt: Receipt | None = None
    kept: bool = False

    @property
    def places(self) -> int:
        """How many people of her role the submission needs."""
        return seats(self.person.role, self.policy, self.involved.appeal)

    def refused(self, why: Problem) -> OpResult:
        """Returns the refusal, with the submission's fresh state; keeps the bytes where the policy has it so."""
        told = why.model_copy(update={"current": current(self) | (why.current or {})})
        if self.policy.keep_unapplied and not self.kept:
            keep(self, told.code)
        return rejected(self.op.op_id, told)

    def applied(self, *, seq: int | None = None, **more: Any) -> OpResult:  # noqa: ANN401 - fields of OpResult
        """Returns the acceptance, with its receipt; one that was given before stands."""
        return OpResult(op_id=self.op.op_id, status="applied", seq=seq, receipt=self.accepted_receipt(), **more)

    def accepted_receipt(self) -> Receipt:
        """Returns the receipt of the operation in hand; asked twice, it is the same."""
        if self.receipt is not None:
            return self.receipt
        unsigned = Receipt(
            server_id=self.data.server_id,
            op_id=self.op.op_id,
            payload_sha256=self.incoming.sha256,
            submission=self.op.submission_id,
            attempt=self.op.base.attempt,
            accepted_at=self.now,
            signature="",
        )
        return sign_receipt(unsigned, self.data.sign_key())

    def submission_entity(self, version: int) -> Entity:
        """Returns what the result says of the submission."""
        return Entity(type="submission", id=self.op.submission_id, version=version)


def rejected(op_id: str, why: Problem) -> OpResult:
    """Returns a refusal."""
    return OpResult(op_id=op_id, status="rejected", problem=why.model_copy(update={"op_id": op_id}))


def keep(work: "Work | Unplaced", code: str) -> None:
    """Keeps an operation that could not be applied, so that nothing assessed is lost."""
    work.connection.execute(
        insert(tables.unapplied).values(
            op_id=work.op.op_id,
            person_id=work.person.id,
            submission_id=work.op.submission_id,
            attempt=work.op.base.attempt,
            code=code,
            payload=work.incoming.payload,
            kept_at=work.now,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """An operation for which there is no submission, or that is not looked at for what its sender is."""

    connection: Connection
    person: Person
    incoming: Incoming
    op: Op
    now: str
    kept: bool = False

    def refused(self, why: Problem) -> OpResult:
        """Returns the refusal, and keeps the bytes."""
        if not self.kept:
            keep(self, why.code)
        return rejected(self.op.op_id, why)


def current(work: Work) -> dict[str, Any]:
    """The submission's fresh state for the one who was refused; others' recommendations stay hidden from her."""
    submission, table = work.stored.submission, tables.submission
    row = work.connection.execute(select(table).where(table.c.id == submission.id)).one()
    pin = RubricPin(id=row.rubric_id, version=row.rubric_version)
    found: dict[str, Any] = {
        "version": row.version,
        "state": row.state,
        "attempt": row.attempt,
        "rubric": {"id": row.rubric_id, "version": row.rubric_version, "sha256": rubric_digest(work.connection, pin)},
        "fence": row.fence,
        "claim": _claim(work),
    }
    settled = work.involved.settled
    if settled is not None:
        found["decision"] = decision_told(work.connection, settled)
    return found


def decision_told(connection: Connection, vote: Vote) -> dict[str, Any]:
    """Returns what is told of an accepted decision to somebody who did not make it."""
    table = tables.decision
    row = connection.execute(
        select(table.c.outcome, table.c.accepted_at, tables.person.c.name)
        .join(tables.person, tables.person.c.id == table.c.person_id)
        .where(table.c.id == vote.id)
    ).one()
    return {
        "id": vote.id,
        "version": vote.version,
        "outcome": row.outcome,
        "assessor": row.name,
        "accepted_at": row.accepted_at,
    }


def _claim(work: Work) -> dict[str, Any] | None:
    """Who holds it: she herself, or whoever keeps it from her; no names among those who are blind to each other."""
    held = work.involved.hold_of(work.person.id)
    if held is None and len(others := work.involved.held(work.person)) >= work.places:
        held = max(others, key=lambda hold: hold.expires_at)
    if held is None:
        return None
    person = tables.person
    name = work.connection.execute(select(person.c.name).where(person.c.id == held.person)).scalar_one()
    hidden = held.person != work.person.id and work.places > 1
    return {"assessor": "" if hidden else name, "expires_at": held.expires_at, "fence": held.fence}


def now_written(data: PlatformData) -> str:
    """Returns the platform's time as it is written everywhere."""
    return written(data.clock.now())
