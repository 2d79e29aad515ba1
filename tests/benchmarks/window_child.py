"""The process that the window's benchmarks start: shows a window, says when it is painted, waits for a line, ends."""

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QTableView, QWidget


class _FirstPaint(QObject):
    """Says ``painted`` once the widget that is waited for has been painted."""

    def __init__(self, application: QApplication, kind: type[QWidget]) -> None:
        super().__init__()
        self._kind = kind
        self._said = False
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._said and self._is_meant(watched):
            self._said = True
            QTimer.singleShot(0, lambda: print("painted", flush=True))
        return False

    def _is_meant(self, watched: QObject) -> bool:
        parent = watched.parent()
        if isinstance(parent, QTableView) and self._kind is QTableView:
            return watched is parent.viewport() and parent.model() is not None and parent.model().rowCount() > 0
        return isinstance(watched, self._kind)


def main() -> None:
    """Shows what the first argument says: ``ours HOME``, ``bare`` or ``bare-qt``."""
    kind = sys.argv[1]
    if kind == "bare":
        import sqlalchemy  # noqa: F401 - its import is part of the baseline
    application = QApplication(["bench"])
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(application.quit)
    if kind == "ours":
        from mcassess import starting

        starting.begin()  # as the program's entry does
        from mcassess.app import Application
        from mcassess.clock import SystemClock
        from mcassess.ui.theme.style import apply_theme
        from tests.support.key_stub import KEYS

        first = _FirstPaint(application, QTableView)
        apply_theme(application, None)
        ours = Application(Path(sys.argv[2]), SystemClock(), choose=lambda _home, _ask: KEYS)
        ours.start()
        application.exec()
        ours.close()
    else:
        first = _FirstPaint(application, QLabel)
        window = QMainWindow()
        window.setCentralWidget(QLabel("A window"))
        window.resize(1440, 900)
        window.show()
        application.exec()
    del first


if __name__ == "__main__":
    main()
