"""The window's process: one window a library, its hooks and signals, and what is said when it ends."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from mcassess import paths
from mcassess.app import Application
from mcassess.clock import SystemClock
from mcassess.crash_file import CrashFile
from mcassess.errors import ExitCode
from mcassess.hooks import Hooks
from mcassess.logs import Log
from mcassess.store.file_lock import HeldError
from mcassess.store.presence import WindowLock
from mcassess.texts import tr
from mcassess.ui.closing import EndSignals
from mcassess.ui.qt_messages import log_qt_messages, stop_logging_qt_messages
from mcassess.ui.theme.icons import application_icon
from mcassess.ui.theme.style import Theme, apply_theme


def open_window(
    home: Path | None, message: Callable[[str], None], *, account: tuple[str, str] | None = None
) -> ExitCode:
    """Opens the window and returns when it is closed; where there is one already, brings that to the front.

    Args:
        home: As it was given on the command line, or None.
        message: Says something to the person at the command line.
        account: Address and token of a platform to connect to, if the library knows none yet.
    """
    folder = paths.home(home)
    try:
        lock = WindowLock.take(folder, SystemClock())
    except HeldError:
        from mcassess.ui.first_window import bring_to_front  # noqa: PLC0415 - only where there is a first window

        if not bring_to_front(folder):
            raise
        message(tr("The library is open already; its window is in front now."))
        return ExitCode.DONE
    try:
        saved = _run_window(folder, account)
    finally:
        lock.release()
    if not saved:
        message(tr("Closed, but what you wrote last could not be saved."))
        return ExitCode.WORLD
    message(tr("Closed; all is saved."))
    return ExitCode.DONE


def _run_window(folder: Path, account: tuple[str, str] | None) -> bool:
    """Runs the window until it ends; tells whether all is saved."""
    application = QApplication.instance() or QApplication(["mcassess"])
    assert isinstance(application, QApplication)
    application.setApplicationDisplayName("mcassess")
    theme: Theme = apply_theme(application, None)
    application.setWindowIcon(application_icon(theme.colours))
    crashes, log = CrashFile(folder), Log(folder)
    running = Application(folder, SystemClock(), account=account, crashes=crashes)
    hooks = Hooks(running.report)
    signals = EndSignals(application.exit)  # ``quit`` would ask the window first
    # When somebody signs out, words go to the disk before anything else is asked.
    application.commitDataRequest.connect(lambda _manager: running.save(), Qt.ConnectionType.DirectConnection)
    for each in (crashes, log):
        each.begin()
    hooks.put_up()
    signals.put_up()
    log_qt_messages()
    try:
        running.start()
        application.exec()
    finally:
        saved = running.close()
        stop_logging_qt_messages()
        signals.take_down()
        hooks.take_down()
        for each in (log, crashes):
            each.end()
    return saved
