"""The bytes of one file of evidence on their way down: from the client, or for large files from its socket."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Self

from mcassess.sync.platform import ContentError
from mcassess.texts import tr

_MUCH_BYTES = 4 << 20
"""From here on a connection of its own costs less than the client's way of reading."""


class NativeContent:
    """The bytes of one file as they arrive; a context manager that ends the transfer.

    Attributes:
        offset: Where in the file the bytes begin.
        length: How many bytes were announced.
    """

    def __init__(
        self,
        part: range,
        blocks: Iterator[bytes],
        bare_socket: Callable[[], socket.socket | None],
        guarded: Callable[[], AbstractContextManager[None]],
        stack: ExitStack,
    ) -> None:
        """Takes over an answer whose body has not been read yet.

        Args:
            part: Which bytes of the file come.
            blocks: The body as it arrives.
            bare_socket: Gives the socket on which the rest of the body comes as it is, once a block was taken.
            guarded: Turns errors of the connection into ours.
            stack: Ends the transfer.
        """
        self.offset = part.start
        self.length = len(part)
        self._left = self.length
        self._blocks = blocks
        self._bare_socket = bare_socket
        self._block = memoryview(b"")
        self._socket: socket.socket | None = None
        self._stack = stack
        self._guarded = guarded

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    def readinto(self, buffer: memoryview) -> int:
        """Puts what has arrived into the buffer and returns how many bytes that were; 0 after the last one."""
        with self._guarded():
            if self._socket is not None:
                count = self._socket.recv_into(buffer, min(len(buffer), self._left)) if self._left else 0
            else:
                count = self._from_blocks(buffer)
        self._left -= count
        if not count and self._left:
            with self._guarded():
                raise OSError
        return count

    def _from_blocks(self, buffer: memoryview) -> int:
        if not self._block:
            # In the pieces in which they arrive: gathered into larger ones, some would be lost where it breaks off.
            self._block = memoryview(next(self._blocks, b""))
            if len(self._block) > self._left:
                raise ContentError(tr("The platform sent more than it announced for a file."))
        count = min(len(buffer), len(self._block))
        buffer[:count] = self._block[:count]
        self._block = self._block[count:]
        if not self._block and self._left - count >= _MUCH_BYTES:
            self._socket = self._bare_socket()
        return count
