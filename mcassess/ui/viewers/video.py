"""The viewer of videos and sounds: picture, captions, controls and timeline around a player."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.domain.citation import Moment, Place
from mcassess.domain.kinds import EvidenceKind
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.video import PlayerState
from mcassess.texts import tr
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.timeline import Timeline
from mcassess.ui.kit.timeline_geometry import TimelineRange
from mcassess.ui.theme.tokens import SPACES
from mcassess.ui.viewers.background import Background
from mcassess.ui.viewers.caption_track import CaptionState, CaptionTrack
from mcassess.ui.viewers.controls import RATES, VideoControls
from mcassess.ui.viewers.player_bridge import PlayerBridge
from mcassess.ui.viewers.player_pool import PlayerPool
from mcassess.ui.viewers.seen import PlayedRanges, seen_value
from mcassess.ui.viewers.shuttle import BackShuttle
from mcassess.ui.viewers.stretch import Stretch
from mcassess.ui.viewers.video_picture import VideoPicture
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer

_TICK_MS = 100
_TICKS_A_PLACE = 5
_TICKS_A_SEEN = 30


class VideoViewer(Viewer):
    """Plays a video or a sound. All times are milliseconds from its start.

    Attributes:
        canvas: Where the picture is.
        captions: The captions, and the choice among them.
        stretch: The in and out marks, and the loop.
        timeline: What it looks and sounds like along its length, what was watched of it, and the educator's pointers.
        wish_picture: Does what is wished for the picture (a PictureWish): larger, brighter, over the whole screen.
        position_changed: Emits the position; ten times a second while it plays.
        playing_changed: Emits whether it plays now.
        range_activated: Emits the id of a range of the timeline that was taken up.
        range_changed: Emits id, start and end in milliseconds of a range that was dragged.
    """

    position_changed = Signal(int)
    playing_changed = Signal(bool)
    range_activated = Signal(str)
    range_changed = Signal(str, int, int)

    def __init__(self, players: PlayerPool, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._players = players
        self._bridge: PlayerBridge | None = None
        self.captions = CaptionTrack(background, self)
        self.stretch = Stretch(self)
        self._ranges: tuple[TimelineRange, ...] = ()
        self._rate, self._volume, self._muted = 1.0, 100, False
        self._state_now = PlayerState.CLOSED
        self._position_ms = self._duration_ms = 0
        self._wish_ms: int | None = None
        self._wish_number = 0
        self._ticks = 0
        self._played = PlayedRanges()
        self._picture = VideoPicture(self)
        self.canvas, self.wish_picture = self._picture.canvas, self._picture.wish
        self._controls = VideoControls(self)
        self.timeline = Timeline(tr("Timeline of the video"), self)
        self._shuttle_back = BackShuttle(self)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._lay_out()
        self._connect()

    def show_place(self, place: Place) -> None:
        """Goes to the start of a moment; plays it, unless it is a single instant or an area of the picture."""
        if not isinstance(place, Moment) or self._bridge is None:
            return
        self._shuttle_back.stop()
        self.seek(place.start_ms)
        self._picture.show_area(place.area)
        shown = (r.id for r in self._ranges if (r.start_ms, r.end_ms) == (place.start_ms, place.end_ms))
        self.timeline.set_selected_range(next(shown, None))
        if place.end_ms > place.start_ms and place.area is None:
            self._bridge.player.play()

    def current_place(self) -> Moment:
        """Returns what lies between the marks, or from the in mark to here, or this instant; of the area in hand."""
        return replace(self.stretch.marks.moment(self.position_ms), area=self._picture.area)

    @property
    def position_ms(self) -> int:
        """Where it is, or where it is going."""
        return self._position_ms if self._wish_ms is None else self._wish_ms

    @property
    def rate(self) -> float:
        """The speed, 1.0 as recorded."""
        return self._rate

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._state_now is PlayerState.PLAYING

    def set_playing(self, *, playing: bool) -> None:
        """Plays, or stands still."""
        if self._bridge is not None:
            self._shuttle_back.stop()
            (self._bridge.player.play if playing else self._bridge.player.pause)()

    def toggle(self) -> None:
        """Plays, or stands still where it goes on or back."""
        self.set_playing(playing=not self.playing and not self._shuttle_back.pace)

    def shuttle(self, direction: int) -> None:
        """Plays on (1), stops (0) or goes back (-1); on and back again for faster."""
        if self._bridge is None:
            return
        if direction < 0:
            self._bridge.player.pause()
            self._shuttle_back.faster()
            return
        self._shuttle_back.stop()
        if direction == 0:
            self._bridge.player.pause()
        elif self.playing:
            self.set_rate(next((rate for rate in RATES if rate > max(self._rate, 1.0)), RATES[-1]))
        else:
            self._bridge.player.play()

    def jump(self, milliseconds: int) -> None:
        """Goes on by so much, or back when negative."""
        if self._bridge is not None:
            self._shuttle_back.stop()
            self.seek(self.position_ms + milliseconds)

    def step(self, frames: int) -> None:
        """Goes so many pictures on, or back when negative, and stands still."""
        if self._bridge is not None:
            self._shuttle_back.stop()
            self._forget_wish()
            self._picture.show_area(None)
            self._played.interrupt()
            self._bridge.player.step(frames)

    def seek(self, at_ms: int) -> None:
        """Goes to an instant."""
        if self._bridge is None:
            return
        self._wish_ms = max(0, min(at_ms, self._duration_ms or at_ms))
        self._picture.show_area(None)
        self._played.interrupt()
        self._wish_number = self._bridge.player.seek(self._wish_ms)
        self._publish()

    def set_muted(self, *, muted: bool) -> None:
        """Switches the sound off, or on again at the loudness chosen before."""
        self._muted = muted
        self._set_volume(self._volume)

    def set_rate(self, rate: float) -> None:
        """Sets the speed, 0.5 to 2."""
        self._rate = rate
        self._controls.show_rate(rate)
        if self._bridge is not None:
            self._bridge.player.set_rate(rate)

    def set_ranges(self, ranges: Sequence[TimelineRange], *, editable: bool = False) -> None:
        """Shows citations and moments on the timeline, and lets them be dragged or not."""
        self._ranges = tuple(ranges)
        self.timeline.set_ranges(ranges, editable=editable)

    def _lay_out(self) -> None:
        below = Card(self)
        below.body.setSpacing(SPACES.tight)
        below.body.setContentsMargins(SPACES.inner, SPACES.near, SPACES.inner, SPACES.near)
        below.body.addWidget(self._controls)
        below.body.addWidget(self.timeline)
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACES.near + 2)
        column.addWidget(self._picture.canvas, 1)
        column.addWidget(below)
        self._set_content(content)

    def _connect(self) -> None:
        self._picture.clicked.connect(self.toggle)
        self._picture.room_changed.connect(self._tell_room)
        self._picture.area_changed.connect(self._tell_place)
        self._controls.picture_wished.connect(self._picture.wish)
        self._controls.play_pressed.connect(self.toggle)
        self._controls.jumped.connect(self.jump)
        self._controls.stepped.connect(self.step)
        self._controls.rate_chosen.connect(self.set_rate)
        self._controls.loop_pressed.connect(self.stretch.toggle_loop)
        self._controls.clear_pressed.connect(self.stretch.clear)
        self._controls.captions_chosen.connect(self._choose_captions)
        self._controls.volume_chosen.connect(self._set_volume)
        self.timeline.seek_requested.connect(self.seek)
        self.timeline.range_activated.connect(self.range_activated)
        self.timeline.range_changed.connect(self.range_changed)
        self._shuttle_back.wished.connect(self._go_back)
        self._shuttle_back.changed.connect(self._show_playing)
        self.captions.changed.connect(self._show_captions)
        self.stretch.changed.connect(self._show_stretch)
        self._tick.timeout.connect(self._on_tick)

    def _begin(self, source: EvidenceSource, place: Place | None) -> None:
        bridge = self._bridge = self._players.take()
        bridge.frame_arrived.connect(self._picture.show_frame)
        bridge.position_changed.connect(self._on_position)
        bridge.state_changed.connect(self._on_state)
        bridge.player.set_rate(self._rate)
        self._set_volume(self._volume)
        bridge.player.set_room(None)
        start_ms = place.start_ms if isinstance(place, Moment) else 0
        self._position_ms = start_ms
        self.stretch.clear()
        self._duration_ms = source.evidence.duration_ms or 0
        self.timeline.set_strip(None)
        self.timeline.set_duration(self._duration_ms)
        self._show_position()
        self._show_content()
        self._picture.show_area(place.area if isinstance(place, Moment) else None)
        if source.evidence.kind is EvidenceKind.AUDIO:
            self.canvas.show_sound(source.evidence.title)
        bridge.open(source.open_reader, start_ms)
        self.captions.open(source)

    def _end(self) -> None:
        self._shuttle_back.stop()
        self._tick.stop()
        self._tell_seen()
        self.captions.close()
        bridge, self._bridge = self._bridge, None
        if bridge is not None:
            bridge.frame_arrived.disconnect(self._picture.show_frame)
            bridge.position_changed.disconnect(self._on_position)
            bridge.state_changed.disconnect(self._on_state)
            self._players.give_back(bridge)
        self._forget_wish()
        self._played = PlayedRanges()
        self._state_now = PlayerState.CLOSED
        self._position_ms = self._duration_ms = 0
        self._picture.clear()
        self.stretch.clear()
        self._show_playing()
        self.timeline.set_selected_range(None)

    def _show_playing(self) -> None:
        self._controls.show_playing(playing=self.playing or self._shuttle_back.pace > 0)

    def _go_back(self, by_ms: int) -> None:
        """Goes back by so much for the shuttle, which has come to its end at the beginning."""
        self.seek(self.position_ms - by_ms)
        if self.position_ms == 0:
            self._shuttle_back.stop()

    def _forget_wish(self) -> None:
        self._wish_ms = None

    def _on_position(self, position_ms: int, seek: int) -> None:
        self._position_ms = position_ms
        if self._wish_ms is not None:
            if seek < self._wish_number:
                return
            self._forget_wish()
        if self.playing:
            self._played.played(position_ms)
        else:
            self._publish()

    def _on_state(self, state: PlayerState) -> None:
        before, self._state_now = self._state_now, state
        if self._bridge is None or state in (PlayerState.OPENING, PlayerState.CLOSED):
            return
        if state is PlayerState.FAILED:
            self._tick.stop()
            self._tell_seen()
            self.captions.look_inside(has_text=False)
            self._fail(self._bridge.player.failure or EvidenceError("broken", tr("The video cannot be shown.")))
            return
        if before in (PlayerState.OPENING, PlayerState.CLOSED):
            self._on_opened(self._bridge)
        if self.playing:
            self._shuttle_back.stop()
            self._ticks = 0
            self._tick.start()
        else:
            self._tick.stop()
            self._tell_seen()
            self._publish()
        self._show_playing()
        self.playing_changed.emit(self.playing)

    def _on_opened(self, bridge: PlayerBridge) -> None:
        info = bridge.player.info
        if info is None:
            return
        self._duration_ms = info.duration_ms or self._duration_ms
        self.timeline.set_duration(self._duration_ms)
        self._controls.show_pictures(has_picture=info.has_picture)
        self.captions.look_inside(has_text=info.has_text)
        if not info.has_picture and self._source is not None:
            self.canvas.show_sound(self._source.evidence.title)

    def _on_tick(self) -> None:
        self._ticks += 1
        self._show_position()
        self.position_changed.emit(self.position_ms)
        if self._ticks % _TICKS_A_PLACE == 0:
            self._tell_place()
        if self._ticks % _TICKS_A_SEEN == 0:
            self._tell_seen()

    def _publish(self) -> None:
        """Shows and tells the position at once, as where it stands still."""
        self._show_position()
        self.position_changed.emit(self.position_ms)
        self._tell_place()

    def _tell_room(self) -> None:
        if self._bridge is not None:
            self._bridge.player.set_room(self._picture.room())

    def _tell_place(self) -> None:
        self.place_changed.emit(self.current_place())

    def _show_position(self) -> None:
        here = self.position_ms
        if here > self._duration_ms:
            self._duration_ms = here
            self.timeline.set_duration(here)
        self._controls.show_position(here, self._duration_ms)
        self.timeline.set_position(here)
        self._picture.show_captions(self.captions.shown_at(here))

    def _tell_seen(self) -> None:
        if ranges := self._played.take():
            self.seen.emit(seen_value(ranges=ranges))

    def _show_stretch(self) -> None:
        marks = self.stretch.marks
        self._controls.show_loop(looping=self.stretch.looping)
        self._controls.show_marks(any_mark=marks.any)
        self.timeline.set_marks(marks.in_ms, marks.out_ms)
        if self._bridge is not None:
            self._bridge.player.set_loop(self.stretch.loop(self._duration_ms))
            self._tell_place()

    def _choose_captions(self, identifier: str) -> None:
        if identifier:
            self.captions.choose(identifier)
        else:
            self.captions.show(shown=False)

    def _show_captions(self) -> None:
        track = self.captions
        offered = track.state is CaptionState.THERE or len(track.choices) > 1
        self._controls.show_captions(track.choices if offered else (), track.in_hand if track.shown else "")
        self._show_position()

    def _set_volume(self, percent: int) -> None:
        self._volume = percent
        self._controls.show_volume(percent)
        if self._bridge is not None:
            self._bridge.player.set_sound(percent, muted=percent == 0 or self._muted)
