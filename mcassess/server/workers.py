"""Running the platform in several processes that share one socket; one that dies is replaced."""

import contextlib
import multiprocessing
import signal
import socket
import threading
from collections.abc import Callable, MutableSequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType

from mcassess.clock import SystemClock
from mcassess.errors import McassessError, WorldError
from mcassess.server.data import PlatformData
from mcassess.server.listening import listen, url_of
from mcassess.server.metrics import CELLS, Metrics
from mcassess.server.serve import Place, Serving, stopped_by_signals
from mcassess.texts import tr

_CHECK_SECONDS = 0.2
_STOP_SECONDS = 15
_READY = ""


def serve_with_workers(
    data_dir: Path,
    place: Place,
    workers: int,
    ready: Callable[[str], None],
    *,
    database: str | None = None,
    new_epoch: bool = False,
) -> None:
    """Runs the platform in this many processes until SIGTERM or SIGINT; prints nothing.

    Raises:
        UsageError: The host is not this computer and there is no TLS, or the address is none.
        WorldError: The port is taken, folder, database or certificate cannot be used, or workers do not start.
    """
    # The tables are made, and the certificate is looked at, before there is anybody to do it at the same time.
    PlatformData(data_dir, SystemClock(), database, new_epoch=new_epoch).close()
    if place.tls is not None:
        place.tls.context()
    with contextlib.closing(listen(place.host, place.port, place.tls)) as listening:
        crew = _Crew(data_dir, place, listening, workers)
        with crew.stopped_by_signals():
            crew.run(lambda: ready(url_of(listening, place.host, place.tls)))


@dataclass(slots=True)
class _Worker:
    number: int
    process: SpawnProcess
    pipe: Connection
    ready: bool = False


class _Crew:
    """The workers, and whoever watches over them."""

    def __init__(self, data_dir: Path, place: Place, listening: socket.socket, wanted: int) -> None:
        self._task = (data_dir, place, listening)
        self._wanted = wanted
        self._context = multiprocessing.get_context("spawn")
        self._cells = self._context.RawArray("d", CELLS * wanted)
        self._workers: list[_Worker] = []
        self._stopping = False

    def stopped_by_signals(self) -> contextlib.AbstractContextManager[None]:
        return stopped_by_signals(self._stop)

    def run(self, ready: Callable[[], None]) -> None:
        told = False
        try:
            while not self._stopping:
                while len(self._workers) < self._wanted:
                    self._start()
                wait([each.process.sentinel for each in self._workers], _CHECK_SECONDS)
                for worker in list(self._workers):
                    self._look_after(worker, may_die=told)
                if not told and len(self._workers) == self._wanted and all(each.ready for each in self._workers):
                    told = True
                    ready()
        finally:
            self._end()

    def _start(self) -> None:
        number = min(set(range(self._wanted)) - {each.number for each in self._workers})
        ours, theirs = self._context.Pipe()
        task = (*self._task, theirs, self._cells, number)
        process = self._context.Process(target=_work, args=task, name="platform worker")
        process.start()
        theirs.close()
        self._workers.append(_Worker(number, process, ours))

    def _look_after(self, worker: _Worker, *, may_die: bool) -> None:
        alive = worker.process.is_alive()
        with contextlib.suppress(EOFError):
            if worker.pipe.poll():
                if fault := worker.pipe.recv():
                    raise WorldError(fault)
                worker.ready = True
        if alive:
            return
        worker.pipe.close()
        self._workers.remove(worker)
        if not may_die or not worker.ready:
            raise WorldError(tr("A worker process of the platform does not start; it ended at once."))

    def _end(self) -> None:
        for worker in self._workers:
            worker.pipe.close()  # at which it stops
        for worker in self._workers:
            worker.process.join(_STOP_SECONDS)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def _work(
    data_dir: Path,
    place: Place,
    listening: socket.socket,
    pipe: Connection,
    cells: MutableSequence[float],
    number: int,
) -> None:
    """Serves until the pipe ends: whoever watches over us wants it, or is dead."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # they reach the whole group; one place decides
    try:
        data = PlatformData(data_dir, SystemClock())
        with contextlib.closing(data):
            serving = Serving(data, place.host, tls=place.tls, listening=listening, metrics=Metrics(cells, number))
            threading.Thread(target=_stop_at_end, args=[pipe, serving], name="end of the platform", daemon=True).start()
            serving.run(lambda _url: _tell(pipe, _READY))
    except McassessError as error:
        _tell(pipe, error.text)


def _tell(pipe: Connection, word: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody watches any more, and we are about to stop
        pipe.send(word)


def _stop_at_end(pipe: Connection, serving: Serving) -> None:
    with contextlib.suppress(EOFError, OSError):
        pipe.recv()
    serving.stop()
