"""Messages between the program and its child processes: a JSON header, and bytes inline or in anonymous memory."""

import io
import json
import mmap
import os
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_LENGTHS = struct.Struct("!IQ")
_HEADER_LIMIT = 64 << 20
_PAYLOAD_LIMIT = 1 << 30
_INLINE_LIMIT = 64 << 10


class ChannelClosedError(Exception):
    """The other side is gone, or talks nonsense."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one side says: plain values, and bytes that belong to them."""

    header: dict[str, Any]
    payload: memoryview


class Channel:
    """Sends and receives messages over two streams, or over one Unix socket that carries memory by descriptor too."""

    def __init__(
        self, incoming: io.RawIOBase, outgoing: io.RawIOBase, descriptors: socket.socket | None = None
    ) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._descriptors = descriptors

    @classmethod
    def over_socket(cls, connection: socket.socket) -> "Channel":
        """Returns a channel over ``connection``, which it closes with itself."""
        incoming, outgoing = connection.makefile("rb", buffering=0), connection.makefile("wb", buffering=0)
        return cls(incoming, outgoing, connection)

    def close(self) -> None:
        """Closes both directions."""
        for stream in (self._incoming, self._outgoing, self._descriptors):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def send(self, header: dict[str, Any], payload: bytes | memoryview = b"") -> None:
        """Sends one message.

        Raises:
            ChannelClosedError: The other side is gone.
        """
        size = len(payload)
        memory = _anonymous_memory(payload) if self._descriptors is not None and size > _INLINE_LIMIT else None
        try:
            encoded = json.dumps({**header, "memory": size} if memory is not None else header).encode()
            self._write(_LENGTHS.pack(len(encoded), 0 if memory is not None else size) + encoded)
            if memory is None:
                self._write(payload)
            elif self._descriptors is not None:
                socket.send_fds(self._descriptors, [b"m"], [memory])
        except (OSError, ValueError) as error:
            raise ChannelClosedError from error
        finally:
            if memory is not None:
                os.close(memory)

    def receive(self) -> Message:
        """Waits for the next message.

        Raises:
            ChannelClosedError: The other side is gone or talks nonsense.
        """
        try:
            header_size, size = _LENGTHS.unpack(self._read(_LENGTHS.size))
            if header_size > _HEADER_LIMIT or size > _PAYLOAD_LIMIT:
                raise ChannelClosedError
            header = json.loads(bytes(self._read(header_size)))
            if not isinstance(header, dict):
                raise ChannelClosedError
            memory_size = header.pop("memory", None)
            payload = self._read(size) if memory_size is None else self._receive_memory(int(memory_size))
        except (OSError, ValueError, TypeError) as error:
            raise ChannelClosedError from error
        return Message(header, payload)

    def _write(self, content: bytes | memoryview) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[self._outgoing.write(rest) or 0 :]

    def _read(self, count: int) -> memoryview:
        content = bytearray(count)
        filled = 0
        while filled < count:
            piece = self._incoming.readinto(memoryview(content)[filled:])
            if not piece:
                raise ChannelClosedError
            filled += piece
        return memoryview(content)

    def _receive_memory(self, size: int) -> memoryview:
        """Maps the memory that the other side sends; memory that could still shrink would kill whoever looks at it."""
        if self._descriptors is None or size <= 0 or sys.platform != "linux":
            raise ChannelClosedError
        import fcntl  # noqa: PLC0415 - does not exist on Windows

        _, received, _, _ = socket.recv_fds(self._descriptors, 1, 1)
        if not received:
            raise ChannelClosedError
        try:
            sealed = fcntl.fcntl(received[0], fcntl.F_GET_SEALS) & fcntl.F_SEAL_SHRINK
            if not sealed or os.lseek(received[0], 0, os.SEEK_END) < size:
                raise ChannelClosedError
            return memoryview(mmap.mmap(received[0], size, prot=mmap.PROT_READ))
        finally:
            for descriptor in received:
                os.close(descriptor)


def _anonymous_memory(content: bytes | memoryview) -> int | None:
    """Returns the descriptor of sealed anonymous memory that holds ``content``; None where the system has none."""
    if sys.platform != "linux":
        return None
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    descriptor = os.memfd_create("evidence", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        rest = memoryview(content).cast("B")
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
