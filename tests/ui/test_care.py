"""Regular care behind the window: what is due is done, and the log gets its room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from mcassess.ui.care import Care
from mcassess.ui.work import Work
from tests.support.faulty_homes import made
from tests.support.library import TestClock, open_library


@pytest.fixture
def work(qapp: object) -> Iterator[Work]:
    made = Work()
    yield made
    made.close()


def test_the_backup_of_the_day_is_made_and_the_log_gets_its_room(work, tmp_path: Path, qtbot):
    clock = TestClock()
    made(tmp_path / "home", clock)
    for backup in (tmp_path / "home" / "backups").iterdir():
        backup.unlink()
    library = open_library(tmp_path / "home", clock)
    owner = QObject()
    Care(library, work, owner).keep()
    log = tmp_path / "home" / "library.db-wal"
    qtbot.waitUntil(lambda: log.stat().st_size >= 4 << 20)
    assert list((tmp_path / "home" / "backups").iterdir())
    work.close()
    library.close()
