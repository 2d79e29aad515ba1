"""Time and new ids, passed in everywhere so that a test can run a year in a second and repeat it."""

import secrets
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time and makes ids."""

    def now(self) -> datetime:
        """Returns the wall clock, UTC. It may jump; nothing is ordered by it."""
        ...

    def monotonic_ms(self) -> int:
        """Returns milliseconds of a clock that never goes back; only differences mean anything."""
        ...

    def new_id(self) -> str:
        """Returns an id that nobody has used before: a UUID of version 7 (RFC 9562)."""
        ...


class SystemClock:
    """The computer's own clock and randomness."""

    def now(self) -> datetime:
        """Returns the wall clock, UTC."""
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        """Returns milliseconds of the monotonic clock."""
        return time.monotonic_ns() // 1_000_000

    def new_id(self) -> str:
        """Returns a UUID of version 7."""
        return uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))


_UUID_TIME = 2**48 - 1
_UUID_FIXED = 0x7 << 76 | 0x2 << 62
_UUID_FREE = (2**128 - 1) & ~(0xF << 76 | 0x3 << 62)


def uuid7(unix_ms: int, randomness: bytes) -> str:
    """Returns a UUID of version 7 made of a time in milliseconds and ten random bytes (RFC 9562, section 5.7)."""
    number = (unix_ms & _UUID_TIME) << 80 | int.from_bytes(randomness[:10])
    digits = f"{number & _UUID_FREE | _UUID_FIXED:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def written(moment: datetime) -> str:
    """Writes a moment as RFC 3339 in UTC with milliseconds, such as ``2026-11-22T03:02:08.000Z``."""
    at = moment.astimezone(UTC)
    time_of_day = f"{at.hour:02}:{at.minute:02}:{at.second:02}.{at.microsecond // 1000:03}"
    return f"{at.year:04}-{at.month:02}-{at.day:02}T{time_of_day}Z"
