"""The laptop dies at every point of a stretch of work: nothing reported as saved is lost, nothing is doubled."""

import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
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
from tests.support.lives import Life, live
from tests.support.syncing import Served, served, write_pack

SECONDS = 50 + 60 * float(os.environ.get("MCASSESS_LONG_MINUTES", "0"))
SUBMISSIONS = 60
SIZES = {f"f{number}": 700_000 + number for number in range(16)}
NAMED_LIFE_S = 4.0

POINTS = {
    "placed": 8,
    "before fsync": 8,
    "ended": 8,
    "after fsync": 8,
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
    tmp_path: Path, platform: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    home, told, seed = tmp_path / "home", Told(), random.randrange(10**6)
    chance = random.Random(seed)
    with opened(home) as library:
        syncing.connect(library, platform.url, platform.token)
        syncing.sync(library, evidence=False, on_event=lambda _event: None, cancel=Cancel())
    points = [f"{point}:{chance.randint(1, most)}" for point, most in reversed(POINTS.items())]
    began, kills, lives, typed, met = time.monotonic(), 0, 0, 0, set()
    while time.monotonic() - began < SECONDS:
        point = points.pop() if points and lives % 4 != 3 else ""
        after = NAMED_LIFE_S if point else chance.uniform(0.05, 2.0)
        life = live(home, "work", chance.randrange(10**6), point, after)
        lives += 1
        kills += not life.finished
        typed += life.typed() is not None
        met |= {line["dying"] for line in life.lines if "dying" in line}
        take_in(told, life)
        with opened(home) as library:
            check_all(library, told, life)
        if told.backups:
            check_backup(told.backups.pop(), home, tmp_path / "copy")
    with opened(home) as library:
        report = syncing.sync(library, on_event=lambda _event: None, cancel=Cancel())
        assert (report.failed, report.needs_you) == ([], []), f"seed {seed}"
        with library.read() as reading:
            rows = reading.outbox.list(settled=True)
        assert {row.state for row in rows} <= {OpState.SETTLED}
    assert sorted(each.op_id for each in platform.decisions()) == sorted(row.op_id for row in rows), f"seed {seed}"
    assert told.sealed.keys() <= {row.op_id for row in rows}
    with capsys.disabled():
        print(
            f"\n{kills} kills in {lives} stretches of work, {len(met)} of {len(POINTS)} named points met, "
            f"{sum(map(len, told.changes.values()))} changes, {typed} texts half typed, {len(told.sealed)} decisions: "
            "nothing lost, nothing doubled"
        )
    assert kills > 0
