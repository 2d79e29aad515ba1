"""One window a library: the second one brings the first to the front, over a local socket that carries nothing else."""

import hashlib
import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

_WAIT_MS = 2000
_COME = b"come to the front\n"


class FirstWindow(QObject):
    """Listens for other windows of the same library; whoever holds the window lock has one.

    Args:
        window: What is brought to the front.
    """

    def __init__(self, home: Path, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._server = QLocalServer(self)
        # Linux forgets an abstract name with its process; elsewhere the socket is for its user alone.
        options = QLocalServer.SocketOption
        self._server.setSocketOptions(
            options.AbstractNamespaceOption if sys.platform == "linux" else options.UserAccessOption
        )
        self._server.newConnection.connect(self._answer)
        QLocalServer.removeServer(_name(home))
        self._server.listen(_name(home))  # without it all works but coming to the front

    def close(self) -> None:
        """Listens no more."""
        self._server.close()

    def _answer(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self._come_to_the_front()
            socket.write(_COME)
            socket.disconnectFromServer()

    def _come_to_the_front(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()


def bring_to_front(home: Path) -> bool:
    """Asks the first window of a library to come to the front, and tells whether it did."""
    socket = QLocalSocket()
    if sys.platform == "linux":
        socket.setSocketOptions(QLocalSocket.SocketOption.AbstractNamespaceOption)
    socket.connectToServer(_name(home))
    answered = (
        socket.waitForConnected(_WAIT_MS) and socket.waitForReadyRead(_WAIT_MS) and socket.readAll().data() == _COME
    )
    socket.abort()
    return answered


def _name(home: Path) -> str:
    """Returns the socket's name: the same for every way to write the home's path, and short."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    return f"mcassess-{hashlib.sha256(f'{user} {home.resolve()}'.encode()).hexdigest()[:32]}"
