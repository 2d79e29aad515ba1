"""Operations after their sealing: what a platform confirmed, what it refused. Those on their way are outbox.py."""

from datetime import datetime

from sqlalchemy import func, select, text

from mcassess.store.outbox import OpState, OutboxRow, outbox_row
from mcassess.store.session import Repository, to_time
from mcassess.store.tables import outbox


class Answered(Repository):
    """Answered operations in the order in which they were sealed."""

    def confirmed(self, account: int, since: datetime, since_there: datetime) -> list[OutboxRow]:
        """Returns what the platform has confirmed since then, by either clock: one of them may have jumped.

        Args:
            account: Whose.
            since: By the laptop's clock.
            since_there: By the platform's, which dates receipts.
        """
        accepted_at = func.json_extract(outbox.c.receipt, "$.accepted_at")
        wanted = select(outbox).where(
            outbox.c.account == account,
            outbox.c.state == OpState.SETTLED.value,
            (outbox.c.settled_at >= to_time(since)) | (accepted_at >= to_time(since_there)),
        )
        return [outbox_row(row) for row in self._session.run(wanted.order_by(outbox.c.device_seq))]

    def reopened(self, key: int, attempt: int) -> OutboxRow | None:
        """Returns the decision on an attempt whose review was opened again to revise it, or None."""
        wanted = select(outbox).where(
            outbox.c.submission == key,
            outbox.c.attempt == attempt,
            text("kind LIKE 'decision.%' AND json_extract(result, '$.reopened')"),
        )
        row = self._session.run(wanted.order_by(outbox.c.device_seq.desc()).limit(1)).one_or_none()
        return None if row is None else outbox_row(row)

    def is_decided(self, key: int, attempt: int) -> bool:
        """Tells whether a decision on an attempt was ever sealed and not taken back, whatever became of it."""
        statement = (
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE submission = ? AND attempt = ? AND kind LIKE 'decision.%')"
        )
        return bool(self._session.sql(statement, key, attempt).scalar_one())

    def refused(self, account: int) -> list[OutboxRow]:
        """Returns what was refused, resolved meanwhile or not."""
        states = [OpState.ATTENTION.value, OpState.KEPT.value]
        wanted = select(outbox).where(outbox.c.account == account, outbox.c.state.in_(states))
        return [outbox_row(row) for row in self._session.run(wanted.order_by(outbox.c.device_seq))]

    def versions_of_refused(self, account: int) -> dict[str, int]:
        """Returns the version that the submission of each refused operation has here, by ``op_id``."""
        states = (OpState.ATTENTION.value, OpState.KEPT.value)
        statement = (
            "SELECT o.op_id, s.version FROM outbox o JOIN submission s ON s.key = o.submission "
            "WHERE o.account = ? AND o.state IN (?, ?)"
        )
        return {row[0]: row[1] for row in self._session.sql(statement, account, *states)}
