"""The simulation's chance and time: every draw is named, so that one more or less of them moves no other."""

import hashlib
import random
from collections import deque
from datetime import UTC, datetime, timedelta

from mcassess.clock import uuid7

BEGIN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

OFFSETS = (
    timedelta(0),
    timedelta(days=-1),
    timedelta(days=3653),
    timedelta(hours=1),
    timedelta(minutes=-7),
)
"""How far wall clocks may be off."""


class Chance:
    """Draws that depend on the seed and on what they are for, never on how many were made before."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, *name: object) -> random.Random:
        """Returns the generator of random numbers with this name; asked again, it begins anew."""
        return random.Random(f"{self.seed}|{'|'.join(map(str, name))}")

    def falls(self, probability: float, *name: object) -> bool:
        """Tells whether something of this probability happens."""
        return self.of(*name).random() < probability


class Time:
    """The true time, which nobody sees but through a clock of their own."""

    def __init__(self) -> None:
        self.ms = 0

    def pass_by(self, seconds: float) -> None:
        self.ms += max(1, round(seconds * 1000))


class SimClock:
    """Somebody's clock: the true time, and how far her wall clock stands from it. Ids come from a chance of its own."""

    def __init__(self, time: Time, ids: random.Random, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset
        self._time = time
        self._ids = ids

    def now(self) -> datetime:
        return BEGIN + timedelta(milliseconds=self._time.ms) + self.offset

    def monotonic_ms(self) -> int:
        return self._time.ms

    def new_id(self) -> str:
        return uuid7(int(self.now().timestamp() * 1000), self._ids.randbytes(10))


class Trace:
    """What happened, in order: a digest of all of it, and the last lines for a person."""

    def __init__(self, time: Time) -> None:
        self.counts: dict[str, int] = {}
        self._time = time
        self._digest = hashlib.sha256()
        self._last: deque[str] = deque(maxlen=1200)

    def note(self, who: str, what: str, *more: object) -> None:
        """Notes one event; it is part of the digest."""
        line = f"{self._time.ms:>9} {who:<8} {what} {' '.join(map(str, more))}"
        self._digest.update(line.encode() + b"\n")
        self._last.append(line)

    def count(self, name: str, number: int = 1) -> None:
        """Counts something for the closing report, such as a fault by its name."""
        self.counts[name] = self.counts.get(name, 0) + number

    def digest(self) -> str:
        return self._digest.hexdigest()

    def text(self) -> str:
        return "\n".join(self._last)
