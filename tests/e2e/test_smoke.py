"""The window opens on a real X server. All else is tested offscreen."""

import pytest
from PySide6.QtGui import QGuiApplication

from mcassess.app import Application
from mcassess.clock import SystemClock
from tests.support.big_library import big_library
from tests.support.key_stub import KEYS


@pytest.mark.xvfb
def test_the_window_shows_its_queue(qtbot, tmp_path):
    assert QGuiApplication.platformName() == "xcb"
    big_library(tmp_path / "home", 3).close()
    running = Application(tmp_path / "home", SystemClock(), choose=lambda _home, _ask: KEYS, audio_output="dummy")
    running.start()
    try:
        qtbot.waitUntil(lambda: running.shell is not None, timeout=20_000)
        assert running.shell is not None
        assert running.shell.queue.model.rowCount() == 3
        assert running.window.isVisible()
    finally:
        running.close()
