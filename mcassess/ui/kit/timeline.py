"""The timeline under a video: where it is, what is cited and marked, what the educator points to, and seeking by it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from mcassess.ui.kit.painting import paint_box, paint_focus, paint_text
from mcassess.ui.kit.timeline_geometry import (
    Lane,
    RangeKind,
    Scale,
    TimelinePointer,
    TimelineRange,
    clock_text,
    lanes_of,
    range_at,
)
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, SPACES, STROKES, Colours, TextSize

_TRACK = 34.0
_ABOVE = 9.0
_BELOW = 4.0
_SIDE = 5.0
_TICK_PIXELS = 7.0
_STEP_MS = 5_000
_LEAP_MS = 30_000
_RANGE_TOLERANCE_PIXELS = 3
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}


class Timeline(QAbstractSlider):
    """A line of time with ranges, pointers and marks; click or drag seeks, double click takes up a range.

    Keys: arrows 5 s, Page Up and Page Down 30 s, Home and End, Enter takes up the range under the position. Screen
    readers meet a slider whose value is the position in milliseconds and whose description is the clock.

    Attributes:
        seek_requested: Emits the wanted position in milliseconds, while dragging too; the player answers by
            ``set_position``.
        range_activated: Emits the id of a range that was double-clicked, or taken up by Enter.
    """

    seek_requested = Signal(int)
    range_activated = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Makes an empty line of unknown length; ``name`` is spoken by screen readers."""
        super().__init__(parent)
        self._ranges: tuple[TimelineRange, ...] = ()
        self._lanes: dict[str, Lane] = {}
        self._pointers: tuple[TimelinePointer, ...] = ()
        self._in_ms: int | None = None
        self._out_ms: int | None = None
        self._selected: str | None = None
        self._hover_x: float | None = None
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
        """Sets the whole length in milliseconds; nought while it is not known."""
        with QSignalBlocker(self):
            self.setRange(0, max(duration_ms, 0))
        self.update()

    def set_position(self, position_ms: int) -> None:
        """Shows the player's position; ignored while the person drags. Emits nothing."""
        if not self.isSliderDown():
            with QSignalBlocker(self):
                self.setValue(position_ms)
            self._describe()

    def position(self) -> int:
        """Returns the position shown, in milliseconds."""
        return self.value()

    def set_ranges(self, ranges: Sequence[TimelineRange]) -> None:
        """Shows these citations and moments; overlapping ones share the height."""
        self._ranges = tuple(ranges)
        self._lanes = lanes_of(self._ranges)
        self.update()

    def set_pointers(self, pointers: Sequence[TimelinePointer]) -> None:
        """Shows the educator's pointers, as pins above the line."""
        self._pointers = tuple(pointers)
        self.update()

    def set_marks(self, in_ms: int | None, out_ms: int | None) -> None:
        """Shows the in and out marks, as brackets with the loop between them tinted; None hides one."""
        self._in_ms, self._out_ms = in_ms, out_ms
        self.update()

    def set_selected_range(self, range_id: str | None) -> None:
        """Outlines the range in hand, or none."""
        self._selected = range_id
        self.update()

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
        """Seeks by arrows, pages, Home and End; Enter takes up the range at the position."""
        if event.key() in _ARROWS:
            self.setValue(self.value() + _ARROWS[Qt.Key(event.key())] * _STEP_MS)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(self.value())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seeks to the pointer and begins to drag; a pin seeks to its own instant."""
        if event.button() != Qt.MouseButton.LeftButton or not self.maximum():
            event.ignore()
            return
        self.setSliderDown(True)
        pin = self._pointer_near(event.position())
        self.setValue(pin.at_ms if pin else self._scale().ms(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags, and moves the readout along."""
        self._hover_x = event.position().x()
        if self.isSliderDown():
            self.setValue(self._scale().ms(event.position().x()))
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Ends dragging."""
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Takes up the range under the pointer."""
        self._activate(self._scale().ms(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        """Hides the readout."""
        self._hover_x = None
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the track, what lies on it, the playhead and the readout."""
        colours = colours_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = self._track()
        self._paint_track(painter, track, colours)
        for each in self._ranges:
            self._paint_range(painter, each, colours)
        self._paint_marks(painter, track, colours)
        for pointer in self._pointers:
            self._paint_pointer(painter, pointer, colours)
        if self.maximum():
            self._paint_playhead(painter, track, colours)
        if self.hasFocus():
            paint_focus(painter, track.adjusted(-3, -3, 3, 3), RADII.control, colours.accent)
        if self._hover_x is not None and self.maximum():
            self._paint_readout(painter, track, self._hover_x, colours)

    def _track(self) -> QRectF:
        return QRectF(_SIDE, _ABOVE, self.width() - 2 * _SIDE, _TRACK)

    def _scale(self) -> Scale:
        track = self._track()
        return Scale(track.left(), track.width(), self.maximum())

    def _ask_for(self, position_ms: int) -> None:
        self._describe()
        self.seek_requested.emit(position_ms)

    def _describe(self) -> None:
        self.setAccessibleDescription(f"{clock_text(self.value())} / {clock_text(self.maximum())}")

    def _activate(self, at_ms: int) -> None:
        found = self._range_near(at_ms)
        if found:
            self.range_activated.emit(found.id)

    def _range_near(self, at_ms: int) -> TimelineRange | None:
        scale = self._scale()
        return range_at(self._ranges, at_ms, scale.ms(scale.left + _RANGE_TOLERANCE_PIXELS))

    def _pointer_near(self, point: QPointF) -> TimelinePointer | None:
        if point.y() > _ABOVE + 3:
            return None
        near = [each for each in self._pointers if abs(self.x_of(each.at_ms) - point.x()) <= _ABOVE]
        return min(near, key=lambda each: abs(self.x_of(each.at_ms) - point.x()), default=None)

    def _paint_track(self, painter: QPainter, track: QRectF, colours: Colours) -> None:
        paint_box(painter, track, RADII.chip, colours.window, None)
        scale = self._scale()
        if not self.maximum():
            return
        painter.setPen(QPen(QColor(colours.line), 1))
        step = scale.tick_ms(_TICK_PIXELS)
        painter.drawLines(
            [
                line
                for at in range(step, self.maximum(), step)
                for line in (
                    QPointF(round(scale.x(at)) + 0.5, track.top()),
                    QPointF(round(scale.x(at)) + 0.5, track.bottom()),
                )
            ]
        )

    def _range_rect(self, given: TimelineRange) -> QRectF:
        left, width = self._scale().span(given.start_ms, given.end_ms)
        lane = self._lanes[given.id]
        track = self._track().adjusted(0, 3, 0, -3)
        height = track.height() / lane.count
        return QRectF(left, track.top() + lane.index * height, width, height - (1 if lane.count > 1 else 0))

    def _paint_range(self, painter: QPainter, given: TimelineRange, colours: Colours) -> None:
        rect = self._range_rect(given)
        colour = colours.muted if given.criterion is None else colours.criterion(given.criterion)
        radius = min(RADII.key, rect.width() / 2, rect.height() / 2)
        if given.kind is RangeKind.CITATION:
            paint_box(painter, rect, radius, colour, None)
        else:
            paint_box(painter, rect, radius, colours.surface, colour, 1.5)
        if given.id == self._selected:
            paint_box(painter, rect.adjusted(-2, -2, 2, 2), radius + 2, None, colours.ink, STROKES.focus)

    def _paint_marks(self, painter: QPainter, track: QRectF, colours: Colours) -> None:
        scale = self._scale()
        if self._in_ms is not None and self._out_ms is not None:
            tint = QColor(colours.accent)
            tint.setAlphaF(0.16)
            left, width = scale.span(self._in_ms, self._out_ms)
            painter.fillRect(QRectF(left, track.top(), width, track.height()), tint)
        painter.setPen(
            QPen(QColor(colours.accent), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at, inward in ((self._in_ms, 5.0), (self._out_ms, -5.0)):
            if at is not None:
                x = scale.x(at)
                top, bottom = track.top() - 1, track.bottom() + 1
                painter.drawPolyline(
                    QPolygonF(
                        [QPointF(x + inward, top), QPointF(x, top), QPointF(x, bottom), QPointF(x + inward, bottom)]
                    )
                )

    def _paint_pointer(self, painter: QPainter, pointer: TimelinePointer, colours: Colours) -> None:
        x = self.x_of(pointer.at_ms)
        colour = colours.ink if pointer.criterion is None else colours.criterion(pointer.criterion)
        pin = QPainterPath()
        pin.addPolygon(
            QPolygonF([QPointF(x - 5, 1), QPointF(x + 5, 1), QPointF(x + 5, 5), QPointF(x, 11), QPointF(x - 5, 5)])
        )
        pin.closeSubpath()
        painter.setPen(QPen(QColor(colours.surface), 1.5))
        painter.setBrush(QColor(colour))
        painter.drawPath(pin)
        painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, 12), QPointF(x, self._track().bottom()))

    def _paint_playhead(self, painter: QPainter, track: QRectF, colours: Colours) -> None:
        x = self.x_of(self.value())
        painter.fillRect(QRectF(x - 2, track.top() - 4, 4, track.height() + 8), QColor(colours.surface))
        painter.fillRect(QRectF(x - 1, track.top() - 4, 2, track.height() + 8), QColor(colours.ink))

    def _paint_readout(self, painter: QPainter, track: QRectF, x: float, colours: Colours) -> None:
        at = self._scale().ms(x)
        pin = self._pointer_near(QPointF(x, 0))
        held = self._range_near(at)
        label = pin.label if pin else held.label if held else ""
        text = f"{clock_text(at)}  {label}".rstrip()
        font = text_font(self, TextSize.SMALL)
        metrics = QFontMetricsF(font)
        width = min(metrics.horizontalAdvance(text) + 2 * SPACES.near, track.width())
        left = x + SPACES.near if x + SPACES.near + width <= track.right() else x - SPACES.near - width
        height = metrics.height() + SPACES.tight
        box = QRectF(max(left, track.left()), track.center().y() - height / 2, width, height)
        painter.fillRect(QRectF(self.x_of(at) - 0.5, track.top(), 1, track.height()), QColor(colours.muted))
        paint_box(painter, box, RADII.key, colours.ink, None)
        inner = box.adjusted(SPACES.near, 0, -SPACES.near, 0)
        paint_text(painter, inner, text, colours.surface, font, Qt.AlignmentFlag.AlignLeft)
