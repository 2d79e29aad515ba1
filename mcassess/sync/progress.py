"""How far the files of a run are, and how long the rest takes; told now and then. Nothing is moved here."""

import threading
from dataclasses import dataclass, field

from mcassess.store.changes import ChangeSet
from mcassess.sync.run import Run, Step
from mcassess.texts import tr, tr_n

_TELL_EVERY_MS = 1000
_TELLING_MS = 3000
"""Before this it cannot be told how long the rest takes."""
_MEGABYTE = 1_000_000
_FEW_MEGABYTES = 10
_HOUR_S = 3600


@dataclass(slots=True)
class Progress:
    """How far all files of one step are together; several threads may add to it.

    Attributes:
        text: What a person is told, with ``{done}`` and ``{total}`` in it.
        total: Bytes that are to be moved.
        done: Bytes that have been moved.
    """

    run: Run
    step: Step
    text: str
    total: int
    done: int = 0
    _told_ms: int = 0
    _began_ms: int | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, count: int, changed: ChangeSet | None = None) -> None:
        """Notes that so many bytes were moved; what that changed in the library is always told."""
        now = self.run.library.clock.monotonic_ms()
        with self._lock:
            self._began_ms = now if self._began_ms is None else self._began_ms
            self.done += count
            if now - self._told_ms < _TELL_EVERY_MS and changed is None:
                return
            self._told_ms = now
            line = self.text.format(done=_megabytes(self.done, self.total), total=_megabytes(self.total, self.total))
            left = time_left(self.done, self.total, now - self._began_ms)
        self.run.tell(self.step, f"{line} · {left}" if left else line, self.done, self.total, changed)

    def ask_more(self, count: int) -> None:
        """Notes that so many bytes are to be moved once more."""
        with self._lock:
            self.total += count


def time_left(done: int, total: int, elapsed_ms: int) -> str:
    """Returns in words how long the rest takes at this speed; empty while that cannot be told."""
    if elapsed_ms < _TELLING_MS or done <= 0 or done >= total:
        return ""
    seconds = (total - done) * elapsed_ms / done / 1000
    if seconds < 60:
        return tr("less than a minute left")
    if seconds < 1.5 * _HOUR_S:
        minutes = round(seconds / 60)
        return tr_n("about {n} minute left", "about {n} minutes left", minutes).format(n=minutes)
    hours = round(seconds / _HOUR_S)
    return tr_n("about {n} hour left", "about {n} hours left", hours).format(n=hours)


def _megabytes(count: int, total: int) -> str:
    return f"{count / _MEGABYTE:.1f}" if total < _FEW_MEGABYTES * _MEGABYTE else str(count // _MEGABYTE)
