"""The window and a library that is open already, damaged, or newer."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mcassess.app import Application
from mcassess.ui.kit.buttons import Button
from mcassess.ui.notice_line import NoticeLine
from mcassess.ui.recovery import RecoveryScreen
from tests.support.filled import filled_library
from tests.support.library import GivenKeys, TestClock

PAGE = 4096


def test_a_second_start_brings_the_first_window_forward_and_ends_with_a_sentence(
    tmp_path: Path, wait_until: Callable[..., None]
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("a passphrase of several words")
    secret.chmod(0o600)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "MCASSESS_PASSPHRASE_FILE": str(secret)}
    environment |= {"PYTHONWARNINGS": "ignore", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "mcassess", "--home", str(tmp_path / "home")]
    first = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lock = tmp_path / "home" / "running" / "window"

    def again() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)

    try:
        wait_until(lambda: lock.exists() and str(first.pid) in lock.read_text())
        second = again()
        for _ in range(20):
            if second.returncode == 0:
                break
            assert f"process {first.pid} on" in second.stderr, "it has the lock, and does not listen yet"
            second = again()
        assert second.returncode == 0
        assert "in front now" in second.stderr
        queue = subprocess.run(
            [*command, "queue", "--json"], env=environment, capture_output=True, timeout=60, check=False
        )
        assert queue.returncode == 0, "the command line goes on beside an open window"
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait(30)
    queue = subprocess.run([*command, "queue", "--json"], env=environment, capture_output=True, timeout=60, check=False)
    assert (queue.returncode, queue.stdout) == (0, b"[]\n"), "what a crash leaves behind is no obstacle"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    library = filled_library(tmp_path / "home")
    library.back_up()
    with library._database.read() as connection:
        page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'rubric'").scalar_one()
    library.close()
    database = bytearray((tmp_path / "home" / "library.db").read_bytes())
    database[(page - 1) * PAGE + 100] ^= 1
    (tmp_path / "home" / "library.db").write_bytes(database)
    (tmp_path / "home" / "running" / "somebody.mark").touch()  # who died
    return tmp_path / "home"


def test_a_damaged_library_is_brought_back_from_within_the_window(qtbot: QtBot, home: Path) -> None:
    application = Application(home, TestClock(), choose=lambda _home, _ask: GivenKeys(), audio_output="adummy")
    qtbot.addWidget(application.window)
    try:
        application.start()
        qtbot.waitUntil(lambda: bool(application.window.findChildren(RecoveryScreen)), timeout=20_000)
        [screen] = application.window.findChildren(RecoveryScreen)
        [button] = screen.findChildren(Button)
        qtbot.waitUntil(button.isEnabled, timeout=20_000)
        assert any("sound backup is of" in label.text() for label in screen.findChildren(QLabel))
        with qtbot.waitSignal(application.opened, timeout=20_000):
            button.click()
        assert application.library is not None
        with application.library.read() as reading:
            assert len(reading.queue.ids()) > 0
    finally:
        application.close()
    assert len(list((home / "set-aside").iterdir())) == 1


def test_a_newer_library_is_shown_and_says_in_place_that_nothing_can_be_changed(qtbot: QtBot, tmp_path: Path) -> None:
    library = filled_library(tmp_path / "home")
    with library._database.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 999")
    library.close()
    application = Application(
        tmp_path / "home", TestClock(), choose=lambda _home, _ask: GivenKeys(), audio_output="adummy"
    )
    qtbot.addWidget(application.window)
    try:
        with qtbot.waitSignal(application.opened, timeout=20_000):
            application.start()
        lines = application.window.findChildren(NoticeLine)
        assert ["newer version" in line.accessibleName() for line in lines] == [True]
    finally:
        application.close()


def test_a_library_that_opens_while_the_window_is_closed_is_closed_too(qtbot: QtBot, tmp_path: Path) -> None:
    filled_library(tmp_path / "home").close()
    application = Application(
        tmp_path / "home", TestClock(), choose=lambda _home, _ask: GivenKeys(), audio_output="adummy"
    )
    qtbot.addWidget(application.window)
    application.start()
    assert application.close()
    assert list((tmp_path / "home" / "running").glob("*.mark")) == [], "nobody died with it open"
    assert not (tmp_path / "home" / "library.db-wal").exists()
