"""The real platform in this very thread: its application is asked without a socket, and can die at every commit."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from mcassess.server.app import create_app
from mcassess.server.data import PlatformData
from tests.simulation.chance import SimClock
from tests.simulation.programme import WISTFUL


class ServerDiedError(BaseException):
    """The platform's process has died."""


@dataclass(frozen=True)
class Ask:
    """A request as it leaves a laptop.

    target: path and query, as they stand in the request line.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def request_id(self) -> str:
        return dict(self.headers).get("mcassess-request", "")


@dataclass(frozen=True)
class Answer:
    """A response as it leaves the platform; header names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def with_headers(self, **changed: str | None) -> "Answer":
        """Returns it with headers replaced (underscores stand for hyphens); None takes one away."""
        names = {name.replace("_", "-"): value for name, value in changed.items()}
        kept = [(name, value) for name, value in self.headers if name not in names]
        new = [(name, value) for name, value in names.items() if value is not None]
        return Answer(self.status, (*kept, *new), self.body)

    def with_body(self, body: bytes) -> "Answer":
        answer = Answer(self.status, self.headers, body)
        return answer.with_headers(content_length=str(len(body)))


class SimPlatform:
    """One platform's data folder, and the process that serves it.

    doom: at which of the next points it dies; 0 means that it does not.
    full: at so many of the next commits its disk is full.
    """

    def __init__(self, folder: Path, clock: SimClock) -> None:
        self.folder = folder
        self.clock = clock
        self.doom = self.full = 0
        self.on_full: Callable[[], None] = lambda: None
        self._serves = self._was_full = False
        self.log: list[Ask] = []
        self.on_commit: Callable[[], None] = lambda: None
        # One for each request that is under way; a platform that is broken on purpose pauses within one.
        self._free: list[asyncio.AbstractEventLoop] = []
        self._data: PlatformData | None = None
        self.start()

    @property
    def data(self) -> PlatformData:
        assert self._data is not None, "the platform runs"
        return self._data

    def start(self) -> None:
        self._data = PlatformData(self.folder, self.clock)
        self._app = create_app(self._data, self.clock)

    def stop(self) -> None:
        """Ends the process; what it had not committed is gone."""
        self.doom = 0
        if self._data is not None:
            self._data.close()
        self._data = None

    def close(self) -> None:
        self.stop()
        while self._free:
            self._free.pop().close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def point(self, name: str) -> None:
        """One of the places at which the process may die, or the disk be full."""
        if self.full and self._serves and name == "before commit":
            self.full -= 1
            self._was_full = True
            self.on_full()
            raise _full_disk()
        if self.doom and not (doom := self._count_down()):
            raise ServerDiedError(name, doom)

    def _count_down(self) -> int:
        self.doom -= 1
        return self.doom

    def ask(self, ask: Ask, *, cut: int | None = None) -> Answer:
        """Returns the platform's answer; ``cut`` lets only so many bytes of the body arrive.

        Raises:
            ServerDiedError: It died over it; it runs again already.
        """
        loop = self._free.pop() if self._free else asyncio.new_event_loop()
        self._serves, self._was_full = True, False
        try:
            answer = loop.run_until_complete(self._asked(ask, cut))
        except ServerDiedError:
            self._keep(ask, cut)
            self.restart()
            raise
        else:
            if answer.status < 400:  # nothing came of the others: sent again, they may well be granted
                self._keep(ask, cut)
            return answer
        finally:
            self._serves = False
            self._free.append(loop)

    def _keep(self, ask: Ask, cut: int | None) -> None:
        if cut is None and not self._was_full:
            self.log.append(ask)

    async def _asked(self, ask: Ask, cut: int | None) -> Answer:
        path, _, query = ask.target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": ask.method,
            "headers": [(name.encode(), value.encode()) for name, value in ask.headers],
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "server": ("127.0.0.1", 1),
            "client": ("127.0.0.1", 2),
            "root_path": "",
        }
        arriving = _arriving(ask.body, cut)
        status, headers, body = 500, [], bytearray()

        async def receive() -> dict[str, object]:
            message = next(arriving, None)
            if message is None:
                await asyncio.Event().wait()  # nothing more comes, and nobody hangs up
            return message or {}

        async def send(message: dict[str, object]) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], message["headers"]
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, send)
        pairs = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)
        return Answer(status, pairs, bytes(body))

    def back_up(self, target: Path) -> None:
        """Copies the data folder as it is between two transactions."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder, target)


def _full_disk() -> OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return OperationalError("INSERT INTO decision", {"payload": f"a {WISTFUL} sentence"}, error)


def _arriving(body: bytes, cut: int | None) -> Iterator[dict[str, object]]:
    if cut is None:
        yield {"type": "http.request", "body": body, "more_body": False}
        return
    yield {"type": "http.request", "body": body[:cut], "more_body": True}
    yield {"type": "http.disconnect"}
