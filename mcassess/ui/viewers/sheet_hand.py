"""What is in hand on sheets: words and areas that are selected by mouse or keyboard, links and marks that are met."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, Qt, Signal

from mcassess.domain.citation import Area
from mcassess.evidence.page_parts import PageLink, PageWord
from mcassess.ui.viewers.sheet_layout import Box, SheetLayout, area_between, turned, turned_point
from mcassess.ui.viewers.sheet_marks import SheetMark, badge_rect
from mcassess.ui.viewers.sheet_words import Selection, nearest_word, quote_of, select_words, word_at

_DRAG_FROM = 5
_STEP = 0.01
_FIRST_AREA = Area(x=0.3, y=0.3, width=0.4, height=0.2)
_ARROWS = {
    Qt.Key.Key_Left: (-_STEP, 0.0),
    Qt.Key.Key_Right: (_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -_STEP),
    Qt.Key.Key_Down: (0.0, _STEP),
}


@dataclass(frozen=True, slots=True)
class _Press:
    index: int
    point: QPointF
    word: int | None


class SheetHand(QObject):
    """Selects on sheets. Points are those of the layout, in device-independent pixels.

    Attributes:
        changed: What is selected, or being drawn, differs: see ``selection`` and ``drawn``.
        link_pressed: Emits the PageLink that was clicked.
        mark_pressed: Emits the id of the mark that was clicked.
    """

    changed = Signal()
    link_pressed = Signal(object)
    mark_pressed = Signal(str)

    def __init__(self, layout: Callable[[], SheetLayout], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layout = layout
        self.quarters = 0
        self.selection: Selection | None = None
        self.drawn: tuple[int, Area] | None = None
        self.marks: tuple[SheetMark, ...] = ()
        self._words: dict[int, tuple[PageWord, ...]] = {}
        self._links: dict[int, tuple[PageLink, ...]] = {}
        self._press: _Press | None = None
        self._dragged = False

    def clear(self) -> None:
        """Forgets everything but the marks, as when other sheets are shown."""
        self.selection = self.drawn = self._press = None
        self._words.clear()
        self._links.clear()

    def set_words(self, index: int, words: tuple[PageWord, ...], links: tuple[PageLink, ...]) -> None:
        """Takes what stands on a sheet, and where it leads; an area that is selected there gets its words."""
        self._words[index] = words
        self._links[index] = links
        selection = self.selection
        if selection is not None and selection.index == index and selection.words is None:
            self.select_area(index, selection.area)

    def knows(self, index: int) -> bool:
        """Tells whether the words of a sheet are known."""
        return index in self._words

    def words(self, index: int) -> tuple[PageWord, ...]:
        """Returns the words of a sheet, as far as they are known."""
        return self._words.get(index, ())

    def select(self, selection: Selection | None) -> None:
        """Selects something else, or nothing."""
        if selection != self.selection:
            self.selection = selection
            self.changed.emit()

    def select_area(self, index: int, area: Area) -> None:
        """Selects an area, with the words in it."""
        self.select(Selection(index=index, area=area, quote=quote_of(self.words(index), area)))

    def link_at(self, point: QPointF) -> PageLink | None:
        """Returns the link at a point, or None."""
        found = self._on_sheet(point)
        if found is None:
            return None
        index, x, y = found
        for link in self._links.get(index, ()):
            box = link.box
            if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
                return link
        return None

    def mark_at(self, point: QPointF) -> SheetMark | None:
        """Returns the mark whose number is at a point, or None."""
        layout = self._layout()
        return next(
            (
                mark
                for mark in self.marks
                if mark.index < len(layout) and badge_rect(layout.box(mark.index), mark, self.quarters).contains(point)
            ),
            None,
        )

    def is_on_word(self, point: QPointF) -> bool:
        """Tells whether a point touches a word, so that dragging from there selects words."""
        found = self._on_sheet(point)
        return found is not None and word_at(self.words(found[0]), found[1], found[2]) is not None

    def press(self, point: QPointF, *, draws_area: bool) -> None:
        """The mouse went down: dragging from here selects words where there are some, else draws an area.

        Args:
            point: Where.
            draws_area: Whether an area is wanted even over words.
        """
        found = self._on_sheet(point)
        self._dragged = False
        self._press = None
        if found is not None:
            word = None if draws_area else word_at(self.words(found[0]), found[1], found[2])
            self._press = _Press(found[0], point, word)

    def drag(self, point: QPointF) -> None:
        """The mouse moved while it was down."""
        press = self._press
        if press is None:
            return
        if not self._dragged:
            if (point - press.point).manhattanLength() < _DRAG_FROM:
                return
            self._dragged = True
        if press.word is not None:
            self._drag_words(press.index, press.word, point)
        else:
            area = self._area(press.index, press.point, point)
            self.drawn = (press.index, area) if area is not None else None
            self.changed.emit()

    def release(self, point: QPointF) -> None:
        """The mouse went up: what was dragged over is selected; a mere click follows a link, or selects nothing."""
        press, drawn, dragged = self._press, self.drawn, self._dragged
        self._press = self.drawn = None
        if not dragged:
            self._click(point)
        elif press is not None and press.word is None:
            if drawn is not None:
                self.select_area(*drawn)
            else:
                self.select(None)

    def take_key(self, key: int, modifiers: Qt.KeyboardModifier, current: int) -> bool:
        """Selects by keyboard: Shift and arrows go by words, Alt moves an area, Alt and Shift change its size.

        Args:
            key: Which key.
            modifiers: What is held with it.
            current: The sheet at the reader's eyes.

        Returns:
            Whether the key meant anything here.
        """
        arrow = _ARROWS.get(Qt.Key(key))
        if arrow is None:
            return False
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if modifiers & Qt.KeyboardModifier.AltModifier:
            self._move_area(current, arrow, resize=shift)
            return True
        if shift:
            self._extend_words(current, arrow)
        return shift

    def _click(self, point: QPointF) -> None:
        mark, link = self.mark_at(point), self.link_at(point)
        if mark is not None:
            self.mark_pressed.emit(mark.id)
        elif link is not None:
            self.link_pressed.emit(link)
        else:
            self.select(None)

    def _drag_words(self, index: int, start: int, point: QPointF) -> None:
        words = self.words(index)
        end = nearest_word(words, *self._fractions(index, point))
        if end is not None:
            self.select(select_words(index, words, start, end))

    def _extend_words(self, current: int, arrow: tuple[float, float]) -> None:
        selection = self.selection
        index = selection.index if selection is not None and selection.words is not None else current
        words = self.words(index)
        if not words:
            return
        if selection is None or selection.words is None:
            self.select(select_words(index, words, 0, 0))
            return
        first, last = selection.words
        by = (1 if arrow[0] > 0 else -1) if arrow[0] else self._to_line(words, last, down=arrow[1] > 0)
        self.select(select_words(index, words, first, max(last + by, first)))

    @staticmethod
    def _to_line(words: tuple[PageWord, ...], place: int, *, down: bool) -> int:
        """Returns how many words lie between a word and the nearest one to it on the next line, or the one before."""
        step, at = (1 if down else -1), place
        while 0 <= at + step < len(words) and words[at].line == words[place].line:
            at += step
        line = words[at].line
        same = [each for each in range(len(words)) if words[each].line == line]
        return min(same, key=lambda each: abs(words[each].x - words[place].x)) - place

    def _move_area(self, current: int, arrow: tuple[float, float], *, resize: bool) -> None:
        selection = self.selection
        if selection is None or selection.words is not None or not len(self._layout()):
            self.select_area(current, _FIRST_AREA)
            return
        shown = turned(selection.area, self.quarters)
        x, y, width, height = shown.x, shown.y, shown.width, shown.height
        if resize:
            width = min(max(width + arrow[0], _STEP), 1 - x)
            height = min(max(height + arrow[1], _STEP), 1 - y)
        else:
            x = min(max(x + arrow[0], 0.0), 1 - width)
            y = min(max(y + arrow[1], 0.0), 1 - height)
        self.select_area(selection.index, turned(Area(x=x, y=y, width=width, height=height), -self.quarters))

    def _on_sheet(self, point: QPointF) -> tuple[int, float, float] | None:
        layout = self._layout()
        if not len(layout):
            return None
        index = layout.at(round(point.y()))
        if not _contains(layout.box(index), point):
            return None
        return (index, *self._fractions(index, point))

    def _fractions(self, index: int, point: QPointF) -> tuple[float, float]:
        box = self._layout().box(index)
        x, y = (point.x() - box.left) / box.width, (point.y() - box.top) / box.height
        return turned_point(x, y, -self.quarters)

    def _area(self, index: int, start: QPointF, end: QPointF) -> Area | None:
        area = area_between(self._layout().box(index), (start.x(), start.y()), (end.x(), end.y()))
        return turned(area, -self.quarters) if area is not None else None


def _contains(box: Box, point: QPointF) -> bool:
    return box.left <= point.x() < box.left + box.width and box.top <= point.y() < box.bottom
