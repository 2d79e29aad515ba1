"""A platform's feed, written down beforehand, served by a process of its own: what a laptop makes of it is measured.

``python -m tests.support.feed_server FOLDER`` prints its address and serves ``page-N.json`` until its input ends.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import TypeAdapter

from mcassess.clock import SystemClock, written
from mcassess.domain.submission import MicroCredential, Submission
from mcassess.sync import wire

SERVER, EPOCH = "feed", "first"
PAGE = 500


def write_feed(
    folder: Path, microcredential: MicroCredential, rubric: object, submissions: Iterator[Submission]
) -> None:
    """Writes the pages of a feed that begins with a micro-credential and its rubric."""
    rows = [("microcredential", microcredential, 1), ("rubric", rubric, 1)]
    pages = [_rows(rows, 1)]
    adapter, page, seq = TypeAdapter(Submission), [], 2
    for submission in submissions:
        seq += 1
        data = adapter.dump_json(submission).decode()
        head = f'"seq":{seq},"type":"submission","id":"{submission.id}","version":{submission.version}'
        page.append(f'{{{head},"op":"upsert","data":{data}}}')
        if len(page) == PAGE:
            pages.append(page)
            page = []
    pages += [page] if page else []
    folder.mkdir()
    for number, each in enumerate(pages):
        more = json.dumps(number < len(pages) - 1)
        text = f'{{"changes":[{",".join(each)}],"next":"{number + 1}","more":{more}}}'
        (folder / f"page-{number}.json").write_text(text, encoding="utf-8")


def _rows(things: list[tuple[str, Any, int]], seq: int) -> list[str]:
    return [
        json.dumps(
            {
                "seq": seq + number,
                "type": kind,
                "id": thing.id,
                "version": version,
                "op": "upsert",
                "data": TypeAdapter(type(thing)).dump_python(thing, mode="json"),
            }
        )
        for number, (kind, thing, version) in enumerate(things)
    ]


@contextmanager
def feed_server(folder: Path) -> Iterator[str]:
    """Serves a feed until the block ends; gives its address."""
    command = [sys.executable, "-m", "tests.support.feed_server", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.communicate()


def main() -> None:
    """Serves until standard input ends."""
    folder, clock = Path(sys.argv[1]), SystemClock()
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            name = parts.path.removeprefix(wire.PREFIX)
            asked.append(name)
            if name == "/server":
                info = wire.ServerInfo(server_id=SERVER, epoch=EPOCH, name="feed", public_key="")
                body = info.model_dump_json().encode()
            elif name == "/me":
                body = wire.Me(id="a", name="Ada", roles=["assessor"]).model_dump_json().encode()
            elif name == "/asked":
                body = json.dumps(len(asked)).encode()
            elif name == "/changes":
                number = parse_qs(parts.query).get("cursor", ["0"])[0]
                path = folder / f"page-{int(number)}.json"
                nothing = json.dumps({"changes": [], "next": number, "more": False}).encode()
                body = path.read_bytes() if path.exists() else nothing
            else:
                cursor = parse_qs(parts.query).get("cursor", [""])[0]
                body = json.dumps({"cursor": cursor, "caught_up": False, "types": {}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", wire.MEDIA_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.send_header(wire.SERVER_HEADER, SERVER)
            self.send_header(wire.EPOCH_HEADER, EPOCH)
            self.send_header(wire.TIME_HEADER, written(clock.now()))
            self.send_header(wire.REQUEST_HEADER, self.headers[wire.REQUEST_HEADER])
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    Handler.wbufsize = -1  # headers and body leave together, or each answer would wait for an acknowledgement
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, args=[0.05])
    serving.start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
    server.shutdown()
    serving.join()


if __name__ == "__main__":
    main()
