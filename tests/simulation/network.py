"""What lies between laptops and platform: a transport for httpx that loses, cuts, doubles, delays and alters."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

import httpx

from mcassess.sync.wire import PREFIX, canonical, digest
from tests.simulation.chance import Chance, Time, Trace
from tests.simulation.platform import Answer, Ask, ServerDiedError, SimPlatform

HOST = "127.0.0.1:9"
_HTML = b"<html><title>Welcome to the airport</title>Please sign in.</html>"
_PIECE = 100_000


class Traveller(Protocol):
    """Who is on the way: a laptop, as the network knows it."""

    name: str
    asked: int

    def point(self, name: str) -> None:
        """A place at which the laptop may die."""

    def arrived(self, sha256: str, count: int) -> None:
        """So many bytes of a file have arrived."""

    def hindered(self, target: str, *, whole: bool = False) -> None:
        """Something came between: bytes may come again, up to a chunk or the whole file."""


@dataclass(frozen=True)
class Way:
    """One request on its way: who asks, what, and the chance that belongs to it."""

    who: Traveller
    ask: Ask
    random: Random


class Network:
    """Passes requests to the platform, with faults as often as ``trouble`` says (0 to 1)."""

    def __init__(self, platform: SimPlatform, chance: Chance, time: Time, trace: Trace) -> None:
        self.trouble = 0.0
        self.allowed: set[str] | None = None
        self.pause: Callable[[], None] = lambda: None
        self.late: list[tuple[str, Ask]] = []
        self._platform = platform
        self._chance = chance
        self._time = time
        self._trace = trace
        self._old_pages: dict[str, Answer] = {}

    def transport(self, who: Traveller) -> httpx.BaseTransport:
        """Returns what a laptop's httpx sends its requests through."""
        return _Transport(self, who)

    def deliver_late(self, most: int = 99) -> None:
        """Lets requests arrive that were held up; nobody waits for their answers."""
        while self.late and most:
            most -= 1
            who, ask = self.late.pop(0)
            self._trace.note(who, "late", ask.method, ask.path)
            try:
                self._platform.ask(ask)
            except ServerDiedError:
                self._trace.note("platform", "died")

    def exchange(self, who: Traveller, ask: Ask) -> httpx.Response:
        """Sends one request and returns what comes back.

        Raises:
            httpx.TransportError: Nothing does.
        """
        who.asked += 1
        way = Way(who, ask, self._chance.of("network", who.name, who.asked))
        self._time.pass_by(0.05 + way.random.random() * 0.2)
        self.pause()
        who.point("before sending")
        fault = self._drawn(way)
        if fault is not None:
            self._trace.count(f"fault {fault.__name__.strip('_')}")
            self._trace.note(who.name, "fault", fault.__name__.strip("_"), ask.method, ask.path)
        answer = self.ask(way) if fault is None else fault(self, way)
        response = answer if isinstance(answer, httpx.Response) else self.response(way, answer)
        self.pause()
        who.point("answered")
        return response

    def _drawn(self, way: Way) -> "Fault | None":
        # Sending decisions is one request among ten, and the one that matters most.
        if way.random.random() >= self.trouble * (2 if _is_push(way.ask) else 1):
            return None
        named = [
            (fault, wanted)
            for fault, wanted in FAULTS
            if (wanted is None or wanted(way.ask))
            and (self.allowed is None or fault.__name__.strip("_") in self.allowed)
        ]
        # Else what befalls only few requests would hardly be drawn.
        own = [fault for fault, wanted in named if wanted is not None]
        if own and way.random.random() < 0.5:
            return way.random.choice(own)
        return way.random.choice([fault for fault, _ in named]) if named else None

    def ask(self, way: Way, *, cut: int | None = None) -> Answer:
        """Lets the platform answer.

        Raises:
            httpx.TransportError: It dies over it.
        """
        ask = way.ask
        try:
            answer = self._platform.ask(ask, cut=cut)
        except ServerDiedError as died:
            self._trace.note("platform", "died", died.args[0])
            way.who.hindered(ask.target)
            raise httpx.RemoteProtocolError("the platform died") from None
        self._trace.note(way.who.name, ask.method, ask.path, answer.status, len(ask.body), len(answer.body))
        if ask.path.endswith("/changes") and answer.status == 200:
            self._old_pages.setdefault(way.who.name, answer)
        return answer

    def old_page(self, way: Way) -> Answer:
        """Returns a page of changes that this laptop has had before, as if it were new."""
        now = self.ask(way)
        old = self._old_pages.pop(way.who.name, now)
        return old.with_headers(**{k.replace("-", "_"): v for k, v in now.headers if k.startswith("mcassess-")})

    def response(self, way: Way, answer: Answer, *, cut: int | None = None, stall: bool = False) -> httpx.Response:
        """Returns an answer as httpx gives it on, cut off after so many bytes of its body."""
        body = _Body(self, way, answer, cut, stall=stall)
        return httpx.Response(answer.status, headers=list(answer.headers), stream=body)

    def silence(self, seconds: float) -> None:
        self._time.pass_by(seconds)
        self.pause()


