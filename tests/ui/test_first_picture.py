"""What is loaded when the queue is painted for the first time: nothing heavy but Qt and SQLAlchemy."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.big_library import big_library

CHILD = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QTableView
from mcassess import starting

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        table = watched.parent()
        if event.type() == QEvent.Type.Paint and isinstance(table, QTableView) and watched is table.viewport():
            if table.model() is not None and table.model().rowCount() > 0:
                print("\\n".join(sys.modules), flush=True)
                os._exit(0)
        return False

application = QApplication(["first"])
starting.begin()
from mcassess.app import Application
from mcassess.clock import SystemClock
from tests.support.key_stub import KEYS
first = FirstPaint()
application.installEventFilter(first)
window = Application(Path(sys.argv[1]), SystemClock(), choose=lambda _home, _ask: KEYS)
window.start()
application.exec()
"""
HEAVY = (
    "av",
    "PIL",
    "cryptography",
    "fastapi",
    "httpx",
    "keyring",
    "mammoth",
    "odfdo",
    "pydantic",
    "pymupdf",
    "typst",
    "vlc",
)
BEHIND = (
    "mcassess.domain.review",
    "mcassess.domain.submission",
    "mcassess.evidence",
    "mcassess.sync",
    "mcassess.ui.desk",
)


def test_the_queue_is_painted_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    big_library(tmp_path / "home", 50).close()
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", CHILD, str(tmp_path / "home")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert {"sqlalchemy", "mcassess.ui.queue.view"} <= loaded
    assert [name for name in HEAVY + BEHIND if name in loaded] == []
