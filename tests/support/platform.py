"""The real reference platform on loopback, for tests: in a thread, stoppable, startable again on the same port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from mcassess.clock import Clock, SystemClock
from mcassess.server.admin import add_assessor, decisions, load_pack
from mcassess.server.data import PlatformData
from mcassess.server.serve import Serving
from mcassess.sync.wire import DecisionRecord

SMALL_PACK = Path(__file__).parents[1] / "data" / "packs" / "small"
_DEADLINE_SECONDS = 20.0


class Platform:
    """A running platform. ``stop`` takes it away, ``start`` brings it back under the same address."""

    def __init__(self, data_dir: Path, clock: Clock | None = None) -> None:
        self.data_dir = data_dir
        self.url = ""
        self.token = ""
        self.clock = clock or SystemClock()
        self._port = 0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts serving and waits until it answers."""
        assert self._thread is None, "it runs already"
        ready = threading.Event()
        self._data = PlatformData(self.data_dir, self.clock)
        self._serving = Serving(self._data, port=self._port)
        self._thread = threading.Thread(target=self._serving.run, args=[lambda _url: ready.set()], name="platform")
        self._thread.start()
        assert ready.wait(_DEADLINE_SECONDS), "the platform did not start in time"
        self.url = self._serving.url
        self._port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """Stops serving; does nothing where it does not run."""
        if self._thread is None:
            return
        self._serving.stop()
        self._thread.join(_DEADLINE_SECONDS)
        assert not self._thread.is_alive(), "the platform did not stop in time"
        self._thread = None
        self._data.close()

    def add(self, name: str, role: str = "assessor") -> str:
        """Adds a person and returns her token."""
        return add_assessor(self.data_dir, name, role)

    def load(self, pack: Path) -> None:
        """Loads a pack, while it runs or not."""
        load_pack(self.data_dir, pack)

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Returns what a query finds in its database."""
        with self._data.read() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def change(self, statement: str, **values: object) -> None:
        """Changes its database behind its back."""
        with self._data.write() as connection:
            connection.execute(text(statement), values)

    @contextmanager
    def writing(self) -> Iterator[tuple[PlatformData, Connection]]:
        """Its data, in a transaction of the test's own."""
        with self._data.write() as connection:
            yield self._data, connection

    def person(self, name: str) -> str:
        """Returns somebody's id."""
        return str(self.rows("SELECT id FROM person WHERE name = :name", name=name)[0][0])

    def decisions(self) -> list[DecisionRecord]:
        """Returns every accepted decision."""
        return decisions(self.data_dir)


@contextmanager
def running_platform(
    tmp_path: Path, pack: Path | None = SMALL_PACK, clock: Clock | None = None, database: str | None = None
) -> Iterator[Platform]:
    """Runs a platform with a pack loaded and an assessor named Ada, whose token is ``Platform.token``.

    Args:
        database: Address of an empty PostgreSQL database; else it lies in SQLite.
    """
    folder = tmp_path / "platform-data"
    if database is not None:
        PlatformData(folder, SystemClock(), database).close()
    platform = Platform(folder, clock)
    if pack is not None:
        platform.load(pack)
    platform.token = platform.add("Ada")
    platform.start()
    try:
        yield platform
    finally:
        platform.stop()
