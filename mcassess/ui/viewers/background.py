"""A few threads in which viewers open and draw, so that the window's thread never waits. Knows no evidence."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from mcassess.crash import describe
from mcassess.errors import McassessError
from mcassess.evidence.errors import EvidenceError
from mcassess.texts import tr

_T = TypeVar("_T")
_THREADS = 6  # in each of two panes at most one opens or draws, one is ended, and one reads captions or words
_LOG = logging.getLogger(__name__)

Failed = Callable[[McassessError], None]


class Job(Generic[_T]):
    """One job under way; once cancelled, nobody hears of it.

    Attributes:
        over: Whether it was handed over or cancelled.
    """

    def __init__(self, done: Callable[[_T], None] | None, failed: Failed | None) -> None:
        self._done, self._failed = done, failed
        self.over = False

    def cancel(self) -> None:
        """Drops its result, whatever it will be. Called on the window's thread, as all else here."""
        self.over = True
        self._done = self._failed = None

    def finish(self, future: "Future[_T]") -> None:
        """Hands over the result or the failure."""
        if self.over:
            return
        self.over = True
        error = future.exception()
        if error is None:
            if self._done is not None:
                self._done(future.result())
        elif self._failed is not None:
            self._failed(error if isinstance(error, McassessError) else _bug())


class Background(QObject):
    """Runs jobs off the window's thread and hands their results over on it."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="viewers")
        self._jobs: set[Job[Any]] = set()
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], _T], done: Callable[[_T], None] | None = None, failed: Failed | None = None
    ) -> Job[_T]:
        """Runs ``work`` in a thread, and ``done`` or ``failed`` on the window's thread afterwards.

        Every job is carried out, cancelled or not: some of them close things.
        """
        job = Job(done, failed)
        self._jobs.add(job)
        future = self._threads.submit(_logged, work)
        future.add_done_callback(lambda finished: self._arrived.emit((job, finished)))
        return job

    def close(self) -> None:
        """Drops all results and ends the threads, after what they are about."""
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()
        self._threads.shutdown(wait=True)

    def _deliver(self, arrived: tuple[Job[Any], "Future[Any]"]) -> None:
        job, future = arrived
        self._jobs.discard(job)
        job.finish(future)


def _logged(work: Callable[[], _T]) -> _T:
    try:
        return work()
    except McassessError:
        raise
    except Exception as error:
        _LOG.error("%s", describe(error))
        raise


def _bug() -> McassessError:
    return EvidenceError("bug", tr("The evidence cannot be shown because of a fault in this program."))
