"""Marks on sheets: what the assessor marked and cited, hits of a search, links; and how they are painted."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

from mcassess.domain.annotation import AnnotationStyle
from mcassess.domain.citation import Area
from mcassess.ui.theme.style import text_font
from mcassess.ui.theme.tokens import LIGHT, Colours, TextSize
from mcassess.ui.viewers.sheet_layout import Box, turned

_WASH = 0.30
_HIT, _HIT_IN_HAND = QColor(255, 214, 0, 110), QColor(255, 140, 0, 150)
_BADGE = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMark:
    """Something that is marked on a sheet.

    Attributes:
        id: Of the annotation, or of the citation.
        index: The sheet, counted from 0.
        boxes: In fractions of the sheet as the file has it; none for the sheet as a whole.
        criterion: The place (from 0) of the criterion that it is cited to; None for none.
        number: As the list beside the sheets counts it, from 1.
        title: What it is called where it is pointed at.
    """

    id: str
    index: int
    style: AnnotationStyle
    boxes: tuple[Area, ...]
    criterion: int | None
    number: int
    title: str


def rect_on(box: Box, area: Area, quarters: int) -> QRectF:
    """Returns where an area of a sheet is shown.

    Args:
        box: Where the sheet lies.
        area: In fractions of the sheet as the file has it.
        quarters: How often it is turned clockwise.
    """
    shown = turned(area, quarters)
    return QRectF(
        box.left + shown.x * box.width,
        box.top + shown.y * box.height,
        shown.width * box.width,
        shown.height * box.height,
    )


def badge_rect(box: Box, mark: SheetMark, quarters: int) -> QRectF:
    """Returns where the number of a mark is shown: at its upper left corner, or at the sheet's."""
    corner = rect_on(box, mark.boxes[0], quarters).topLeft() if mark.boxes else QPointF(box.left + 20, box.top + 20)
    x = max(corner.x() - _BADGE, box.left + _BADGE + 1.0)
    y = max(corner.y() - _BADGE / 2, box.top + _BADGE + 1.0)
    return QRectF(x - _BADGE, y - _BADGE, 2 * _BADGE, 2 * _BADGE)


class MarkPainter:
    """Paints marks on sheets; paper is white in both themes, so the colours of the light one are worn there.

    Args:
        painter: Moved so that the sheets' boxes are where they are shown.
        widget: Whose font is worn.
        quarters: How often the sheets are turned.
    """

    def __init__(self, painter: QPainter, widget: QWidget, quarters: int) -> None:
        self._painter, self._widget, self._quarters = painter, widget, quarters

    def paint_mark(self, box: Box, mark: SheetMark) -> None:
        """Paints a mark with its number."""
        colour = QColor(LIGHT.accent if mark.criterion is None else LIGHT.criterion(mark.criterion))
        wash = QColor(colour)
        wash.setAlphaF(_WASH if mark.style is AnnotationStyle.HIGHLIGHT else _WASH / 4)
        for area in mark.boxes:
            rect = rect_on(box, area, self._quarters)
            if mark.style is not AnnotationStyle.NOTE:
                self._painter.fillRect(rect, wash)
            if mark.style is AnnotationStyle.REGION:
                self._painter.setPen(QPen(colour, 2))
                self._painter.setBrush(Qt.BrushStyle.NoBrush)
                self._painter.drawRect(rect)
        self._paint_badge(badge_rect(box, mark, self._quarters), str(mark.number), colour)

    def paint_hits(self, box: Box, boxes: Sequence[Area], *, in_hand: bool) -> None:
        """Paints where a search has found something."""
        for area in boxes:
            self._painter.fillRect(rect_on(box, area, self._quarters), _HIT_IN_HAND if in_hand else _HIT)

    def paint_area(self, box: Box, area: Area, colours: Colours, *, framed: bool = True) -> None:
        """Paints an area that is selected, being drawn, or meant by a citation."""
        tint = QColor(colours.accent)
        self._painter.setPen(QPen(tint, 2) if framed else Qt.PenStyle.NoPen)
        tint.setAlphaF(0.14 if framed else _WASH)
        self._painter.setBrush(tint)
        self._painter.drawRect(rect_on(box, area, self._quarters))

    def _paint_badge(self, rect: QRectF, number: str, colour: QColor) -> None:
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QColor("#FFFFFF"))
        painter.setFont(text_font(self._widget, TextSize.TINY, QFont.Weight.Bold))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, number)
