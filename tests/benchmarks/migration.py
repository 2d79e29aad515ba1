"""What a migration of a large library costs, its backup included."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from mcassess.clock import SystemClock
from mcassess.store.database import Database
from mcassess.store.library import Library
from mcassess.store.migrations import STEPS
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.key_stub import KEYS

SIZE_MB = int(os.environ.get("MCASSESS_BENCH_MIGRATION_MB") or 250)
_ROWS = 2000
_ROUNDS = 5


@contextmanager
def _migrate(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    first = folder / "first"
    _fill(first, SIZE_MB)
    (folder / "to").mkdir()
    numbers = count()

    def ours() -> float:
        home = folder / f"home-{next(numbers)}"
        shutil.copytree(first, home)
        os.sync()  # so that writing the copy out is not counted
        begun = time.perf_counter()
        Library.open(home, KEYS, SystemClock()).close()
        taken = time.perf_counter() - begun
        shutil.rmtree(home)
        return taken

    def baseline() -> float:
        target = folder / "to" / "copy.db"
        os.sync()
        begun = time.perf_counter()
        with (first / "library.db").open("rb") as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        taken = time.perf_counter() - begun
        target.unlink()
        return taken

    yield ours, baseline


def _fill(home: Path, megabytes: int) -> None:
    """Makes a library of the first version, with bodies of submissions up to so many megabytes."""
    (home / "vault").mkdir(parents=True)
    database = Database(home / "library.db", KEYS.unlock(home).database)
    database.migrate(STEPS[:1])
    text = "What I tried in this lesson, and why. " * 26
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO account "
            "(key, url, server_id, epoch, public_key, assessor_id, assessor_name, programme, token) "
            "VALUES (1, '', '', '', '', '', '', '', '')"
        )
    written = 0
    while written < megabytes * 1000:
        with database.write() as connection:
            rows = [(number, f"s-{number}", text) for number in range(written + 1, written + _ROWS + 1)]
            connection.exec_driver_sql(
                "INSERT INTO submission (key, account, id, microcredential, rubric, rubric_version, version, "
                "platform_state, attempt, educator, submitted_at, due_at, videos, documents, images, others, "
                "total_bytes, state) VALUES (?1, 1, ?2, 'm', 'r', 1, 1, 'open', 1, 'e', '~', '~', 0, 0, 0, 1, 0, "
                "'to_review')",
                [row[:2] for row in rows],
            )
            connection.exec_driver_sql(
                "INSERT INTO submission_body (key, raw) VALUES (?1, ?2)", [(row[0], row[2]) for row in rows]
            )
        written += _ROWS
    database.close()


BENCHMARKS = (
    Benchmark(
        name="migrate",
        unit="s",
        better="lower",
        text=f"Opening a first-version library of {SIZE_MB} MB: backup, fsync, every step; against copying its file.",
        prepare=_migrate,
        rounds=_ROUNDS,
    ),
)
