"""The timeline under a video: where it is, what is cited and marked, what the educator points to, and seeking by it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import shiboken6
from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from mcassess.ui.kit.hover_still import HoverStill
from mcassess.ui.kit.painting import paint_focus
from mcassess.ui.kit.timeline_geometry import (
    Grip,
    Lane,
    Scale,
    TimelinePointer,
    TimelineRange,
    clock_text,
    dragged,
    grip_at,
    lanes_of,
    range_at,
)
from mcassess.ui.kit.timeline_painting import (
    paint_marks,
    paint_playhead,
    paint_pointer,
    paint_range,
    paint_readout,
    paint_ticks,
    range_rect,
)
from mcassess.ui.kit.timeline_strip import TimelineStrip, paint_strip, paint_watched
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, Colours, TextSize

_TRACK = 34.0
_ABOVE = 9.0
_BELOW = 8.0
_WATCHED = 3.0
_SIDE = 5.0
_STEP_MS = 5_000
_LEAP_MS = 30_000
_NUDGE_MS = 500
_RANGE_TOLERANCE_PIXELS = 3
_EDGE_PIXELS = 4.0
_DRAG_PIXELS = 3.0
_WHEEL_ZOOM = 1.25
_ZOOM_KEY = 2.0
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
_NUDGES = {Qt.KeyboardModifier.ShiftModifier: Grip.WHOLE, Qt.KeyboardModifier.AltModifier: Grip.END}


@dataclass(slots=True)
class _Drag:
    """A range under the mouse: by what it is held, from where, and whether it has moved yet."""

    given: TimelineRange
    grip: Grip
    from_x: float
    moved: bool = False


class Timeline(QAbstractSlider):
    """A line of time with ranges, pointers and marks; click or drag seeks, double click takes up a range.

    The edges of a range can be dragged, and the range in hand as a whole. Control and the wheel zoom, the wheel alone
    moves along when zoomed.

    Keys: arrows 5 s, Page Up and Page Down 30 s, Home and End, Enter takes up the range under the position, plus and
    minus zoom, Shift and arrows move the range in hand by half a second, Alt and arrows its end. Screen readers meet a
    slider whose value is the position in milliseconds and whose description is the clock.

    Attributes:
        seek_requested: Emits the wanted position in milliseconds, while dragging too; the player answers by
            ``set_position``.
        range_activated: Emits the id of a range that was double-clicked, or taken up by Enter.
        range_changed: Emits id, new start and new end in milliseconds of a range that was dragged.
    """

    seek_requested = Signal(int)
    range_activated = Signal(str)
    range_changed = Signal(str, int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Makes an empty line of unknown length; ``name`` is spoken by screen readers."""
        super().__init__(parent)
        self._ranges: tuple[TimelineRange, ...] = ()
        self._lanes: dict[str, Lane] = {}
        self._pointers: tuple[TimelinePointer, ...] = ()
        self._marks: tuple[int | None, int | None] = (None, None)
        self._selected: str | None = None
        self._editable = False
        self._strip: TimelineStrip | None = None
        self._ground: tuple[object, QPixmap] | None = None
        self._watched: tuple[tuple[int, int], ...] | None = None
        self._window: tuple[int, int] | None = None
        self._drag: _Drag | None = None
        self._hover_x: float | None = None
        self._still: HoverStill | None = None
        self.setAccessibleName(name)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, 0)
        self.setSingleStep(_STEP_MS)
        self.setPageStep(_LEAP_MS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._ask_for)

    def set_duration(self, duration_ms: int) -> None:
        """Sets the whole length in milliseconds; nought while it is not known. Another length shows all of it."""
        self._window = self._window if max(duration_ms, 0) == self.maximum() else None
        with QSignalBlocker(self):
            self.setRange(0, max(duration_ms, 0))
        self.update()

    def set_position(self, position_ms: int) -> None:
        """Shows the player's position; ignored while the person drags. Emits nothing."""
        if self.isSliderDown() or self._drag is not None:
            return
        with QSignalBlocker(self):
            self.setValue(position_ms)
        self._follow()
        self._describe()

    def position(self) -> int:
        """Returns the position shown, in milliseconds."""
        return self.value()

    def set_ranges(self, ranges: Sequence[TimelineRange], *, editable: bool = False) -> None:
        """Shows these citations and moments; overlapping ones share the height.

        Args:
            ranges: In any order.
            editable: Whether they may be dragged.
        """
        self._ranges, self._editable = tuple(ranges), editable
        if self._drag is not None and not (editable and any(each.id == self._drag.given.id for each in ranges)):
            self._drag = None
        self._lanes = lanes_of(self._ranges)
        self.update()

    def set_pointers(self, pointers: Sequence[TimelinePointer]) -> None:
        """Shows the educator's pointers, as pins above the line."""
        self._pointers = tuple(pointers)
        self.update()

    def set_marks(self, in_ms: int | None, out_ms: int | None) -> None:
        """Shows the in and out marks, as brackets with the loop between them tinted; None hides one."""
        self._marks = in_ms, out_ms
        self.update()

    def set_selected_range(self, range_id: str | None) -> None:
        """Outlines the range in hand, or none."""
        self._selected = range_id
        self.update()

    def set_strip(self, strip: TimelineStrip | None) -> None:
        """Lays a film strip on the ground of the line, or none."""
        self._strip, self._ground = strip, None
        self._hide_still()
        self.update()

    def set_watched(self, watched: Sequence[tuple[int, int]] | None) -> None:
        """Shows below the line what was watched, from and to in milliseconds; None shows neither that nor gaps."""
        self._watched = None if watched is None else tuple(watched)
        self.update()

    def zoom(self, factor: float, around_ms: int | None = None) -> None:
        """Shows a part ``factor`` times as short around an instant, or around the position; less than 1 zooms out."""
        if self.maximum():
            scale = self._scale().zoomed(factor, self.value() if around_ms is None else around_ms)
            self._show_window(scale)

    def x_of(self, at_ms: int) -> float:
        """Returns the pixel column of an instant."""
        return self._scale().x(at_ms)

    def sizeHint(self) -> QSize:
        """Returns the height of pins, track and playhead."""
        return QSize(480, round(_ABOVE + _TRACK + _BELOW))

    def minimumSizeHint(self) -> QSize:
        """Returns the same height at a small width."""
        return QSize(120, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Seeks by arrows, pages, Home and End; Enter takes up the range at the position; zooms and nudges."""
        grip = _NUDGES.get(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
        if event.key() in _ARROWS and grip is not None:
            self._nudge(grip, _ARROWS[Qt.Key(event.key())] * _NUDGE_MS)
        elif event.key() in _ARROWS:
            self.setValue(self.value() + _ARROWS[Qt.Key(event.key())] * _STEP_MS)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(self.value())
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.zoom(_ZOOM_KEY if event.key() == Qt.Key.Key_Plus else 1 / _ZOOM_KEY)
        elif event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._drag = None
            self.update()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seeks to the pointer and begins to drag; a pin seeks to its own instant, a range may be held."""
        if event.button() != Qt.MouseButton.LeftButton or not self.maximum():
            event.ignore()
            return
        pin = self._pointer_near(event.position())
        held = None if pin else self._grip_near(event.position().x())
        if held is not None:
            self._drag = _Drag(*held, event.position().x())
            return
        self.setSliderDown(True)
        self.setValue(pin.at_ms if pin else self._scale().ms(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags, and moves the readout along."""
        x = self._hover_x = event.position().x()
        if self._drag is not None:
            self._drag_to(x)
        elif self.isSliderDown():
            self.setValue(self._scale().ms(x))
        self._show_cursor(x)
        self._show_still(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends dragging; a range that was held and not moved counts as a click on the line."""
        drag, self._drag = self._drag, None
        if drag is None:
            self.setSliderDown(False)
        elif drag.moved:
            shown = next(each for each in self._ranges if each.id == drag.given.id)
            self.range_changed.emit(shown.id, shown.start_ms, shown.end_ms)
        else:
            self.setValue(self._scale().ms(event.position().x()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Takes up the range under the pointer."""
        self._activate(self._scale().ms(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms around the mouse with Control; moves along where a part is shown."""
        turns = (event.angleDelta().y() or -event.angleDelta().x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.maximum():
            self.zoom(_WHEEL_ZOOM**turns, self._scale().ms(event.position().x()))
        elif self._window is not None:
            self._show_window(self._scale().moved(round(-turns * self._scale().shown_ms / 8)))
        else:
            event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Hides the readout."""
        self._hover_x = None
        self._hide_still()
        self.update()
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Takes the still along."""
        self._hide_still()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the track, what lies on it, the playhead and the readout."""
        colours = colours_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track, scale = self._track(), self._scale()
        self._paint_ground(painter, track, scale, colours)
        painter.setClipRect(track.adjusted(-_SIDE, -_ABOVE, _SIDE, _BELOW))
        for each in self._ranges:
            rect = range_rect(each, self._lanes[each.id], track, scale)
            paint_range(painter, each, rect, colours, selected=each.id == self._selected)
        paint_marks(painter, track, scale, self._marks, colours)
        for pointer in self._pointers:
            paint_pointer(painter, pointer, scale.x(pointer.at_ms), track.bottom(), colours)
        if self.maximum():
            paint_playhead(painter, track, scale.x(self.value()), colours)
        if self.hasFocus():
            paint_focus(painter, track.adjusted(-3, -3, 3, 3), RADII.control, colours.accent)
        if self._hover_x is not None and self.maximum():
            font = text_font(self, TextSize.SMALL)
            paint_readout(painter, track, scale.x(scale.ms(self._hover_x)), self._readout(self._hover_x), font, colours)

    def _paint_ground(self, painter: QPainter, track: QRectF, scale: Scale, colours: Colours) -> None:
        if self._watched is not None and self.maximum():
            below = QRectF(track.left(), self.height() - _WATCHED, track.width(), _WATCHED)
            paint_watched(painter, below, scale, self._watched, colours)
        made_for = (scale, self.size(), self.devicePixelRatioF(), colours.window)
        if self._ground is None or self._ground[0] != made_for:
            pixmap = QPixmap(self.size() * self.devicePixelRatioF())
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            pixmap.fill(Qt.GlobalColor.transparent)
            ground = QPainter(pixmap)
            paint_ticks(ground, track, scale, colours)
            if self._strip is not None and self.maximum():
                paint_strip(ground, track, scale, self._strip, colours)
            ground.end()
            self._ground = (made_for, pixmap)
        painter.drawPixmap(0, 0, self._ground[1])

    def _track(self) -> QRectF:
        return QRectF(_SIDE, _ABOVE, self.width() - 2 * _SIDE, _TRACK)

    def _scale(self) -> Scale:
        track = self._track()
        begin, end = self._window or (0, self.maximum())
        return Scale(track.left(), track.width(), self.maximum(), begin, end)

    def _show_window(self, scale: Scale) -> None:
        self._window = (scale.from_ms, scale.end_ms) if scale.shown_ms < self.maximum() else None
        self.update()

    def _follow(self) -> None:
        """Turns over to the part in which the position is, where only a part is shown."""
        scale = self._scale()
        if self._window is not None and not scale.from_ms <= self.value() <= scale.end_ms:
            self._show_window(scale.moved(self.value() - scale.from_ms - scale.shown_ms // 10))

    def _ask_for(self, position_ms: int) -> None:
        self._follow()
        self._describe()
        self.seek_requested.emit(position_ms)

    def _describe(self) -> None:
        self.setAccessibleDescription(f"{clock_text(self.value())} / {clock_text(self.maximum())}")

    def _activate(self, at_ms: int) -> None:
        if found := self._range_near(at_ms):
            self.range_activated.emit(found.id)

    def _range_near(self, at_ms: int) -> TimelineRange | None:
        return range_at(self._ranges, at_ms, self._scale().length_ms(_RANGE_TOLERANCE_PIXELS))

    def _grip_near(self, x: float) -> tuple[TimelineRange, Grip] | None:
        return grip_at(self._ranges, x, self._scale(), self._selected, _EDGE_PIXELS) if self._editable else None

    def _drag_to(self, x: float) -> None:
        drag = self._drag
        assert drag is not None, "something is held"
        if not drag.moved and abs(x - drag.from_x) < _DRAG_PIXELS:
            return
        drag.moved = True
        start, end = dragged(drag.given, drag.grip, self._scale().length_ms(x - drag.from_x), self.maximum())
        self._replace(drag.given.id, start, end)
        with QSignalBlocker(self):
            self.setValue(end if drag.grip is Grip.END else start)
        self.seek_requested.emit(self.value())

    def _nudge(self, grip: Grip, by_ms: int) -> None:
        given = next((each for each in self._ranges if each.id == self._selected), None)
        if given is not None and self._editable:
            start, end = dragged(given, grip, by_ms, self.maximum())
            self._replace(given.id, start, end)
            self.range_changed.emit(given.id, start, end)

    def _replace(self, range_id: str, start_ms: int, end_ms: int) -> None:
        moved = [replace(e, start_ms=start_ms, end_ms=end_ms) if e.id == range_id else e for e in self._ranges]
        self.set_ranges(moved, editable=self._editable)

    def _pointer_near(self, point: QPointF) -> TimelinePointer | None:
        if point.y() > _ABOVE + 3:
            return None
        near = [each for each in self._pointers if abs(self.x_of(each.at_ms) - point.x()) <= _ABOVE]
        return min(near, key=lambda each: abs(self.x_of(each.at_ms) - point.x()), default=None)

    def _readout(self, x: float) -> str:
        at = self._scale().ms(x)
        named = self._pointer_near(QPointF(x, 0)) or self._range_near(at)
        label = named.label if named else ""
        return f"{clock_text(at)}  {label}".rstrip()

    def _show_cursor(self, x: float) -> None:
        held = (self._drag.given, self._drag.grip) if self._drag is not None else self._grip_near(x)
        if held is None:
            self.unsetCursor()
        else:
            shapes = Qt.CursorShape.OpenHandCursor, Qt.CursorShape.SizeHorCursor
            self.setCursor(shapes[held[1] is not Grip.WHOLE])

    def _show_still(self, point: QPointF) -> None:
        still = self._strip.still_at(self._scale().ms(point.x())) if self._strip is not None else None
        if still is None or self._strip is None or not self.maximum():
            self._hide_still()
            return
        if self._still is None:
            self._still = HoverStill(self)
        self._still.show_still(still, self._strip.aspect, point.x())

    def _hide_still(self) -> None:
        still, self._still = self._still, None
        if still is not None and shiboken6.isValid(still):  # its window may have gone before
            still.hide()
            still.deleteLater()
