"""The outbox's other end: each operation is one transaction, one compare-and-set, one stored result."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from mcassess.server import deciding, releasing, remarks, revising, tables
from mcassess.server.attachments import pending
from mcassess.server.data import PlatformData
from mcassess.server.incoming import Incoming, read_incoming
from mcassess.server.involved import involved
from mcassess.server.problems import DEVICE_REVOKED, ProblemError, problem
from mcassess.server.records import Person, is_revoked, stored_microcredential, stored_submission
from mcassess.server.views import not_hers, sight
from mcassess.server.work import Unplaced, Work, now_written, rejected
from mcassess.sync.wire import OpResult, OpResults, Receipt
from mcassess.sync.wire_signatures import receipt_is_genuine

_LOG = logging.getLogger(__name__)

_KINDS: dict[str, Callable[[Work], OpResult]] = {
    "decision.submit": deciding.submit,
    "decision.revise": revising.revise,
    remarks.COMMENT_ADD: remarks.add_comment,
    remarks.COMMENT_AMEND: remarks.amend_comment,
    remarks.COMMENT_REMOVE: remarks.remove_comment,
    remarks.SECOND_OPINION: remarks.second_opinion,
    remarks.REVIEW_REQUEST: remarks.request_review,
    remarks.EVIDENCE_REPORT: remarks.report_evidence,
    "claim.release": releasing.release_claim,
}


def push(
    data: PlatformData, person: Person, raws: Sequence[Any], receipts: Mapping[str, Receipt] | None = None
) -> OpResults:
    """Applies operations, each by itself, in the order of the device's numbers.

    Args:
        receipts: By operation id, of before a backup was restored.

    Raises:
        ProblemError: The device is a copy of another (``device-fork``); what was not applied before is not applied.
    """
    incoming = [read_incoming(raw) for raw in raws]
    with data.read() as connection:
        for each in incoming:
            _refuse_fork(connection, person, each, incoming)
    results: dict[int, OpResult] = {}
    waiting: set[str] = set()
    for position in sorted(range(len(incoming)), key=lambda place: incoming[place].order):
        each = incoming[position]
        if each.submission_id and each.submission_id in waiting:
            results[position] = OpResult(op_id=each.op_id, status="blocked")
            continue
        try:
            with data.write() as connection:
                results[position] = _settle(data, connection, person, each, (receipts or {}).get(each.op_id))
        except (OperationalError, InterfaceError) as error:
            # The disk is full, the database is busy or gone: that passes, so nothing is stored.
            _LOG.warning("an operation has to wait: %s", error.orig)
            results[position] = OpResult(op_id=each.op_id, status="later")
            waiting.add(each.submission_id)
    return OpResults(results=[results[position] for position in range(len(incoming))])


def stored_results(data: PlatformData, person: Person, device_id: str, after: int) -> OpResults:
    """Returns what became of a device's operations after one of its numbers, at most 500 at a time.

    What a copy of a revoked device has sent under a number of the other's has none here, and is always told.
    """
    table = tables.operation
    beyond = (table.c.device_seq > after) | table.c.device_seq.is_(None)
    with data.read() as connection:
        rows = connection.execute(
            select(table.c.result)
            .where(table.c.person_id == person.id, table.c.device_id == device_id, beyond)
            .order_by(table.c.device_seq)
            .limit(500)
        )
        return OpResults(results=[OpResult.model_validate_json(row.result) for row in rows])


def place(
    data: PlatformData,
    connection: Connection,
    person: Person,
    incoming: Incoming,
    *,
    receipt: Receipt | None = None,
    kept: bool = False,
) -> Work | Unplaced:
    """Returns an operation with all that it is about; it must be well formed.

    Args:
        kept: Whether it was kept before, so that its fence had no chance to be right.
    """
    assert incoming.op is not None, "the form was looked at before"
    op, now = incoming.op, now_written(data)
    stored = stored_submission(connection, op.submission_id)
    if stored is None:
        return Unplaced(connection=connection, person=person, incoming=incoming, op=op, now=now)
    return Work(
        data=data,
        connection=connection,
        person=person,
        incoming=incoming,
        op=op,
        stored=stored,
        policy=stored_microcredential(connection, stored.submission.microcredential).policy,
        involved=involved(connection, stored),
        now=now,
        receipt=receipt if receipt is not None and _is_ours(data, incoming, receipt) else None,
        kept=kept,
    )


def settle_placed(work: Work) -> OpResult:
    """Settles an operation that is well formed, about a submission that is known."""
    return _KINDS[work.op.kind](work)


def _settle(
    data: PlatformData, connection: Connection, person: Person, incoming: Incoming, receipt: Receipt | None
) -> OpResult:
    table = tables.operation
    stored = connection.execute(select(table).where(table.c.op_id == incoming.op_id)).one_or_none()
    if stored is not None:
        return _replay(data, connection, stored, person, incoming, receipt)
    of_copy = _refuse_fork(connection, person, incoming, ())
    if incoming.op is None:
        assert incoming.fault is not None, "what is not understood has a fault"
        result = rejected(incoming.op_id, incoming.fault)
    else:
        result = _answer(connection, place(data, connection, person, incoming, receipt=receipt))
    if not incoming.op_id or not incoming.device_id:
        return result  # nothing to store it by
    connection.execute(
        insert(table).values(
            op_id=incoming.op_id,
            person_id=person.id,
            device_id=incoming.device_id,
            device_seq=None if of_copy else incoming.device_seq,
            payload_sha256=incoming.sha256,
            result=result.model_dump_json().encode(),
            stored_at=now_written(data),
        )
    )
    return result


def _answer(connection: Connection, found: Work | Unplaced) -> OpResult:
    person, op = found.person, found.op
    unplaced = Unplaced(
        connection=connection, person=person, incoming=found.incoming, op=op, now=found.now, kept=found.kept
    )
    standing = person.standing or (DEVICE_REVOKED if is_revoked(connection, person, op.device_id) else "")
    if standing:
        return unplaced.refused(problem(standing))
    if isinstance(found, Unplaced):
        return found.refused(problem("attempt-unknown"))
    # Of what is not hers she hears nothing: not even in a refusal.
    match not_hers(person, found.stored.submission, found.involved):
        case "out_of_scope":
            return unplaced.refused(problem("assessor-removed", "the micro-credential is not among hers"))
        case "reassigned":
            return unplaced.refused(problem("claim-lost", "she is not to assess it"))
    if sight(person, found.stored.submission, found.policy, found.involved) == "out_of_scope":
        return unplaced.refused(problem("policy", "it is not her turn to see it"))
    return settle_placed(found)


def _is_ours(data: PlatformData, incoming: Incoming, receipt: Receipt) -> bool:
    """Tells whether a receipt was given here for these very bytes."""
    named = (receipt.server_id, receipt.op_id, receipt.payload_sha256, receipt.submission)
    meant = (data.server_id, incoming.op_id, incoming.sha256, incoming.submission_id)
    return named == meant and receipt_is_genuine(receipt, data.public_key)


def _replay(
    data: PlatformData,
    connection: Connection,
    stored: Row[Any],
    person: Person,
    incoming: Incoming,
    receipt: Receipt | None,
) -> OpResult:
    if stored.person_id != person.id or stored.payload_sha256 != incoming.sha256:
        return rejected(incoming.op_id, problem("op-id-reused"))
    result = OpResult.model_validate_json(stored.result)
    if result.status == "applied":
        # Of what is told again, this alone may have changed since: files have come, or a restore has lost some.
        lacking = pending(connection, incoming.op_id)
        return result.model_copy(update={"status": "duplicate", "attachments_pending": lacking})
    if receipt is None or incoming.op is None:
        return result
    # It came before without its receipt, and was refused for a fence that it had passed once.
    again = place(data, connection, person, incoming, receipt=receipt, kept=True)
    if not isinstance(again, Work) or again.receipt is None:
        return result
    found = _answer(connection, again)
    if found.status == "applied":
        restate(connection, found, again.now)
    return found if found.status == "applied" else result


def restate(connection: Connection, result: OpResult, now: str) -> None:
    """Stores what has become of an operation after all; what was kept of it is not waiting any more."""
    table, kept = tables.operation, tables.unapplied
    stored = result.model_dump_json().encode()
    connection.execute(update(table).where(table.c.op_id == result.op_id).values(result=stored))
    connection.execute(update(kept).where(kept.c.op_id == result.op_id).values(applied_at=now))


def restate_refused(connection: Connection, result: OpResult) -> None:
    """Stores that an operation that is kept is refused for another reason now: its sender is not left waiting."""
    assert result.problem is not None, "what is refused has a reason"
    table, kept = tables.operation, tables.unapplied
    stored = result.model_dump_json().encode()
    connection.execute(update(table).where(table.c.op_id == result.op_id).values(result=stored))
    connection.execute(update(kept).where(kept.c.op_id == result.op_id).values(code=result.problem.code))


def _refuse_fork(connection: Connection, person: Person, incoming: Incoming, batch: Sequence[Incoming]) -> bool:
    """Refuses a number that is another operation's, but for a revoked device: its copy would come back as a new one.

    Returns:
        Whether such a copy has sent it, so that the number is not its own.

    Raises:
        ProblemError: ``device-fork``.
    """
    if incoming.device_seq is None:
        return False
    table = tables.operation
    other = connection.execute(
        select(table.c.op_id).where(
            table.c.person_id == person.id,
            table.c.device_id == incoming.device_id,
            table.c.device_seq == incoming.device_seq,
            table.c.op_id != incoming.op_id,
        )
    ).first()
    same_number = [e for e in batch if (e.device_id, e.device_seq) == (incoming.device_id, incoming.device_seq)]
    taken = other is not None or any(each.op_id != incoming.op_id for each in same_number)
    if taken and not is_revoked(connection, person, incoming.device_id):
        raise ProblemError("device-fork", f"number {incoming.device_seq} was sent before under another id")
    return taken
