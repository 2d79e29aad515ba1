"""A host beside the platform that holds evidence and knows nobody: it answers whoever has a signed address."""

import httpx

from tests.simulation.network import Network, Way
from tests.simulation.oracle import BrokenError
from tests.simulation.platform import Answer, Ask, SimPlatform

HOST = "storage.example"
_PREFIX = "/stored/"
_SECRET = ("authorization", "cookie", "mcassess-")


class Storage:
    """Signed addresses, each good for some requests, and the bytes behind them."""

    def __init__(self, platform: SimPlatform) -> None:
        self._platform = platform
        self._signed: list[tuple[Ask, int]] = []

    def sign(self, ask: Ask, times: int) -> str:
        """Returns an address for what a request asks for, good for so many requests."""
        self._signed.append((ask, times))
        return f"https://{HOST}{_PREFIX}{len(self._signed) - 1}?signature=x"

    def answer(self, ask: Ask) -> Answer | None:
        """Returns what it answers; None where it is not asked.

        Raises:
            BrokenError: It is told who asks.
        """
        if not ask.path.startswith(_PREFIX):
            return None
        told = [name for name, _ in ask.headers if name.startswith(_SECRET)]
        if told:
            raise BrokenError(f"I15: the storage is told {told}")
        place = int(ask.path.removeprefix(_PREFIX))
        original, left = self._signed[place]
        self._signed[place] = (original, left - 1)
        if left <= 0:
            return Answer(403, (("content-type", "text/plain"),), b"the address has run out")
        ranged = tuple(each for each in ask.headers if each[0] in {"range", "if-range"})
        kept = tuple(each for each in original.headers if each[0] not in {"range", "if-range"})
        found = self._platform.ask(Ask("GET", original.target, kept + ranged, b""))
        bare = tuple(each for each in found.headers if not each[0].startswith("mcassess-"))
        return Answer(found.status, bare, found.body)


def from_storage(network: Network, way: Way) -> Answer | httpx.Response:
    """The platform sends to its storage for the bytes, by an address that may run out."""
    answer = network.ask(way)
    if answer.status not in {200, 206}:
        return answer
    location = network.storage.sign(way.ask, way.random.choice([0, 1, 1, 2]))
    headers = tuple(each for each in answer.headers if each[0].startswith("mcassess-"))
    return Answer(307, (*headers, ("location", location), ("content-length", "0")), b"")
