"""A platform with the tiny pack, and people who talk to it as any HTTP client would."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcassess.clock import SystemClock
from mcassess.server.admin import add_assessor, load_pack
from mcassess.server.data import PlatformData
from tests.support.assessor import Client
from tests.support.platform import SMALL_PACK, Platform, running_platform
from tests.support.postgres import Postgres, running_postgres


@pytest.fixture
def pack() -> Path:
    """What the platform has loaded; a module may have its own."""
    return SMALL_PACK


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, postgres: Postgres) -> str | None:
    """Where a platform's data lie: every test that asks for a platform is run on both."""
    return None if request.param == "sqlite" else postgres.database()


@pytest.fixture
def data_dir(tmp_path: Path, database: str | None) -> Path:
    """A data folder without any data yet."""
    folder = tmp_path / "data"
    if database is not None:
        PlatformData(folder, SystemClock(), database).close()
    return folder


@pytest.fixture
def platform(tmp_path: Path, pack: Path, database: str | None) -> Iterator[Platform]:
    with running_platform(tmp_path, pack, database=database) as running:
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
