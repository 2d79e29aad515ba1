"""A second window of a library brings the first to the front."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.first_window import FirstWindow, bring_to_front

ASK = """
import sys
from pathlib import Path
from mcassess.ui.first_window import bring_to_front
print(bring_to_front(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("way", ["same", "another way to write it"])
def test_the_first_window_comes_to_the_front_when_a_second_is_opened(qtbot: QtBot, tmp_path: Path, way: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    first = FirstWindow(home, window)
    named = home if way == "same" else tmp_path / "." / "home" / ".." / "home"
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    second = subprocess.Popen([sys.executable, "-c", ASK, str(named)], env=environment, stdout=subprocess.PIPE)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.communicate()[0] == b"True\n"
    assert not window.windowState() & Qt.WindowState.WindowMinimized
    first.close()


def test_where_no_window_answers_that_is_said_soon(tmp_path: Path) -> None:
    assert not bring_to_front(tmp_path)
