"""Runs library, network and file jobs off the window's thread, and brings results back to it. Knows no job itself."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal

from mcassess.crash import describe
from mcassess.errors import McassessError
from mcassess.store.changes import ChangeSet

_T = TypeVar("_T")
_BACKGROUND_THREADS = 3
_LOG = logging.getLogger(__name__)

Failed = Callable[[McassessError], None]


class Task(Generic[_T]):
    """One job under way. A cancelled task's result is dropped; its job may look at ``cancelled`` and stop early."""

    def __init__(self, done: Callable[[_T], None] | None, failed: Failed | None) -> None:
        self._cancelled = threading.Event()
        self._done = done
        self._failed = failed

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for the result any more."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Drops the result, and asks the job to stop."""
        self._cancelled.set()

    def finish(self, result: _T) -> None:
        """Hands over the result; called on the window's thread."""
        if not self.cancelled and self._done is not None:
            self._done(result)

    def fail(self, error: McassessError) -> bool:
        """Hands over the failure; called on the window's thread. Tells whether anybody took it."""
        if self.cancelled:
            return True
        if self._failed is None:
            return False
        self._failed(error)
        return True


class Work(QObject):
    """One thread for the database, a few for the network and files.

    Signals:
        changed: The ChangeSet of each write that has finished.
        failed: A McassessError that nobody else took.
        broken: The exception of a job that failed by a bug of ours.
    """

    changed = Signal(object)
    failed = Signal(object)
    broken = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._others = ThreadPoolExecutor(_BACKGROUND_THREADS, thread_name_prefix="background")
        self._tasks: set[Task[Any]] = set()
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def read(
        self, job: Callable[[], _T], done: Callable[[_T], None], failed: Failed | None = None, *, owner: QObject
    ) -> Task[_T]:
        """Runs a job that reads the library; jobs of the library run one after the other."""
        task = Task(done, failed)
        self._start(self._database, job, task, owner)
        return task

    def write(
        self,
        job: Callable[[], ChangeSet],
        done: Callable[[ChangeSet], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject,
    ) -> Task[ChangeSet]:
        """Runs a job that writes the library; it is carried out even when its owner has gone meanwhile."""
        task = Task(done, failed)

        def carried_out() -> ChangeSet:
            change_set = job()
            self.announce(change_set)
            return change_set

        self._start(self._database, carried_out, task, owner)
        return task

    def background(
        self,
        job: Callable[[Task[_T]], _T],
        done: Callable[[_T], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject,
    ) -> Task[_T]:
        """Runs a job of the network or of files beside the others."""
        task = Task(done, failed)
        self._start(self._others, lambda: job(task), task, owner)
        return task

    def announce(self, change_set: ChangeSet) -> None:
        """Tells the screens what a write touched; may be called from any thread."""
        if change_set:
            self._arrived.emit(lambda: self.changed.emit(change_set))

    def post(self, call: Callable[[], None]) -> None:
        """Runs a call on the window's thread, later; may be called from any thread."""
        self._arrived.emit(call)

    def settle(self) -> None:
        """Waits for the library's jobs that were given so far, and hands their results over before it returns."""
        self._database.submit(lambda: None).result()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

    def close_database(self) -> None:
        """Lets the library's jobs finish and takes no new jobs; those of the network and of files go on."""
        self._closed = True
        self._database.shutdown(wait=True)

    def close(self) -> None:
        """Lets the library's jobs finish, drops the others, and ends all threads."""
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()
        self._database.shutdown(wait=True)
        self._others.shutdown(wait=True, cancel_futures=True)

    def _start(self, pool: ThreadPoolExecutor, job: Callable[[], _T], task: Task[_T], owner: QObject) -> None:
        if self._closed:
            task.cancel()  # a late signal still asks; there is nothing to read from any more
            return
        self._tasks.add(task)
        future = pool.submit(job)
        future.add_done_callback(lambda finished: self._arrived.emit(lambda: self._hand_over(task, finished, owner)))

    def _hand_over(self, task: Task[_T], finished: "Future[_T]", owner: QObject) -> None:
        self._tasks.discard(task)
        if finished.cancelled():
            return
        if not shiboken6.isValid(owner):
            task.cancel()
        error = finished.exception()
        if error is None:
            task.finish(finished.result())
        elif isinstance(error, McassessError):
            if not task.fail(error):
                self.failed.emit(error)
        else:
            _LOG.error("%s", describe(error))
            task.fail(McassessError(describe(error)))  # whoever waits goes on: words are tried again
            self.broken.emit(error)

    def _deliver(self, call: Callable[[], None]) -> None:
        call()
