"""A decision that has arrived is opened again from the desk, and sealed as a revision."""

import json

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Condition, Outcome
from mcassess.jobs import reviewing


def test_what_has_arrived_is_revised_and_what_has_not_is_not(bench) -> None:
    key = bench.open()
    reviewing.record(bench.library, key, [Entry(kind=ChangeKind.FEEDBACK, value="Send it again.")])
    bench.presenter.seal(Outcome.RETURNED, Condition.UNPLAYABLE)
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is not None, timeout=5000)
    bar = bench.desk.right.sealed
    assert not bar._revise.isVisible()
    op_id = bench.presenter.contents.sealed.op_id

    def arrive():
        with bench.library.write() as writing:
            writing.outbox.settle(op_id, {"status": "applied"}, {"signature": "c2ln"})
        return writing.change_set

    bench.work.write(arrive, owner=bench.desk)
    bench.qtbot.waitUntil(bar._revise.isVisible, timeout=5000)
    bar._revise.click()
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is None, timeout=5000)
    assert bench.presenter.can_record()
    bench.presenter.seal(Outcome.RETURNED, Condition.WRONG_FILE)
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is not None, timeout=5000)
    row = bench.presenter.contents.sealed
    assert row.kind == "decision.revise"
    assert json.loads(row.payload)["base"]["decision_version"] == 1
