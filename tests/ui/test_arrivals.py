"""What has come is looked through behind the window: after a sync, and stoppable at any moment."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.ui.arrivals import Arrivals
from mcassess.ui.work import Work
from tests.support.filled import filled_library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = filled_library(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def work(qapp) -> Iterator[Work]:
    work = Work()
    yield work
    work.close()


def unchecked(library: Library) -> int:
    with library.read() as reading:
        return len(reading.preflights.unchecked())


def test_what_has_come_is_checked_and_its_words_are_found(qtbot: QtBot, library: Library, work: Work) -> None:
    arrivals = Arrivals(library, work, work)
    told: list[ChangeSet] = []
    work.changed.connect(told.append)
    before = unchecked(library)
    arrivals.look()
    arrivals.look()
    qtbot.waitUntil(lambda: not arrivals.is_busy, timeout=60_000)
    assert before
    assert unchecked(library) == 0
    assert len({sha256 for each in told for sha256 in each.evidence}) == before
    with library.read() as reading:
        assert reading.search.unread_files() == []


def test_it_ends_at_once_when_asked_and_goes_on_the_next_time(qtbot: QtBot, library: Library, work: Work) -> None:
    arrivals = Arrivals(library, work, work)
    before = unchecked(library)
    work.changed.connect(lambda _: arrivals.stop())
    arrivals.look()
    qtbot.waitUntil(lambda: not arrivals.is_busy and unchecked(library) < before, timeout=60_000)
    left = unchecked(library)
    assert left
    library.again().close()  # nobody is in the library any more
    work.changed.disconnect()
    arrivals.look()
    qtbot.waitUntil(lambda: not arrivals.is_busy, timeout=60_000)
    assert unchecked(library) == 0
