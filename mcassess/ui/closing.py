"""What asks the window to end: the person who closes it, and signals of the system. Saving is app.py's affair."""

import signal
import socket
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSocketNotifier
from PySide6.QtWidgets import QWidget

from mcassess.texts import tr

_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")


class Closing(QObject):
    """Lets the window be closed when all is saved. What is not is given up only by closing it once more.

    Args:
        window: The window.
        save: Brings everything typed to the disk, and tells whether it is there.
        say: Says something in the window.
    """

    def __init__(self, window: QWidget, save: Callable[[], bool], say: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window = window
        self._save = save
        self._say = say
        self._warned = False
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keeps the window open as long as words would be lost."""
        if event.type() is not QEvent.Type.Close:
            return False
        saved, warned = self._save(), self._warned
        self._warned = not saved
        if saved or warned:
            return False
        self._say(tr("What you wrote is not saved yet. Close the window once more to close it all the same."))
        event.ignore()
        return True

    def ask_no_more(self) -> None:
        """Lets the window be closed without a question from now on."""
        self._window.removeEventFilter(self)


class EndSignals:
    """Ends the window in order where the system tells the program to end, instead of on the spot.

    Args:
        end: Called on the window's thread, once for each signal.
    """

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end
        self._before: dict[int, Any] = {}
        self._sockets: tuple[socket.socket, socket.socket] | None = None
        self._notifier: QSocketNotifier | None = None

    def put_up(self) -> None:
        """Listens from now on; on the main thread alone. A signal that was ignored before stays so."""
        self._sockets = heard, told = socket.socketpair()
        for each in (heard, told):
            each.settimeout(0)
        # Python's own handlers wait until it runs again, and Qt may wait for hours: the socket wakes it.
        signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(heard.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._hear)
        for name in _SIGNALS:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, lambda _number, _frame: None)

    def take_down(self) -> None:
        """Listens no more."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()
        if self._sockets is not None and self._notifier is not None:
            signal.set_wakeup_fd(-1)
            self._notifier.setEnabled(False)
            for each in self._sockets:
                each.close()
            self._sockets = self._notifier = None

    def _hear(self) -> None:
        if self._sockets is not None and any(number in self._before for number in self._sockets[0].recv(64)):
            self._end()
