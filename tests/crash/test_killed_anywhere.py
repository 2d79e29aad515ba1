"""The laptop dies at every point of a stretch of work: nothing reported as saved is lost, nothing is doubled."""

import random
import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mcassess.clock import SystemClock
from mcassess.domain.review import fold
from mcassess.jobs import inspecting, syncing
from mcassess.store.library import Library
from mcassess.store.outbox import OpState
from mcassess.sync.runner import Cancel
from tests.support.library import GivenKeys
from tests.support.lives import Life, Lives
from tests.support.series import MINUTES
from tests.support.syncing import Served, served, write_pack
from tests.support.tally import Tally

SHARE = 1 / 2
"""The other half of the time that was asked for goes to kills in the vault and in migrations."""

SECONDS = 60 * MINUTES * SHARE
SUBMISSIONS = 60
SIZES = {f"f{number}": 700_000 + number for number in range(16)}
NAMED_LIFE_S = 4.0

POINTS = {
    "placed": 8,
    "before-chunk": 40,
    "before fsync": 8,
    "chunk-written": 40,
    "file-written": 8,
    "file-synced": 8,
    "ended": 8,
    "after fsync": 8,
    "evicted": 1,
    "after INSERT": 60,
    "before COMMIT": 60,
    "after COMMIT": 60,
    "before push": 1,
    "after push": 1,
    "before BEGIN": 60,
    "before INSERT": 60,
    "before UPDATE": 20,
    "after UPDATE": 20,
    "before replace": 1,
    "after replace": 1,
}
"""Where death comes, and up to how often the point may have been passed before."""

TRIES = 4
"""How often a point is waited for that the work has not come by."""


def deaths(chance: random.Random) -> Generator[str, bool, None]:
    """Yields where the next life ends: a named point and how often it is passed before, or nothing for any instant.

    It is sent whether death came there. All named points come in turn, and come again where they were not met;
    between them lives end at any instant.
    """
    until = time.monotonic() + SECONDS
    while True:
        for lives, (name, most) in enumerate(POINTS.items()):
            if lives % 3 == 2:
                yield ""
            times = chance.randint(1, most)
            for _ in range(TRIES):
                met = yield f"{name}:{times}"
                if met:
                    break
                times = max(1, times // 3)
        if time.monotonic() > until:
            return


@dataclass
class Told:
    """What the assessor was told is saved, over all lives."""

    changes: dict[str, list[list[Any]]] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    ready: set[str] = field(default_factory=set)
    backups: list[Path] = field(default_factory=list)


def take_in(told: Told, life: Life) -> None:
    for line in life.lines:
        if "saved" in line:
            told.changes.setdefault(line["saved"], []).extend(line["changes"])
        elif "sealed" in line:
            told.sealed[line["sealed"]] = line["submission"]
        elif "evicting" in line:
            told.ready -= set(line["evicting"])
        elif "ready" in line:
            told.ready |= set(line["ready"])
        elif "backup" in line:
            told.backups.append(Path(line["backup"]))


def check_all(library: Library, told: Told, life: Life) -> None:
    """Checks that the library is sound and holds all that was told, and takes in what it holds beyond that."""
    found = inspecting.verify(library)
    assert found["database"] == "ok"
    assert (found["evidence"]["missing"], found["evidence"]["damaged"]) == (0, 0)
    assert found["evidence"]["ok"] >= len(told.ready)
    library.catch_up_search()
    due = life.typed()
    with library.read() as reading:
        for identifier, key in [(row.id, row.key) for row in reading.queue.rows(reading.queue.ids(None))]:
            changes = reading.reviews.changes(key)
            assert reading.reviews.get(key) == fold(changes)
            told_here = told.changes.setdefault(identifier, [])
            here = [[each.entry.kind.value, each.entry.target, each.entry.value] for each in changes]
            assert here[: len(told_here)] == told_here
            beyond = {each.action for each in changes[len(told_here) :]}
            assert len(beyond) <= 1, "one action may have been saved that nobody was told of"
            told.changes[identifier] = here
            if due is not None and due[0] == identifier:
                notes = [value for kind, _, value in here if kind == "note" and value]
                assert any(len(note) >= len(due[1]) and note.startswith(due[1]) for note in notes), due
            if comment := reading.reviews.get(key).comments.get("c1"):
                assert key in reading.queue.ids(None, comment)
        sealed = [(row.submission_id, row.attempt) for row in reading.outbox.list(settled=True)]
        assert len(sealed) == len(set(sealed)), "one decision on an attempt"
        assert told.sealed.keys() <= {row.op_id for row in reading.outbox.list(settled=True)}


def check_backup(backup: Path, home: Path, folder: Path) -> None:
    folder.mkdir()
    shutil.copy(backup, folder / "library.db")
    shutil.copy(home / "key.json", folder)
    with closing(Library.open(folder, GivenKeys(), SystemClock())) as copy:
        assert copy.check() == []
    shutil.rmtree(folder)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, write_pack(tmp_path / "pack", SIZES, submissions=SUBMISSIONS)) as running:
        yield running


def opened(home: Path) -> "closing[Library]":
    return closing(Library.open(home, GivenKeys(), SystemClock()))


def test_whenever_death_comes_nothing_told_is_lost_and_no_decision_doubled(
    tmp_path: Path, platform: Served, tally: Tally
) -> None:
    home, told, seed = tmp_path / "home", Told(), random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with opened(home) as library:
        syncing.connect(library, platform.url, platform.token)
        syncing.sync(library, evidence=False, on_event=lambda _event: None, cancel=Cancel())
    met: set[str] = set()
    series = deaths(chance)
    point = next(series)
    with closing(Lives()) as lives, suppress(StopIteration):
        while True:
            after = NAMED_LIFE_S if point else chance.uniform(0.05, 2.0)
            life = lives.live(home, "work", chance.randrange(10**6), point, after)
            died = next((line["dying"] for line in life.lines if "dying" in line), "")
            met.add(died)
            if not life.finished:
                tally.add("Kills at work", died or "at any instant")
            take_in(told, life)
            with opened(home) as library:
                check_all(library, told, life)
            if told.backups:
                check_backup(told.backups.pop(), home, tmp_path / "copy")
            point = series.send(bool(died) or not point)
    assert met >= POINTS.keys()
    with opened(home) as library:
        report = syncing.sync(library, on_event=lambda _event: None, cancel=Cancel())
        assert (report.failed, report.needs_you) == ([], [])
        with library.read() as reading:
            rows = reading.outbox.list(settled=True)
        assert {row.state for row in rows} <= {OpState.SETTLED}
    assert sorted(each.op_id for each in platform.decisions()) == sorted(row.op_id for row in rows)
    assert told.sealed.keys() <= {row.op_id for row in rows}
    tally.add("Decisions sealed between deaths", "arrived once each", len(told.sealed))
