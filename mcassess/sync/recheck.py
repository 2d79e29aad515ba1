"""Asking again what became of refused operations: a platform may have applied later what it could not apply then."""

import json

from mcassess.store.outbox import OpState, OutboxRow
from mcassess.sync.push import record_one
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.sync.wire import OpResult
from mcassess.texts import tr

_ASKED = "asked-again:"


def recheck(run: Run) -> None:
    """Asks about what was refused of the submissions that have changed, so that no conflict is shown that is none.

    An attempt may be back, or a coordinator may have applied what was kept. Which version of the submission was here
    when it was asked is noted with the answer, and forgotten before it is asked anew: where the platform could not be
    asked, the next run asks.

    Raises:
        McassessError: The platform cannot be asked now.
        CancelledError: The run should end.
    """
    name = f"{_ASKED}{run.account.key}"
    with run.library.read() as reading:
        rows = reading.answered.refused(run.account.key)
        versions = reading.answered.versions_of_refused(run.account.key)
        before = reading.settings.get(name, {})
    asked = {row.op_id: before[row.op_id] for row in rows if row.op_id in before}
    changed = run.changed.submissions
    due = [row for row in rows if row.key in changed or asked.get(row.op_id) != versions[row.op_id]]
    if not due:
        return
    for row in due:
        asked.pop(row.op_id, None)
    with run.library.write(INITIATOR) as writing:
        writing.settings.set(name, asked)
    for row in due:
        result = _result_now(run, row)
        asked[row.op_id] = versions[row.op_id]
        with run.library.write(INITIATOR) as writing:
            if result is not None:
                record_one(run, writing, row, result)
            writing.settings.set(name, asked)
        if result is not None and result.status != "rejected":
            run.tell(Step.PUSH, tr("The platform has applied what it had kept."), changed=writing.change_set)


def _result_now(run: Run, row: OutboxRow) -> OpResult | None:
    """Returns what the platform says of an operation now; None where that is what it said before, or nothing."""
    device = json.loads(row.payload)["device_id"]
    answer = run.tried(lambda: run.platform.results(device, row.device_seq - 1))
    result = next((each for each in answer.results if each.op_id == row.op_id), None)
    if result is None or not (result.status in {"applied", "duplicate"} or _is_refused_anew(row, result)):
        return None
    return result


def _is_refused_anew(row: OutboxRow, result: OpResult) -> bool:
    """Tells whether an operation that waits for the assessor is refused for another reason than it was."""
    if row.state is not OpState.ATTENTION or result.status != "rejected" or result.problem is None:
        return False
    return result.problem.code != ((row.result or {}).get("problem") or {}).get("code")
