"""What a sync costs: the first one of a large programme, and one in which nothing is new."""

import hashlib
import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Semaphore
from typing import Any
from urllib.parse import urlsplit

from sqlcipher3 import dbapi2

from mcassess.clock import SystemClock
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content, Educator, Evidence, MicroCredential, Stack, Submission
from mcassess.jobs import syncing
from mcassess.store.library import Library
from mcassess.store.session import Session
from mcassess.sync import wire
from mcassess.sync.run import Cancel, SyncEvent, SyncReport
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.big_library import rubric
from tests.support.feed_server import PAGE, feed_server, write_feed
from tests.support.key_stub import KEYS

SUBMISSIONS = 100_000
STRETCHES = 5
_DUE = datetime(2026, 11, 24, 17, tzinfo=UTC)
_REQUESTS = 2
_WORDS = "What I tried, and why it went so."
_TABLES = {
    "submission": "SELECT * FROM submission WHERE key > ?1",
    "submission_body": "SELECT * FROM submission_body WHERE key > ?1",
    "evidence_file": "SELECT f.* FROM evidence e JOIN evidence_file f ON f.sha256 = e.sha256 WHERE e.submission > ?1",
    "evidence": "SELECT * FROM evidence WHERE submission > ?1",
    "search (rowid, title, stack, educator, words)": "SELECT key, 'Morning Meeting for SEL', 'Class Structures', "
    f"id || ' ' || educator_alias, '\n{_WORDS}' FROM submission WHERE key > ?1",
}
Rows = dict[str, list[list[tuple[object, ...]]]]


def submissions(number: int) -> Iterator[Submission]:
    """Yields submissions as programmes have them: a video, a document, a reflection."""
    pin = rubric().pin
    for each in range(number):
        yield Submission(
            id=f"s-{each:06d}",
            microcredential="m",
            educator=Educator(id=f"e-{each}", alias=f"Educator {each:05X}"),
            rubric=pin,
            submitted_at=_DUE - timedelta(days=9, minutes=each % 5000),
            due_at=_DUE + timedelta(hours=each % 700),
            evidence=(
                Evidence(
                    id="v1", title="Lesson video", kind=EvidenceKind.VIDEO, content=_content("v", each, 300_000_000)
                ),
                Evidence(
                    id="d1", title="Activity plans", kind=EvidenceKind.DOCUMENT, content=_content("d", each, 200_000)
                ),
                Evidence(id="t1", title="Reflection", kind=EvidenceKind.TEXT, text="What I tried, and why it went so."),
            ),
        )


def _content(kind: str, number: int, size: int) -> Content:
    return Content(sha256=hashlib.sha256(f"{kind}{number}".encode()).hexdigest(), size=size, media_type="video/mp4")


