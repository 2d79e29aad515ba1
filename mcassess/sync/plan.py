"""What a run decides: rows to apply, removals to stop at, what a result means, what to fetch first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from mcassess.store.holdings import Spare
from mcassess.sync.wire import ChangeRow, LeafList, OpResult, digest
from mcassess.sync.wire_signatures import receipt_is_genuine

MASS_REMOVAL_MORE_THAN = 20
"""Up to this many removals are never suspicious."""

_LATEST = datetime.max.replace(tzinfo=UTC)
_ORDER = {"rubric": 0, "microcredential": 1, "submission": 2}


def rows_in_order(rows: Iterable[ChangeRow]) -> list[ChangeRow]:
    """Returns the rows of a page, each resource once in its newest version, so that nothing dangles for long.

    Whether a version is newer than the library's is tested where it is stored, in the same statement.
    """
    newest: dict[tuple[str, str, int], ChangeRow] = {}
    for row in rows:
        name = (row.type, row.id, row.version if row.type == "rubric" else 0)  # a rubric's versions stand side by side
        # Rows stand in the platform's order, so among equals the later one counts.
        if name not in newest or row.version >= newest[name].version:
            newest[name] = row
    return sorted(newest.values(), key=lambda row: _ORDER.get(row.type, len(_ORDER)))


def is_mass_removal(removals: int, local: int) -> bool:
    """Tells whether so much of what the library shows would go that a person has to confirm it."""
    return removals > MASS_REMOVAL_MORE_THAN and removals * 2 > local


class Verdict(StrEnum):
    """What becomes of an operation after an answer."""

    SETTLE = "settle"
    """The platform has it, and proved it."""
    ATTEND = "attend"
    """It will not be accepted as it is: the assessor decides how to go on. Her work is kept."""
    KEEP = "keep"
    """It stays in the outbox as it is and is sent again, byte for byte."""
    UNPROVEN = "unproven"
    """The platform says that it has it, without proof: it stays in the outbox, and the assessor is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentOp:
    """What is known of an operation that was sent."""

    op_id: str
    submission_id: str
    attempt: int
    payload: bytes


def verdict(op: SentOp, result: OpResult | None, *, receipts: bool, server_id: str, public_key: str) -> Verdict:
    """Returns what an answer means for an operation; None stands for an answer that does not mention it.

    Args:
        receipts: Whether this platform gives receipts.
        public_key: Of the platform as it was pinned when the account was added.
    """
    if result is None:
        return Verdict.KEEP
    match result.status:
        case "applied" | "duplicate":
            if not receipts or _proves(result, op, server_id, public_key):
                return Verdict.SETTLE
            return Verdict.ATTEND if result.problem is not None else Verdict.UNPROVEN
        case "rejected":
            return Verdict.ATTEND
        case "blocked" | "later":
            return Verdict.KEEP


def _proves(result: OpResult, op: SentOp, server_id: str, public_key: str) -> bool:
    receipt = result.receipt
    return (
        receipt is not None
        and receipt.server_id == server_id
        and receipt.op_id == op.op_id
        and receipt.payload_sha256 == digest(op.payload)
        and receipt.submission == op.submission_id
        and receipt.attempt == op.attempt
        and receipt_is_genuine(receipt, public_key)
    )


def batches(payloads: Sequence[bytes], most: int, most_bytes: int) -> list[range]:
    """Returns how operations are sent together: ranges of positions, none longer or larger than allowed.

    One that is larger than ``most_bytes`` by itself is sent alone; the platform will say what it thinks of it.
    """
    ranges: list[range] = []
    start, size = 0, 0
    for position, payload in enumerate(payloads):
        if position > start and (position - start == most or size + len(payload) + 1 > most_bytes):
            ranges.append(range(start, position))
            start, size = position, 0
        size += len(payload) + 1
    if start < len(payloads):
        ranges.append(range(start, len(payloads)))
    return ranges


def fetch_rank(due_at: datetime | None, size: int, *, claimed: bool = False) -> tuple[bool, datetime, int]:
    """Returns what files are ordered by when they are fetched: what is claimed, what is due first, the smallest."""
    return (not claimed, due_at or _LATEST, size)


def describes(leaves: LeafList, sha256: str, size: int) -> bool:
    """Tells whether a list of leaves is whole, and of this file."""
    try:
        digests = b"".join(bytes.fromhex(each) for each in leaves.chunks)
    except ValueError:
        return False
    if leaves.chunk_size < 1 or len(leaves.chunks) != -(-size // leaves.chunk_size):
        return False
    return (leaves.sha256, leaves.size, leaves.chunks_sha256) == (sha256, size, digest(digests))


def missing_room(need: int, *, stored: int, promised: int, budget: int | None, free: int, reserve: int) -> int:
    """Returns how many bytes of evidence have to go before a file may be fetched; 0 or less if none.

    Args:
        need: What the file still needs; on the disk it is counted with a twentieth more.
        stored: Evidence that is here.
        promised: What the files that are being fetched need.
        budget: How much evidence may be here; None means without limit.
        free: On the disk.
        reserve: What stays free on the disk.
    """
    on_disk = reserve + need + need // 20 + promised - free
    return on_disk if budget is None else max(on_disk, stored + promised + need - budget)


def to_evict(spare: Iterable[Spare], missing: int, due_at: datetime | None) -> list[str] | None:
    """Returns the files that go to make room for one that is due at ``due_at``; None if that would not be enough.

    Only what is decided, or due later, may go: else the same files would come and go for ever.

    Args:
        spare: What may go, what is missed least first.
        missing: How many bytes are wanted.
        due_at: None means that it is not known.
    """
    going: list[str] = []
    for each in spare:
        if missing <= 0:
            break
        if each.done or (each.due_at or _LATEST) > (due_at or _LATEST):
            going.append(each.sha256)
            missing -= each.size
    return going if missing <= 0 else None
