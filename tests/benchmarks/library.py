"""What a change costs on its way to the disk, and what a long review costs to open."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path

from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.citation import Moment
from mcassess.domain.review import citation_value, fold
from mcassess.store.library import Library
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.big_library import big_library
from tests.support.key_stub import KEYS

_CHANGES = 50
_LONG = 20_000


@contextmanager
def _durable_change(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    library = big_library(folder / "home", 50)
    with library.read() as reading:
        key = reading.queue.ids()[0]
        criteria = [each.id for each in reading.submissions.get(key).rubric.criteria]
    library.extend_log()  # as the window does after its first picture
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE change (id TEXT PRIMARY KEY, at TEXT, kind TEXT, target TEXT, value TEXT)")
    numbers, entries = count(), _entries(criteria)

    def ours() -> float:
        recorded = list(islice(entries, _CHANGES))
        begun = time.perf_counter()
        for entry in recorded:
            with library.write() as writing:
                writing.reviews.append(key, [entry])
        return (time.perf_counter() - begun) / _CHANGES * 1000

    def baseline() -> float:
        rows = [
            (f"{number:032x}", "2026-11-22T03:02:08.000Z", "comment", "c1", f"Words {number}")
            for number in islice(numbers, _CHANGES)
        ]
        begun = time.perf_counter()
        for row in rows:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO change VALUES (?, ?, ?, ?, ?)", row)
            bare.execute("COMMIT")
        return (time.perf_counter() - begun) / _CHANGES * 1000

    try:
        yield ours, baseline
    finally:
        bare.close()
        library.close()


def _entries(criteria: list[str]) -> Iterator[Entry]:
    """Gives scores, comments, citations and completeness answers in turns, none of which says what stands there."""
    for number in count():
        criterion = criteria[number % len(criteria)]
        yield Entry(kind=ChangeKind.SCORE, target=criterion, value=f"l{number % 3}")
        yield Entry(kind=ChangeKind.COMMENT, target=criterion, value=f"Words {number}")
        moment = Moment(start_ms=1000 * (number % 900), end_ms=1000 * (number % 900) + 500)
        value = citation_value(criterion, "v1", moment)
        yield Entry(kind=ChangeKind.CITATION, target=f"citation-{number % 30}", value=value)
        yield Entry(kind=ChangeKind.COMPLETENESS, target="k1", value=number % 2 == 0)


@contextmanager
def _long_review(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    home = folder / "home"
    library = big_library(home, 1)
    with library.read() as reading:
        [key] = reading.queue.ids()
        criteria = [each.id for each in reading.submissions.get(key).rubric.criteria]
    entries = _entries(criteria)
    for _ in range(_LONG // _CHANGES):
        with library.write() as writing:
            for entry in islice(entries, _CHANGES):
                writing.reviews.append(key, [entry])
    library.close()

    def fold_of_all(library: Library) -> float:
        with library.read() as reading:
            begun = time.perf_counter()
            fold(reading.reviews.changes(key))
            return (time.perf_counter() - begun) * 1000

    def opened(measure: Callable[[Library], float]) -> float:
        library = Library.open(home, KEYS, SystemClock())
        try:
            return measure(library)
        finally:
            library.close()

    def get(library: Library) -> float:
        with library.read() as reading:
            begun = time.perf_counter()
            review = reading.reviews.get(key)
            milliseconds = (time.perf_counter() - begun) * 1000
        if review.length != _LONG:
            raise RuntimeError(f"{review.length} changes")
        return milliseconds

    yield lambda: opened(get), lambda: opened(fold_of_all)


BENCHMARKS = (
    Benchmark(
        name="durable-change",
        unit="ms",
        better="lower",
        text="One change (score, comment, citation, check in turns), on disk; a bare SQLite commit, synchronous=FULL.",
        prepare=_durable_change,
        rounds=29,
    ),
    Benchmark(
        name="long-review",
        unit="ms",
        better="lower",
        text="Reading a review of 20,000 changes in a library just opened; against folding all of them.",
        prepare=_long_review,
    ),
)
