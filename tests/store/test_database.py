"""Migrations are whole or not at all; every connection has its pragmas; what the world does becomes one sentence."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import create_engine, inspect
from sqlcipher3 import dbapi2

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.database import Database, cipher_version
from mcassess.store.library import Library
from mcassess.store.tables import METADATA
from tests.support.library import open_library

KEY = b"k" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


def tables(database: Database) -> set[str]:
    with database.read() as connection:
        return {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_step_that_fails_leaves_the_version_before_it(path: Path) -> None:
    database = Database(path, KEY)
    good = ("CREATE TABLE one (a TEXT)", "INSERT INTO one VALUES ('kept')")
    bad = ("CREATE TABLE two (a TEXT)", "DROP TABLE one", "CREATE TABLE broken (")
    with pytest.raises(sqlalchemy.exc.OperationalError):
        database.migrate((good, bad))
    assert (database.version(), tables(database)) == (1, {"one"})
    database.migrate((good, ("CREATE TABLE two (a TEXT)",)))
    assert (database.version(), tables(database)) == (2, {"one", "two"})
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT a FROM one").scalars().all() == ["kept"]
    database.close()


def test_a_newer_library_is_left_alone_and_says_so(path: Path) -> None:
    database = Database(path, KEY)
    database.migrate((("CREATE TABLE one (a TEXT)",), ("CREATE TABLE two (a TEXT)",)))
    with pytest.raises(WorldError, match="newer version"):
        database.migrate((("CREATE TABLE one (a TEXT)",),))
    assert database.version() == 2
    database.close()


def test_the_migrations_make_the_tables_that_the_code_knows(library: Library) -> None:
    plain = create_engine("sqlite://")
    METADATA.create_all(plain)
    expected = inspect(plain)
    with library._database.read() as connection:
        found = inspect(connection)
        own = {name for name in found.get_table_names() if not name.startswith("search")}
        assert own == set(expected.get_table_names())
        for name in own:
            columns = [
                {each["name"]: (str(each["type"]), each["nullable"] and not each["primary_key"]) for each in listed}
                for listed in (found.get_columns(name), expected.get_columns(name))
            ]
            assert columns[0] == columns[1], name
            assert (
                found.get_pk_constraint(name)["constrained_columns"]
                == expected.get_pk_constraint(name)["constrained_columns"]
            ), name
            references = [
                {(tuple(each["constrained_columns"]), each["referred_table"]) for each in listed}
                for listed in (found.get_foreign_keys(name), expected.get_foreign_keys(name))
            ]
            assert references[0] == references[1], name
    plain.dispose()


def test_every_connection_is_careful(library: Library) -> None:
    with library.read() as first, library.read() as second:
        for reading in (first, second):
            connection = reading.queue._session.connection

            def pragma(name: str, connection: sqlalchemy.Connection = connection) -> object:
                return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

            assert pragma("foreign_keys") == 1
            assert pragma("synchronous") == 2
            assert pragma("journal_mode") == "wal"
            assert pragma("secure_delete") == 1
            assert pragma("temp_store") == 2
            assert pragma("busy_timeout") == 10_000


def test_errors_of_the_database_show_no_values(library: Library) -> None:
    with pytest.raises(dbapi2.IntegrityError) as failure, library.write() as writing:
        writing.queue._session.sql("INSERT INTO submission_body (key, raw) VALUES (1, ?)", "a child's name")
    assert "a child's name" not in str(failure.value)


def test_an_error_of_ours_is_not_blamed_on_the_world() -> None:
    bug = dbapi2.ProgrammingError("no such column")
    assert edges.from_sqlite(bug, Path()) is None
    with pytest.raises(ZeroDivisionError), edges.world(Path()):
        1 / 0  # noqa: B018


def test_an_error_of_somebody_elses_file_is_not_blamed_on_the_library(library: Library) -> None:
    with pytest.raises(FileNotFoundError), library.read():
        Path("/nowhere/at/all").read_bytes()


def test_damage_in_the_middle_of_the_database_is_found_and_named(home: Path) -> None:
    library = open_library(home)
    with library.read() as reading:
        connection = reading.queue._session.connection
        root = "SELECT rootpage FROM sqlite_master WHERE name = 'snapshot'"  # a page that opening has no need of
        page = connection.exec_driver_sql(root).scalar_one()
    library.close()
    with (home / "library.db").open("r+b") as file:
        file.seek((page - 1) * 4096 + 17)
        file.write(b"\0" * 64)
    library = open_library(home)
    assert library.check()
    library.close()


def test_a_full_database_says_so_and_keeps_what_was_saved(library: Library) -> None:
    with library.write() as writing:
        writing.settings.set("kept", 1)
    with pytest.raises(WorldError, match="is full"), library.write() as writing:  # noqa: PT012 - the block is what raises
        connection = writing.queue._session.connection
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        writing.settings.set("large", "x" * 1_000_000)
    with library.read() as reading:
        assert reading.settings.get("kept") == 1
        assert reading.settings.get("large") is None


def unshared() -> bool:
    if not shutil.which("unshare"):
        return False
    tried = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(tried, capture_output=True, timeout=20, check=False).returncode == 0


CHILD = """
import os, sys
from pathlib import Path
from mcassess.errors import WorldError
from tests.support.library import *
from tests.store.test_vault import Shelf, plain
home = Path(sys.argv[1])
if sys.argv[2] == "as nobody":
    open_library(home.with_name("warm")).close()  # what is imported late, nobody may not read
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    library = open_library(home)
    if sys.argv[2] == "fill":
        shelf = Shelf(library)
        content = plain(8 << 20)
        sha256 = shelf.announce(content)
        writer = library.vault.writer(sha256, len(content))
        try:
            writer.write(content)
        except WorldError as error:
            print("FULL", "is full" in error.text, writer.abort().evidence == {sha256})
            filler = open(home / "filler", "wb", buffering=0)
            try:
                while filler.write(bytes(512)): pass
            except OSError: pass
            filler.close()
        try:
            with library.write() as writing:
                writing.settings.set("large", "x" * 3_000_000)
        except WorldError as error:
            print("FULL", "is full" in error.text)
        (home / "filler").unlink()
        print("SOUND", library.check() == [], library.vault.writer(sha256, len(content)).offset > 0)
    library.close()
    print("OPENED")
