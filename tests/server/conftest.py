"""A platform with the tiny pack, and people who talk to it as any HTTP client would."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mcassess.clock import Clock, SystemClock
from mcassess.server.admin import add_assessor, load_pack
from mcassess.server.data import PlatformData
from tests.support.assessor import Client
from tests.support.packs import changed_pack
from tests.support.platform import SMALL_PACK, Platform
from tests.support.postgres import Postgres, running_postgres
from tests.support.prepared import Prepared


@pytest.fixture
def policy() -> dict[str, object]:
    """What a test's policy of the first micro-credential says beyond the tiny pack's."""
    return {}


@pytest.fixture
def pack(tmp_path: Path, policy: dict[str, object]) -> Path:
    """What the platform has loaded; a module may have its own."""

    def change(document: dict[str, Any]) -> None:
        document["microcredentials"][0]["policy"] |= policy

    return changed_pack(tmp_path / "pack", change) if policy else SMALL_PACK


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Prepared:
    return Prepared(tmp_path_factory.mktemp("prepared"), postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """What a platform's data lie in: every test that asks for a platform is run on both."""
    return request.param


@pytest.fixture
def database(kind: str, postgres: Postgres) -> Iterator[str | None]:
    """Address of an empty database; None for SQLite."""
    address = None if kind == "sqlite" else postgres.database()
    yield address
    if address is not None:
        postgres.drop(address)


@pytest.fixture
def data_dir(tmp_path: Path, database: str | None) -> Path:
    """A data folder without any data yet."""
    folder = tmp_path / "data"
    if database is not None:
        PlatformData(folder, SystemClock(), database).close()
    return folder


@pytest.fixture
def clock() -> Clock:
    """The platform's; a module may have one that it sets."""
    return SystemClock()


@pytest.fixture
def platform(tmp_path: Path, pack: Path | None, kind: str, prepared: Prepared, clock: Clock) -> Iterator[Platform]:
    with prepared.running(tmp_path, kind, pack, clock) as running:
        yield running


@pytest.fixture
def client(platform: Platform) -> Iterator[Callable[..., Client]]:
    """Makes clients: of Ada by default, of a new person by name, or of any token."""
    made: list[Client] = []

    def make(
        name: str = "Ada", *, role: str = "assessor", token: str | None = None, device: str | None = None
    ) -> Client:
        if token is None:
            token = platform.token if name == "Ada" else platform.add(name, role)
        made.append(Client(platform.url, token, device or f"device-{name}"))
        return made[-1]

    yield make
    for each in made:
        each.http.close()


_SERVE = "import sys; from pathlib import Path; from mcassess.server.serve import serve; "
_SERVE += "serve(Path(sys.argv[1]), '127.0.0.1', 0, lambda url: print(url, flush=True))"


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Ada at a platform in a process of its own, shared by the tests that only read."""
    data_dir = tmp_path_factory.mktemp("shared") / "data"
    load_pack(data_dir, SMALL_PACK)
    token = add_assessor(data_dir, "Ada")
    command = [sys.executable, "-c", _SERVE, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ada = Client(process.stdout.readline().strip(), token)
            yield ada
            ada.http.close()
        finally:
            process.terminate()
            assert process.wait(20) == 0
