"""The practice platform: on loopback, filled with practice submissions, in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mcassess import paths
from mcassess.errors import WorldError
from mcassess.jobs.files import write_whole
from mcassess.texts import tr

ASSESSOR = "Practice assessor"
_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePlatform:
    """A practice platform that runs.

    Attributes:
        url: Where it listens.
        token: What signs an assessor in.
    """

    url: str
    token: str


def practice_home(given: Path | None) -> Path:
    """Returns the home to practise in: as given or named, else one of its own, so that no practice mixes with work."""
    if given is not None or os.environ.get(paths.HOME_VARIABLE):
        return paths.home(given)
    own = paths.home(None)
    return own.with_name(f"{own.name}-practice")


def forget_practice(home: Path) -> None:
    """Removes the practice platform's data and the practice library, so that the next start begins anew.

    Raises:
        WorldError: The home holds something that is not a practice library.
    """
    with _touching(home):
        if home.exists():
            if any(home.iterdir()) and not _mark(home).exists():
                raise WorldError(tr("'{home}' is not a practice library, so it is left as it is.").format(home=home))
            shutil.rmtree(home)
        if _data(home).exists():
            shutil.rmtree(_data(home))


@contextmanager
def practice_platform(home: Path) -> Iterator[PracticePlatform]:
    """Serves the practice platform until the block ends. Its data lies beside the home, not in it.

    Raises:
        WorldError: It does not start.
    """
    from mcassess.server import admin  # noqa: PLC0415 - the platform only where it is wanted

    data = _data(home)
    token_file = data / "token"
    with _touching(home):
        if not token_file.exists():
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir(mode=0o700, parents=True)
            admin.load_pack(data, paths.resources() / "practice" / "pack")
            # Last and whole: where it is, the platform is complete.
            write_whole(token_file, admin.add_assessor(data, ASSESSOR, "assessor").encode())
        if not home.exists():
            home.mkdir(mode=0o700, parents=True)
            _mark(home).touch()
        token = token_file.read_text()
    with _serving(data) as url:
        yield PracticePlatform(url=url, token=token)


@contextmanager
def _serving(data: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "mcassess", "serve", "--data", str(data), "--port", "0"]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        if not line:
            raise WorldError(tr("The practice platform does not start; 'mcassess doctor' may tell why."))
        yield str(json.loads(line)["url"])
    finally:
        server.terminate()
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        assert server.stdout is not None
        server.stdout.close()


@contextmanager
def _touching(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        text = tr("The practice library in {home} cannot be made or removed: {why}. Choose another with --home.")
        raise WorldError(text.format(home=home, why=error.strerror or error)) from None


def _data(home: Path) -> Path:
    return home.with_name(f"{home.name}-platform")


def _mark(home: Path) -> Path:
    return home / "practice"
