"""A new epoch: after a restored backup no old grant, version or cursor may be taken for a present one."""

import secrets

from sqlalchemy import Connection, delete, insert, select, update

from mcassess.server import tables, tables_people
from mcassess.server.audit import OPERATOR, note
from mcassess.server.schema import SEQ, last_seq

LEAP = 1_000_000
"""Added to every fence and version: nothing that was handed out in the time that is lost can be met again.

As often as it was added since the backup, and once more: the same backup may be put back twice.
"""
_LEAPS = "leaps"


def epoch_of(connection: Connection) -> str:
    """Returns the epoch that a transaction is in."""
    meta = tables.meta
    return str(connection.execute(select(meta.c.value).where(meta.c.key == "epoch")).scalar_one())


def leaps_of(connection: Connection) -> int:
    """Returns how often everything was raised by ``LEAP`` so far."""
    meta = tables.meta
    return int(connection.execute(select(meta.c.value).where(meta.c.key == _LEAPS)).scalar() or 0)


def start_epoch(connection: Connection, at: str, known_seq: int, known_leaps: int) -> str:
    """Begins a new epoch in the writing transaction and returns its name. Nobody holds a claim after it.

    Args:
        at: The platform's time.
        known_seq: The highest number of the feed that was ever noted; numbers go on after it.
        known_leaps: How often everything was raised, as far as was ever noted.
    """
    leaps = leaps_of(connection)
    raised_to = max(leaps, known_leaps) + 1
    leap = (raised_to - leaps) * LEAP
    connection.execute(delete(tables.meta).where(tables.meta.c.key == _LEAPS))
    connection.execute(insert(tables.meta).values(key=_LEAPS, value=str(raised_to)))
    epoch = secrets.token_hex(8)
    connection.execute(update(tables.meta).where(tables.meta.c.key == "epoch").values(value=epoch))
    for table in (tables_people.claim, tables_people.claim_request):
        connection.execute(delete(table))
    submission = tables.submission
    connection.execute(update(submission).where(submission.c.state == "claimed").values(state="open"))
    connection.execute(update(submission).values(fence=submission.c.fence + leap, version=submission.c.version + leap))
    microcredential, feed = tables.microcredential, tables.feed
    connection.execute(update(microcredential).values(version=microcredential.c.version + leap))
    leapt = feed.c.type.in_(["submission", "microcredential"])
    connection.execute(update(feed).where(leapt).values(version=feed.c.version + leap))
    raised = max(known_seq, last_seq(connection)) + 1
    connection.execute(update(tables.counter).where(tables.counter.c.name == SEQ).values(value=raised))
    note(connection, at, OPERATOR, "epoch.began", None, epoch=epoch)
    return epoch
