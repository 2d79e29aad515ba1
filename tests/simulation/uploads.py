"""What only files on their way up can suffer: damaged pieces, uploads that are collected, a storage that is down."""

import json
from random import Random
from typing import Any

from mcassess.errors import McassessError
from mcassess.server.uploads import collect_garbage
from mcassess.sync.wire import PREFIX
from tests.simulation import assessor
from tests.simulation.network import Network, Way
from tests.simulation.oracle import BrokenError
from tests.simulation.platform import Answer, Ask

_LONG_AGO = "2000-01-01T00:00:00.000Z"


def is_upload(ask: Ask) -> bool:
    """Tells whether a request is about a file on its way up."""
    return ask.path.startswith(f"{PREFIX}/uploads")


def piece_damaged(network: Network, way: Way) -> Answer:
    """A byte is altered on the way; the platform has to refuse the piece by its digest."""
    ask = way.ask
    if ask.method != "PATCH" or not ask.body:
        return network.ask(way)
    body = bytearray(ask.body)
    body[way.random.randrange(len(body))] ^= 1 << way.random.randrange(8)
    answer = network.ask(Way(way.who, Ask(ask.method, ask.target, ask.headers, bytes(body)), way.random))
    if answer.status == 200:
        raise BrokenError("C7: a damaged piece was taken")
    return answer


def upload_collected(network: Network, way: Way) -> Answer:
    """All that is on its way goes just before the request arrives, and what is whole and named by nothing."""
    _grow_old(network.platform.data)
    collect_garbage(network.platform.data)
    return network.ask(way)


def upload_gone(network: Network, way: Way) -> Answer:
    """The platform will have nothing to do with this upload any more."""
    return _refusal(network, way, 410, "gone")


def older_offset(network: Network, way: Way) -> Answer:
    """The platform says that nothing has arrived, as a proxy's memory might."""
    answer = _refusal(network, way, 409, "offset-mismatch")
    return answer.with_headers(upload_offset="0") if way.ask.method == "PATCH" else network.ask(way)


def storage_down(network: Network, way: Way) -> Answer:
    """Operations are taken, and files are not."""
    return _refusal(network, way, 503, "storage")


UPLOAD_FAULTS = (piece_damaged, upload_collected, upload_gone, older_offset, storage_down)


def attaches(world: Any, laptop: Any, random: Random) -> None:
    """An assessor attaches a file to a decision that is not sealed."""
    with laptop.library.read() as reading:
        keys = sorted(reading.queue.ids("open"))
    if keys:
        laptop.alive(lambda: _attach(laptop, random.choice(keys), random))


def _attach(laptop: Any, key: int, random: Random) -> None:
    try:
        assessor.attach_one(laptop, key, random)
    except McassessError as error:
        laptop.world.trace.note(laptop.name, "attaches not", type(error).__name__)


def uploads_grow_old(world: Any, random: Random) -> None:
    """Two weeks and more pass over all uploads: whoever announces one next finds them collected."""
    _grow_old(world.platform.data)
    world.trace.note("platform", "uploads grow old")
    world.trace.count("fault uploads grow old")


def _grow_old(data: Any) -> None:
    with data.write() as connection:
        connection.exec_driver_sql("UPDATE upload SET touched_at = ?", (_LONG_AGO,))


def _refusal(network: Network, way: Way, status: int, code: str) -> Answer:
    now = network.ask(Way(way.who, Ask("GET", f"{PREFIX}/server", way.ask.headers, b""), way.random))
    problem = json.dumps({"type": "about:blank", "title": code, "status": status, "code": code}).encode()
    told = now.with_body(problem).with_headers(content_type="application/problem+json")
    return Answer(status, told.headers, told.body)
