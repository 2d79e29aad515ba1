"""All level texts of one criterion: under their levels where they are short, below one another where they are long."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from mcassess.domain.rubric import Level
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.style import text_font
from mcassess.ui.theme.tokens import SPACES, TextSize

_MOST_LINES = 7
_LEAST_COLUMN = 84


class LevelTexts(QWidget):
    """The descriptions of a criterion's levels, the lowest first; a chosen level's text stands out."""

    def __init__(self, levels: Sequence[Level], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels = tuple(levels)
        self._beside: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACES.near)
        self._grid.setVerticalSpacing(SPACES.tight)
        self._titles = [make_label(level.title, "caps", self, wrap=True) for level in self._levels]
        self._texts = [make_label(level.description, "small", self, wrap=True) for level in self._levels]
        for title, text in zip(self._titles, self._texts, strict=True):
            title.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            text.setAccessibleName(f"{title.text()}: {text.text()}")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._arrange(beside=self._fits_beside(400))

    def stands_beside(self) -> bool:
        """Returns whether the texts stand side by side, each under its level."""
        return bool(self._beside)

    def show_chosen(self, level_id: str | None) -> None:
        """Makes the text of the chosen level stand out."""
        for level, title, text in zip(self._levels, self._titles, self._texts, strict=True):
            chosen = level.id == level_id
            for label, rank in ((title, "caps"), (text, "small")):
                _set_rank(label, "" if chosen else rank)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stands side by side where all texts fit, else below one another."""
        super().resizeEvent(event)
        beside = self._fits_beside(event.size().width())
        if beside != self._beside:
            self._arrange(beside=beside)

    def _fits_beside(self, width: int) -> bool:
        count = len(self._levels)
        column = (width - SPACES.near * (count - 1)) // count
        if column < _LEAST_COLUMN:
            return False
        metrics = QFontMetrics(text_font(self, TextSize.SMALL))
        room = QRect(0, 0, column, 10_000)
        flags = int(Qt.TextFlag.TextWordWrap)
        return all(
            metrics.boundingRect(room, flags, level.description).height() <= _MOST_LINES * metrics.lineSpacing()
            for level in self._levels
        )

    def _arrange(self, *, beside: bool) -> None:
        self._beside = beside
        count = len(self._levels)
        for widget in (*self._titles, *self._texts):
            self._grid.removeWidget(widget)
        for place, (title, text) in enumerate(zip(self._titles, self._texts, strict=True)):
            title.setVisible(not beside)
            if beside:
                self._grid.addWidget(text, 0, place)
            else:
                self._grid.addWidget(title, place, 0)
                self._grid.addWidget(text, place, 1)
        for place in range(max(count, 2)):
            self._grid.setColumnStretch(place, 1 if beside else 4 * (place == 1))
        self._grid.setColumnMinimumWidth(0, 0 if beside else self._title_width())
        self.updateGeometry()

    def _title_width(self) -> int:
        metrics = QFontMetrics(text_font(self, TextSize.SMALL, QFont.Weight.DemiBold))
        widest = max(metrics.horizontalAdvance(level.title) for level in self._levels)
        return min(widest + SPACES.hair, 96)


def _set_rank(label: QLabel, rank: str) -> None:
    if label.property("rank") != rank:
        label.setProperty("rank", rank)
        label.style().polish(label)
        label.setFont(text_font(label, TextSize.SMALL))
