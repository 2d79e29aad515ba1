"""Sheets to be scrolled, zoomed, turned and selected on. It draws none itself: pictures are handed to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from mcassess.domain.citation import Area
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import SPACES, STROKES, Colours, TextSize
from mcassess.ui.viewers.sheet_hand import SheetHand
from mcassess.ui.viewers.sheet_layout import MARGIN, Box, SheetLayout, stepped_zoom, turned
from mcassess.ui.viewers.sheet_marks import MarkPainter

_CACHE_BYTES = 160 << 20
_LINE_STEP = 40
_PAPER = "#FFFFFF"
_PAPER_INK = "#5F6B66"


class Fit(Enum):
    """How the zoom follows the room."""

    WIDTH = "width"
    WHOLE = "whole"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class _Drawn:
    image: QImage
    scale: float


class SheetView(QAbstractScrollArea):
    """Shows sheets below one another, or one at a time.

    Attributes:
        hand: What is selected on them, their words, links and marks.
        pictures_wanted: Other sheets are to be seen, or at another scale: see ``wanted``.
        current_changed: Emits the sheet (from 0) now at the reader's eyes.
        zoom_changed: Emits the zoom as a share of the natural size.
    """

    pictures_wanted = Signal()
    current_changed = Signal(int)
    zoom_changed = Signal(float)

    def __init__(self, fit: Fit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual_fit = self._fit = fit
        self._sizes: list[tuple[float, float]] = []
        self._layout = SheetLayout()
        self._natural = self._zoom = 1.0
        self._single = False
        self._drawn: dict[int, _Drawn] = {}
        self._notes: dict[int, str] = {}
        self._current = 0
        self._shown_area: tuple[int, Area] | None = None
        self._hits: list[tuple[int, tuple[Area, ...]]] = []
        self._hit = -1
        self.hand = SheetHand(lambda: self._layout, self)
        self.hand.changed.connect(self.viewport().update)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._scrolled())
        self.horizontalScrollBar().valueChanged.connect(lambda _value: self.viewport().update())

    @property
    def current(self) -> int:
        """The sheet (from 0) at the reader's eyes."""
        return self._current

    @property
    def single(self) -> bool:
        """Whether one sheet is shown at a time."""
        return self._single

    def set_sheets(self, sizes: list[tuple[float, float]], natural: float) -> None:
        """Shows other sheets, from the top, upright, at the usual fit.

        Args:
            sizes: Width and height of each in its own units.
            natural: Pixels a unit at 100 %.
        """
        self._sizes = sizes
        self._natural = natural
        self._fit = self._usual_fit
        self._notes.clear()
        self._shown_area = None
        self._hits = []
        self.hand.clear()
        self.hand.quarters = 0
        self._current = 0
        self._lay_anew()
        self.verticalScrollBar().setValue(0)
        self.current_changed.emit(0)
        self.pictures_wanted.emit()

    def set_picture(self, index: int, image: QImage, scale: float, quarters: int = 0) -> None:
        """Shows the picture of a sheet, drawn at ``scale`` device pixels a unit and turned by so many quarters."""
        if quarters != self.hand.quarters:
            return
        self._drawn[index] = _Drawn(image, scale)
        self._notes.pop(index, None)
        self._forget_far_ones()
        self.viewport().update()

    def set_note(self, index: int, text: str) -> None:
        """Says on a sheet why it cannot be drawn."""
        self._notes[index] = text
        self.viewport().update()

    def set_hits(self, hits: Sequence[tuple[int, tuple[Area, ...]]], in_hand: int) -> None:
        """Marks where a search has found something: sheet and boxes of each; one of them is in hand."""
        self._hits, self._hit = list(hits), in_hand
        self.viewport().update()

    def scale(self) -> float:
        """Returns the device pixels a unit at which sheets are to be drawn now."""
        return self._zoom * self.devicePixelRatioF()

    def wanted(self) -> list[int]:
        """Returns the sheets that lack a picture at this scale: those on screen first, then their neighbours."""
        shown = self.shown()
        near = [shown.stop, shown.start - 1] if shown else []
        return [
            index
            for index in (*shown, *near)
            if 0 <= index < len(self._layout)
            and index not in self._notes
            and (index not in self._drawn or self._drawn[index].scale != self.scale())
        ]

    def shown(self) -> range:
        """Returns the sheets of which anything is on screen."""
        top = self.verticalScrollBar().value()
        return self._layout.between(top, top + self.viewport().height())

    def readable(self) -> list[int]:
        """Returns the sheets of which enough to read is on screen, and drawn."""
        top = self.verticalScrollBar().value()
        shown = self._layout.on_screen(top, top + self.viewport().height())
        return [index for index in shown if index in self._drawn]

    def go_to(self, index: int, area: Area | None = None, *, mark: bool = True) -> None:
        """Scrolls to a sheet, or to an area of it, which is shown then unless ``mark`` is off."""
        if not 0 <= index < len(self._layout):
            return
        if self._single and index != self._current:
            self._current = index
            self._arrange(keep=False)
            self.current_changed.emit(index)
        box = self._layout.box(index)
        self._shown_area = (index, area) if area is not None and mark else None
        top = box.top - MARGIN
        if area is not None:
            seen = turned(area, self.hand.quarters)
            top = round(box.top + (seen.y + seen.height / 2) * box.height - self.viewport().height() / 2)
            centre = box.left + (seen.x + seen.width / 2) * box.width
            self.horizontalScrollBar().setValue(round(centre - self.viewport().width() / 2))
        self.verticalScrollBar().setValue(top)
        self._scrolled()

    def zoom_step(self, steps: int) -> None:
        """Zooms in by so many steps, or out when negative; what is in the middle stays there."""
        self._fit = Fit.NONE
        self._zoom = stepped_zoom(self._zoom / self._natural, steps) * self._natural
        self._arrange()

    def fit(self, fit: Fit) -> None:
        """Lets the zoom follow the room."""
        self._fit = fit
        self._arrange()

    def turn(self, quarters: int) -> None:
        """Turns all sheets clockwise by so many quarters, or back when negative."""
        current = self._current
        self.hand.quarters = (self.hand.quarters + quarters) % 4
        self._lay_anew()
        self.go_to(current)

    def show_single(self, *, single: bool) -> None:
        """Shows one sheet at a time, or all below one another; the one that is read stays before the eyes."""
        current = self._current
        self._single = single
        self._arrange(keep=False)
        self.go_to(current)

    def event(self, event: QEvent) -> bool:
        """Paints the focus when it comes and goes."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.viewport().update()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the sheets to the room."""
        super().resizeEvent(event)
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms with Ctrl, else scrolls; where one sheet is shown at a time, on to the next at its end."""
        by = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if by:
                self.zoom_step(1 if by > 0 else -1)
            event.accept()
            return
        bar = self.verticalScrollBar()
        before = bar.value()
        super().wheelEvent(event)
        if self._single and by and bar.value() == before:
            self.go_to(self._current + (1 if by < 0 else -1))
            bar.setValue(bar.minimum() if by < 0 else bar.maximum())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Selects with Shift and Alt; else scrolls, and leaves all other keys to whoever holds it."""
        if self.hand.take_key(event.key(), event.modifiers(), self._current):
            if self.hand.selection is not None:
                self.go_to(self.hand.selection.index, self.hand.selection.area, mark=False)
            return
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = -_LINE_STEP if event.key() == Qt.Key.Key_Up else _LINE_STEP
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + step)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Notes where selecting may begin; the press is left to whoever wants to know which pane was touched."""
        if event.button() == Qt.MouseButton.LeftButton:
            over = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self.hand.press(self._in_layout(event.position()), draws_area=over)
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Selects while a button is down, else shows what a press would do."""
        point = self._in_layout(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.hand.drag(point)
        else:
            self._show_what_is_at(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Selects what was dragged over; a mere click takes the selection away, or follows a link."""
        self._shown_area = None
        self.hand.release(self._in_layout(event.position()))
        self.viewport().update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the sheets on screen and what is marked on them."""
        colours = colours_of(self)
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(colours.window))
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        shown = self.shown()
        for index in shown:
            self._paint_sheet(painter, index, self._layout.box(index), (left, top), colours)
        painter.translate(-left, -top)
        self._paint_marks(MarkPainter(painter, self, self.hand.quarters), shown, colours)
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(QPen(QColor(colours.accent), STROKES.focus))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))

    def _paint_marks(self, marks: MarkPainter, shown: range, colours: Colours) -> None:
        for place, (index, boxes) in enumerate(self._hits):
            if index in shown:
                marks.paint_hits(self._layout.box(index), boxes, in_hand=place == self._hit)
        for mark in self.hand.marks:
            if mark.index in shown:
                marks.paint_mark(self._layout.box(mark.index), mark)
        selection = self.hand.selection
        if selection is not None and selection.index in shown:
            for box in selection.boxes or (selection.area,):
                marks.paint_area(self._layout.box(selection.index), box, colours, framed=not selection.boxes)
        for area in (self._shown_area, self.hand.drawn):
            if area is not None and area[0] in shown:
                marks.paint_area(self._layout.box(area[0]), area[1], colours)

    def _paint_sheet(
        self, painter: QPainter, index: int, box: Box, scrolled: tuple[int, int], colours: Colours
    ) -> None:
        rect = QRectF(box.left - scrolled[0], box.top - scrolled[1], box.width, box.height)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(_PAPER))
        painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        drawn = self._drawn.get(index)
        if drawn is not None:
            size = drawn.image.size().toSizeF() / self.devicePixelRatioF()
            exact = abs(size.width() - rect.width()) < 2 and abs(size.height() - rect.height()) < 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
            if exact:  # a drawn page may be a pixel larger or smaller than its place; it is not stretched for that
                rect.setSize(size)
            painter.drawImage(rect, drawn.image)
            return
        painter.setPen(QColor(_PAPER_INK))
        painter.setFont(text_font(self, TextSize.SMALL))
        if note := self._notes.get(index):
            inner = rect.adjusted(SPACES.page, SPACES.page, -SPACES.page, -SPACES.page)
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), note)
        elif len(self._layout) > 1:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(index + 1))

    def _show_what_is_at(self, point: QPointF) -> None:
        mark, link = self.hand.mark_at(point), self.hand.link_at(point)
        shape = Qt.CursorShape.CrossCursor
        if mark is not None or (link is not None and link.page is not None):
            shape = Qt.CursorShape.PointingHandCursor
        elif self.hand.is_on_word(point):
            shape = Qt.CursorShape.IBeamCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)
        self.viewport().setToolTip(mark.title if mark is not None else link.address if link is not None else "")

    def _in_layout(self, point: QPointF) -> QPointF:
        return point + QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _lay_anew(self) -> None:
        """Takes the sheets' sizes as they are turned now; what was drawn fits no more."""
        on_side = self.hand.quarters % 2 == 1
        self._layout = SheetLayout([(size[1], size[0]) if on_side else size for size in self._sizes])
        self._drawn.clear()
        self._arrange(keep=False)

    def _scrolled(self) -> None:
        self.viewport().update()
        if len(self._layout) and not self._single:
            current = self._layout.at(self.verticalScrollBar().value() + self.viewport().height() // 3)
            if self.verticalScrollBar().value() == self.verticalScrollBar().maximum() > 0:
                current = max(current, self.shown()[-1])
            if current != self._current:
                self._current = current
                self.current_changed.emit(current)
        self.pictures_wanted.emit()

    def _arrange(self, *, keep: bool = True) -> None:
        """Lays out anew; with ``keep``, what is in the middle of the room stays there."""
        if not len(self._layout):
            self.viewport().update()
            return
        room = self.viewport().size()
        middle = self._middle() if keep else None
        whole = self.maximumViewportSize()
        if self._fit is Fit.WIDTH:
            reserve = self.verticalScrollBar().sizeHint().width()
            self._zoom = self._layout.zoom_for_width(whole.width() - reserve)
        elif self._fit is Fit.WHOLE:
            self._zoom = min(self._layout.zoom_for_whole(whole.width(), whole.height()), 2 * self._natural)
        self._layout.arrange(self._zoom, (room.width(), room.height()), self._current if self._single else None)
        # a scroll bar that comes or goes by this changes the room, and arranges anew within the call
        self.verticalScrollBar().setRange(0, max(self._layout.height - room.height(), 0))
        self.horizontalScrollBar().setRange(0, max(self._layout.width - self.viewport().width(), 0))
        room = self.viewport().size()
        self.verticalScrollBar().setPageStep(room.height())
        self.verticalScrollBar().setSingleStep(_LINE_STEP)
        self.horizontalScrollBar().setPageStep(room.width())
        self.horizontalScrollBar().setSingleStep(_LINE_STEP)
        if middle is not None:
            box = self._layout.box(middle[0])
            self.verticalScrollBar().setValue(round(box.top + middle[1] * box.height - room.height() / 2))
        self.zoom_changed.emit(self._zoom / self._natural)
        self._scrolled()

    def _middle(self) -> tuple[int, float] | None:
        """Returns which sheet lies in the middle of the room, and how far down; None before the first layout."""
        if self._layout.height == 0 or self.verticalScrollBar().value() == 0:
            return None
        at = self.verticalScrollBar().value() + self.viewport().height() / 2
        index = self._current if self._single else self._layout.at(round(at))
        box = self._layout.box(index)
        return index, (at - box.top) / box.height

    def _forget_far_ones(self) -> None:
        total = sum(drawn.image.sizeInBytes() for drawn in self._drawn.values())
        for index in sorted(self._drawn, key=lambda index: -abs(index - self._current)):
            if total <= _CACHE_BYTES or abs(index - self._current) <= 1:
                return
            total -= self._drawn.pop(index).image.sizeInBytes()
