"""What lies between laptops and platform: a transport for httpx. What goes wrong on the way is in faults.py."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol

import httpx

from mcassess.sync.wire import PREFIX
from tests.simulation.chance import Chance, Time, Trace
from tests.simulation.oracle import BrokenError
from tests.simulation.platform import Answer, Ask, ServerDiedError, SimPlatform

HOST = "127.0.0.1:9"
_PIECE = 100_000
_LATEST_TOKEN_MS = 3_600_000
"""What renews a token is on its way for an hour at most: an older one may well be in two hands."""


class Traveller(Protocol):
    """Who is on the way: a laptop, as the network knows it."""

    name: str
    asked: int
    offline: bool
    outdated: str

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


Fault = Callable[["Network", Way], "Answer | httpx.Response"]


class Storage(Protocol):
    """A host beside the platform that the platform may send to for bytes."""

    def sign(self, ask: Ask, times: int) -> str:
        """Returns an address for what a request asks for, good for so many requests."""

    def answer(self, ask: Ask) -> Answer | None:
        """Returns what it answers; None where it is not asked."""


Befalls = Callable[[Ask], bool] | None
"""Which requests a fault befalls; None means all."""


class Network:
    """Passes requests to the platform, with faults as often as ``trouble`` says (0 to 1)."""

    def __init__(
        self,
        platform: SimPlatform,
        chance: Chance,
        time: Time,
        trace: Trace,
        faults: Sequence[tuple[Fault, Befalls]],
        storage: Storage,
    ) -> None:
        self.trouble = 0.0
        self.allowed: set[str] | None = None
        self.pause: Callable[[], None] = lambda: None
        self.on_content: Callable[[str], None] = lambda _target: None
        self._late: list[tuple[str, Ask, int]] = []
        self.secrets: set[str] = set()
        self.platform = platform
        self.storage = storage
        self._faults = faults
        self._chance = chance
        self._time = time
        self._trace = trace
        self._old_pages: dict[str, Answer] = {}

    def transport(self, who: Traveller) -> httpx.BaseTransport:
        """Returns what a laptop's httpx sends its requests through."""
        return _Transport(self, who)

    def deliver_late(self, most: int = 99) -> None:
        """Lets requests arrive that were held up; nobody waits for their answers."""
        while self._late and most:
            most -= 1
            who, ask, sent_ms = self._late.pop(0)
            if ask.path.endswith("/auth/token") and self._time.ms - sent_ms > _LATEST_TOKEN_MS:
                continue
            self._trace.note(who, "late", ask.method, ask.path)
            try:
                self.platform.ask(ask)
            except ServerDiedError:
                self._trace.note("platform", "died")

    def hold_up(self, way: Way) -> None:
        """Lets a request arrive later, when others have."""
        self._late.append((way.who.name, way.ask, self._time.ms))

    def exchange(self, who: Traveller, ask: Ask) -> httpx.Response:
        """Sends one request and returns what comes back.

        Raises:
            httpx.TransportError: Nothing does.
        """
        who.asked += 1
        if who.outdated == "everything" or (who.outdated and not is_push(ask)):
            ask = in_other_version(ask)
        way = Way(who, ask, self._chance.of("network", who.name, who.asked))
        self._time.pass_by(0.05 + way.random.random() * 0.2)
        self.pause()
        who.point("before sending")
        if who.offline:
            raise httpx.ConnectError("no network")
        fault = self._drawn(way)
        if fault is not None:
            self._trace.count(f"fault {fault.__name__.strip('_')}")
            self._trace.note(who.name, "fault", fault.__name__.strip("_"), ask.method, ask.path)
        answer = self.ask(way) if fault is None else fault(self, way)
        response = answer if isinstance(answer, httpx.Response) else self.response(way, answer)
        self.pause()
        who.point("answered")
        return response

    def _drawn(self, way: Way) -> Fault | None:
        # Sending decisions is one request among ten, and the one that matters most.
        if way.random.random() >= self.trouble * (2 if is_push(way.ask) else 1):
            return None
        named = [
            (fault, wanted)
            for fault, wanted in self._faults
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
            answer = self.storage.answer(ask) or self.platform.ask(ask, cut=cut)
        except ServerDiedError as died:
            self._trace.note("platform", "died", died.args[0])
            way.who.hindered(ask.target)
            raise httpx.RemoteProtocolError("the platform died") from None
        self._trace.note(way.who.name, ask.method, ask.path, answer.status, len(ask.body), len(answer.body))
        self._learn_secrets(ask, answer)
        if ask.path.endswith("/content") and answer.status in {200, 206}:
            self.on_content(ask.target)
        if ask.path.endswith("/changes") and answer.status == 200:
            self._old_pages.setdefault(way.who.name, answer)
        return answer

    def _learn_secrets(self, ask: Ask, answer: Answer) -> None:
        self.secrets.update(value.removeprefix("Bearer ") for name, value in ask.headers if name == "authorization")
        if ask.path.endswith("/auth/token") and answer.status == 200:
            self.secrets.update(value for name, value in json.loads(answer.body).items() if name.endswith("_token"))

    def old_page(self, way: Way) -> Answer:
        """Returns a page of changes that this laptop has had before, as if it were new."""
        now = self.ask(way)
        old = self._old_pages.pop(way.who.name, now)
        return old.with_headers(**{k.replace("-", "_"): v for k, v in now.headers if k.startswith("mcassess-")})

    def response(self, way: Way, answer: Answer, *, cut: int | None = None, silent_s: float = 0) -> httpx.Response:
        """Returns an answer as httpx gives it on, cut off after so many bytes; silent after each piece."""
        body = _Body(self, way, answer, cut, silent_s)
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
        if request.url.netloc.decode() != HOST and "authorization" in dict(headers):
            raise BrokenError("I15: the token went abroad")
        ask = Ask(request.method, request.url.raw_path.decode(), headers, request.read())
        return self._network.exchange(self._who, ask)


class _Body(httpx.SyncByteStream):
    def __init__(self, network: Network, way: Way, answer: Answer, cut: int | None, silent_s: float) -> None:
        self._network = network
        self._way = way
        self._answer = answer
        self._cut = cut
        self._silent_s = silent_s

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
            if self._silent_s and self._cut is None:
                self._network.silence(self._silent_s)
        if self._cut is not None:
            self._way.who.hindered(self._way.ask.target)
            if self._silent_s:
                self._network.silence(self._silent_s)
                raise httpx.ReadTimeout("nothing came for 30 seconds")
            raise httpx.ReadError("the connection broke off")


def in_other_version(ask: Ask) -> Ask:
    """Returns a request as a program sends it that speaks another version of the protocol."""
    return replace(ask, target=ask.target.replace(PREFIX, PREFIX[:-1] + "7"))


def is_push(ask: Ask) -> bool:
    """Tells whether a request sends operations."""
    return (ask.method, ask.path) == ("POST", f"{PREFIX}/ops")