except WorldError as error:
    print("REFUSED", error.text)
"""


def child(tmp_path: Path, before: str, work: str = "open", *, prefix: tuple[str, ...] = ()) -> str:
    """Works on the library of a test in a child process, and returns what the child printed."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path.cwd()),
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = f'{before}exec "{sys.executable}" -c "$CHILD" "$LIBRARY" "{work}"'
    environment |= {"CHILD": CHILD, "LIBRARY": str(tmp_path / "disk" / "home"), "DISK": str(tmp_path / "disk")}
    done = subprocess.run(
        [*prefix, "bash", "-c", command], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not unshared(), reason="mounting needs rights that are missing here")
def test_a_disk_that_is_full_or_read_only_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    own_mounts = ("unshare", "--mount")
    assert child(tmp_path, "") == "OPENED"
    read_only = 'mount --bind "$DISK" "$DISK" && mount -o remount,ro,bind "$DISK" && '
    assert "cannot be written" in child(tmp_path, read_only, prefix=own_mounts)
    small = 'mount -t tmpfs -o size=4m tmpfs "$DISK" && '
    filled = child(tmp_path, small, "fill", prefix=own_mounts).splitlines()
    assert filled == ["FULL True True", "FULL True", "SOUND True True", "OPENED"]
    tiny = 'mount -t tmpfs -o size=40k tmpfs "$DISK" && '
    assert "is full" in child(tmp_path, tiny, prefix=own_mounts)
    assert child(tmp_path, "") == "OPENED"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can become somebody else")
def test_a_home_of_somebody_else_says_so(tmp_path: Path) -> None:
    for part in (tmp_path, *tmp_path.parents[:2]):
        part.chmod(0o755)
    (tmp_path / "disk").mkdir()
    assert child(tmp_path, "") == "OPENED"
    assert "cannot be written" in child(tmp_path, "", "as nobody")
    shutil.rmtree(tmp_path / "disk" / "home")
    assert "cannot be written" in child(tmp_path, "", "as nobody")


def test_the_driver_comes_with_sqlcipher() -> None:
    assert cipher_version().startswith("4.")


def test_a_home_that_is_a_file_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("not a folder")
    with pytest.raises(WorldError, match="cannot be used"):
        open_library(home)
    with pytest.raises(WorldError, match="cannot be used"):
        open_library(home / "below")


def test_statements_are_compiled_once_however_many_there_are(library: Library) -> None:
    compiled: list[object] = []

    def note(*about: object) -> int:
        compiled.append(about)
        return 0

    with library.read() as reading:
        driver = reading._session.driver
        for number in range(300):
            driver.execute(f"SELECT {number}").fetchall()
        driver.set_authorizer(note)  # it is asked whenever a statement is compiled
        for _ in range(3):
            compiled.clear()
            for text in ("SELECT 'one'", "SELECT 'two'"):
                driver.execute(text).fetchall()
        driver.set_authorizer(None)
    assert compiled == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed in /proc")
@pytest.mark.parametrize("fails", [False, True])
def test_who_still_reads_when_the_library_is_closed_leaves_nothing_open(home: Path, *, fails: bool) -> None:
    library = open_library(home)
    with suppress(KeyError), library.read() as reading:
        assert reading.queue.ids() == []
        library.close()
        if fails:
            raise KeyError
    held = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert [name for name in held if name.startswith(str(home))] == []
