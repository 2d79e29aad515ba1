"""Where the tour and the screenshots play: the practice platform in a process of its own, a fresh home, the window."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication

from mcassess import paths
from mcassess.app import Application
from mcassess.clock import SystemClock
from mcassess.store.keys import PASSPHRASE_VARIABLE
from mcassess.ui.theme.style import apply_theme
from tests.e2e.driver import Driver
from tests.support.platform_process import PlatformProcess, platform_process

AUDIO = "dummy"


def application(*, dark: bool) -> QApplication:
    """Returns Qt's application in our look."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    running = QApplication.instance() or QApplication(["mcassess"])
    assert isinstance(running, QApplication)
    apply_theme(running, dark)
    return running


@contextmanager
def practice(folder: Path) -> Iterator[PlatformProcess]:
    """Runs a platform with the practice material."""
    with platform_process(folder / "platform", paths.resources() / "practice" / "pack") as platform:
        yield platform


@contextmanager
def window(folder: Path, pictures: Path) -> Iterator[Driver]:
    """Shows the window of a library in ``folder``, locked by a passphrase file, and closes it at the end."""
    _passphrase(folder)
    pictures.mkdir(parents=True, exist_ok=True)
    running = Application(folder / "home", SystemClock(), audio_output=AUDIO)
    driver = Driver(running, pictures)
    try:
        running.start()
        yield driver
    finally:
        running.close()


def _passphrase(folder: Path) -> None:
    file = folder / "passphrase"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    os.environ[PASSPHRASE_VARIABLE] = str(file)
