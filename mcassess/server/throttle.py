"""How often somebody may try: kept in memory, each worker process for itself."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from mcassess.clock import Clock

_MAX_KEYS = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at_ms: int


class Throttle:
    """Lets everybody do something a number of times in a row, and after that a number of times a minute."""

    def __init__(self, clock: Clock, *, burst: int, per_minute: float) -> None:
        self._clock = clock
        self._burst = burst
        self._per_ms = per_minute / 60_000
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, key: str) -> int:
        """Returns for how long somebody has to wait before trying again; 0 if she may now. Counts nothing."""
        with self._lock:
            left = self._bucket(key).left
        return 0 if left >= 1 else max(1, round((1 - left) / self._per_ms / 1000))

    def count(self, key: str) -> None:
        """Counts one try."""
        with self._lock:
            bucket = self._bucket(key)
            bucket.left = max(0.0, bucket.left - 1)

    def _bucket(self, key: str) -> _Bucket:
        now = self._clock.monotonic_ms()
        bucket = self._buckets.setdefault(key, _Bucket(self._burst, now))
        self._buckets.move_to_end(key)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at_ms) * self._per_ms)
        bucket.at_ms = now
        while len(self._buckets) > _MAX_KEYS:
            self._buckets.popitem(last=False)
        return bucket
