"""What goes wrong between laptops and platform: lost, cut, doubled, delayed, altered. When it does is network.py's."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace

import httpx

from mcassess.sync.wire import PREFIX, canonical, digest
from tests.simulation.network import Befalls, Fault, Network, Way, in_other_version, is_push
from tests.simulation.platform import Answer, Ask
from tests.simulation.storage import from_storage
from tests.simulation.uploads import UPLOAD_FAULTS, is_upload

_HTML = b"<html><title>Welcome to the airport</title>Please sign in.</html>"


def _lost(network: Network, way: Way) -> Answer:
    raise httpx.ConnectError("no route")


def _answer_lost(network: Network, way: Way) -> Answer:
    network.ask(way)
    way.who.hindered(way.ask.target)
    raise httpx.RemoteProtocolError("the connection broke off before the answer")


def _answer_too_late(network: Network, way: Way) -> Answer:
    network.ask(way)
    network.silence(30)
    way.who.hindered(way.ask.target)
    raise httpx.ReadTimeout("nothing came for 30 seconds")


def _delayed(network: Network, way: Way) -> Answer:
    network.hold_up(way)
    network.silence(30)
    raise httpx.ReadTimeout("nothing came for 30 seconds")


def _doubled(network: Network, way: Way) -> Answer:
    first = network.ask(way)
    network.pause()
    again = network.ask(way)
    return again if way.random.random() < 0.5 else first


def _doubled_late(network: Network, way: Way) -> Answer:
    network.hold_up(way)
    return network.ask(way)


def _cut_going(network: Network, way: Way) -> Answer:
    network.ask(way, cut=way.random.randrange(max(1, len(way.ask.body))))
    raise httpx.WriteError("the connection broke off")


def _cut_coming(network: Network, way: Way) -> httpx.Response:
    answer = network.ask(way)
    return network.response(way, answer, cut=way.random.randrange(max(1, len(answer.body))))


def _stalled(network: Network, way: Way) -> httpx.Response:
    answer = network.ask(way)
    return network.response(way, answer, cut=way.random.randrange(max(1, len(answer.body))), silent_s=30)


def _drips(network: Network, way: Way) -> httpx.Response:
    return network.response(way, network.ask(way), silent_s=20)


def _asleep(network: Network, way: Way) -> Answer:
    """The lid is closed over a request; when it is opened again, the connection is gone."""
    if way.random.random() < 0.5:
        network.ask(way)
    network.silence(8 * 3600)
    way.who.hindered(way.ask.target)
    raise httpx.ReadError("the connection is gone")


def _other_version(network: Network, way: Way) -> Answer:
    """A program of another version asks, or a gateway hands on to a platform of another version."""
    return network.ask(replace(way, ask=in_other_version(way.ask)))


def _gateway(network: Network, way: Way) -> Answer:
    return Answer(way.random.choice([502, 503, 504]), (("content-type", "text/html"),), _HTML)


def _gateway_afterwards(network: Network, way: Way) -> Answer:
    network.ask(way)
    return Answer(way.random.choice([502, 503, 504]), (("content-type", "text/html"), ("retry-after", "2")), _HTML)


def _rate_limited(network: Network, way: Way) -> Answer:
    after = way.random.choice([(), (("retry-after", "3"),), (("retry-after", "Sun, 22 Nov 2026 10:00:00 GMT"),)])
    return Answer(429, (("content-type", "text/plain"), *after), b"slow down")


def _forbidden(network: Network, way: Way) -> Answer:
    after = way.random.choice([(), (("retry-after", "5"),)])
    return Answer(403, (("content-type", "text/html"), *after), _HTML)


def _portal(network: Network, way: Way) -> Answer:
    return Answer(200, (("content-type", "text/html"), ("content-length", str(len(_HTML)))), _HTML)


def _redirect(network: Network, way: Way) -> Answer:
    return Answer(307, (("location", "http://elsewhere.example/" + way.ask.path),), b"")


def _another_server(network: Network, way: Way) -> Answer:
    return network.ask(way).with_headers(mcassess_server="somebody-else")


def _header_missing(network: Network, way: Way) -> Answer:
    name = way.random.choice(["mcassess_time", "mcassess_server", "mcassess_epoch", "mcassess_request"])
    return network.ask(way).with_headers(**{name: None})


def _platform_dies(network: Network, way: Way) -> Answer:
    network.platform.doom = way.random.randrange(1, 4)
    try:
        return network.ask(way)
    finally:
        network.platform.doom = 0


# -- what only the feed can suffer


def _page_of_before(network: Network, way: Way) -> Answer:
    return network.old_page(way)


def _unknown_things(network: Network, way: Way) -> Answer:
    def add(document: dict) -> None:
        for row in document.get("changes", []):
            row["novel"] = {"field": 1}
            if row.get("data"):
                row["data"]["novel"] = [1, 2]
        badge = {"seq": 0, "type": "badge", "id": "b-1", "version": 1, "op": "upsert", "data": {"x": 1}}
        document["changes"] = [badge, *document.get("changes", [])]

    return _edited(network.ask(way), add)


def _poisoned_row(network: Network, way: Way) -> Answer:
    def spoil(document: dict) -> None:
        rows = [row for row in document.get("changes", []) if row.get("data") and row["type"] == "submission"]
        if rows:
            row = way.random.choice(rows)
            row["data"] = {"id": row["id"], "attempt": "many", "version": row["version"]}

    return _edited(network.ask(way), spoil)


# -- what only operations can suffer


def _forged_receipts(network: Network, way: Way) -> Answer:
    """Somebody who stands between says that all was accepted, and hands nothing on."""
    now = network.ask(Way(way.who, Ask("GET", f"{PREFIX}/server", way.ask.headers, b""), way.random))
    results = []
    for op in json.loads(way.ask.body)["ops"]:
        receipt = {
            "server_id": dict(now.headers)["mcassess-server"],
            "op_id": op["op_id"],
            "payload_sha256": digest(canonical(op)),
            "submission": op["submission_id"],
            "attempt": op["base"]["attempt"],
            "accepted_at": "2026-11-22T09:00:00.000Z",
            "signature": "A" * 86 + "==",
        }
        results.append({"op_id": op["op_id"], "status": "applied", "receipt": receipt})
    return now.with_body(json.dumps({"results": results}).encode())


def _wait_a_little(network: Network, way: Way) -> Answer:
    """The platform takes nothing now; it will later."""
    now = network.ask(Way(way.who, Ask("GET", f"{PREFIX}/server", way.ask.headers, b""), way.random))
    ops = json.loads(way.ask.body)["ops"]
    results = [{"op_id": op["op_id"], "status": way.random.choice(["later", "blocked"])} for op in ops]
    return now.with_body(json.dumps({"results": results}).encode())


# -- what only evidence can suffer


def _range_ignored(network: Network, way: Way) -> Answer:
    way.who.hindered(way.ask.target, whole=True)
    headers = tuple((name, value) for name, value in way.ask.headers if name != "range")
    return network.ask(Way(way.who, Ask(way.ask.method, way.ask.target, headers, b""), way.random))


def _wrong_range(network: Network, way: Way) -> Answer:
    return network.ask(way).with_headers(content_range="bytes 7-8/9")


def _changed_etag(network: Network, way: Way) -> Answer:
    return network.ask(way).with_headers(etag='"sha256-' + "0" * 64 + '"')


def _packed(network: Network, way: Way) -> Answer:
    answer = network.ask(way)
    return answer.with_body(gzip.compress(answer.body, mtime=0)).with_headers(content_encoding="gzip")


def _flipped_byte(network: Network, way: Way) -> Answer:
    answer = network.ask(way)
    way.who.hindered(way.ask.target, whole=True)
    if answer.status not in {200, 206} or not answer.body:
        return answer
    place = way.random.randrange(len(answer.body))
    body = bytearray(answer.body)
    body[place] ^= 1 << way.random.randrange(8)
    return Answer(answer.status, answer.headers, bytes(body))


def _short_body(network: Network, way: Way) -> Answer:
    answer = network.ask(way)
    way.who.hindered(way.ask.target)
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])


def _not_satisfiable(network: Network, way: Way) -> Answer:
    return network.ask(way).with_body(b"").__class__(416, (("content-range", "bytes */1"),), b"")


def _edited(answer: Answer, edit: Callable[[dict], None]) -> Answer:
    if answer.status != 200:
        return answer
    document = json.loads(answer.body)
    edit(document)
    return answer.with_body(json.dumps(document).encode())


def _is_content(ask: Ask) -> bool:
    return ask.path.endswith(("/content", "/captions"))


def _is_feed(ask: Ask) -> bool:
    return ask.path == f"{PREFIX}/changes"


def _is_page(ask: Ask) -> bool:
    return ask.path in {f"{PREFIX}/changes", f"{PREFIX}/snapshot"}


FAULTS: list[tuple[Fault, Befalls]] = [
    *(
        (fault, None)
        for fault in (
            _lost,
            _answer_lost,
            _answer_too_late,
            _delayed,
            _doubled,
            _doubled_late,
            _cut_going,
            _cut_coming,
            _stalled,
            _drips,
            _asleep,
            _other_version,
            _gateway,
            _gateway_afterwards,
            _rate_limited,
            _forbidden,
            _portal,
            _redirect,
            _another_server,
            _header_missing,
            _platform_dies,
        )
    ),
    (_page_of_before, _is_feed),
    (_unknown_things, _is_page),
    (_poisoned_row, _is_page),
    (_forged_receipts, is_push),
    (_wait_a_little, is_push),
    *(
        (fault, _is_content)
        for fault in (
            _range_ignored,
            _wrong_range,
            _changed_etag,
            _packed,
            _flipped_byte,
            _short_body,
            _not_satisfiable,
            from_storage,
        )
    ),
    *((fault, is_upload) for fault in UPLOAD_FAULTS),
]
"""Each fault, and which requests it befalls; None means all."""
