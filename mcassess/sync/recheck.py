"""Asking again what became of refused operations: a platform may have applied later what it could not apply then."""

import json

from mcassess.store.outbox import OpState, OutboxRow
from mcassess.sync.push import record_one
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.sync.wire import OpResult
from mcassess.texts import tr


def recheck(run: Run) -> None:
    """Asks about what was refused of the submissions that have changed, so that no conflict is shown that is none.

    An attempt may be back, or a coordinator may have applied what was kept.

    Raises:
        McassessError: The platform cannot be asked now.
        CancelledError: The run should end.
    """
    with run.library.read() as reading:
        rows = [row for row in reading.answered.refused(run.account.key) if row.key in run.changed.submissions]
    for row in rows:
        device = json.loads(row.payload)["device_id"]
        answer = run.tried(lambda at=row.device_seq - 1, who=device: run.platform.results(who, at))  # type: ignore[misc]  # bound for this round
        result = next((each for each in answer.results if each.op_id == row.op_id), None)
        if result is None or not (result.status in {"applied", "duplicate"} or _is_refused_anew(row, result)):
            continue
        with run.library.write(INITIATOR) as writing:
            record_one(run, writing, row, result)
        if result.status != "rejected":
            run.tell(Step.PUSH, tr("The platform has applied what it had kept."), changed=writing.change_set)


def _is_refused_anew(row: OutboxRow, result: OpResult) -> bool:
    """Tells whether an operation that waits for the assessor is refused for another reason than it was."""
    if row.state is not OpState.ATTENTION or result.status != "rejected" or result.problem is None:
        return False
    return result.problem.code != ((row.result or {}).get("problem") or {}).get("code")
