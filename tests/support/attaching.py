"""Files that go up with decisions, for tests: made, attached, sealed, and looked for on the platform."""

from pathlib import Path

from sqlalchemy import select

from mcassess.domain.kinds import Condition, Outcome
from mcassess.jobs import attaching, sealing
from mcassess.server.tables_uploads import upload
from tests.support.platform import Platform
from tests.support.syncing import Laptop

PIECE = 64 << 10
"""So much goes up at once where ``small_pieces`` is used."""
BIG = 2 * PIECE + 4321


def content(size: int) -> bytes:
    block = bytes(range(251))
    return (block * (size // len(block) + 1))[:size]


def attach_and_seal(desk: Laptop, path: Path, target: str = "d1", identifier: str = "s-0001") -> str:
    """Attaches a file, seals a return, and returns the operation's id."""
    key = desk.key(identifier)
    attaching.attach(desk.library, key, path, target)
    return seal(desk, key)


def seal(desk: Laptop, key: int, reason: str = "") -> str:
    sealing.seal_decision(desk.library, key, Outcome.RETURNED, condition=Condition.UNPLAYABLE, reason=reason)
    with desk.library.read() as reading:
        row = reading.outbox.sealed(key, reading.submissions.get(key).submission.attempt)
    assert row is not None, "it was sealed just now"
    return row.op_id


def arrived(platform: Platform) -> list[tuple[int, int]]:
    """Returns how many bytes of how many have come of each upload."""
    with platform._data.read() as connection:
        return [(row.received, row.size) for row in connection.execute(select(upload))]


def waiting(desk: Laptop) -> int:
    """Returns how many files have to go up still."""
    with desk.library.read() as reading:
        return len(reading.attachments.due(desk.account().key))


def pending(platform: Platform) -> list[list[str]]:
    """Returns what the platform lacks of each decision that counts."""
    return [each.attachments_pending for each in platform.decisions() if each.superseded_by is None]


def kept(platform: Platform) -> list[bytes]:
    """Returns the whole files that the platform has."""
    return [path.read_bytes() for path in (platform.data_dir / "attachments").rglob("*") if path.is_file()]
