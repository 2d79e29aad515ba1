"""What a sync costs: the first one of a large programme, and one in which nothing is new."""

import hashlib
import http.client
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlcipher3 import dbapi2

from mcassess.clock import SystemClock
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Content, Educator, Evidence, MicroCredential, Stack, Submission
from mcassess.jobs import syncing
from mcassess.store.library import Library
from mcassess.sync import wire
from mcassess.sync.runner import Cancel
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.big_library import rubric
from tests.support.feed_server import PAGE, feed_server, write_feed
from tests.support.key_stub import KEYS

SUBMISSIONS = 100_000
_DUE = datetime(2026, 11, 24, 17, tzinfo=UTC)
_REQUESTS = 2
_WORDS = "What I tried, and why it went so."
_TABLES = ("submission", "submission_body", "evidence_file", "evidence")
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


@contextmanager
def first_sync(folder: Path, number: int = SUBMISSIONS) -> Iterator[tuple[Measure, Measure]]:
    """Measures the first sync of so many submissions."""
    microcredential = MicroCredential(
        id="m", title="Morning Meeting for SEL", rubric=rubric().pin, stack=Stack(id="s", title="Class Structures")
    )
    write_feed(folder / "feed", microcredential, rubric(), submissions(number))
    homes = count()
    rows: Rows = {}
    with feed_server(folder / "feed") as url:

        def ours() -> float:
            home = folder / f"home-{next(homes)}"
            library = Library.open(home, KEYS, SystemClock())
            try:
                syncing.connect(library, url, "token")
                begun = time.perf_counter()
                report = syncing.sync(library, evidence=False, on_event=lambda _event: None, cancel=Cancel())
                seconds = time.perf_counter() - begun
                if report.failed or len(report.received) != number:
                    raise RuntimeError(f"not all arrived: {report.failed}")
                if not rows:
                    rows.update(_read_rows(library, -(-number // PAGE)))
            finally:
                library.close()
                shutil.rmtree(home)
            return number / seconds

        def baseline() -> float:
            home = folder / f"home-{next(homes)}"
            Library.open(home, KEYS, SystemClock()).close()
            seconds = _insert(home / "library.db", rows)
            shutil.rmtree(home)
            return number / seconds

        yield ours, baseline


def _read_rows(library: Library, pages: int) -> Rows:
    """Returns what a first sync has stored, as statements with their rows, in pages."""
    found: Rows = {}
    with library.read() as reading:
        session = reading._session
        for table in _TABLES:
            rows = session.sql(f"SELECT * FROM {table}").all()
            marks = ", ".join("?" * len(rows[0]))
            found[f"INSERT INTO {table} VALUES ({marks})"] = _paged(rows, pages)
        words = session.sql(
            "SELECT s.key, 'Morning Meeting for SEL', 'Class Structures', s.id || ' ' || s.educator_alias, "
            "? FROM submission s ORDER BY s.key",
            f"\n{_WORDS}",
        ).all()
    found["INSERT INTO search (rowid, title, stack, educator, words) VALUES (?, ?, ?, ?, ?)"] = _paged(words, pages)
    return found


def _paged(rows: list[tuple[object, ...]], pages: int) -> list[list[tuple[object, ...]]]:
    size = -(-len(rows) // pages)
    return [rows[begin : begin + size] for begin in range(0, len(rows), size)]


def _insert(path: Path, rows: Rows) -> float:
    """Puts the same rows into an empty library of the same schema, a page in one transaction each."""
    bare = dbapi2.connect(str(path), isolation_level=None)
    bare.execute(f"PRAGMA key = \"x'{KEYS.unlock(path.parent).database.hex()}'\"")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32000", "secure_delete = ON"):
        bare.execute(f"PRAGMA {pragma}")
    begun = time.perf_counter()
    for page in range(max(map(len, rows.values()))):
        bare.execute("BEGIN IMMEDIATE")
        for statement, pages in rows.items():
            if page < len(pages):
                bare.executemany(statement, pages[page])
        bare.execute("COMMIT")
    seconds = time.perf_counter() - begun
    bare.close()
    return seconds


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
        text="100,000 submissions by loopback into a new library, a whole run but the files; against bare sqlcipher3.",
        prepare=first_sync,
        rounds=5,
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
