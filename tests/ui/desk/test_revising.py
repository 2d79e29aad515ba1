"""A decision that has arrived is opened again from the desk, and sealed as a revision."""

import json
from dataclasses import replace

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Condition, Outcome, SubmissionState
from mcassess.jobs import reviewing
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from tests.support.library import raw


def arrive(library: Library, op_id: str) -> ChangeSet:
    with library.write() as writing:
        writing.outbox.settle(op_id, {"status": "applied"}, {"signature": "c2ln"})
    return writing.change_set


def decided_there(library: Library, key: int) -> ChangeSet:
    with library.write() as writing:
        stored = writing.submissions.get(key)
        decided = replace(stored.submission, state=SubmissionState.DECIDED)
        writing.submissions.put_submission(stored.account, decided, 99, raw(decided))
    return writing.change_set


def test_what_has_arrived_is_revised_and_what_has_not_is_not(bench) -> None:
    key = bench.open()
    reviewing.record(bench.library, key, [Entry(kind=ChangeKind.FEEDBACK, value="Send it again.")])
    bench.presenter.seal(Outcome.RETURNED, Condition.UNPLAYABLE)
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is not None, timeout=5000)
    bar = bench.desk.right.sealed
    assert not bar._revise.isVisible()
    op_id = bench.presenter.contents.sealed.op_id

    bench.work.write(lambda: arrive(bench.library, op_id), owner=bench.desk)
    bench.qtbot.waitUntil(bar._revise.isVisible, timeout=5000)
    bar._revise.click()
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is None, timeout=5000)
    assert bench.presenter.can_record()
    bench.presenter.seal(Outcome.RETURNED, Condition.WRONG_FILE)
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is not None, timeout=5000)
    row = bench.presenter.contents.sealed
    assert row.kind == "decision.revise"
    assert json.loads(row.payload)["base"]["decision_version"] == 1


def test_the_platforms_word_of_a_decision_is_news_only_if_it_is_somebody_elses(bench) -> None:
    bench.open()
    with bench.library.read() as reading:
        other = reading.submissions.find("s-0002")[0][0]
    decided_there(bench.library, other)
    bench.open("s-0002")
    bench.qtbot.waitUntil(lambda: "has a decision on this attempt already" in bench.desk.right.said(), timeout=5000)


def test_the_platforms_word_of_ones_own_decision_is_none(bench) -> None:
    key = bench.open()
    reviewing.record(bench.library, key, [Entry(kind=ChangeKind.FEEDBACK, value="Send it again.")])
    bench.presenter.seal(Outcome.RETURNED, Condition.UNPLAYABLE)
    bench.qtbot.waitUntil(lambda: bench.presenter.contents.sealed is not None, timeout=5000)
    arrive(bench.library, bench.presenter.contents.sealed.op_id)
    decided_there(bench.library, key)
    bench.open("s-0002")
    bench.open()
    bench.qtbot.waitUntil(bench.desk.right.sealed._revise.isVisible, timeout=5000)
    assert bench.desk.right.said() == ""
