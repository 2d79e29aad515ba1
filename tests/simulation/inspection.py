"""What has to hold on a laptop, whatever happens: looked at whenever it has acted. The platform is oracle.py's."""

import base64
import hashlib
import json
from contextlib import closing
from typing import Any

from mcassess.store.evidence import EvidenceState
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.sync.wire import Receipt, digest
from mcassess.sync.wire_signatures import receipt_is_genuine
from tests.simulation.oracle import Oracle, must

_HELD = (EvidenceState.READY, EvidenceState.PARTIAL, EvidenceState.DAMAGED)


def look_at(oracle: Oracle, laptop: Any, *, at_rest: bool = False) -> None:
    """Looks at what a laptop holds.

    Raises:
        BrokenError: Something is lost, or is said to be what it is not.
    """
    rows = {row.op_id: row for row in laptop.rows()}
    now = oracle.now
    for op_id, confirmed in laptop.confirmed.items():
        if op_id in laptop.taken_back:
            must(laptop.copied or op_id not in now.applied, f"I1: {op_id} was taken back, and the platform has it")
            continue
        row = rows.get(op_id)
        if row is None and laptop.renames(op_id):
            must(laptop.copied or op_id not in now.applied, f"I1: {op_id} was renamed, and the platform has it")
            continue
        must(row is not None, f"I1: {op_id} is gone from {laptop.name}")
        assert row is not None
        must(bytes(row.payload) == confirmed.payload, f"I4: the bytes of {op_id} have changed on {laptop.name}")
        _look_at_row(oracle, laptop, row, at_rest=at_rest)
    _look_at_reviews(laptop)
    _look_at_versions(laptop)


def _look_at_row(oracle: Oracle, laptop: Any, row: OutboxRow, *, at_rest: bool) -> None:
    now, op_id = oracle.now, row.op_id
    if row.state is OpState.SETTLED:
        there = op_id in now.applied or (op_id in oracle.lost and not at_rest)
        which = "I14" if op_id in oracle.lost else "I1"
        must(there, f"{which}: {op_id} is settled on {laptop.name}, and not on the platform")
        receipt = Receipt.model_validate(row.receipt)
        whole = receipt.op_id == op_id and receipt.payload_sha256 == digest(row.payload)
        must(whole and receipt_is_genuine(receipt, oracle.public_key), f"I1: the receipt of {op_id} proves nothing")
    elif row.state is OpState.ATTENTION:
        must(op_id in oracle.ever_refused, f"I20: {op_id} needs attention, and nobody has refused it")
        hears = at_rest and not now.is_barred(laptop.person, laptop.library.device_id)
        if hears or not now.kept.get(op_id):
            must(op_id not in now.applied, f"I20: {op_id} needs attention, and yet it is applied")


def _look_at_reviews(laptop: Any) -> None:
    with laptop.library.read() as reading:
        for (key, attempt), count in laptop.changes.items():
            found = len(reading.reviews.changes(key, attempt))
            must(found >= count, f"I10: {laptop.name} had {count} changes of a review and has {found}")


def _look_at_versions(laptop: Any) -> None:
    with laptop.library.read() as reading:
        account = reading.accounts.list()[0]
        known = [each for each in reading.submissions.known(account.key) if each[0] != "rubric"]
    for kind, identifier, version in known:
        before = laptop.versions.get((account.epoch, kind, identifier), 0)
        must(version >= before, f"I7: {laptop.name} held version {before} of {identifier}, and holds {version}")
        laptop.versions[account.epoch, kind, identifier] = version


def look_at_evidence(laptop: Any) -> None:
    """Reads every file that a laptop calls ready."""
    with laptop.library.read() as reading:
        ready = reading.evidence.in_state(EvidenceState.READY)
    for stored in ready:
        with closing(laptop.library.vault.reader(stored.sha256)) as reader:
            whole = hashlib.sha256(reader.read(stored.size + 1)).hexdigest()
        must(whole == stored.sha256, f"I9: {laptop.name} calls {stored.sha256[:8]} ready, and it is not")


def must_hold_no_evidence(laptop: Any) -> None:
    """Demands that nothing is left of the evidence where the platform has said that it has to go."""
    with laptop.library.read() as reading:
        held = [stored for state in _HELD for stored in reading.evidence.in_state(state)]
    must(not held, f"I10: {laptop.name} holds {len(held)} files of evidence, and may not any more")


def look_at_cursor(laptop: Any, rows: list[Any], epoch: str) -> None:
    """Compares what a laptop holds with what the platform shows up to where the laptop has read.

    Args:
        rows: All that the platform shows this person now, in the order of ``seq``.
        epoch: The platform's.
    """
    with laptop.library.read() as reading:
        account = reading.accounts.list()[0]
        known = reading.submissions.known(account.key)
        aside = {(each.type, each.id): each.version for each in reading.submissions.quarantined(account.key)}
    fields = _cursor_fields(account.cursor)
    if not fields or fields["e"] != epoch:
        return
    here: dict[tuple[str, str], int] = {}
    for kind, identifier, version in known:
        here[kind, identifier] = max(version, here.get((kind, identifier), 0))
    for row in rows:
        if row.seq > fields["s"] or row.op != "upsert":
            continue
        has = max(here.get((row.type, row.id), 0), aside.get((row.type, row.id), 0))
        what = f"{row.type} {row.id}, version {row.version}"
        must(has >= row.version, f"I7: {laptop.name} has read past {what}, and holds version {has}")


def _cursor_fields(cursor: str | None) -> dict[str, Any] | None:
    if not cursor:
        return None
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    found = json.loads(raw[16:])
    return found if isinstance(found, dict) and "s" in found else None
