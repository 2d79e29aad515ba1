"""Decisions out: marked before the first byte leaves, sent as they are, cleared only on proof."""

from collections.abc import Sequence

from mcassess.errors import McassessError
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.store.sessions import Writing
from mcassess.sync.plan import SentOp, Verdict, batches, verdict
from mcassess.sync.platform import BusyError, CancelledError, PlatformRefusedError, TooOldError
from mcassess.sync.rekeying import fork_device
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.sync.wire import MAX_OPS, MAX_OPS_BYTES, OpResult, OpResults, Problem, Receipt
from mcassess.texts import tr

_FRAME_BYTES = 64
"""What stands around the operations in a request, generously."""

_RECEIPT_BYTES = 1024
"""What a receipt takes in a request, generously."""

_FORK = "device-fork"
_OF_THE_BYTES = {400, 413, 422}
"""Statuses by which a platform refuses what was sent, and not who sent it."""


def push(run: Run, *, again: Sequence[OutboxRow] = ()) -> bool:
    """Sends what is due, in the order in which it was sealed.

    Args:
        run: The run.
        again: What the platform has confirmed once and may have lost since; sent with its receipts.

    Returns:
        Whether all of it was answered.

    Raises:
        McassessError: The platform takes nothing now. Everything is still in the outbox, byte for byte.
        CancelledError: The run should end.
    """
    with run.library.read() as reading:
        due = reading.outbox.due(run.account.key, run.library.clock.now())
    rows = sorted([*again, *due], key=lambda row: row.device_seq)
    room = MAX_OPS_BYTES - _FRAME_BYTES - _RECEIPT_BYTES * min(len(again), MAX_OPS)
    done, whole = 0, True
    for batch in batches([row.payload for row in rows], MAX_OPS, room):
        whole &= _send(run, [rows[position] for position in batch])
        done += len(batch)
        run.tell(Step.PUSH, tr("Decisions: {done} of {total}").format(done=done, total=len(rows)), done, len(rows))
        if run.forked:
            return False  # the rest has other ids now, and goes under the new name
    return whole


def _send(run: Run, rows: Sequence[OutboxRow]) -> bool:
    leaving: list[OutboxRow] = []

    def one_try() -> OpResults:
        leaving[:] = _marked(run, rows)
        payloads = [row.payload for row in leaving]
        return run.platform.push(payloads, _receipts(leaving)) if leaving else OpResults(results=[])

    try:
        results = run.tried(one_try)
    except PlatformRefusedError as error:
        if error.code == _FORK:
            return _part_fork(run, leaving)
        if error.status in _OF_THE_BYTES and not isinstance(error, TooOldError):
            return _part(run, leaving, error)
        _put_back(run, leaving, error.text)
        raise
    except McassessError as error:
        _put_back(run, leaving, error.text)
        raise
    except CancelledError:
        _put_back(run, leaving, tr("The sync was stopped before the platform's answer came."))
        raise
    return _record(run, leaving, results)


def _receipts(rows: Sequence[OutboxRow]) -> dict[str, Receipt]:
    return {row.op_id: Receipt.model_validate(row.receipt) for row in rows if row.receipt is not None}


def _marked(run: Run, rows: Sequence[OutboxRow]) -> list[OutboxRow]:
    """Commits that the operations may have left this laptop, before they do; one taken back meanwhile stays."""
    allowed = {row.op_id for row in rows if row.state is OpState.SETTLED}
    with run.library.write(INITIATOR) as writing:
        allowed.update(writing.outbox.mark_sending([row.op_id for row in rows if row.op_id not in allowed]))
    return [row for row in rows if row.op_id in allowed]


def _part_fork(run: Run, rows: Sequence[OutboxRow]) -> bool:
    """Goes on after the platform knew a number of these under another id; it has looked at none of them."""
    if len(rows) > 1:
        whole = True
        for row in rows:
            whole &= _send(run, [row])
            if run.forked:
                return False
        return whole
    if rows[0].state is OpState.SETTLED:
        return True  # the platform keeps another under its number: this one was confirmed, and stays as it is
    fork_device(run.library, rows[0])
    run.forked = True
    return False


def _part(run: Run, rows: Sequence[OutboxRow], error: PlatformRefusedError) -> bool:
    """Goes on after a batch was refused for what is in it: one bad operation must not hold the others."""
    if len(rows) > 1:
        answered = [_send(run, [row]) for row in rows]
        return all(answered)
    problem = Problem(title=error.text, status=error.status, code=error.code)
    results = [OpResult(op_id=row.op_id, status="rejected", problem=problem) for row in rows]
    return _record(run, rows, OpResults(results=results))


def _put_back(run: Run, rows: Sequence[OutboxRow], why: str) -> None:
    with run.library.write(INITIATOR) as writing:
        for row in rows:
            writing.outbox.put_back(row.op_id, why)


def _record(run: Run, rows: Sequence[OutboxRow], results: OpResults) -> bool:
    found = {result.op_id: result for result in results.results}
    with run.library.write(INITIATOR) as writing:
        answered = [record_one(run, writing, row, found.get(row.op_id)) for row in rows]
    run.tell(Step.PUSH, tr("The platform has answered."), changed=writing.change_set)
    return all(answered)


def record_one(run: Run, writing: Writing, row: OutboxRow, result: OpResult | None) -> bool:
    """Records what the platform says of one operation, and tells whether that settles it one way or the other."""
    sent = SentOp(op_id=row.op_id, submission_id=row.submission_id, attempt=row.attempt, payload=row.payload)
    account, about = run.account, {"op_id": row.op_id, "submission": row.submission_id, "attempt": row.attempt}
    found = verdict(
        sent,
        result,
        receipts=run.platform.capabilities.receipts,
        server_id=account.server_id,
        public_key=account.public_key,
    )
    if result is None or found is Verdict.KEEP:
        waits = BusyError(tr("The platform could not take the decision on {id} now.").format(id=row.submission_id))
        writing.outbox.put_back(row.op_id, waits.text)
        run.fail(Step.PUSH, waits, **about)
    elif found is Verdict.SETTLE:
        receipt = result.receipt
        writing.outbox.settle(
            row.op_id, result.model_dump(mode="json"), receipt.model_dump(mode="json") if receipt else None
        )
        _ask_for_lost(run, writing, row, result)
        outcome = None if row.outcome is None else row.outcome.value
        if row.state is not OpState.SETTLED:
            accepted_at = receipt.accepted_at if receipt else None
            run.report.sent.append(about | {"outcome": outcome, "accepted_at": accepted_at})
    elif found is Verdict.ATTEND:
        writing.outbox.refuse(row.op_id, result.model_dump(mode="json"))
    else:
        unproven = tr(
            "The platform says that it has the decision on {id}, but its receipt is not genuine. The decision stays "
            "on this laptop and is sent again; tell your programme."
        ).format(id=row.submission_id)
        writing.outbox.put_back(row.op_id, unproven)
        run.ask("receipt", unproven, **about)
    return found in {Verdict.SETTLE, Verdict.ATTEND}


def _ask_for_lost(run: Run, writing: Writing, row: OutboxRow, result: OpResult) -> None:
    """Has files sent again that the platform had and has no more; says which are not here any more either."""
    for lost in writing.attachments.missing(row.key, row.attempt, result.attachments_pending):
        text = tr(
            "The platform has lost '{name}', which went with the decision on {id}, and it is not on this laptop any "
            "more. Attach the file once more if you have it."
        ).format(name=lost.name, id=row.submission_id)
        run.ask("file", text, submission=row.submission_id, attempt=row.attempt, attachment=lost.name)
