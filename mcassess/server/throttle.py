"""How often somebody may try: counted in the database, so that it holds for all worker processes together."""

import hmac
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select

from mcassess.server.data import PlatformData
from mcassess.server.problems import ProblemError
from mcassess.server.tables_sign_in import attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Lets everybody do something a number of times in a row, and after that a number of times a minute.

    Attributes:
        name: Of what is done.
        burst: How often in a row.
        per_minute: How often after that.
    """

    name: str
    burst: int
    per_minute: int

    @property
    def step_ms(self) -> int:
        """For how long a try counts, in milliseconds."""
        return 60_000 // self.per_minute

    @property
    def longest_ms(self) -> int:
        """For how long all tries in a row count together."""
        return self.burst * self.step_ms


def refuse_too_many(data: PlatformData, limit: Limit, who: str) -> None:
    """Refuses somebody who has tried too often. Counts nothing, and only reads.

    Raises:
        ProblemError: 429, with the seconds that she has to wait.
    """
    with data.read() as connection:
        over_ms = _owed_ms(data, connection, limit, who) + limit.step_ms - limit.longest_ms
    if over_ms > 0:
        raise ProblemError("too-many-requests", retry_after_s=max(1, -(-over_ms // 1000)))


def count(data: PlatformData, connection: Connection, limit: Limit, who: str) -> None:
    """Counts one try, in a writing transaction. What does not count any more is forgotten."""
    table, now = attempt, _now_ms(data)
    owed = min(_owed_ms(data, connection, limit, who) + limit.step_ms, limit.longest_ms)
    key = _key(data, limit, who)
    over = or_(table.c.until_ms <= now, table.c.until_ms > now + limit.longest_ms, table.c.key == key)
    connection.execute(delete(table).where(table.c.name == limit.name, over))
    connection.execute(insert(table).values(name=limit.name, key=key, until_ms=now + owed))


def _owed_ms(data: PlatformData, connection: Connection, limit: Limit, who: str) -> int:
    """Returns for how long her tries still count; more than is possible is from a clock that was set back since."""
    table = attempt
    mine = (table.c.name == limit.name) & (table.c.key == _key(data, limit, who))
    until = connection.execute(select(table.c.until_ms).where(mine)).scalar()
    owed = 0 if until is None else until - _now_ms(data)
    return owed if 0 < owed <= limit.longest_ms else 0


def _key(data: PlatformData, limit: Limit, who: str) -> str:
    """What is kept of an address: nobody learns from the database who has tried."""
    return hmac.digest(data.token_key, f"{limit.name}\n{who}".encode(), "sha256").hex()


def _now_ms(data: PlatformData) -> int:
    return int(data.clock.now().timestamp() * 1000)