class _Transport(httpx.BaseTransport):
    def __init__(self, network: Network, who: Traveller) -> None:
        self._network = network
        self._who = who

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = tuple((name.decode().lower(), value.decode()) for name, value in request.headers.raw)
        assert request.url.netloc.decode() == HOST or "authorization" not in dict(headers), "I15: the token went abroad"
        ask = Ask(request.method, request.url.raw_path.decode(), headers, request.read())
        return self._network.exchange(self._who, ask)


class _Body(httpx.SyncByteStream):
    def __init__(self, network: Network, way: Way, answer: Answer, cut: int | None, *, stall: bool) -> None:
        self._network = network
        self._way = way
        self._answer = answer
        self._cut = cut
        self._stall = stall

    def __iter__(self) -> Iterator[bytes]:
        body = self._answer.body if self._cut is None else self._answer.body[: self._cut]
        sha256 = dict(self._answer.headers).get("etag", "").strip('"').removeprefix("sha256-")
        for start in range(0, len(body), _PIECE):
            piece = body[start : start + _PIECE]
            if sha256:
                self._way.who.arrived(sha256, len(piece))
            yield piece
            if len(body) > _PIECE:
                self._network.pause()
                self._way.who.point("in the middle of a body")
        if self._cut is not None:
            self._way.who.hindered(self._way.ask.target)
            if self._stall:
                self._network.silence(30)
                raise httpx.ReadTimeout("nothing came for 30 seconds")
            raise httpx.ReadError("the connection broke off")


Fault = Callable[[Network, Way], "Answer | httpx.Response"]


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
    network.late.append((way.who.name, way.ask))
    network.silence(30)
    raise httpx.ReadTimeout("nothing came for 30 seconds")


def _doubled(network: Network, way: Way) -> Answer:
    first = network.ask(way)
    network.pause()
    again = network.ask(way)
    return again if way.random.random() < 0.5 else first


def _doubled_late(network: Network, way: Way) -> Answer:
    network.late.append((way.who.name, way.ask))
    return network.ask(way)


def _cut_going(network: Network, way: Way) -> Answer:
    network.ask(way, cut=way.random.randrange(max(1, len(way.ask.body))))
    raise httpx.WriteError("the connection broke off")


def _cut_coming(network: Network, way: Way) -> httpx.Response:
    answer = network.ask(way)
    return network.response(way, answer, cut=way.random.randrange(max(1, len(answer.body))))


def _stalled(network: Network, way: Way) -> httpx.Response:
    answer = network.ask(way)
    return network.response(way, answer, cut=way.random.randrange(max(1, len(answer.body))), stall=True)


def _gateway(network: Network, way: Way) -> Answer:
    return Answer(way.random.choice([502, 503, 504]), (("content-type", "text/html"),), _HTML)


def _gateway_afterwards(network: Network, way: Way) -> Answer:
    network.ask(way)
    return Answer(way.random.choice([502, 503, 504]), (("content-type", "text/html"), ("retry-after", "2")), _HTML)


def _rate_limited(network: Network, way: Way) -> Answer:
    after = way.random.choice([(), (("retry-after", "3"),), (("retry-after", "Sun, 22 Nov 2026 10:00:00 GMT"),)])
    return Answer(429, (("content-type", "text/plain"), *after), b"slow down")


def _forbidden(network: Network, way: Way) -> Answer:
    return Answer(403, (("content-type", "text/html"), ("retry-after", "5")), _HTML)


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
    network._platform.doom = way.random.randrange(1, 4)
    try:
        return network.ask(way)
    finally:
        network._platform.doom = 0


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


def _is_push(ask: Ask) -> bool:
    return (ask.method, ask.path) == ("POST", f"{PREFIX}/ops")


def _is_page(ask: Ask) -> bool:
    return ask.path in {f"{PREFIX}/changes", f"{PREFIX}/snapshot"}


FAULTS: list[tuple[Fault, Callable[[Ask], bool] | None]] = [
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
    (_forged_receipts, _is_push),
    (_wait_a_little, _is_push),
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
        )
    ),
]
"""Each fault, and which requests it befalls; None means all."""
