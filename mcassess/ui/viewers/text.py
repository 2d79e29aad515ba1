"""The viewer of plain texts, such as reflections, at a width that reads well."""

import re
import time
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QTimer, QUrl
from PySide6.QtGui import QColor, QFontMetricsF, QResizeEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QVBoxLayout, QWidget

from mcassess.domain.citation import Place, Whole
from mcassess.evidence.reader import Reader
from mcassess.evidence.text import ReadText, read_text
from mcassess.evidence.worker import Worker
from mcassess.texts import tr
from mcassess.ui.kit.card import Card
from mcassess.ui.theme.style import text_font
from mcassess.ui.theme.tokens import SPACES, TextSize
from mcassess.ui.viewers.background import Background, Job
from mcassess.ui.viewers.search_line import SearchLine
from mcassess.ui.viewers.seen import PagesOnScreen, seen_value
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer

_LETTERS_A_LINE = 72
_LINE_HEIGHT = 150.0
_SHAPED_LETTERS = 200_000  # longer ones are laid out only as far as they are scrolled to, without wider lines
_READ_BYTES = 2 << 20
_LOOK_MS = 250
_WIDER_LINES = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
_PARAGRAPH = "\u2029"
_HIT = QColor(255, 214, 0, 110)
_MOST_MARKED = 2000
_LOOK = "pre, code { font-family: monospace; } td, th { padding: 2px 8px; }"
_MARKDOWN_TYPES = frozenset({"text/markdown", "text/x-markdown"})
_MARKDOWN_NAMES = (".md", ".markdown")


