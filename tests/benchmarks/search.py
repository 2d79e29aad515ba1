"""Opening a library of 100,000 submissions, and searching it as one types."""

import random
import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop
from sqlcipher3 import dbapi2

from mcassess.clock import SystemClock
from mcassess.domain.submission import MicroCredential, Stack
from mcassess.store.library import DATABASE_FILE, Library
from mcassess.ui.queue.model import BLOCK, QueueModel
from mcassess.ui.queue.presenter import IN_SIGHT, QueuePage, QueuePresenter, read_page
from mcassess.ui.work import Work
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.big_library import big_library, put_raw, rubric
from tests.support.key_stub import KEYS

_SUBMISSIONS = 100_000
_KEYS = 40
_VERBS = (
    "Asking",
    "Waiting",
    "Listening",
    "Grouping",
    "Modelling",
    "Checking",
    "Sorting",
    "Planning",
    "Reading",
    "Pairing",
)
_THINGS = (
    "Questions",
    "Turns",
    "Talk",
    "Evidence",
    "Feedback",
    "Routines",
    "Fractions",
    "Meetings",
    "Labs",
    "Journals",
)
_FIRST_PAGE = f"""
    SELECT s.key, s.id, m.title, m.stack_title, s.educator_alias, s.attempt, m.attempts_max, s.state, s.due_at,
           s.submitted_at, s.videos, s.documents, s.images, s.others, s.packed_bytes, s.total_bytes, s.scored,
           r.criteria
    FROM submission s INDEXED BY submission_queue_open
    LEFT JOIN microcredential m ON m.account = s.account AND m.id = s.microcredential
    LEFT JOIN rubric r ON r.account = s.account AND r.id = s.rubric AND r.version = s.rubric_version
    WHERE s.state IN ('to_review', 'in_progress') ORDER BY s.due_at, s.submitted_at, s.id LIMIT {IN_SIGHT}
"""


def _library(home: Path) -> Library:
    """Returns a library of 100,000 submissions to a hundred micro-credentials."""
    credentials = [
        MicroCredential(
            id=f"m{n}", title=f"{verb} {thing}", rubric=rubric().pin, stack=Stack(id="s", title="Classrooms")
        )
        for n, (verb, thing) in enumerate((verb, thing) for verb in _VERBS for thing in _THINGS)
    ]
    chance = random.Random(7)
    chosen = iter(lambda: chance.choice(credentials).id, None)
    library = big_library(home, _SUBMISSIONS, lambda each: replace(each, microcredential=next(chosen)))
    with library.write() as writing:
        account = writing.accounts.list()[0].key
        for each in credentials:
            put_raw(writing, account, each)
    return library


def _bare(home: Path) -> Any:
    connection = dbapi2.connect(str(home / DATABASE_FILE), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEYS.unlock(home).database.hex()}'\"")
    return connection


def _words() -> Iterator[str]:
    """Gives three letters each: the beginning of a title's word, of an educator's alias, of an id."""
    chance = random.Random(11)
    for number in cycle(range(3)):
        if number:
            yield f"{chance.randrange(_SUBMISSIONS):05X}"[:3]
        else:
            yield chance.choice(_VERBS + _THINGS)[:3].lower()


@contextmanager
def _search_key(folder: Path, *, p95: bool = False) -> Iterator[tuple[Measure, Measure]]:
    application = QCoreApplication.instance() or QCoreApplication([])
    library = _library(folder / "home")
    work = Work()
    presenter, model, loop = QueuePresenter(library, work), QueueModel(), QEventLoop()

    def show(page: QueuePage) -> None:
        model.show_keys(page.keys, page.rows)
        loop.quit()

    presenter.listed.connect(show)
    bare = _bare(folder / "home")
    ours_words, bare_words = _words(), _words()

    def middle(times: list[float]) -> float:
        return statistics.quantiles(times, n=20)[-1] if p95 else statistics.median(times)

    def ours() -> float:
        times = []
        for _ in range(_KEYS):
            word = next(ours_words)
            begun = time.perf_counter()
            presenter.search(word)
            loop.exec()
            times.append((time.perf_counter() - begun) * 1000)
        return middle(times)

    def baseline() -> float:
        times = []
        for _ in range(_KEYS):
            asked = f'"{next(bare_words)}"*'
            begun = time.perf_counter()
            bare.execute(
                f"SELECT rowid FROM search WHERE search MATCH ? ORDER BY rank LIMIT {BLOCK}", (asked,)
            ).fetchall()
            times.append((time.perf_counter() - begun) * 1000)
        return middle(times)

    try:
        yield ours, baseline
    finally:
        bare.close()
        work.close()
        library.close()
        del application


@contextmanager
def _search_key_p95(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    with _search_key(folder, p95=True) as measures:
        yield measures


@contextmanager
def _open(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    home = folder / "home"
    _library(home).close()

    def ours() -> float:
        begun = time.perf_counter()
        library = Library.open(home, KEYS, SystemClock())
        page = read_page(library, "open", "", first=True)
        milliseconds = (time.perf_counter() - begun) * 1000
        library.close()
        if len(page.rows) != IN_SIGHT:
            raise RuntimeError(f"{len(page.rows)} rows")
        return milliseconds

    def baseline() -> float:
        begun = time.perf_counter()
        with closing(_bare(home)) as connection:
            connection.execute(_FIRST_PAGE).fetchall()
            return (time.perf_counter() - begun) * 1000

    yield ours, baseline


BENCHMARKS = (
    Benchmark(
        name="search-key",
        unit="ms",
        better="lower",
        text="Three letters of a title, an alias or an id: key to rows in the list; a bare FTS5 query of 200.",
        prepare=_search_key,
    ),
    Benchmark(
        name="search-key-p95",
        unit="ms",
        better="lower",
        text="The same, 95th percentile of 40 searches, of both.",
        prepare=_search_key_p95,
    ),
    Benchmark(
        name="open-100k",
        unit="ms",
        better="lower",
        text="Opening 100,000 submissions and the first 60 rows of the queue; bare sqlcipher3 with the same file.",
        prepare=_open,
        rounds=15,
    ),
)
