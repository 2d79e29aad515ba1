"""What is said in a video, from its captions: read along, search, jump there. A quiet line where there are none."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from mcassess.evidence.captions import Caption
from mcassess.jobs.sentences import duration_text
from mcassess.texts import tr, tr_n
from mcassess.ui.kit.buttons import Button
from mcassess.ui.kit.fields import SearchField
from mcassess.ui.kit.labels import make_label
from mcassess.ui.kit.painting import paint_box
from mcassess.ui.kit.states import LoadingState
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, SPACES
from mcassess.ui.viewers.caption_track import CaptionState, CaptionTrack

_START = Qt.ItemDataRole.UserRole
_SIDE = 4
HEAD_HEIGHT = 26
"""Of the lines over transcript and moments, which stand side by side; in pixels."""

_SAID: dict[CaptionState, Callable[[], str]] = {
    CaptionState.NONE: lambda: tr(
        "No captions came with this video. What you hear can be marked with M, and named beside here."
    ),
    CaptionState.AWAITED: lambda: tr(
        "The captions of this video are not on this laptop. The next sync brings them, if they are still to be had."
    ),
}


class _Words(QStyledItemDelegate):
    """Paints a caption: its time, its words, what was searched for underlined, the present one bold."""

    def __init__(self, view: "TranscriptPanel", lines: QListWidget) -> None:
        super().__init__(lines)
        self._panel = view
        self._lines = lines

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        layout = self._laid_out(index, self._lines.viewport().width())
        return QSize(self._lines.viewport().width(), round(layout.boundingRect().height()) + 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = colours_of(self._panel)
        rect = QRectF(option.rect)
        if index.row() == self._panel.current():
            paint_box(painter, rect, RADII.key, colours.accent_soft, None)
        if self._lines.hasFocus() and index.row() == self._lines.currentRow():
            paint_box(painter, rect, RADII.key, None, colours.accent)
        font = text_font(self._lines)
        painter.setFont(font)
        painter.setPen(QColor(colours.muted))
        time = duration_text(int(index.data(_START)))
        line = QRectF(rect.left() + _SIDE, rect.top() + 1, rect.width(), QFontMetricsF(font).height())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), time)
        present = index.row() == self._panel.current()
        painter.setPen(QColor(colours.ink if present else colours.muted))
        layout = self._laid_out(index, round(rect.width()))
        layout.draw(painter, QPointF(rect.left() + self._indent(), rect.top() + 1))

    def _indent(self) -> float:
        metrics = QFontMetricsF(text_font(self._lines))
        return _SIDE + metrics.horizontalAdvance("00:00") + SPACES.near

    def _laid_out(self, index: QModelIndex | QPersistentModelIndex, width: int) -> QTextLayout:
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        present = index.row() == self._panel.current()
        font = text_font(self._lines, weight=QFont.Weight.DemiBold if present else None)
        layout = QTextLayout(text, font)
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.setFormats(_underlined(text, self._panel.wanted()))
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width - self._indent() - _SIDE, 40))
            line.setPosition(QPointF(0, top))
            top += line.height()
        layout.endLayout()
        return layout


class TranscriptPanel(QWidget):
    """The captions as lines of text.

    Signals:
        followed: Milliseconds to go to.
        retry_wanted: The captions are to be read once more.
    """

    followed = Signal(int)
    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Transcript"))
        self._captions: tuple[Caption, ...] = ()
        self._current = -1
        self._state = CaptionState.NONE
        self._said = make_label("", "small", self, wrap=True)
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._loading = LoadingState(tr("Reading the captions…"), self)
        self._retry = Button(tr("Try again"), parent=self)
        self._retry.clicked.connect(self.retry_wanted)
        self._name = make_label("", "muted", self)
        self._search = SearchField(tr("Search what is said"), parent=self)
        self._search.setMaximumWidth(190)
        self._search.setFixedHeight(max(HEAD_HEIGHT, self.fontMetrics().height() + SPACES.tight))
        self._search.setStyleSheet("padding: 0 4px;")  # over a list there is not the room of a form's field
        self._search.textEdited.connect(self._searched)
        self._search.returnPressed.connect(self.show_next_hit)
        self._hits = make_label("", "small", self)
        self._lines = self._make_lines()
        self._rest = QWidget(self)
        self._lay_out()
        self._show_state("", can_retry=False)

    def _make_lines(self) -> QListWidget:
        lines = QListWidget(self)
        lines.setAccessibleName(tr("Transcript"))
        lines.setProperty("plain", "true")
        lines.setFrameShape(QListWidget.Shape.NoFrame)
        lines.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lines.setResizeMode(QListWidget.ResizeMode.Adjust)
        lines.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        lines.setItemDelegate(_Words(self, lines))
        lines.itemClicked.connect(self._follow)
        lines.itemActivated.connect(self._follow)
        return lines

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACES.tight)
        layout.addLayout(self._head())
        layout.addWidget(self._said)
        layout.addWidget(self._retry, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._loading, 1)
        layout.addWidget(self._lines, 1)
        layout.addWidget(self._rest, 1)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(SPACES.near)
        head.addStrut(self._search.height())
        head.addWidget(make_label(tr("TRANSCRIPT"), "small", self))
        head.addWidget(self._name)
        head.addStretch(1)
        head.addWidget(self._hits)
        head.addWidget(self._search)
        return head

    def show_captions(self, track: CaptionTrack) -> None:
        """Shows the captions of a video; or that they are being read, that there are none, or why they cannot be."""
        names = {each.id: each.name for each in track.choices}
        self._name.setText(names.get(track.in_hand, "") if len(names) > 1 else "")
        if track.captions != self._captions:
            self._show_lines(track.captions)
        self._state = track.state
        self._show_state(track.sentence, can_retry=track.can_retry)

    def _show_lines(self, captions: tuple[Caption, ...]) -> None:
        self._captions = captions
        self._current = -1
        self._search.clear()
        self._hits.setText("")
        self._lines.clear()
        for caption in captions:
            item = QListWidgetItem(_words(caption))
            item.setData(_START, caption.start_ms)
            self._lines.addItem(item)

    def _show_state(self, sentence: str, *, can_retry: bool) -> None:
        there, failed = self._state is CaptionState.THERE, self._state is CaptionState.FAILED
        for widget in (self._lines, self._search, self._hits):
            widget.setVisible(there)
        self._loading.setVisible(self._state is CaptionState.READING)
        self._said.setText(sentence if failed else _SAID.get(self._state, lambda: "")())
        self._said.setVisible(bool(self._said.text()))
        self._retry.setVisible(failed and can_retry)
        self._rest.setVisible(self._said.isVisibleTo(self))

    def show_position(self, position_ms: int) -> None:
        """Marks what is said now, and keeps it in sight unless the list is being read."""
        current = -1
        for place, caption in enumerate(self._captions):
            if caption.start_ms > position_ms:
                break
            current = place
        if current == self._current:
            return
        self._current = current
        self._lines.scheduleDelayedItemsLayout()
        self._lines.viewport().update()
        if current >= 0 and not self._lines.hasFocus() and not self._lines.underMouse():
            self._lines.scrollToItem(self._lines.item(current), QListWidget.ScrollHint.PositionAtCenter)

    def current(self) -> int:
        """Returns the place (from 0) of what is said now; -1 before the first."""
        return self._current

    def wanted(self) -> str:
        """Returns what is searched for."""
        return self._search.text().strip()

    def hits(self) -> list[int]:
        """Returns the places (from 0) of the captions that hold what is searched for."""
        wanted = self.wanted().casefold()
        if not wanted:
            return []
        return [place for place, each in enumerate(self._captions) if wanted in _words(each).casefold()]

    def show_next_hit(self) -> None:
        """Goes to the next caption that holds what is searched for."""
        hits = self.hits()
        if hits:
            here = self._lines.currentRow()
            place = next((each for each in hits if each > here), hits[0])
            self._lines.setCurrentRow(place)
            self._lines.scrollToItem(self._lines.item(place), QListWidget.ScrollHint.PositionAtCenter)
            self.followed.emit(self._captions[place].start_ms)

    def _searched(self, _text: str) -> None:
        count = len(self.hits())
        text = tr_n("{count} hit", "{count} hits", count).format(count=count)
        self._hits.setText(text if self.wanted() else "")
        self._lines.setCurrentRow(-1)
        self._lines.viewport().update()
        if count:
            self._lines.scrollToItem(self._lines.item(self.hits()[0]), QListWidget.ScrollHint.PositionAtCenter)

    def _follow(self, item: QListWidgetItem) -> None:
        self.followed.emit(int(item.data(_START)))


def _words(caption: Caption) -> str:
    text = " ".join(caption.text.split())
    return f"{caption.speaker}: {text}" if caption.speaker else text


def _underlined(text: str, wanted: str) -> list[QTextLayout.FormatRange]:
    formats: list[QTextLayout.FormatRange] = []
    if not wanted:
        return formats
    start = text.casefold().find(wanted.casefold())
    while start >= 0:
        found = QTextLayout.FormatRange()
        found.start, found.length = start, len(wanted)
        style = QTextCharFormat()
        style.setFontUnderline(True)
        found.format = style
        formats.append(found)
        start = text.casefold().find(wanted.casefold(), start + len(wanted))
    return formats
