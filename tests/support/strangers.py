"""Whoever else may answer at an address: a network's login page, a server that says nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PAGE = b"<!DOCTYPE html><html><title>Welcome to Skyline Wi-Fi</title><form>Accept our terms</form></html>"


class _LoginPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def login_page(port: int = 0) -> Iterator[str]:
    """Answers every request with an HTML page and status 200; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _LoginPage)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], name="login page")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def nobody() -> str:
    """Returns an address on this computer where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
