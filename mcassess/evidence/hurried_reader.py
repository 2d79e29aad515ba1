"""Readers that come to their end when enough was done: where a file has no index, one seek reads half of it."""

import math
import time

from mcassess.evidence.reader import PassingReader, Reader


class Allowance:
    """How much may still be done: work of this process, and bytes that are read.

    The clock is not asked, or a busy computer would change what is found. At first all may be read, as opening needs.

    Attributes:
        ran_out: Whether more was asked for than was allowed.
    """

    def __init__(self) -> None:
        self._until, self._left = math.inf, math.inf
        self.ran_out = False

    def limit(self, seconds: float, most_bytes: int) -> None:
        """Allows so many seconds of processor time from now on, and so many bytes, and no more."""
        self._until, self._left = time.process_time() + seconds, most_bytes

    def takes(self, count: int) -> bool:
        """Takes so many bytes off; tells whether they may be read."""
        self._left -= count
        if self._left < 0 or time.process_time() > self._until:
            self.ran_out = True
        return not self.ran_out


class HurriedReader(PassingReader):
    """A reader that gives nothing more once its allowance has run out.

    Args:
        reader: What is read; closed with this one.
        allowance: May be shared with other readers.
    """

    def __init__(self, reader: Reader, allowance: Allowance) -> None:
        super().__init__(reader)
        self._allowance = allowance

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place; none once the allowance has run out."""
        return super().read(count) if self._allowance.takes(count) else b""
