"""How files go up and down by the assessor's wish: not now, not by a metered connection, not faster than so much."""

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from mcassess.store.sessions import Reading, Writing
from mcassess.sync.platform import CancelledError
from mcassess.sync.run import Run
from mcassess.texts import tr

_SETTING = "fetching"
_LOOK_EVERY_MS = 1000
_AHEAD_S = 0.25
"""So far a quick connection may run ahead of the limit, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How evidence is fetched, and how files go up.

    Attributes:
        paused: Not at all, until this is taken back.
        on_metered: By a connection that is paid by volume, too.
        bytes_per_s: Not faster than this, all files together; None means as fast as it comes.
    """

    paused: bool = False
    on_metered: bool = False
    bytes_per_s: int | None = None


def wishes(reading: Reading) -> Wishes:
    """Returns what the assessor wishes; the defaults where she has said nothing."""
    stored: Mapping[str, Any] = reading.settings.get(_SETTING, {})
    return Wishes(**{each.name: stored[each.name] for each in fields(Wishes) if each.name in stored})


def set_wishes(writing: Writing, wanted: Wishes) -> None:
    """Remembers them; a run that is under way heeds them within a second."""
    writing.settings.set(_SETTING, asdict(wanted))


class Pace:
    """Lets the blocks of one run's files through, as the assessor wishes; several threads may ask."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._wishes = Wishes()
        self._looked_ms: int | None = None
        self._free_at_ms = 0.0
        self._metered = run.options.is_metered()
        self.why_not = ""
        """Why no bytes may move, one sentence; empty while they may."""

    def look(self) -> bool:
        """Looks, once a second at most, whether anything may be fetched or sent."""
        now = self._run.library.clock.monotonic_ms()
        with self._lock:
            if self._looked_ms is None or now - self._looked_ms >= _LOOK_EVERY_MS:
                self._looked_ms = now
                with self._run.library.read() as reading:
                    self._wishes = wishes(reading)
            self.why_not = self._reason()
        return not self.why_not

    def at_once(self, most: int) -> int:
        """Returns how many bytes may go up in one piece: what takes a second where there is a limit, else ``most``."""
        return min(most, self._wishes.bytes_per_s or most)

    def pass_on(self, count: int) -> None:
        """Waits until so many further bytes may be received or sent.

        Raises:
            CancelledError: The run should end, or nothing may be fetched or sent any more.
        """
        if not self.look():
            raise CancelledError
        limit = self._wishes.bytes_per_s
        if limit is None:
            return
        now = self._run.library.clock.monotonic_ms()
        with self._lock:
            self._free_at_ms = max(self._free_at_ms, now - _AHEAD_S * 1000) + count * 1000 / limit
            wait_s = (self._free_at_ms - now) / 1000
        if wait_s > 0:
            self._run.cancel.pause(wait_s)

    def _reason(self) -> str:
        if self._wishes.paused:
            return tr("Fetching and sending files is paused. 'mcassess fetching --resume' goes on with it.")
        if self._metered and not self._wishes.on_metered:
            return tr("This connection is paid by volume, so evidence and files wait for another one.")
        return ""
