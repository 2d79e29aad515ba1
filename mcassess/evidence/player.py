"""The video player of the program: one thread that does all the work, so that no caller ever waits for a decoder."""

import logging
import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from queue import SimpleQueue

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.output_messages import OutputMessage
from mcassess.evidence.playback import Playback, Wishes
from mcassess.evidence.reader import Reader
from mcassess.evidence.video import FASTEST_RATE, LOUDEST, SLOWEST_RATE, PlayerEvents, PlayerState, VideoInfo
from mcassess.evidence.video_vlc import VlcEngine, VlcOutput
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

_LOG = logging.getLogger(__name__)


class VideoPlayer:
    """Plays one video at a time; see ``video.Player`` for what each operation means.

    Args:
        engine: libVLC; shared by all players of the program.
        events: Whom to tell, from the player's thread.
        worker: A child of kind ``frames``, which stays the caller's; None starts one of its own.
    """

    def __init__(self, engine: VlcEngine, events: PlayerEvents, worker: Worker | None = None) -> None:
        self._events = events
        self._inbox: SimpleQueue[Callable[[], None] | OutputMessage | None] = SimpleQueue()
        self._output = VlcOutput(engine, self._inbox.put)
        self._engine = engine
        self._wishes = Wishes()
        self._own = worker is None
        self._worker = worker if worker is not None else Worker("frames")
        self._serials = count(1)
        self._playback: Playback | None = None
        self._failure: EvidenceError | None = None
        self._at_rest = PlayerState.CLOSED
        self._seeks = count(1)
        self._newest_seek = 0
        self._thread = threading.Thread(target=self._work, name="video player", daemon=True)
        self._thread.start()

    @property
    def state(self) -> PlayerState:
        """What the player is doing."""
        playback = self._playback
        return playback.state if playback is not None else self._at_rest

    @property
    def failure(self) -> EvidenceError | None:
        """Why the state is ``FAILED``."""
        return self._failure

    @property
    def position_ms(self) -> int:
        """The shown frame's time; for sound alone the time of what is heard."""
        playback = self._playback
        return playback.position_ms if playback is not None else 0

    @property
    def info(self) -> VideoInfo | None:
        """What is known of the open video."""
        playback = self._playback
        return playback.info if playback is not None else None

    def open(self, reader: Reader, *, start_ms: int = 0, paused: bool = True) -> None:
        """Opens a video and shows its picture at ``start_ms``; the reader is the player's from now on."""
        self._inbox.put(partial(self._open, reader, start_ms, paused=paused))

    def close(self, *, wait: bool = False) -> None:
        """Ends playing and closes the reader; with ``wait`` it has happened on return."""
        self._inbox.put(self._close)
        if wait and self._thread.is_alive():
            done = threading.Event()
            self._inbox.put(done.set)
            done.wait()

    def shutdown(self) -> None:
        """Closes and ends the player's thread for good."""
        if self._thread.is_alive():
            self._inbox.put(self._close)
            self._inbox.put(None)
            self._thread.join()

    def play(self) -> None:
        """Plays on; from the start when the video had ended."""
        self._put(Playback.play)

    def pause(self) -> None:
        """Stands still at the shown picture."""
        self._put(Playback.pause)

    def seek(self, time_ms: int) -> int:
        """Goes to the picture that is shown at ``time_ms``; the newest wish wins. Returns the number of this one."""
        self._newest_seek = number = next(self._seeks)
        self._inbox.put(partial(self._seek, number, time_ms))
        return number

    def step(self, count: int) -> None:
        """Pauses and goes exactly ``count`` pictures on, or back when negative."""
        self._put(lambda playback: playback.step(count))

    def set_rate(self, rate: float) -> None:
        """Sets the speed, 0.5 to 2."""
        self._wishes.rate = min(max(rate, SLOWEST_RATE), FASTEST_RATE)
        self._put(Playback.apply_rate)

    def set_sound(self, percent: int, *, muted: bool = False) -> None:
        """Sets the loudness in percent, 0 to 200, or switches the sound off; see ``video.Player``."""
        self._wishes.volume, self._wishes.muted = min(max(percent, 0), LOUDEST), muted
        self._put(Playback.apply_sound)

    def set_room(self, room: tuple[int, int] | None) -> None:
        """Says how large moving pictures are shown at the most; None for as they were recorded."""
        self._wishes.room = room

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Plays from the first to the second time over and over, or no more."""
        self._wishes.loop = loop if loop is not None and loop[0] < loop[1] else None

    def _put(self, action: Callable[[Playback], None]) -> None:
        self._inbox.put(partial(self._with_playback, action))

    def _work(self) -> None:
        while (item := self._inbox.get()) is not None:
            try:
                if callable(item):
                    item()
                elif self._playback is not None:
                    self._playback.take(item)
            except EvidenceError as error:
                self._fail(error)
            except Exception:  # noqa: BLE001 - a bug must not leave the window with a player that is silent for ever
                _LOG.exception("the video player met a bug")
                self._fail(EvidenceError("bug", tr("The video cannot be shown because of a fault in this program.")))
            del item
        self._output.release()
        if self._own:
            self._worker.close()

    def _with_playback(self, action: Callable[[Playback], None]) -> None:
        if self._playback is not None:
            action(self._playback)

    def _seek(self, number: int, time_ms: int) -> None:
        # of several only the newest is done, and in its place among the other wishes
        if self._playback is not None and number == self._newest_seek:
            self._playback.seek(time_ms, number)

    def _open(self, reader: Reader, start_ms: int, *, paused: bool) -> None:
        self._drop()
        self._failure = None
        self._rest(PlayerState.OPENING)
        try:
            self._engine.check()
        except EvidenceError:
            reader.close()
            raise
        playback = Playback(reader, self._output, self._events, self._wishes, lambda: next(self._serials), self._worker)
        self._playback = playback
        playback.show_first(start_ms)
        if not paused:
            playback.play()
        self._engine.warm_up_aside()  # neither a seek nor a step has to wait for it

    def _close(self) -> None:
        self._drop()
        self._rest(PlayerState.CLOSED)

    def _fail(self, error: EvidenceError) -> None:
        self._failure = error
        self._drop()
        self._rest(PlayerState.FAILED)

    def _drop(self) -> None:
        playback, self._playback = self._playback, None
        if playback is not None:
            playback.close()

    def _rest(self, state: PlayerState) -> None:
        if state is not self._at_rest or state is PlayerState.OPENING:
            self._at_rest = state
            self._events.on_state(state)
