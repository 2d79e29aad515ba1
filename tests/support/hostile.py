"""A platform that means harm: it signs its answers as the real one would, and puts anything at all into them."""

import json
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PLANTED: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**53,
    2**63,
    10**400,
    1e308,
    float("nan"),
    float("-inf"),
    "",
    "x" * 100_000,
    "../../x",
    "..",
    "/etc/passwd",
    "C:\\x",
    "\u202e\u0000\x1b]0;x\x07",
    "2026-13-45T99:99:99Z",
    "9999-12-31T23:59:59.999Z",
    "file:///etc/passwd",
    [],
    [[[[[[[[]]]]]]]],
    {},
    {"id": {"id": {}}},
    ["x"] * 10_000,
)


def spoiled(body: bytes, chance: random.Random) -> bytes:
    """Returns a JSON answer with one to three of its values replaced by others, or cut, or drowned in brackets."""
    kind = chance.random()
    if kind < 0.05:
        return body[: chance.randrange(len(body) + 1)]
    if kind < 0.08:
        return b"[" * 200_000
    try:
        document = json.loads(body)
    except ValueError:
        return body
    for _ in range(chance.randint(1, 3)):
        document = _planted(document, chance)
    return json.dumps(document).encode()


def _planted(value: Any, chance: random.Random) -> Any:
    inside = isinstance(value, dict | list) and len(value) > 0
    if not inside or chance.random() < 0.1:
        return chance.choice(PLANTED)
    if isinstance(value, dict):
        name = chance.choice(sorted(value))
        return value | {name: _planted(value[name], chance)}
    place = chance.randrange(len(value))
    if chance.random() < 0.2:
        return [*value, value[place]]
    return [*value[:place], _planted(value[place], chance), *value[place + 1 :]]


Answer = Callable[[socket.socket, str], None]
"""Takes a connection and the id of the request that came over it."""


@contextmanager
def raw_server(answer: Answer) -> Iterator[str]:
    """Answers every request with whatever ``answer`` writes, until the block ends; gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                head = b""
                while b"\r\n\r\n" not in head and (block := connection.recv(1 << 16)):
                    head += block
                lines = head.decode("latin-1").split("\r\n")
                fields = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines[1:]}
                answer(connection, fields.get("mcassess-request", ""))
            except OSError:
                return  # the laptop has hung up, as it should

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(connection,), name="hostile answer"))
            threads[-1].start()

    accepting = threading.Thread(target=accept, name="hostile platform")
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        accepting.join(10)
        for thread in threads:
            thread.join(20)
