"""A real PostgreSQL for tests: in a folder of its own, as its own user, on a socket in that folder alone."""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg
from sqlalchemy import make_url

_USER = "postgres"
_FOLDERS = "mcassess-pg-"
_OWNER = "owner"
_OLD_SECONDS = 86_400.0
_ENCODING = ("-E", "UTF8", "--locale=C")
_DEADLINE_SECONDS = 60.0
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # the machine does not die under a test; a killed server still finds what it had committed
    "full_page_writes": "off",
    "max_connections": "120",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "log_min_messages": "panic",
}


class Postgres:
    """A PostgreSQL server. ``stop`` takes it away, ``start`` brings it back with all that it holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = _programs()
        # It refuses to run as root, and as nobody else may we start a process. It ends with whoever started it.
        self._as_user = ["setpriv", "--pdeathsig", "QUIT"]
        if os.geteuid() == 0:
            self._as_user += [f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
            owner = pwd.getpwnam(_USER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        subprocess.run(
            [
                *self._as_user,
                self._programs / "initdb",
                "-D",
                folder / "data",
                "-U",
                _USER,
                "-A",
                "trust",
                "-N",
                *_ENCODING,
            ],
            check=True,
            capture_output=True,
            cwd="/",
        )

    def start(self) -> None:
        """Starts it and waits until it answers."""
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        data = ["-D", self._folder / "data", "-k", self._folder]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as_user, self._programs / "postgres", *data, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
            )
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while True:
            try:
                psycopg.connect(self._words("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < deadline, "PostgreSQL did not start in time"
                time.sleep(0.02)
            else:
                return

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stops it: SIGINT breaks open transactions off, SIGQUIT is a crash."""
        if self._process is None:
            return
        self._process.send_signal(number)
        self._process.wait(_DEADLINE_SECONDS)
        self._process = None

    def database(self, template: str | None = None) -> str:
        """Makes a new database and returns its address as ``--database`` takes it.

        Args:
            template: Address of the one to copy, which nobody has open; without it the new one is empty.
        """
        copied = make_url(template).database if template else "template1"
        self._made += 1
        name = f"platform{self._made}"
        with psycopg.connect(self._words("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {copied} STRATEGY wal_log")
        return f"postgresql+psycopg://{_USER}@/{name}?host={self._folder}"

    def drop(self, address: str) -> None:
        """Removes a database, whoever has it open."""
        with psycopg.connect(self._words("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {make_url(address).database} WITH (FORCE)")

    def _words(self, database: str) -> str:
        return f"host={self._folder} user={_USER} dbname={database}"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Runs a PostgreSQL server until the block ends, and leaves nothing of it."""
    # Not pytest's own folder: nobody but its user may enter that. Short, for the name of a socket is.
    root = Path(tempfile.gettempdir())
    clear_folders(root)
    folder = Path(tempfile.mkdtemp(prefix=_FOLDERS, dir=root))
    try:
        held = own_folder(folder)
        server = Postgres(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)  # what it holds goes with the folder
            held.close()
    finally:
        shutil.rmtree(folder)


def own_folder(folder: Path) -> IO[bytes]:
    """Locks a server's folder for as long as what is returned is open: until this process ends, however it does."""
    held = (folder / _OWNER).open("wb")
    fcntl.flock(held, fcntl.LOCK_EX)
    return held


def clear_folders(root: Path) -> None:
    """Removes what test runs that were killed have left behind."""
    for folder in root.glob(f"{_FOLDERS}*"):
        try:
            with (folder / _OWNER).open("rb") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:  # just being made, or by what knew no owners
            with suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime > _OLD_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # somebody runs it
            continue


def _programs() -> Path:
    """Returns the folder with the server's programs: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    assert program is not None, (
        "PostgreSQL is not installed: 'python3 dev.py setup' does it (apt-get install postgresql)"
    )
    return Path(program).parent
