"""One open video: what to show and when. Runs in the thread of whoever calls it, and starts none.

Standing still it shows the pictures of a child process, whose times are exact; moving it shows libVLC's, which come
with the sound but without their times.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from mcassess.evidence.clock import PlayClock
from mcassess.evidence.errors import EvidenceError, damaged
from mcassess.evidence.output_messages import Broke, Buffered, Clocked, Finished, OutputMessage, Shown, Started
from mcassess.evidence.picture import Picture, samples
from mcassess.evidence.planar import MovingPictures, planar_layout
from mcassess.evidence.reader import Reader, SharedReader
from mcassess.evidence.still_frames import StillFrames, TimedPicture
from mcassess.evidence.video import PlayerEvents, PlayerState, VideoFrame, VideoInfo
from mcassess.evidence.video_vlc import VlcOutput
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

_LAST_FRAMES_MS = 1000


@dataclass(slots=True, kw_only=True)
class Wishes:
    """What the person has set, whatever video is open."""

    rate: float = 1.0
    volume: int = 100
    muted: bool = False
    loop: tuple[int, int] | None = None
    room: tuple[int, int] | None = None


class Playback:
    """A video from opening to closing. For one thread.

    Args:
        reader: The evidence; closed by ``close``.
        output: Where it is played.
        events: Whom to tell.
        wishes: Speed, loudness and loop.
        serials: Numbers for pictures.
        worker: A child of kind ``frames``, which stays the caller's.

    Raises:
        EvidenceError: The video cannot be opened; the reader is closed then.
    """

    _runs = count(1)

    def __init__(
        self,
        reader: Reader,
        output: VlcOutput,
        events: PlayerEvents,
        wishes: Wishes,
        serials: Callable[[], int],
        worker: Worker,
    ) -> None:
        self._shared = SharedReader(reader)
        self._output, self._events, self._wishes, self._next_serial = output, events, wishes, serials
        try:
            self._frames = StillFrames(self._shared.view(), worker)
        except BaseException:
            self._shared.close()
            raise
        self._facts = self._frames.facts
        self._clock = PlayClock()
        self._run = 0
        self._starting = False  # libVLC was started and does not play yet: it cannot be paused so early
        self._awaiting = False  # what libVLC shows is still from before a seek
        self._target_ms: int | None = None  # where the next picture of libVLC is expected
        self._sought = 0  # the number of the seek that was carried out last
        self._wanted_ms: int | None = None  # a newer seek, waiting for the one under way
        self._alive = False  # libVLC has shown or sounded something since its start
        self._moved = False  # stepped or sought while libVLC stood elsewhere
        self._size: tuple[int, int] | None = None
        self._pictures: MovingPictures | None = None
        self._newest: Shown | None = None
        self.state = PlayerState.OPENING
        self.position_ms = 0
        self.info = VideoInfo(
            duration_ms=self._facts.duration_ms,
            has_picture=self._facts.has_picture,
            has_sound=self._facts.has_sound,
            frame_rate=self._facts.frame_rate,
            has_text=self._facts.has_text,
        )

    def show_first(self, start_ms: int) -> None:
        """Shows the picture at ``start_ms`` and stands still.

        Raises:
            EvidenceError: Not one picture can be decoded.
        """
        self._stand_at(start_ms)
        if self._facts.has_picture and self._size is None:
            raise EvidenceError("broken", tr("The video has no picture that can be shown: it is broken or cut off."))
        self._enter(PlayerState.PAUSED)

    def close(self) -> None:
        """Stops and closes the reader."""
        self._output.stop()
        self._shared.close()
        self._newest = None

    def play(self) -> None:
        """Plays on; from the start when it had ended."""
        if self.state is PlayerState.PLAYING:
            return
        start_ms = 0 if self.state is PlayerState.ENDED else self.position_ms
        loop = self._wishes.loop
        if loop is not None and not loop[0] <= start_ms < loop[1]:
            start_ms = loop[0]
        self._moved = self._moved or start_ms != self.position_ms
        if not self._output.running:
            self._start(start_ms)
        else:
            self._clock.anchor(start_ms, time.monotonic())
            if self._moved:
                self._jump(start_ms)
            self._output.set_paused(paused=False)
        self._moved = False
        self._enter(PlayerState.PLAYING)

    def pause(self) -> None:
        """Stands still at the picture that is shown."""
        if self.state is not PlayerState.PLAYING:
            return
        if self._starting:
            self._stop()
        else:
            self._output.set_paused(paused=True)
        target_ms = self._target_ms if self._wanted_ms is None else self._wanted_ms
        if target_ms is not None:
            self._stand_at(target_ms)
            self._moved = True
        elif self._newest is not None:
            self._show(self._recognise(self._newest))
        elif not self._facts.has_picture:
            self._stand_at(max(0, round(self._clock.time_ms(time.monotonic()))))
        self._newest = self._target_ms = self._wanted_ms = None
        self._enter(PlayerState.PAUSED)

    def seek(self, time_ms: int, number: int) -> None:
        """Goes to the picture that is shown at ``time_ms``; positions are told with ``number`` from here on."""
        self._sought = number
        target_ms = max(0, min(time_ms, self.info.duration_ms or time_ms))
        if self.state is PlayerState.PLAYING:
            if self._awaiting:
                self._wanted_ms = target_ms
            else:
                self._jump(target_ms)
            return
        self._stand_at(target_ms)
        self._moved = True
        self._enter(PlayerState.PAUSED)

    def step(self, steps: int) -> None:
        """Goes ``steps`` pictures on or back, standing still."""
        self.pause()
        if not self._facts.has_picture:
            return
        frame = self._frames.step(steps)
        if frame is not None:
            self._show(frame)
            self._moved = True
            self._enter(PlayerState.PAUSED)

    def apply_rate(self) -> None:
        """Takes the wished speed."""
        now = time.monotonic()
        changed = self._wishes.rate != self._clock.rate
        self._clock.set_rate(self._wishes.rate, now)
        if not self._output.running:
            return
        self._output.set_rate(self._wishes.rate)
        if changed and self.state is PlayerState.PLAYING and not self._awaiting:
            # what libVLC had decoded before would be shown at the old speed, and then it would leap
            self._jump(max(0, round(self._clock.time_ms(now))))

    def apply_sound(self) -> None:
        """Takes the wished loudness."""
        if self._output.running:
            self._output.set_sound(self._wishes.volume, muted=self._wishes.muted)

    def take(self, message: OutputMessage) -> None:
        """Takes what the output tells.

        Raises:
            EvidenceError: The video turned out broken or damaged.
        """
        if message.run != self._run:
            return
        match message:
            case Started():
                self._starting = False
                self.apply_rate()
                self.apply_sound()
            case Buffered():
                self._on_buffered()
            case Shown():
                self._on_shown(message)
            case Clocked():
                self._on_clock(message)
            case Finished() | Broke():
                self._on_end(broke=isinstance(message, Broke))

    def _enter(self, state: PlayerState) -> None:
        if self.state is not state:
            self.state = state
            self._events.on_state(state)

    def _start(self, start_ms: int) -> None:
        self._run = next(self._runs)
        self._starting = True
        self._alive = False
        self._expect(start_ms)
        layout = None if self._pictures is None else self._pictures.layout
        self._output.start(self._shared.view(), self._run, start_ms, self._size, layout)

    def _stop(self) -> None:
        self._run = 0
        self._starting = self._awaiting = False
        self._output.stop()

    def _jump(self, time_ms: int) -> None:
        """Seeks while the output runs: what is still shown from before is not to be told as the new place."""
        self._expect(time_ms)
        self._output.seek(time_ms)

    def _expect(self, time_ms: int) -> None:
        self._awaiting = True
        self._newest = self._wanted_ms = None
        self._target_ms = time_ms
        self._clock.anchor(time_ms, time.monotonic())

    def _stand_at(self, time_ms: int) -> None:
        if not self._facts.has_picture:
            self._tell_position(time_ms)
            return
        frame = self._frames.at(time_ms)
        if frame is not None:
            self._show(frame)
        else:
            self._tell_position(self.position_ms)

    def _show(self, frame: TimedPicture) -> None:
        picture = frame.picture
        if self._size is None:
            layout = planar_layout(self._facts.colorspace, self._facts.color_range, picture.width, picture.height)
            self._pictures = None if layout is None else MovingPictures(layout)
        self._size = (picture.width, picture.height)
        self._tell(picture, frame.time_ms, frame)

    def _tell(self, picture: Picture | Shown, time_ms: int, owner: object) -> None:
        self._events.on_frame(
            VideoFrame(
                width=picture.width,
                height=picture.height,
                stride=picture.stride,
                pixels=picture.pixels,
                time_ms=time_ms,
                serial=self._next_serial(),
                pixel_aspect=self._facts.pixel_aspect,
                whole=self._size or (picture.width, picture.height),
                owner=owner,
            )
        )
        self._tell_position(time_ms)

    def _tell_position(self, time_ms: int) -> None:
        self.position_ms = time_ms
        self._events.on_position(time_ms, self._sought)

    def _on_buffered(self) -> None:
        self._awaiting = False
        if self._wanted_ms is not None:
            self._jump(self._wanted_ms)
        elif self._target_ms is not None and not self._facts.has_picture:
            self._clock.anchor(self._target_ms, time.monotonic())
            self._target_ms = None

    def _on_shown(self, shown: Shown) -> None:
        if self._awaiting or self.state is not PlayerState.PLAYING:
            return
        if self._target_ms is not None:
            self._clock.anchor(self._target_ms, shown.at)
            self._target_ms = None
        self._alive = True
        picture = shown if self._pictures is None else self._pictures.picture(shown, self._wishes.room)
        self._newest = shown
        time_ms = self._clock.frame_ms(shown.at, self._facts.frame_rate)
        self._tell(picture, time_ms, picture)
        self._keep_in_loop(time_ms)

    def _on_clock(self, message: Clocked) -> None:
        if self._awaiting or self._target_ms is not None or self.state is not PlayerState.PLAYING:
            return
        self._clock.anchor(message.time_ms, message.at)
        if not self._facts.has_picture:
            self._alive = True
            self._tell_position(message.time_ms)
            self._keep_in_loop(message.time_ms)

    def _keep_in_loop(self, time_ms: int) -> None:
        loop = self._wishes.loop
        if loop is not None and time_ms >= loop[1]:
            self._jump(loop[0])

    def _on_end(self, *, broke: bool) -> None:
        wanted_ms = self._wanted_ms
        self._stop()
        if self._shared.error is not None:
            raise damaged(self._shared.error)
        if self.state is not PlayerState.PLAYING:
            return
        if broke:
            raise EvidenceError("broken", tr("The video cannot be played: it is broken or of an unknown kind."))
        if self._wishes.loop is not None and wanted_ms is None:
            wanted_ms = self._wishes.loop[0]
        if wanted_ms is not None and self._alive:
            self._start(wanted_ms)
            return
        self._show_last()
        self._enter(PlayerState.ENDED)

    def _show_last(self) -> None:
        reached_ms = max(self.position_ms, self._target_ms or 0)
        self._newest = self._target_ms = None
        if not self._facts.has_picture:
            self._stand_at(self.info.duration_ms or reached_ms)
            return
        self._stand_at(reached_ms + _LAST_FRAMES_MS)
        if not self._alive and self.position_ms > reached_ms + _LAST_FRAMES_MS // 2:
            raise EvidenceError(
                "unplayable", tr("VLC cannot play this video, though single pictures of it can be shown.")
            )

    def _recognise(self, shown: Shown) -> TimedPicture:
        """Returns the exact picture that looks like ``shown``, near the time that the play clock says."""
        seen = shown if self._pictures is None else self._pictures.picture(shown)
        found = self._frames.recognise(samples(seen), round(self._clock.time_ms(shown.at)))
        if found is None:
            raise EvidenceError("broken", tr("The video has no picture that can be shown: it is broken or cut off."))
        return found
