"""Filter pills: an exclusive choice with counts, as above a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mcassess.ui.kit.layouts import FlowLayout
from mcassess.ui.kit.options import OptionButton, OptionGroup
from mcassess.ui.kit.painting import paint_box, paint_focus, paint_text
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import SPACES, TextSize

_SIDE = 11.0
_TOP = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One pill: its id, its translated title and how many it would show (None hides the number)."""

    id: str
    title: str
    count: int | None = None


class _FilterPill(OptionButton):
    def __init__(self, given: Filter, group: OptionGroup) -> None:
        super().__init__(given.id, given.title, group)
        self._title = given.title
        self.show_count(given.count)

    def show_count(self, count: int | None) -> None:
        self.setText(self._title if count is None else f"{self._title} {count}")
        self.setAccessibleName(self.text())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font(chosen=True))
        return QSize(
            round(metrics.horizontalAdvance(self.text()) + 2 * _SIDE + 2), round(metrics.height() + 2 * _TOP + 2)
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _font(self, *, chosen: bool) -> QFont:
        return text_font(self, TextSize.BODY, QFont.Weight.Medium if chosen else QFont.Weight.Normal)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = colours_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        chosen = self.isChecked()
        fill = colours.ink if chosen else colours.hover if self.underMouse() else colours.surface
        paint_box(painter, rect, rect.height() / 2, fill, colours.ink if chosen else colours.line)
        ink = colours.surface if chosen else colours.ink
        paint_text(painter, rect, self.text(), ink, self._font(chosen=chosen), Qt.AlignmentFlag.AlignHCenter)
        if self.hasFocus():
            inset = 2.0 if chosen else 0.0
            paint_focus(painter, rect, rect.height() / 2, colours.surface if chosen else colours.accent, inset)


class FilterPills(OptionGroup):
    """Pills of which one is always chosen; flows into more lines where room is short. Emits ``chosen(id)``."""

    def __init__(self, name: str, filters: Sequence[Filter], parent: QWidget | None = None) -> None:
        """Makes the pills and chooses the first; ``name`` is what they filter, for screen readers."""
        super().__init__(name, parent)
        self._pills = {given.id: _FilterPill(given, self) for given in filters}
        self._adopt(list(self._pills.values()))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        flow = FlowLayout(self, gap=SPACES.near)
        for pill in self._pills.values():
            flow.addWidget(pill)
        if filters:
            self.set_chosen(filters[0].id)

    def set_counts(self, counts: Mapping[str, int | None]) -> None:
        """Shows new numbers; pills that are not named keep theirs."""
        for filter_id, count in counts.items():
            self._pills[filter_id].show_count(count)