class _InStretches:
    """A first sync that halts after each of so many stretches, so that the baseline is measured in turns with it."""

    def __init__(self, library: Library, number: int) -> None:
        self._library = library
        self._borders = [number * (each + 1) // STRETCHES for each in range(STRETCHES - 1)]
        self._arrived = 0
        self._go, self._halted = Semaphore(0), Semaphore(0)
        self._thread = ThreadPoolExecutor(1)
        self._report = self._thread.submit(self._sync)

    def stretch(self) -> float:
        """Goes on to the next border and returns the seconds that it took; the last one takes what follows too."""
        begun = time.perf_counter()
        self._go.release()
        self._halted.acquire()
        return time.perf_counter() - begun

    def close(self) -> SyncReport:
        """Ends the run, which has come to its end, and returns what it reports."""
        self._thread.shutdown()
        return self._report.result()

    def _sync(self) -> SyncReport:
        self._go.acquire()
        try:
            return syncing.sync(self._library, evidence=False, on_event=self._on_event, cancel=Cancel())
        finally:
            self._halted.release()

    def _on_event(self, event: SyncEvent) -> None:
        self._arrived += len(event.change_set.submissions)
        if self._borders and self._arrived >= self._borders[0]:
            self._borders.pop(0)
            self._halted.release()
            self._go.acquire()


@contextmanager
def first_sync(folder: Path, number: int = SUBMISSIONS) -> Iterator[tuple[Measure, Measure]]:
    """Measures the first sync of so many submissions, in ``STRETCHES``."""
    microcredential = MicroCredential(
        id="m", title="Morning Meeting for SEL", rubric=rubric().pin, stack=Stack(id="s", title="Class Structures")
    )
    write_feed(folder / "feed", microcredential, rubric(), submissions(number))
    library = Library.open(folder / "home", KEYS, SystemClock())
    Library.open(folder / "bare", KEYS, SystemClock()).close()
    with feed_server(folder / "feed") as url, closing(library), _bare(folder / "bare" / "library.db") as bare:
        syncing.connect(library, url, "token")
        run = _InStretches(library, number)
        known = [0]

        def baseline() -> float:
            with library.read() as reading:
                rows = _new_rows(reading._session, known[-1])
                known.append(reading._session.sql("SELECT max(key) FROM submission").scalar_one())
            return number / STRETCHES / _insert(bare, rows)

        yield lambda: number / STRETCHES / run.stretch(), baseline
        report = run.close()
        if report.failed or len(report.received) != number:
            raise RuntimeError(f"not all arrived: {report.failed}")


def _new_rows(session: Session, known: int) -> Rows:
    """Returns what a sync has stored for the submissions behind a key, as statements with their rows, in pages."""
    found: Rows = {}
    for table, select in _TABLES.items():
        rows = session.sql(select, known).all()
        pages = max(map(len, found.values())) if found else -(-len(rows) // PAGE)
        found[f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})"] = _paged(rows, pages)
    return found


def _paged(rows: list[tuple[object, ...]], pages: int) -> list[list[tuple[object, ...]]]:
    size = -(-len(rows) // pages)
    return [rows[begin : begin + size] for begin in range(0, len(rows), size)]


@contextmanager
def _bare(path: Path) -> Iterator[dbapi2.Connection]:
    """Opens an empty library of the same schema without anything of ours around it."""
    bare = dbapi2.connect(str(path), isolation_level=None)
    bare.execute(f"PRAGMA key = \"x'{KEYS.unlock(path.parent).database.hex()}'\"")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32000", "secure_delete = ON"):
        bare.execute(f"PRAGMA {pragma}")
    yield bare
    bare.close()


def _insert(bare: dbapi2.Connection, rows: Rows) -> float:
    """Puts the same rows into it, a page in one transaction each, and returns the seconds that this took."""
    begun = time.perf_counter()
    for page in range(max(map(len, rows.values()))):
        bare.execute("BEGIN IMMEDIATE")
        for statement, pages in rows.items():
            if page < len(pages):
                bare.executemany(statement, pages[page])
        bare.execute("COMMIT")
    return time.perf_counter() - begun


def _ask(connection: http.client.HTTPConnection, path: str) -> Any:
    connection.request("GET", wire.PREFIX + path, headers={wire.REQUEST_HEADER: "x"})
    return json.loads(connection.getresponse().read())


@contextmanager
def _sync_nothing(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    microcredential = MicroCredential(id="m", title="Morning Meeting for SEL", rubric=rubric().pin)
    write_feed(folder / "feed", microcredential, rubric(), submissions(1000))
    with feed_server(folder / "feed") as url:
        library = Library.open(folder / "home", KEYS, SystemClock())

        def sync() -> float:
            begun = time.perf_counter()
            report = syncing.sync(library, evidence=False, on_event=lambda _event: None, cancel=Cancel())
            if report.failed:
                raise RuntimeError(f"it failed: {report.failed}")
            return (time.perf_counter() - begun) * 1000

        def baseline() -> float:
            begun = time.perf_counter()
            with closing(http.client.HTTPConnection(urlsplit(url).netloc)) as connection:
                for _ in range(_REQUESTS):
                    _ask(connection, "/me")
            return (time.perf_counter() - begun) * 1000

        try:
            syncing.connect(library, url, "token")
            sync()
            with closing(http.client.HTTPConnection(urlsplit(url).netloc)) as connection:
                before = _ask(connection, "/asked")
                sync()
                requests = _ask(connection, "/asked") - before - 1
            if requests != _REQUESTS:
                raise RuntimeError(f"a run with nothing new took {requests} requests")
            yield sync, baseline
        finally:
            library.close()


BENCHMARKS = (
    Benchmark(
        name="first-sync",
        unit="rows/s",
        better="higher",
        text="A first sync of 100,000 submissions by loopback but for the files, in fifths; against bare sqlcipher3.",
        prepare=first_sync,
        rounds=STRETCHES,
        warm_up=False,
    ),
    Benchmark(
        name="sync-nothing",
        unit="ms",
        better="lower",
        text="A whole run with nothing new, in two requests; against two bare requests on one connection.",
        prepare=_sync_nothing,
        rounds=9,
    ),
)
