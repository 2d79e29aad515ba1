"""Running the platform: uvicorn on one socket, quiet, stopped by signal or from another thread."""

import contextlib
import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import uvicorn

from mcassess.clock import SystemClock
from mcassess.errors import UsageError, WorldError
from mcassess.server.app import create_app
from mcassess.server.data import PlatformData
from mcassess.texts import tr

DEFAULT_HOST = "127.0.0.1"
_GRACE_SECONDS = 5
_BACKLOG = 1024


class Serving:
    """One run of the platform on one socket.

    Attributes:
        url: Where it answers; known before it runs.
    """

    def __init__(self, data: PlatformData, host: str = DEFAULT_HOST, port: int = 0) -> None:
        """Binds the socket; port 0 takes any that is free.

        Raises:
            UsageError: The host is not this computer: without TLS, that is not offered.
            WorldError: The port is taken.
        """
        self._socket = _bind(host, port)
        bound: int = self._socket.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{bound}"
        app = create_app(data, data.clock, stopping=lambda: self._server.should_exit)
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
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
        names = (signal.SIGINT, signal.SIGTERM)
        before = {name: signal.signal(name, self._stop) for name in names}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.should_exit = True


def serve(data_dir: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Runs the platform on a data folder until SIGTERM or SIGINT; prints nothing.

    Raises:
        UsageError: The host is not this computer.
        WorldError: The port is taken, or the folder cannot be used.
    """
    data = PlatformData(data_dir, SystemClock())
    try:
        Serving(data, host, port).run(ready)
    finally:
        data.close()


def _bind(host: str, port: int) -> socket.socket:
    if not _is_loopback(host):
        raise UsageError(
            tr(
                "The platform speaks plain HTTP, which is safe on this computer alone, so it does not listen on "
                "'{host}'. Leave --host out, and put a server with TLS in front of it for others."
            ).format(host=host)
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named; else each answer takes 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise WorldError(
            tr("The platform cannot listen on {host}, port {port}: {reason}.").format(
                host=host, port=port, reason=error
            )
        ) from error
    return listening


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
