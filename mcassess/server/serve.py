"""Running the platform in one process: uvicorn on one socket, quiet, stopped by signal or from another thread."""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from mcassess.clock import SystemClock
from mcassess.server.app import create_app
from mcassess.server.data import PlatformData
from mcassess.server.listening import Tls, listen, url_of
from mcassess.server.metrics import Metrics

DEFAULT_HOST = "127.0.0.1"
_GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a platform listens.

    Attributes:
        port: 0 takes any that is free.
        tls: Without it, only this computer is listened to.
    """

    host: str = DEFAULT_HOST
    port: int = 0
    tls: Tls | None = None


class Serving:
    """One run of the platform on one socket.

    Attributes:
        url: Where it answers; known before it runs.
    """

    def __init__(
        self,
        data: PlatformData,
        host: str = DEFAULT_HOST,
        port: int = 0,
        *,
        tls: Tls | None = None,
        listening: socket.socket | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Binds the socket, or takes one that listens already.

        Raises:
            UsageError: The host is not this computer, and there is no TLS.
            WorldError: The port is taken, or the certificate cannot be used.
        """
        context = tls.context() if tls else None
        self._socket = listening or listen(host, port, tls)
        self.url = url_of(self._socket, host, tls)
        config = uvicorn.Config(
            create_app(data, data.clock, lambda: self._server.should_exit, metrics),
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ssl_context_factory=None if context is None else lambda _config, _default: context,
        )
        self._server = _Server(config)

    def run(self, ready: Callable[[str], None]) -> None:
        """Serves until stopped; calls ``ready`` with the address once requests are answered."""
        self._server.ready = lambda: ready(self.url)
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Ends ``run`` soon; may be called from any thread, before ``run`` too."""
        self._server.should_exit = True


class _Server(uvicorn.Server):
    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises a caught signal again at its end; being asked to stop is no failure here.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        with stopped_by_signals(self._stop):
            yield

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.should_exit = True


@contextlib.contextmanager
def stopped_by_signals(stop: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Lets SIGINT and SIGTERM stop something as long as the block lasts; in the main thread alone."""
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(data_dir: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Runs the platform on a data folder, in this process, until SIGTERM or SIGINT; prints nothing.

    Raises:
        UsageError: The host is not this computer.
        WorldError: The port is taken, or the folder cannot be used.
    """
    serve_at(data_dir, Place(host=host, port=port), ready)


def serve_at(
    data_dir: Path, place: Place, ready: Callable[[str], None], *, database: str | None = None, new_epoch: bool = False
) -> None:
    """Runs the platform on a data folder, in this process, until SIGTERM or SIGINT; prints nothing.

    Args:
        database: Address of a PostgreSQL database, which the folder remembers.
        new_epoch: Begin a new epoch, because the database was put back from a backup by other means than ours.

    Raises:
        UsageError: The host is not this computer and there is no TLS, or the address is none.
        WorldError: The port is taken, or folder, database or certificate cannot be used.
    """
    data = PlatformData(data_dir, SystemClock(), database, new_epoch=new_epoch)
    try:
        Serving(data, place.host, place.port, tls=place.tls).run(ready)
    finally:
        data.close()