class ReadingText(QTextEdit):
    """Text to be read and selected, in a column in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("plain", "true")
        self.setAcceptRichText(False)
        self.setAccessibleName(tr("Text"))

    def show_text(self, text: ReadText) -> None:
        """Shows a text from its start, with its look where it has one."""
        self.document().setDefaultFont(text_font(self, TextSize.TITLE))
        self.document().setDefaultStyleSheet(_LOOK)
        if text.html and len(text.html) <= _SHAPED_LETTERS:
            self.setHtml(text.html)
        else:
            self.setPlainText(text.text)
        if len(text.text) <= _SHAPED_LETTERS:
            cursor = QTextCursor(self.document())
            cursor.select(QTextCursor.SelectionType.Document)
            wider = QTextBlockFormat()
            wider.setLineHeight(_LINE_HEIGHT, _WIDER_LINES)
            cursor.mergeBlockFormat(wider)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._keep_column()

    def loadResource(self, kind: int, address: QUrl | str) -> None:
        """Loads nothing: a text shows what is in it, and asks nobody for more."""

    def selected_text(self) -> str:
        """Returns what is selected, its paragraphs in lines of their own."""
        return self.textCursor().selectedText().replace(_PARAGRAPH, "\n").strip()

    def select(self, quote: str) -> None:
        """Selects the first place where ``quote`` stands, and scrolls there."""
        self.go_to(self.toPlainText().find(quote), len(quote))

    def go_to(self, at: int, length: int) -> None:
        """Selects so many letters from a place on, and scrolls there; nothing where there is no such place."""
        if at >= 0 and length:
            cursor = self.textCursor()
            cursor.setPosition(at)
            cursor.setPosition(at + length, QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)
            self.ensureCursorVisible()

    def mark(self, places: Sequence[int], length: int) -> None:
        """Marks so many letters from each of these places on, and takes earlier marks away."""
        marked = []
        for at in places:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = self.textCursor()
            mark.cursor.setPosition(at)
            mark.cursor.setPosition(at + length, QTextCursor.MoveMode.KeepAnchor)
            mark.format.setBackground(_HIT)
            marked.append(mark)
        self.setExtraSelections(marked)

    def first_shown(self) -> int:
        """Returns the place of the first letter on screen."""
        return self.cursorForPosition(QPoint(0, 0)).position()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps the column in the middle."""
        super().resizeEvent(event)
        self._keep_column()

    def _keep_column(self) -> None:
        metrics = QFontMetricsF(self.document().defaultFont())
        column = round(metrics.averageCharWidth() * _LETTERS_A_LINE)
        side = max((self.viewport().width() - column) // 2, SPACES.card)
        frame = self.document().rootFrame().frameFormat()
        if frame.leftMargin() != side:
            frame.setLeftMargin(side)
            frame.setRightMargin(side)
            frame.setTopMargin(SPACES.page)
            frame.setBottomMargin(SPACES.page)
            self.document().rootFrame().setFrameFormat(frame)


class TextViewer(Viewer):
    """Shows a text. In hand is what is selected in it, else all of it."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job[ReadText] | None = None
        self._worker: Worker | None = None
        self._place_wanted: Place | None = None
        self._seen_pages = PagesOnScreen()
        self._text = ReadingText(self)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._hits: tuple[int, ...] = ()
        self._wanted = ""
        self.search_line = SearchLine(self)
        self.search_line.hide()
        card = Card(self, padding=2)
        card.body.addWidget(self._text)
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACES.near)
        column.addWidget(self.search_line)
        column.addWidget(card, 1)
        self._set_content(content)
        self.search_line.wanted.connect(self._search)
        self.search_line.stepped.connect(self._step)
        self.search_line.closed.connect(self._end_search)
        self._text.selectionChanged.connect(self._on_selected)
        self._look.timeout.connect(self._look_what_is_seen)

    @property
    def text(self) -> ReadingText:
        """Where the text is."""
        return self._text

    def show_place(self, place: Place) -> None:
        """Selects the words that a citation means."""
        self._place_wanted = place
        if self._job is None and isinstance(place, Whole):
            self._text.select(place.quote)

    def current_place(self) -> Whole:
        """Returns the text as a whole, with the words that are selected."""
        return Whole(quote=self._text.selected_text())

    def search_words(self) -> None:
        """Opens the line for searching, with the keyboard's focus in it."""
        self.search_line.show()
        self.search_line.begin()

    def _search(self, text: str) -> None:
        """Marks every place where a text stands, whatever its capitals, and selects the first from here on."""
        self._wanted = text
        whole = self._text.toPlainText()
        self._hits = (
            tuple(found.start() for found in re.finditer(re.escape(text), whole, re.IGNORECASE)) if text else ()
        )
        self._text.mark(self._hits[:_MOST_MARKED], len(text))
        self._show_hit(next((place for place, at in enumerate(self._hits) if at >= self._text.first_shown()), 0))

    def _step(self, by: int) -> None:
        if self._hits:
            at = self._text.textCursor().selectionStart()
            here = self._hits.index(at) if at in self._hits else -1
            self._show_hit((here + by) % len(self._hits))

    def _show_hit(self, place: int) -> None:
        if self._hits:
            self._text.go_to(self._hits[place], len(self._wanted))
        self.search_line.show_hits(place if self._hits else -1, len(self._hits), complete=True)

    def _end_search(self) -> None:
        self._hits = ()
        self._text.mark((), 0)
        self.search_line.stop()
        self.search_line.hide()
        self._text.setFocus()

    def _begin(self, source: EvidenceSource, place: Place | None) -> None:
        self._place_wanted = place
        if source.evidence.text is not None:
            self._on_text(ReadText(text=source.evidence.text))
            return
        self._show_loading()
        open_reader, markdown, worker = source.open_reader, _is_markdown(source), Worker("words")
        self._worker = worker

        def read() -> ReadText:
            reader: Reader = open_reader()
            try:
                return read_text(reader, markdown=markdown, limit=_READ_BYTES, worker=worker)
            finally:
                reader.close()
                worker.close()

        self._job = self._background.run(read, self._on_text, self._fail)

    def _end(self) -> None:
        self._look.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        worker, self._worker = self._worker, None
        if worker is not None:
            self._background.run(worker.close)
        self._place_wanted = None
        self._seen_pages = PagesOnScreen()
        self._hits = ()
        self.search_line.stop()
        self.search_line.hide()
        self._text.mark((), 0)
        self._text.clear()

    def _on_text(self, text: ReadText) -> None:
        self._job = None
        self._text.show_text(text)
        self._show_content()
        self._look.start()
        if self._place_wanted is not None:
            self.show_place(self._place_wanted)
        self.place_changed.emit(self.current_place())

    def _on_selected(self) -> None:
        if self._source is not None:
            self.place_changed.emit(self.current_place())

    def _look_what_is_seen(self) -> None:
        new = self._seen_pages.shown([1] if self.isVisible() else [], time.monotonic())
        if new:
            self._look.stop()
            self.seen.emit(seen_value(pages=new))


def _is_markdown(source: EvidenceSource) -> bool:
    content, title = source.evidence.content, source.evidence.title.lower()
    return (content is not None and content.media_type in _MARKDOWN_TYPES) or title.endswith(_MARKDOWN_NAMES)
