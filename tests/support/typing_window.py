"""The window in a process of its own, in which somebody types: ``python -m tests.support.typing_window HOME DELAY_MS``.

Prints ``typed TEXT`` when the keys were pressed. Words wait for the given time before they are written by themselves.
"""

import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from mcassess import window
from mcassess.app import Application
from mcassess.ui.desk import kept_texts

WORDS = "last words"


class TypingApplication(Application):
    """Opens the first review of its queue and writes a note."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, audio_output="dummy", **named)
        self.opened.connect(lambda: QTimer.singleShot(0, self, self._begin))

    def _begin(self) -> None:
        assert self.shell is not None
        assert self.library is not None
        with self.library.read() as reading:
            key = reading.queue.ids("open")[0]
        self.shell.desk.presenter.loaded.connect(lambda: QTimer.singleShot(0, self, self._type))
        self.shell.open_review(key)

    def _type(self) -> None:
        assert self.shell is not None
        self.shell.desk.right.tabs.set_chosen("notes")
        page = self.shell.desk.right.notes.page
        page.setFocus()
        QTest.keyClicks(page, WORDS)
        print(f"typed {page.toPlainText()}", flush=True)


def main() -> int:
    """Runs until the window is closed or the process ended."""
    kept_texts.DELAY_MS = int(sys.argv[2])
    window.Application = TypingApplication  # type: ignore[misc]  # stands in
    return int(window.open_window(Path(sys.argv[1]), print))


if __name__ == "__main__":
    sys.exit(main())
