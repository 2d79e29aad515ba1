"""Operations that a platform has answered: what it confirmed, and what it refused. Those on their way are outbox.py."""

from datetime import datetime

from sqlalchemy import select

from mcassess.store.outbox import OpState, OutboxRow, outbox_row
from mcassess.store.session import Repository, to_time
from mcassess.store.tables import outbox


class Answered(Repository):
    """Answered operations in the order in which they were sealed."""

    def confirmed(self, account: int, since: datetime) -> list[OutboxRow]:
        """Returns what the platform has confirmed since then."""
        wanted = select(outbox).where(
            outbox.c.account == account,
            outbox.c.state == OpState.SETTLED.value,
            outbox.c.settled_at >= to_time(since),
        )
        return [outbox_row(row) for row in self._session.run(wanted.order_by(outbox.c.device_seq))]

    def refused(self, account: int) -> list[OutboxRow]:
        """Returns what was refused, resolved meanwhile or not."""
        states = [OpState.ATTENTION.value, OpState.KEPT.value]
        wanted = select(outbox).where(outbox.c.account == account, outbox.c.state.in_(states))
        return [outbox_row(row) for row in self._session.run(wanted.order_by(outbox.c.device_seq))]
