"""Sheets below one another, to be scrolled, zoomed and selected on. It draws none itself: pictures are handed to it."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from mcassess.domain.citation import Area
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import SPACES, Colours, TextSize
from mcassess.ui.viewers.sheet_layout import MARGIN, Box, SheetLayout, area_between

ZOOM_STEPS = (0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0)
_CACHE_BYTES = 160 << 20
_DRAG_FROM = 5
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
    """Shows sheets.

    Attributes:
        pictures_wanted: Other sheets are to be seen, or at another scale: see ``wanted``.
        current_changed: Emits the sheet (from 0) now at the reader's eyes.
        zoom_changed: Emits the zoom as a share of the natural size.
        drag_begun: Emits the sheet on which an area is being drawn.
        selected: An area was drawn, or the selection went away: see ``selection``.
    """

    pictures_wanted = Signal()
    current_changed = Signal(int)
    zoom_changed = Signal(float)
    drag_begun = Signal(int)
    selected = Signal()

    def __init__(self, fit: Fit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual_fit = self._fit = fit
        self._layout = SheetLayout()
        self._natural = self._zoom = 1.0
        self._drawn: dict[int, _Drawn] = {}
        self._notes: dict[int, str] = {}
        self._current = 0
        self._shown_area: tuple[int, Area] | None = None
        self._selection: tuple[int, Area] | None = None
        self._pressed: tuple[int, QPointF] | None = None
        self._dragged: QPointF | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._scrolled())
        self.horizontalScrollBar().valueChanged.connect(lambda _value: self.viewport().update())

    @property
    def current(self) -> int:
        """The sheet (from 0) at the reader's eyes."""
        return self._current

    @property
    def selection(self) -> tuple[int, Area] | None:
        """The sheet and the area that were drawn on it."""
        return self._selection

    def set_sheets(self, sizes: list[tuple[float, float]], natural: float) -> None:
        """Shows other sheets, from the top, at the usual fit.

        Args:
            sizes: Width and height of each in its own units.
            natural: Pixels a unit at 100 %.
        """
        self._layout = SheetLayout(sizes)
        self._natural = natural
        self._fit = self._usual_fit
        self._drawn.clear()
        self._notes.clear()
        self._shown_area = self._selection = self._pressed = self._dragged = None
        self._current = 0
        self._arrange()
        self.verticalScrollBar().setValue(0)
        self.current_changed.emit(0)
        self.pictures_wanted.emit()

    def set_picture(self, index: int, image: QImage, scale: float) -> None:
        """Shows the picture of a sheet, drawn at ``scale`` device pixels a unit."""
        self._drawn[index] = _Drawn(image, scale)
        self._notes.pop(index, None)
        self._forget_far_ones()
        self.viewport().update()

    def set_note(self, index: int, text: str) -> None:
        """Says on a sheet why it cannot be drawn."""
        self._notes[index] = text
        self.viewport().update()

    def scale(self) -> float:
        """Returns the device pixels a unit at which sheets are to be drawn now."""
        return self._zoom * self.devicePixelRatioF()

    def wanted(self) -> list[int]:
        """Returns the sheets that lack a picture at this scale: those on screen first, then their neighbours."""
        shown = self._shown()
        near = [shown.stop, shown.start - 1] if shown else []
        return [
            index
            for index in (*shown, *near)
            if 0 <= index < len(self._layout)
            and index not in self._notes
            and (index not in self._drawn or self._drawn[index].scale != self.scale())
        ]

    def readable(self) -> list[int]:
        """Returns the sheets of which enough to read is on screen, and drawn."""
        top = self.verticalScrollBar().value()
        shown = self._layout.on_screen(top, top + self.viewport().height())
        return [index for index in shown if index in self._drawn]

    def go_to(self, index: int, area: Area | None = None) -> None:
        """Scrolls to a sheet, or to an area of it, which is shown then."""
        if not 0 <= index < len(self._layout):
            return
        box = self._layout.box(index)
        self._shown_area = (index, area) if area is not None else None
        top = box.top - MARGIN
        if area is not None:
            middle = box.top + (area.y + area.height / 2) * box.height
            top = round(middle - self.viewport().height() / 2)
            centre = box.left + (area.x + area.width / 2) * box.width
            self.horizontalScrollBar().setValue(round(centre - self.viewport().width() / 2))
        self.verticalScrollBar().setValue(top)
        self._scrolled()

    def zoom_step(self, steps: int) -> None:
        """Zooms in by so many steps, or out when negative; what is in the middle stays there."""
        share = self._zoom / self._natural
        for _ in range(abs(steps)):
            further = [step for step in ZOOM_STEPS if (step - share) * steps > 0.005]
            if not further:
                break
            share = further[0] if steps > 0 else further[-1]
        self._fit = Fit.NONE
        self._zoom = share * self._natural
        self._arrange()

    def fit(self, fit: Fit) -> None:
        """Lets the zoom follow the room."""
        self._fit = fit
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the sheets to the room."""
        super().resizeEvent(event)
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms with Ctrl, else scrolls."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.zoom_step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Notes where drawing an area may begin; the press is left to whoever wants to know which pane was touched."""
        if event.button() == Qt.MouseButton.LeftButton and len(self._layout):
            point = self._in_layout(event.position())
            index = self._layout.at(round(point.y()))
            box = self._layout.box(index)
            inside = box.left <= point.x() < box.left + box.width and box.top <= point.y() < box.bottom
            self._pressed = (index, point) if inside else None
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draws the area."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        index, start = self._pressed
        point = self._in_layout(event.position())
        if self._dragged is None:
            if (point - start).manhattanLength() < _DRAG_FROM:
                return
            self.drag_begun.emit(index)
        self._dragged = point
        self.viewport().update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Selects the area that was drawn; a mere click takes the selection away."""
        pressed, dragged = self._pressed, self._dragged
        self._pressed = self._dragged = None
        self._shown_area = None
        before, self._selection = self._selection, None
        if pressed is not None and dragged is not None:
            area = self._area(pressed[0], pressed[1], dragged)
            self._selection = (pressed[0], area) if area is not None else None
        self.viewport().update()
        if self._selection != before:
            self.selected.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the sheets on screen and what is marked on them."""
        colours = colours_of(self)
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(colours.window))
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        for index in self._shown():
            self._paint_sheet(painter, index, self._layout.box(index), (left, top), colours)
        painter.translate(-left, -top)
        for marked in (self._shown_area, self._selection):
            if marked is not None:
                self._paint_area(painter, self._layout.box(marked[0]), marked[1], colours)
        if self._pressed is not None and self._dragged is not None:
            area = self._area(self._pressed[0], self._pressed[1], self._dragged)
            if area is not None:
                self._paint_area(painter, self._layout.box(self._pressed[0]), area, colours)

    def _paint_sheet(
        self, painter: QPainter, index: int, box: Box, scrolled: tuple[int, int], colours: Colours
    ) -> None:
        rect = QRectF(box.left - scrolled[0], box.top - scrolled[1], box.width, box.height)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(_PAPER))
        painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        drawn = self._drawn.get(index)
        if drawn is not None:
            exact = drawn.scale == self.scale()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
            if exact:  # a drawn page may be a pixel larger or smaller than its place; it is not stretched for that
                rect.setSize(drawn.image.size().toSizeF() / self.devicePixelRatioF())
            painter.drawImage(rect, drawn.image)
            return
        painter.setPen(QColor(_PAPER_INK))
        painter.setFont(text_font(self, TextSize.SMALL))
        if note := self._notes.get(index):
            inner = rect.adjusted(SPACES.page, SPACES.page, -SPACES.page, -SPACES.page)
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), note)
        elif len(self._layout) > 1:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(index + 1))

    def _paint_area(self, painter: QPainter, box: Box, area: Area, colours: Colours) -> None:
        tint = QColor(colours.accent)
        painter.setPen(QPen(tint, 2))
        tint.setAlphaF(0.14)
        painter.setBrush(tint)
        painter.drawRect(
            QRectF(
                box.left + area.x * box.width,
                box.top + area.y * box.height,
                area.width * box.width,
                area.height * box.height,
            )
        )

    def _in_layout(self, point: QPointF) -> QPointF:
        return point + QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _area(self, index: int, start: QPointF, end: QPointF) -> Area | None:
        return area_between(self._layout.box(index), (start.x(), start.y()), (end.x(), end.y()))

    def _shown(self) -> range:
        top = self.verticalScrollBar().value()
        return self._layout.between(top, top + self.viewport().height())

    def _scrolled(self) -> None:
        self.viewport().update()
        if len(self._layout):
            current = self._layout.at(self.verticalScrollBar().value() + self.viewport().height() // 3)
            if self.verticalScrollBar().value() == self.verticalScrollBar().maximum() > 0:
                current = max(current, self._shown()[-1])
            if current != self._current:
                self._current = current
                self.current_changed.emit(current)
        self.pictures_wanted.emit()

    def _arrange(self) -> None:
        """Lays out anew, and keeps the place in the middle of the room where it was."""
        if not len(self._layout):
            self.viewport().update()
            return
        room = self.viewport().size()
        middle = self._middle()
        whole = self.maximumViewportSize()
        if self._fit is Fit.WIDTH:
            reserve = self.verticalScrollBar().sizeHint().width()
            self._zoom = self._layout.zoom_for_width(whole.width() - reserve)
        elif self._fit is Fit.WHOLE:
            self._zoom = min(self._layout.zoom_for_whole(whole.width(), whole.height()), 2 * self._natural)
        self._layout.arrange(self._zoom, (room.width(), room.height()))
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
        index = self._layout.at(round(at))
        box = self._layout.box(index)
        return index, (at - box.top) / box.height

    def _forget_far_ones(self) -> None:
        total = sum(drawn.image.sizeInBytes() for drawn in self._drawn.values())
        for index in sorted(self._drawn, key=lambda index: -abs(index - self._current)):
            if total <= _CACHE_BYTES or abs(index - self._current) <= 1:
                return
            total -= self._drawn.pop(index).image.sizeInBytes()
