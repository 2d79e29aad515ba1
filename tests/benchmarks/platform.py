"""What the platform costs: many assessors at once on PostgreSQL; a page of changes amid few and many submissions."""

import http.client
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

from mcassess.clock import SystemClock
from mcassess.server.admin import add_assessor, load_pack
from mcassess.server.cursors import write_cursor
from mcassess.server.data import PlatformData
from mcassess.server.feed import changes_page
from mcassess.server.records import person_of_token
from mcassess.server.schema import last_seq
from mcassess.server.tables import submission
from mcassess.sync.wire import MAX_PAGE, PREFIX
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.made_packs import microcredential
from tests.support.postgres import running_postgres

_ASSESSORS = 500
_EVERY_S = 60.0
_LOAD_S = 12.0
_QUIET_SYNCS = 60
_SUBMISSIONS = 1000
_WORDS = "What I tried, and why it went so."


def _write_pack(folder: Path, count: int) -> Path:
    folder.mkdir()
    submissions = [
        {
            "id": f"s-{number:06d}",
            "microcredential": "m",
            "educator": {"id": f"e-{number}", "alias": f"Educator {number:05X}"},
            "due_at": "2026-11-24T17:00:00Z",
            "evidence": [{"id": "t1", "title": "Reflection", "kind": "text", "text": _WORDS}],
        }
        for number in range(count)
    ]
    pack = {
        "format": "mcassess-pack",
        "version": 1,
        "microcredentials": [microcredential()],
        "submissions": submissions,
    }
    (folder / "pack.json").write_text(json.dumps(pack))
    return folder


@contextmanager
def _load(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    data = folder / "data"
    with running_postgres() as postgres:
        with closing(PlatformData(data, SystemClock(), postgres.database())) as opened:
            load_pack(data, _write_pack(folder / "pack", _SUBMISSIONS))
            cursors = _cursors(opened, [add_assessor(data, f"Assessor {number}") for number in range(_ASSESSORS)])
        command = [sys.executable, "-m", "mcassess", "serve", "--data", str(data)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                url = json.loads(process.stdout.readline())["url"]
                yield partial(_loaded, url, cursors), partial(_unloaded, url, cursors)
            finally:
                process.terminate()


def _cursors(data: PlatformData, tokens: list[str]) -> dict[str, str]:
    """Returns for each assessor where the feed stands now."""
    with data.read() as connection:
        last = last_seq(connection)
        people = {token: person_of_token(connection, token) for token in tokens}
    return {token: write_cursor(data, person, s=last) for token, person in people.items() if person is not None}


def _ask(connection: http.client.HTTPConnection, path: str, token: str) -> dict[str, object]:
    connection.request("GET", PREFIX + path, headers={"Authorization": f"Bearer {token}", "Mcassess-Device": token[:8]})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
    return dict(json.loads(body))


def _sync(url: str, token: str, cursor: str) -> float:
    """Makes the requests of a run with nothing new, on a connection of its own; returns milliseconds."""
    begun = time.perf_counter()
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)) as connection:
        _ask(connection, "/me", token)
        _ask(connection, f"/changes?limit={MAX_PAGE}&cursor={quote(cursor)}", token)
    return (time.perf_counter() - begun) * 1000


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _unloaded(url: str, cursors: dict[str, str]) -> float:
    return _p95([_sync(url, *each) for each in random.sample(sorted(cursors.items()), _QUIET_SYNCS)])


def _loaded(url: str, cursors: dict[str, str]) -> float:
    """Lets as many assessors sync as do in so many seconds, each at a moment of her own; returns the p95."""
    count = round(len(cursors) * _LOAD_S / _EVERY_S)
    took: list[float] = []
    failed: list[BaseException] = []

    def one(token: str, cursor: str, at: float) -> None:
        try:
            time.sleep(at)
            took.append(_sync(url, token, cursor))
        except BaseException as error:  # noqa: BLE001 - raised below
            failed.append(error)

    chosen = random.sample(sorted(cursors.items()), count)
    threads = [threading.Thread(target=one, args=(*each, random.uniform(0, _LOAD_S))) for each in chosen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"{len(failed)} of {count} failed") from failed[0]
    return _p95(took)


@contextmanager
def _page(number: int, folder: Path) -> Iterator[tuple[Measure, Measure]]:
    with _platform(folder / "many", number) as many, _platform(folder / "few", 1000) as few:
        yield partial(_middle_page, *many), partial(_middle_page, *few)


@contextmanager
def _platform(folder: Path, number: int) -> Iterator[tuple[PlatformData, str]]:
    folder.mkdir()
    load_pack(folder / "data", _write_pack(folder / "pack", _SUBMISSIONS))
    token = add_assessor(folder / "data", "Ada")
    with closing(PlatformData(folder / "data", SystemClock())) as data:
        for copy in range(1, number // _SUBMISSIONS):
            _copy(data, f"c{copy}-")
        yield data, token


def _copy(data: PlatformData, begin: str) -> None:
    """Puts all that was loaded in once more under other ids: loading that much would take longer than measuring."""
    with data.write() as connection:
        columns = [column.name for column in submission.columns]
        chosen = {name: name for name in columns} | {
            "id": f"replace(id, 's-', '{begin}')",
            "data": f"CAST(replace(CAST(data AS TEXT), '\"s-', '\"{begin}') AS BLOB)",
        }
        connection.exec_driver_sql(
            f"INSERT INTO submission ({', '.join(columns)}) "
            f"SELECT {', '.join(chosen[name] for name in columns)} FROM submission WHERE id LIKE 's-%'"
        )
        last = last_seq(connection)
        connection.exec_driver_sql(
            "INSERT INTO feed (seq, type, id, version, entity) "
            f"SELECT {last} + row_number() OVER (ORDER BY seq), type, replace(id, 's-', '{begin}'), version, "
            f"replace(entity, 's-', '{begin}') FROM feed WHERE type = 'submission' AND id LIKE 's-%'"
        )
        connection.exec_driver_sql(f"UPDATE counter SET value = value + {_SUBMISSIONS} WHERE name = 'seq'")


def _middle_page(data: PlatformData, token: str) -> float:
    with data.read() as connection:
        person = person_of_token(connection, token)
    assert person is not None
    with data.read() as connection:
        cursor = write_cursor(data, person, s=last_seq(connection) // 2)
    begun = time.perf_counter()
    page = changes_page(data, person, cursor, 400)
    seconds = time.perf_counter() - begun
    if len(page.changes) != 400:
        raise RuntimeError(f"the page has {len(page.changes)} rows")
    return seconds * 1000


BENCHMARKS = (
    Benchmark(
        name="platform-load",
        unit="ms",
        better="lower",
        text="p95 of a run with nothing new, 500 assessors, each once a minute, PostgreSQL; against one after another.",
        prepare=_load,
        rounds=5,
        warm_up=False,
    ),
    Benchmark(
        name="changes-page-10k",
        unit="ms",
        better="lower",
        text="A page of 400 changes amid 10,000 submissions, made by the platform; against one amid 1,000.",
        prepare=partial(_page, 10_000),
        rounds=9,
    ),
    Benchmark(
        name="changes-page-100k",
        unit="ms",
        better="lower",
        text="A page of 400 changes amid 100,000 submissions, made by the platform; against one amid 1,000.",
        prepare=partial(_page, 100_000),
        rounds=9,
    ),
)
