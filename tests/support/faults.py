"""A proxy on loopback between laptop and platform that does what networks do: cut, lose, replace, alter."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


@dataclass(frozen=True)
class Asked:
    """One request as it came by."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Fault:
    """What happens to one exchange.

    answer: given instead of the platform's, which is not asked: status, headers, body.
    status: put in place of the platform's.
    lost: the platform is asked, and its answer never arrives.
    cut: the connection ends after this many bytes of the body.
    headers: put in place of the platform's; None takes one away.
    body: what becomes of the body.
    ask: what becomes of the body that is sent.
    """

    answer: tuple[int, dict[str, str], bytes] | None = None
    lost: bool = False
    status: int | None = None
    cut: int | None = None
    headers: dict[str, str | None] = field(default_factory=dict)
    body: Callable[[bytes], bytes] = bytes
    ask: Callable[[bytes], bytes] = bytes


Rule = Callable[[Asked], Fault | None]


class FaultProxy:
    """Passes everything on unless ``rule`` says otherwise; ``seen`` is all that was asked.

    With ``drip``, answers to paths with its first part stop after so many bytes until ``let_go``, and set ``dripping``.
    """

    def __init__(self, target: str) -> None:
        self.rule: Rule = lambda _asked: None
        self.seen: list[Asked] = []
        self.drip: tuple[str, int] | None = None
        self.dripping = threading.Event()
        self.let_go = threading.Event()
        self.target = target
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy._exchange(self)

            def do_POST(self) -> None:
                proxy._exchange(self)

            def do_PATCH(self) -> None:
                proxy._exchange(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = False
            block_on_close = True

            def handle_error(self, *_: object) -> None:
                pass  # laptops hang up in the middle; that is what is tested

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], name="fault proxy")
        self._thread.start()

    def first(self, part: str, fault: Fault, times: int = 1) -> None:
        """Does this to the first requests whose path holds ``part``."""
        left = [times]

        def rule(asked: Asked) -> Fault | None:
            if part not in asked.path or not left[0]:
                return None
            left[0] -= 1
            return fault

        self.rule = rule

    def always(self, part: str, fault: Fault) -> None:
        """Does this to every request whose path holds ``part``."""
        self.rule = lambda asked: fault if part in asked.path else None

    def count(self, part: str) -> int:
        """Returns how many requests had ``part`` in their path."""
        return sum(part in asked.path for asked in self.seen)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def _exchange(self, handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        asked = Asked(handler.command, handler.path, {k.lower(): v for k, v in handler.headers.items()}, body)
        self.seen.append(asked)
        fault = self.rule(asked) or Fault()
        if fault.answer is not None:
            self._send(handler, *fault.answer, cut=fault.cut)
            return
        status, headers, content = self._ask(replace(asked, body=fault.ask(asked.body)))
        if fault.lost:
            return
        if fault.status is not None:
            status = fault.status
            headers["content-type"] = "application/problem+json"
        for name, value in fault.headers.items():
            headers.pop(name.lower(), None)
            if value is not None:
                headers[name.lower()] = value
        content = fault.body(content)
        if self.drip is not None and self.drip[0] in asked.path:
            self._send(handler, status, headers, content, cut=self.drip[1], announced=len(content))
            handler.wfile.flush()
            self.dripping.set()
            self.let_go.wait(30)
            return
        announced = None if fault.cut is None else len(content)
        self._send(handler, status, headers, content, cut=fault.cut, announced=announced)

    def _ask(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.target).netloc, timeout=20)
        try:
            connection.request(asked.method, asked.path, asked.body or None, {**asked.headers, "connection": "close"})
            response = connection.getresponse()
            return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
        finally:
            connection.close()

    @staticmethod
    def _send(
        handler: BaseHTTPRequestHandler,
        status: int,
        headers: dict[str, str],
        content: bytes,
        *,
        cut: int | None,
        announced: int | None = None,
    ) -> None:
        handler.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in _HOP:
                handler.send_header(name, value)
        length = len(content) if announced is None else announced
        told = next((value for name, value in headers.items() if name.lower() == "content-length"), str(length))
        handler.send_header("Content-Length", told)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(content if cut is None else content[:cut])


@contextmanager
def fault_proxy(target: str) -> Iterator[FaultProxy]:
    """Runs a proxy before a platform."""
    proxy = FaultProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
