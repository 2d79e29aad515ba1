"""Decisions out: marked before the first byte leaves, sent as they are, cleared only on proof."""

from collections.abc import Sequence

from mcassess.errors import McassessError
from mcassess.store.outbox import OutboxRow
from mcassess.store.sessions import Writing
from mcassess.sync.plan import SentOp, Verdict, batches, verdict
from mcassess.sync.platform import BusyError, CancelledError, PlatformRefusedError
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.sync.wire import MAX_OPS, MAX_OPS_BYTES, OpResult, OpResults, Problem
from mcassess.texts import tr

_FRAME_BYTES = 64
"""What stands around the operations in a request, generously."""

_OF_THE_BYTES = {400, 413, 422}
"""Statuses by which a platform refuses what was sent, and not who sent it."""


def push(run: Run) -> None:
    """Sends what is due, in the order in which it was sealed.

    Raises:
        McassessError: The platform takes nothing now. Everything is still in the outbox, byte for byte.
        CancelledError: The run should end.
    """
    with run.library.read() as reading:
        due = reading.outbox.due(run.account.key, run.library.clock.now())
    done = 0
    for batch in batches([row.payload for row in due], MAX_OPS, MAX_OPS_BYTES - _FRAME_BYTES):
        _send(run, [due[position] for position in batch])
        done += len(batch)
        run.tell(Step.PUSH, tr("Decisions: {done} of {total}").format(done=done, total=len(due)), done, len(due))


def _send(run: Run, rows: Sequence[OutboxRow]) -> None:
    leaving: list[OutboxRow] = []

    def one_try() -> OpResults:
        leaving[:] = _marked(run, rows)
        return run.platform.push([row.payload for row in leaving]) if leaving else OpResults(results=[])

    try:
        results = run.tried(one_try)
    except PlatformRefusedError as error:
        if error.status in _OF_THE_BYTES:
            _part(run, leaving, error)
            return
        _put_back(run, leaving, error.text)
        raise
    except McassessError as error:
        _put_back(run, leaving, error.text)
        raise
    except CancelledError:
        _put_back(run, leaving, tr("The sync was stopped before the platform's answer came."))
        raise
    _record(run, leaving, results)


def _marked(run: Run, rows: Sequence[OutboxRow]) -> list[OutboxRow]:
    """Commits that the operations may have left this laptop, before they do; one taken back meanwhile stays."""
    with run.library.write(INITIATOR) as writing:
        allowed = set(writing.outbox.mark_sending([row.op_id for row in rows]))
    return [row for row in rows if row.op_id in allowed]


def _part(run: Run, rows: Sequence[OutboxRow], error: PlatformRefusedError) -> None:
    """Goes on after a batch was refused for what is in it: one bad operation must not hold the others."""
    if len(rows) > 1:
        for row in rows:
            _send(run, [row])
        return
    problem = Problem(title=error.text, status=error.status, code=error.code)
    results = [OpResult(op_id=row.op_id, status="rejected", problem=problem) for row in rows]
    _record(run, rows, OpResults(results=results))


def _put_back(run: Run, rows: Sequence[OutboxRow], why: str) -> None:
    with run.library.write(INITIATOR) as writing:
        for row in rows:
            writing.outbox.put_back(row.op_id, why)


def _record(run: Run, rows: Sequence[OutboxRow], results: OpResults) -> None:
    found = {result.op_id: result for result in results.results}
    with run.library.write(INITIATOR) as writing:
        for row in rows:
            _record_one(run, writing, row, found.get(row.op_id))
    run.tell(Step.PUSH, tr("The platform has answered."), changed=writing.change_set)


def _record_one(run: Run, writing: Writing, row: OutboxRow, result: OpResult | None) -> None:
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
        outcome = None if row.outcome is None else row.outcome.value
        run.report.sent.append(about | {"outcome": outcome, "accepted_at": receipt.accepted_at if receipt else None})
    elif found is Verdict.ATTEND:
        writing.outbox.refuse(row.op_id, result.model_dump(mode="json"))
    else:
        unproven = tr(
            "The platform says that it has the decision on {id}, but its receipt is not genuine. The decision stays "
            "on this laptop and is sent again; tell your programme."
        ).format(id=row.submission_id)
        writing.outbox.put_back(row.op_id, unproven)
        run.ask("receipt", unproven, **about)
