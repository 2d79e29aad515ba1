"""Jobs run off the window's thread; their results come back to it, in order, and only to who still waits."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from mcassess.errors import WorldError
from mcassess.store.changes import ChangeSet
from mcassess.ui.work import Task, Work


@pytest.fixture
def work(qapp: object) -> Iterator[Work]:
    made = Work()
    yield made
    made.close()


def test_a_result_arrives_on_the_windows_thread(work, qtbot):
    arrived: list[tuple[object, threading.Thread]] = []
    owner = QObject()
    work.read(threading.current_thread, lambda ran: arrived.append((ran, threading.current_thread())), owner=owner)
    qtbot.waitUntil(lambda: bool(arrived))
    ran, here = arrived[0]
    assert ran is not threading.main_thread()
    assert here is threading.main_thread()


def test_reads_see_the_writes_before_them(work, qtbot):
    log: list[str] = []
    owner = QObject()

    def write() -> ChangeSet:
        log.append("written")
        return ChangeSet()

    seen: list[list[str]] = []
    work.write(write, owner=owner)
    work.read(lambda: list(log), seen.append, owner=owner)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [["written"]]


def test_a_write_tells_all_screens_what_it_touched(work, qtbot):
    owner = QObject()
    with qtbot.waitSignal(work.changed) as changed:
        work.write(lambda: ChangeSet(outbox=True), owner=owner)
    assert changed.args[0].outbox


def test_a_cancelled_tasks_result_is_dropped(work, qtbot):
    gate = threading.Event()
    owner = QObject()
    dropped: list[int] = []
    kept: list[int] = []
    task = work.read(lambda: gate.wait(10) or 1, dropped.append, owner=owner)
    work.read(lambda: 2, kept.append, owner=owner)
    task.cancel()
    gate.set()
    qtbot.waitUntil(lambda: kept == [2])
    assert dropped == []


def test_a_result_for_a_destroyed_owner_is_dropped_but_its_write_is_carried_out(work, qtbot):
    gate = threading.Event()
    owner, other = QObject(), QObject()
    written: list[int] = []
    told: list[ChangeSet] = []
    after: list[int] = []

    def write() -> ChangeSet:
        gate.wait(10)
        written.append(1)
        return ChangeSet(outbox=True)

    work.write(write, told.append, owner=owner)
    import shiboken6

    shiboken6.delete(owner)
    gate.set()
    work.read(lambda: 1, after.append, owner=other)
    qtbot.waitUntil(lambda: bool(after))
    assert written == [1]
    assert told == []


def test_a_failure_that_nobody_takes_is_told_to_the_window(work, qtbot):
    owner = QObject()

    def fail() -> int:
        raise WorldError("The disk is full.")

    with qtbot.waitSignal(work.failed) as failed:
        work.read(fail, lambda _: None, owner=owner)
    assert failed.args[0].text == "The disk is full."


def test_a_failure_goes_to_who_asked(work, qtbot):
    owner = QObject()
    taken: list[str] = []

    def fail() -> int:
        raise WorldError("The disk is full.")

    work.read(fail, lambda _: None, lambda error: taken.append(error.text), owner=owner)
    qtbot.waitUntil(lambda: bool(taken))
    assert taken == ["The disk is full."]


def test_a_bug_is_told_apart_and_logged_without_its_values(work, qtbot, expected_logs, caplog):
    expected_logs.append("mcassess.ui.work")
    owner, told = QObject(), list[str]()

    def fail() -> int:
        raise KeyError("Wilhelmina Quackenbush")

    with qtbot.waitSignal(work.broken):
        work.read(fail, lambda _: None, lambda error: told.append(error.text), owner=owner)
    assert [text.startswith("This is a bug of ours (KeyError") for text in told] == [True], "who waits, goes on"
    assert "KeyError" in caplog.text
    assert "Wilhelmina" not in caplog.text


def test_background_jobs_run_beside_each_other_and_can_stop_early(work, qtbot):
    owner = QObject()
    both = threading.Barrier(2, timeout=10)
    done: list[bool] = []

    def meet(task: Task[bool]) -> bool:
        both.wait()
        return task.cancelled

    work.background(meet, done.append, owner=owner)
    work.background(meet, done.append, owner=owner)
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done == [False, False]


def test_closing_carries_out_what_was_still_to_be_written(qapp):
    work = Work()
    owner = QObject()
    gate = threading.Event()
    written: list[int] = []

    def write(number: int) -> ChangeSet:
        gate.wait(10)
        written.append(number)
        return ChangeSet()

    for number in range(5):
        work.write(lambda number=number: write(number), owner=owner)
    gate.set()
    work.close()
    assert written == [0, 1, 2, 3, 4]
