"""What a change costs on its way to the disk."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from mcassess.domain.changes import ChangeKind, Entry
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.big_library import big_library

_CHANGES = 200


@contextmanager
def _durable_change(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    library = big_library(folder / "home", 50)
    with library.read() as reading:
        key = reading.queue.ids()[0]
        criteria = [each.id for each in reading.submissions.get(key).rubric.criteria]
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE change (id TEXT PRIMARY KEY, at TEXT, kind TEXT, target TEXT, value TEXT)")
    numbers = count()

    def ours() -> float:
        begun = time.perf_counter()
        for number in range(_CHANGES):
            entry = Entry(kind=ChangeKind.COMMENT, target=criteria[number % len(criteria)], value=f"Words {number}")
            with library.write() as writing:
                writing.reviews.append(key, [entry])
        return (time.perf_counter() - begun) / _CHANGES * 1000

    def baseline() -> float:
        begun = time.perf_counter()
        for number in range(_CHANGES):
            row = (f"{next(numbers):032x}", "2026-11-22T03:02:08.000Z", "comment", "c1", f"Words {number}")
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO change VALUES (?, ?, ?, ?, ?)", row)
            bare.execute("COMMIT")
        return (time.perf_counter() - begun) / _CHANGES * 1000

    try:
        yield ours, baseline
    finally:
        bare.close()
        library.close()


BENCHMARKS = (
    Benchmark(
        name="durable-change",
        unit="ms",
        better="lower",
        text="One change of a review through the library, on disk; against a bare SQLite commit, synchronous=FULL.",
        prepare=_durable_change,
    ),
)
