"""A proxy of bytes between laptop and platform: cuts at any byte both ways, delays, drips, resets, doubles, lies."""

import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

FAULTS = (
    "cut request",
    "cut answer",
    "delay",
    "drip",
    "reset after commit",
    "duplicate",
    "sign-in page",
    "429",
    "503",
    "503 after commit",
)
_PAGE = b"<!DOCTYPE html><html><title>Welcome to Skyline Wi-Fi</title></html>"
_BLOCK = 1 << 16


class Wires:
    """Passes requests on, one a connection; a part of them, chosen by chance, meets one of ``FAULTS``.

    Attributes:
        url: What the laptop is connected to.
        rate: How many of all requests meet a fault, from 0 to 1.
        met: How often each fault was met.
    """

    def __init__(self, target: str, seed: int) -> None:
        self.rate = 0.0
        self.met: Counter[str] = Counter()
        self._target = urlsplit(target)
        self._chance = random.Random(seed)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, name="wires")
        self._accepting.start()

    def close(self) -> None:
        """Lets no further request through, and waits for those under way."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join(10)
        for thread in self._threads:
            thread.join(30)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), name="wire")
            self._threads.append(thread)
            thread.start()

    def _serve(self, laptop: socket.socket) -> None:
        with laptop:
            laptop.settimeout(20)
            try:
                request = _request(laptop)
                if request:
                    fault = self._chance.choice(FAULTS) if self._chance.random() < self.rate else ""
                    self.met[fault] += 1
                    self._exchange(laptop, request, fault)
            except OSError:
                return  # one of the two has hung up, or died

    def _exchange(self, laptop: socket.socket, request: bytes, fault: str) -> None:
        match fault:
            case "sign-in page":
                laptop.sendall(_answer(200, _PAGE, "Content-Type: text/html"))
            case "429" | "503":
                laptop.sendall(_answer(int(fault), b"", "Retry-After: 0"))
            case "cut request":
                with self._platform() as platform:
                    platform.sendall(request[: self._chance.randrange(len(request))])
            case "duplicate":
                with self._platform() as first:
                    first.sendall(request)
                    _drain(first)
                self._pass_on(laptop, request, fault)
            case _:
                self._pass_on(laptop, request, fault)

    def _pass_on(self, laptop: socket.socket, request: bytes, fault: str) -> None:
        if fault == "delay":
            time.sleep(self._chance.uniform(0.0, 0.4))
        with self._platform() as platform:
            platform.sendall(request)
            if fault == "reset after commit":
                _drain(platform)
                laptop.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if fault == "503 after commit":
                _drain(platform)
                laptop.sendall(_answer(503, b"", "Retry-After: 0"))
                return
            left = self._chance.choice([self._chance.randrange(400), self._chance.randrange(3_000_000)])
            while block := platform.recv(_BLOCK):
                if fault == "cut answer":
                    block = block[:left]
                    left -= len(block)
                if fault == "drip":
                    for begin in range(0, min(len(block), 600), 60):
                        laptop.sendall(block[begin : begin + 60])
                        time.sleep(0.002)
                    block = block[600:]
                laptop.sendall(block)
                if fault == "cut answer" and left <= 0:
                    return

    def _platform(self) -> socket.socket:
        return socket.create_connection((self._target.hostname or "", self._target.port or 0), timeout=20)


def _request(laptop: socket.socket) -> bytes:
    """Returns a request whole, with word that the connection ends after it."""
    data = b""
    while b"\r\n\r\n" not in data:
        block = laptop.recv(_BLOCK)
        if not block:
            return b""
        data += block
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length and (block := laptop.recv(_BLOCK)):
        body += block
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


def _drain(platform: socket.socket) -> None:
    while platform.recv(_BLOCK):
        pass


def _answer(status: int, body: bytes, *fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@contextmanager
def wires(target: str, seed: int) -> Iterator[Wires]:
    """Runs such a proxy before a platform until the block ends."""
    between = Wires(target, seed)
    try:
        yield between
    finally:
        between.close()
