"""Paints the queue's rows from their values; what the words are is in cells.py."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from mcassess.clock import Clock
from mcassess.store.queue import QueueRow
from mcassess.texts import tr
from mcassess.ui.kit.painting import BAR_HEIGHT, icon_size, paint_bar, paint_pill, paint_text, pill_size
from mcassess.ui.queue import cells
from mcassess.ui.queue.model import Column
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import SPACES, Colours, TextSize

_LEFT = Qt.AlignmentFlag.AlignLeft


class QueueDelegate(QStyledItemDelegate):
    """Paints one cell; two lines where there are two things to say."""

    def __init__(self, view: QWidget, clock: Clock) -> None:
        super().__init__(view)
        self._view = view
        self._clock = clock

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Returns a row's height: two lines and their margins."""
        return QSize(0, self.row_height())

    def row_height(self) -> int:
        """Returns the height of every row, in pixels."""
        body = QFontMetricsF(text_font(self._view)).height()
        small = QFontMetricsF(text_font(self._view, TextSize.SMALL)).height()
        return round(body + small + 2 * SPACES.inner)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paints a cell; rows that are not here yet get a quiet line."""
        colours = colours_of(self._view)
        painter.save()
        whole = QRectF(option.rect)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(whole, QColor(colours.accent_soft))
        painter.fillRect(QRectF(whole.left(), whole.bottom(), whole.width(), 1), QColor(colours.line))
        rect = whole.adjusted(SPACES.inner, 0, -SPACES.near, 0)
        row = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(row, QueueRow):
            self._paint_cell(painter, rect, row, Column(index.column()), colours)
        else:
            place = QRectF(rect.left(), rect.center().y() - 3, min(rect.width() * 0.6, 120), 6)
            painter.fillRect(place, QColor(colours.line))
        painter.restore()

    def _paint_cell(self, painter: QPainter, rect: QRectF, row: QueueRow, column: Column, colours: Colours) -> None:
        match column:
            case Column.MICROCREDENTIAL:
                self._two_lines(painter, rect, row.microcredential_title, cells.stack_text(row), colours)
            case Column.EDUCATOR:
                self._two_lines(painter, rect, row.educator_shown, tr("blind") if row.blind else "", colours)
            case Column.ATTEMPT:
                self._two_lines(painter, rect, cells.attempt_text(row), "", colours)
            case Column.EVIDENCE:
                self._evidence(painter, rect, row, colours)
            case Column.ON_LAPTOP:
                self._on_laptop(painter, rect, row, colours)
            case Column.DUE:
                late = cells.is_overdue(row, self._clock.now())
                self._two_lines(painter, rect, cells.due_day(row.due_at), tr("overdue") if late else "", colours)
            case Column.STATE:
                self._state(painter, rect, row, colours)

    def _two_lines(self, painter: QPainter, rect: QRectF, first: str, second: str, colours: Colours) -> None:
        body = text_font(self._view)
        if not second:
            paint_text(painter, rect, first, colours.ink, body, _LEFT)
            return
        small = text_font(self._view, TextSize.SMALL)
        upper, lower = QFontMetricsF(body).height(), QFontMetricsF(small).height()
        top = rect.center().y() - (upper + lower + 2) / 2
        paint_text(painter, QRectF(rect.left(), top, rect.width(), upper), first, colours.ink, body, _LEFT)
        place = QRectF(rect.left(), top + upper + 2, rect.width(), lower)
        paint_text(painter, place, second, colours.muted, small, _LEFT)

    def _evidence(self, painter: QPainter, rect: QRectF, row: QueueRow, colours: Colours) -> None:
        font = text_font(self._view)
        metrics = QFontMetricsF(font)
        size = icon_size(font)
        left = rect.left()
        for icon, number, _ in cells.evidence_counts(row):
            width = metrics.horizontalAdvance(str(number))
            if left + size + 4 + width > rect.right():
                break
            draw_icon(painter, QRectF(left, rect.center().y() - size / 2, size, size), icon, colours.muted)
            place = QRectF(left + size + 4, rect.top(), width + 2, rect.height())
            paint_text(painter, place, str(number), colours.ink, font, _LEFT)
            left += size + width + 14

    def _on_laptop(self, painter: QPainter, rect: QRectF, row: QueueRow, colours: Colours) -> None:
        font = text_font(self._view, TextSize.SMALL)
        height = QFontMetricsF(font).height()
        top = rect.center().y() - (BAR_HEIGHT + 6 + height) / 2
        bar = QRectF(rect.left(), top, rect.width() - SPACES.near, BAR_HEIGHT)
        paint_bar(painter, bar, cells.laptop_share(row), colours)
        place = QRectF(rect.left(), top + BAR_HEIGHT + 6, rect.width(), height)
        paint_text(painter, place, cells.laptop_text(row), colours.muted, font, _LEFT)

    def _state(self, painter: QPainter, rect: QRectF, row: QueueRow, colours: Colours) -> None:
        font: QFont = text_font(self._view, TextSize.SMALL)
        text = cells.state_text(row)
        size = pill_size(text, font)
        width = min(size.width(), rect.width())
        place = QRectF(rect.left(), rect.center().y() - size.height() / 2, width, size.height())
        paint_pill(painter, place, text, cells.state_tone(row), colours, font)
