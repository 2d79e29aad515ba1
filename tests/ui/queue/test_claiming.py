"""The preview says whose a submission is, and claims it or gives it back; with the real platform."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from mcassess.clock import SystemClock
from mcassess.jobs import syncing
from mcassess.store.library import Library
from mcassess.sync.run import Cancel
from mcassess.ui.queue.presenter import QueuePresenter
from mcassess.ui.queue.view import QueueScreen
from mcassess.ui.work import Work
from tests.support.key_stub import KEYS
from tests.support.platform import running_platform


@pytest.fixture
def platform(tmp_path: Path):
    with running_platform(tmp_path) as running:
        yield running


@pytest.fixture
def screen(tmp_path: Path, platform, qtbot):
    library = Library.open(tmp_path / "home", KEYS, SystemClock())
    syncing.connect(library, platform.url, platform.token)
    syncing.sync(library, evidence=False, on_event=lambda _event: None, cancel=Cancel())
    work = Work()
    presenter = QueuePresenter(library, work)
    made = QueueScreen(presenter, library.clock)
    made.resize(1380, 860)
    made.show()
    failures: list[str] = []
    work.failed.connect(lambda error: failures.append(error.text))
    made.failures = failures
    presenter.reload()
    qtbot.waitUntil(lambda: made.model.rowCount() == 3, timeout=10_000)
    yield made
    made.close()
    work.close()
    library.close()


def button(screen: QueueScreen, text: str) -> QAbstractButton | None:
    found = screen._preview.findChildren(QAbstractButton)
    return next((each for each in found if each.isVisible() and each.text() == text), None)


def texts(screen: QueueScreen) -> list[str]:
    return [label.text() for label in screen._preview.findChildren(QLabel) if label.isVisible()]


def test_a_submission_is_claimed_and_given_back_from_the_preview(screen, platform, qtbot):
    screen._table.selectRow(0)
    qtbot.waitUntil(lambda: button(screen, "Claim") is not None, timeout=10_000)
    button(screen, "Claim").click()
    qtbot.waitUntil(lambda: button(screen, "Give back") is not None, timeout=20_000)
    assert any(text.startswith("Yours until") for text in texts(screen))
    button(screen, "Give back").click()
    qtbot.waitUntil(lambda: button(screen, "Claim") is not None, timeout=20_000)
    platform.stop()
    button(screen, "Claim").click()
    qtbot.waitUntil(lambda: bool(screen.failures), timeout=60_000)
    assert button(screen, "Claim") is not None
