"""Film strips behind the desk: read from the vault, or made where there are none yet, one at a time and last of all."""

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from mcassess.crash import describe
from mcassess.errors import McassessError
from mcassess.jobs import film_strips
from mcassess.store.library import Library
from mcassess.ui.kit.timeline_strip import TimelineStrip

if TYPE_CHECKING:
    from mcassess.evidence.film_strip import FilmStrip

_KEPT = 24
_LOG = logging.getLogger(__name__)


class FilmStrips(QObject):
    """The film strips of what lies on the desk, by the file's SHA-256.

    A file of which none can be made is not tried again before the next start.

    Signals:
        arrived: The file of which there is a strip now.
    """

    arrived = Signal(str)
    _handed_over = Signal(object)

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="film strips read")
        self._making = ThreadPoolExecutor(1, thread_name_prefix="film strips")
        self._closed = threading.Event()
        self._strips: dict[str, TimelineStrip] = {}
        self._hopeless: set[str] = set()
        self._asked: set[str] = set()
        self._to_make: list[str] = []
        self._ahead: list[str] = []
        self._made_now = ""
        self._handed_over.connect(lambda call: call(), Qt.ConnectionType.QueuedConnection)

    def get(self, sha256: str) -> TimelineStrip | None:
        """Returns the strip of a file, None while there is none."""
        return self._strips.get(sha256)

    def want(self, files: Iterable[str]) -> None:
        """Reads the strips of files, and makes those that are missing before any others."""
        for sha256 in files:
            if sha256 not in self._strips and sha256 not in self._asked and sha256 not in self._hopeless:
                self._asked.add(sha256)
                self._start(self._reading, partial(self._read, sha256), partial(self._was_read, sha256))

    def make_ahead(self, *_finished: object) -> None:
        """Makes the strips of all open submissions' videos, when nothing else is to be made."""
        self._start(self._reading, lambda: film_strips.without_film_strip(self._library), self._look_ahead)

    def forget(self, files: Iterable[str]) -> None:
        """Lets go of the strips of files that are not here any more."""
        for sha256 in files:
            self._strips.pop(sha256, None)
            self._asked.discard(sha256)

    def close(self) -> None:
        """Stops making, and ends the threads; what was being made is made another time."""
        self._closed.set()
        self._strips.clear()
        for pool in (self._reading, self._making):
            pool.shutdown(wait=True, cancel_futures=True)

    def _read(self, sha256: str) -> TimelineStrip | None:
        strip = film_strips.kept_film_strip(self._library, sha256)
        return None if strip is None else timeline_strip(strip)

    def _make(self, sha256: str) -> TimelineStrip | None:
        strip = film_strips.make_film_strip(self._library, sha256, lambda: not self._closed.is_set())
        return None if strip is None else timeline_strip(strip)

    def _was_read(self, sha256: str, strip: TimelineStrip | None) -> None:
        if strip is not None:
            self._take(sha256, strip)
        else:
            self._to_make.append(sha256)
            self._make_next()

    def _look_ahead(self, files: list[str] | None) -> None:
        self._ahead = [sha256 for sha256 in files or () if sha256 not in self._hopeless]
        self._make_next()

    def _make_next(self) -> None:
        waiting = self._to_make or self._ahead
        if self._made_now or not waiting:
            return
        sha256 = self._made_now = waiting.pop(0)
        self._start(self._making, lambda: self._make(sha256), self._was_made)

    def _was_made(self, strip: TimelineStrip | None) -> None:
        sha256, self._made_now = self._made_now, ""
        self._ahead = [each for each in self._ahead if each != sha256]
        if strip is None:
            self._hopeless.add(sha256)
            self._asked.discard(sha256)
        elif sha256 in self._asked:
            self._take(sha256, strip)
        self._make_next()

    def _take(self, sha256: str, strip: TimelineStrip) -> None:
        self._asked.discard(sha256)
        self._strips[sha256] = strip
        while len(self._strips) > _KEPT:
            del self._strips[next(iter(self._strips))]
        self.arrived.emit(sha256)

    def _start(self, pool: ThreadPoolExecutor, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if self._closed.is_set():
            return

        def hand_over(future: "Future[Any]") -> None:
            if not self._closed.is_set():
                self._handed_over.emit(lambda: done(None if future.exception() else future.result()))

        pool.submit(_logged, work).add_done_callback(hand_over)


def timeline_strip(strip: "FilmStrip") -> TimelineStrip:
    """Returns a film strip as the timeline paints it."""
    stills = []
    for still in strip.stills:
        picture = still.picture
        image = QImage(
            picture.pixels, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB888
        ).copy()  # of its own, so that nothing has to hold the strip's bytes
        stills.append((still.time_ms, image))
    return TimelineStrip(
        stills=tuple(stills), aspect=strip.aspect or 16 / 9, sound=strip.sound, sound_step_ms=strip.sound_step_ms
    )


def _logged(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the work gives
    try:
        return work()
    except McassessError:
        raise  # a file that cannot be opened says so where it is opened
    except Exception as error:
        _LOG.error("%s", describe(error))
        raise
