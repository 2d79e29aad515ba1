"""The outbox: sealed operations on their way to a platform. Their bytes never change once they are here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text

from mcassess.domain.kinds import Outcome
from mcassess.errors import RefusedError
from mcassess.store import summary
from mcassess.store.session import Repository, fields, from_json, from_time, to_json, to_time
from mcassess.store.states import OpState
from mcassess.store.tables import outbox
from mcassess.texts import tr

__all__ = ["OpState", "Outbox", "OutboxRow", "outbox_row"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One operation.

    Attributes:
        device_seq: Its place in the order in which this library sends.
        key: The submission, in the library.
        payload: What is sent, byte for byte.
        tries: How often it was about to be sent.
        hold_until: Not sent before this time.
        result: The platform's answer.
        receipt: The platform's signed word that it has it.
        outcome: Of the decision, if it is one.
    """

    op_id: str
    account: int
    device_seq: int
    key: int
    submission_id: str
    attempt: int
    kind: str
    payload: bytes
    state: OpState
    tries: int
    last_error: str | None
    hold_until: datetime | None
    result: dict[str, Any] | None
    receipt: dict[str, Any] | None
    sealed_at: datetime
    settled_at: datetime | None
    outcome: Outcome | None


class Outbox(Repository):
    """Operations in the order in which they were sealed."""

    def next_device_seq(self) -> int:
        """Returns the next number in the order of sending; each is given out once, in the writing transaction."""
        self._session.touched.outbox = True
        given = self._session.sql(
            "INSERT INTO setting (name, value) VALUES ('device_seq', '1') "
            "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
        )
        return int(given.scalar_one())

    def add(  # noqa: PLR0913, PLR0917 - the operation as it stands in the protocol
        self,
        key: int,
        attempt: int,
        op_id: str,
        device_seq: int,
        kind: str,
        payload: bytes,
        outcome: Outcome | None,
        *,
        hold_until: datetime | None = None,
    ) -> None:
        """Puts a sealed operation into the outbox.

        Raises:
            KeyError: There is no submission with this key.
            RefusedError: It is a decision, and one on this attempt is sealed already.
        """
        found = self._session.sql("SELECT account, id FROM submission WHERE key = ?", key).one_or_none()
        if found is None:
            raise KeyError(key)
        if kind.startswith("decision.") and self.sealed(key, attempt) is not None:
            sentence = tr("The decision on {id} is sealed already. Take it back first.")
            raise RefusedError(sentence.format(id=found[1]))
        values = {
            "op_id": op_id,
            "account": found[0],
            "device_seq": device_seq,
            "submission": key,
            "submission_id": found[1],
            "attempt": attempt,
            "kind": kind,
            "payload": payload,
            "state": OpState.READY.value,
            "tries": 0,
            "hold_until": to_time(hold_until),
            "sealed_at": self._session.now(),
            "outcome": None if outcome is None else outcome.value,
        }
        self._session.run(outbox.insert(), values)
        self._touch(key)

    def get(self, op_id: str) -> OutboxRow:
        """Returns one operation.

        Raises:
            KeyError: There is none with this id.
        """
        row = self._session.run(select(outbox).where(outbox.c.op_id == op_id)).one_or_none()
        if row is None:
            raise KeyError(op_id)
        return outbox_row(row)

    def due(self, account: int, now: datetime) -> list[OutboxRow]:
        """Returns what is to be sent, in order: what is ready and held no longer, and what may not have arrived."""
        # A clock that was set back since the sealing says nothing about a hold; else it might last for years.
        held_no_longer = (outbox.c.hold_until <= to_time(now)) | (outbox.c.sealed_at > to_time(now))
        wanted = (
            select(outbox)
            .where(
                outbox.c.account == account,
                outbox.c.state.in_([OpState.READY.value, OpState.SENDING.value]),
                outbox.c.hold_until.is_(None) | held_no_longer,
            )
            .order_by(outbox.c.device_seq)
        )
        return [outbox_row(row) for row in self._session.run(wanted)]

    def mark_sending(self, op_ids: Sequence[str]) -> list[str]:
        """Marks operations before their bytes leave, and returns which may leave: one taken back meanwhile may not."""
        return [op_id for op_id in op_ids if self._move(op_id, OpState.SENDING, "tries = tries + 1", (), _UNSETTLED)]

    def settle(self, op_id: str, result: dict[str, Any], receipt: dict[str, Any] | None) -> None:
        """Records that the platform has it."""
        values = (to_json(result), None if receipt is None else to_json(receipt), self._session.now())
        self._move(op_id, OpState.SETTLED, "result = ?, receipt = ?, settled_at = ?, last_error = NULL", values)

    def refuse(self, op_id: str, result: dict[str, Any]) -> None:
        """Records that the platform refused it, so that the assessor is asked."""
        values = (to_json(result), self._session.now(), _reason(result))
        self._move(op_id, OpState.ATTENTION, "result = ?, settled_at = ?, last_error = ?", values)

    def put_back(self, op_id: str, error: str) -> None:
        """Records why a try failed. It may have arrived nevertheless, so it stays 'sending' and is sent unchanged."""
        self._move(op_id, OpState.SENDING, "last_error = ?", (error,), _UNSETTLED)

    def take_back(self, op_id: str) -> None:
        """Takes an operation out that was never tried.

        Raises:
            KeyError: There is none with this id.
            RefusedError: It was tried, so the platform may have it.
        """
        row = self.get(op_id)
        if row.state is not OpState.READY or row.tries:
            sentence = tr("The decision on {id} is on its way or has arrived, so it cannot be taken back any more.")
            raise RefusedError(sentence.format(id=row.submission_id))
        self._session.sql("DELETE FROM outbox WHERE op_id = ?", op_id)
        self._touch(row.key)

    def rekey(self, op_id: str, new_id: str, device_seq: int, payload: bytes) -> None:
        """Puts an operation with another id, number and bytes in the place of one that can never have been applied."""
        self._session.sql(
            "UPDATE outbox SET result = json_replace(result, '$.resolved.by', ?1) "
            "WHERE json_extract(result, '$.resolved.by') = ?2",
            new_id,
            op_id,
        )
        values = (new_id, device_seq, payload)
        self._move(op_id, OpState.READY, "tries = 0, last_error = NULL, op_id = ?, device_seq = ?, payload = ?", values)

    def keep(self, op_id: str, way: str, follower: str | None = None) -> None:
        """Keeps a refused operation as a record: the assessor has decided how to go on. The review is hers again.

        Args:
            op_id: The operation.
            way: How she goes on.
            follower: The operation that takes its place, if one does.

        Raises:
            KeyError: There is none with this id.
            RefusedError: It does not wait for her.
        """
        row = self.get(op_id)
        if row.state is not OpState.ATTENTION:
            sentence = tr("Nothing is to be decided about this operation on {id}.")
            raise RefusedError(sentence.format(id=row.submission_id))
        resolved = {"way": way, "at": self._session.now(), "by": follower}
        self._move(op_id, OpState.KEPT, "result = ?", (to_json({**(row.result or {}), "resolved": resolved}),))

    def reopen(self, op_id: str, changes: int | None) -> None:
        """Opens the review of a decision that the platform has, so that it can be revised, or closes it again.

        Args:
            op_id: The decision.
            changes: How many changes the review has now; None closes it.
        """
        value = None if changes is None else changes + 1  # 0 would read as closed
        statement = "UPDATE outbox SET result = json_set(result, '$.reopened', ?) WHERE op_id = ? AND state = 'settled'"
        self._session.sql(statement, value, op_id)
        self._touch(self.get(op_id).key)

    def sealed(self, key: int, attempt: int) -> OutboxRow | None:
        """Returns the decision that seals the review of an attempt, or None where there is none."""
        found = (
            select(outbox)
            .where(outbox.c.submission == key, outbox.c.attempt == attempt, text(summary.SEALING))
            .order_by(outbox.c.device_seq.desc())
            .limit(1)
        )
        row = self._session.run(found).one_or_none()
        return None if row is None else outbox_row(row)

    def list(self, *, settled: bool = False) -> list[OutboxRow]:
        """Returns what is in the outbox, in order; what is settled, or kept as a record, only if asked for."""
        wanted = select(outbox).order_by(outbox.c.device_seq)
        if not settled:
            wanted = wanted.where(outbox.c.state.not_in([OpState.SETTLED.value, OpState.KEPT.value]))
        return [outbox_row(row) for row in self._session.run(wanted)]

    def counts(self) -> dict[OpState, int]:
        """Returns how many operations there are in each state, 0 included."""
        found = {row[0]: row[1] for row in self._session.sql("SELECT state, count(*) FROM outbox GROUP BY state")}
        return {state: found.get(state.value, 0) for state in OpState}

    def _move(
        self,
        op_id: str,
        state: OpState,
        assignments: str,
        values: tuple[object, ...],
        sources: tuple[OpState, ...] = tuple(OpState),
    ) -> bool:
        allowed = ", ".join(f"'{source.value}'" for source in sources)
        moved = self._session.sql(
            f"UPDATE outbox SET state = ?, {assignments} "  # noqa: S608 - of our own pieces only
            f"WHERE op_id = ? AND state IN ({allowed}) RETURNING submission",
            state.value,
            *values,
            op_id,
        ).scalar_one_or_none()
        if moved is not None:
            self._touch(moved)
        return moved is not None

    def _touch(self, key: int) -> None:
        self._session.touched.outbox = True
        summary.refresh_state(self._session, key)


_UNSETTLED = (OpState.READY, OpState.SENDING)


def _reason(result: dict[str, Any]) -> str:
    problem = result.get("problem") or {}
    return str(problem.get("title") or problem.get("detail") or problem.get("code") or tr("refused by the platform"))


def outbox_row(row: Row[*tuple[Any, ...]]) -> OutboxRow:
    """Returns a row of the table as an operation."""
    values = fields(row)
    values["key"] = values.pop("submission")
    values["state"] = OpState(values["state"])
    values["outcome"] = None if values["outcome"] is None else Outcome(values["outcome"])
    for name in ("hold_until", "sealed_at", "settled_at"):
        values[name] = from_time(values[name])
    for name in ("result", "receipt"):
        values[name] = from_json(values[name])
    return OutboxRow(**values)
