"""Underlined text tabs. What they switch is their owner's."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from mcassess.ui.kit.painting import paint_focus, paint_text
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, STROKES, TextSize

_GAP = 20
_TOP = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One tab: its id and its translated title."""

    id: str
    title: str


class Tabs(QTabBar):
    """Text tabs in a row; the current one is bold and underlined. Arrow keys move between them.

    Attributes:
        chosen: Emits the id of the tab that became current.
    """

    chosen = Signal(str)

    def __init__(self, name: str, tabs: Sequence[Tab], parent: QWidget | None = None) -> None:
        """Makes the tabs, the first of them current; ``name`` is spoken by screen readers."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        for tab in tabs:
            self.setTabData(self.addTab(tab.title), tab.id)
        self.currentChanged.connect(lambda index: self.chosen.emit(self.tabData(index)))

    def chosen_id(self) -> str:
        """Returns the current tab's id."""
        return str(self.tabData(self.currentIndex()))

    def set_chosen(self, tab_id: str) -> None:
        """Makes a tab current.

        Raises:
            ValueError: There is no tab of that id.
        """
        self.setCurrentIndex([self.tabData(index) for index in range(self.count())].index(tab_id))

    def set_title(self, tab_id: str, title: str) -> None:
        """Changes what a tab says, as when its count changes."""
        index = [self.tabData(index) for index in range(self.count())].index(tab_id)
        self.setTabText(index, title)

    def tabSizeHint(self, index: int) -> QSize:
        """Returns the room for the bold text, so that nothing moves when the current tab changes."""
        metrics = QFontMetricsF(self._font(current=True))
        return QSize(round(metrics.horizontalAdvance(self.tabText(index))) + _GAP, round(metrics.height()) + 2 * _TOP)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Returns the same room: a tab is never cut, the row scrolls instead."""
        return self.tabSizeHint(index)

    def _font(self, *, current: bool) -> QFont:
        return text_font(self, TextSize.BODY, QFont.Weight.DemiBold if current else QFont.Weight.Normal)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the texts, the line under the current one and the focus ring."""
        colours = colours_of(self)
        painter = QPainter(self)
        here = self.mapFromGlobal(self.cursor().pos()) if self.underMouse() else None
        for index in range(self.count()):
            rect = QRectF(self.tabRect(index)).adjusted(_GAP / 2, 0, -_GAP / 2, 0)
            current = index == self.currentIndex()
            lit = here is not None and self.tabRect(index).contains(here)
            ink = colours.ink if current or lit else colours.muted
            paint_text(painter, rect, self.tabText(index), ink, self._font(current=current), Qt.AlignmentFlag.AlignLeft)
            if current:
                line = QRectF(rect.left(), rect.bottom() - STROKES.focus, rect.width(), STROKES.focus)
                painter.fillRect(line, QColor(colours.accent))
                if self.hasFocus():
                    paint_focus(painter, rect.adjusted(-6, 6, 6, -6), RADII.chip, colours.accent)
