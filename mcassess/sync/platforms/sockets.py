"""The sockets a connector has open, so that another thread can break off a call that waits for one."""

import socket
import threading
from typing import Any
from weakref import WeakSet


class Sockets:
    """Remembers the connections that httpx opens, and ends them all at once."""

    def __init__(self) -> None:
        # A signal's handler may interrupt the very thread that is noting a connection here.
        self._lock = threading.RLock()
        self._open: WeakSet[socket.socket] = WeakSet()
        self._shut = False

    @property
    def were_shut(self) -> bool:
        """Whether ``shut`` was called."""
        return self._shut

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Takes httpcore's trace events; a finished connection brings its stream."""
        stream = info.get("return_value")
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")) or stream is None:
            return
        found = stream.get_extra_info("socket")
        if isinstance(found, socket.socket):
            with self._lock:
                self._open.add(found)
                if self._shut:
                    _shut(found)

    def shut(self) -> None:
        """Ends all connections, those of the future too. Calls that wait for one fail at once."""
        with self._lock:
            self._shut = True
            for each in list(self._open):
                _shut(each)


def _shut(each: socket.socket) -> None:
    try:
        # The plain method on purpose: that of a TLS socket would first take the socket's TLS state from the reader.
        socket.socket.shutdown(each, socket.SHUT_RDWR)
    except OSError:
        return  # it was closed already
