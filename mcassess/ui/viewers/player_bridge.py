"""From the player's threads to the window's: its news become queued signals; of many pictures the newest wins."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from mcassess.errors import McassessError
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader
from mcassess.evidence.video import Player, PlayerEvents, PlayerState, VideoFrame


class OpeningReader:
    """A reader that is opened by its first user, in that user's thread: the decoder's.

    A failure to open it comes as an ``EvidenceError``, which players understand.
    """

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        self._open = open_reader
        self._reader: Reader | None = None
        self._closed = False

    @property
    def beneath(self) -> Reader | None:
        """The reader, once it was opened."""
        return self._reader

    @property
    def size(self) -> int:
        """Length of the plain bytes."""
        return self._opened().size

    @property
    def error(self) -> Exception | None:
        """What made a read fail."""
        return self._reader.error if self._reader is not None else None

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place."""
        return self._opened().read(count)

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start."""
        self._opened().seek(offset)

    def close(self) -> None:
        """Closes the reader if it was opened."""
        self._closed = True
        if self._reader is not None:
            self._reader.close()

    def _opened(self) -> Reader:
        if self._reader is None:
            if self._closed:
                raise ValueError("the reader is closed")
            try:
                self._reader = self._open()
            except EvidenceError:
                raise
            except McassessError as error:
                raise EvidenceError("damaged", error.text) from error
        return self._reader


@dataclass(slots=True)
class _News:
    frame: VideoFrame | None = None
    position: tuple[int, int] | None = None
    state: PlayerState | None = None


class PlayerBridge(QObject):
    """One player, and what it tells, on the window's thread.

    News of a video that has been closed or replaced meanwhile are dropped.

    Attributes:
        frame_arrived: Emits the newest VideoFrame.
        position_changed: Emits the shown time in milliseconds, and the number of the newest seek that was carried out.
        state_changed: Emits the PlayerState.
        player: For all that it can do besides opening and closing.
    """

    frame_arrived = Signal(object)
    position_changed = Signal(int, int)
    state_changed = Signal(object)
    _woken = Signal()

    def __init__(self, make_player: Callable[[PlayerEvents], Player], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._news = _News()
        self._waking = False
        self._wanted = 0  # counts what was asked to be opened
        self._begun = 0  # counts what the player began to open: behind until its thread has come to it
        self._open = False
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.player = make_player(
            PlayerEvents(on_frame=self._on_frame, on_state=self._on_state, on_position=self._on_position)
        )

    def open(self, open_reader: Callable[[], Reader], start_ms: int) -> None:
        """Opens a video, standing still at ``start_ms``; ``open_reader`` is called in the player's thread."""
        self._wanted += 1
        self._open = True
        self.player.open(OpeningReader(open_reader), start_ms=start_ms, paused=True)

    def close(self) -> None:
        """Closes the video, and lets go of its last picture."""
        self._open = False
        self.player.close()
        with self._lock:
            self._news = _News()

    def shutdown(self) -> None:
        """Ends the player for good."""
        self._open = False
        self.player.shutdown()
        with self._lock:
            self._news = _News()

    def _on_frame(self, frame: VideoFrame) -> None:
        with self._lock:
            self._news.frame = frame
        self._wake()

    def _on_position(self, position_ms: int, seek: int) -> None:
        with self._lock:
            self._news.position = (position_ms, seek)
        self._wake()

    def _on_state(self, state: PlayerState) -> None:
        with self._lock:
            if state is PlayerState.OPENING:
                self._begun += 1
                self._news = _News()
            self._news.state = state
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            waking, self._waking = self._waking, True
        if not waking:
            self._woken.emit()

    def _deliver(self) -> None:
        with self._lock:
            self._waking = False
            news, self._news = self._news, _News()
            current = self._open and self._begun == self._wanted
        if not current:
            return
        if news.frame is not None:
            self.frame_arrived.emit(news.frame)
        if news.position is not None:
            self.position_changed.emit(*news.position)
        if news.state is not None:
            self.state_changed.emit(news.state)
