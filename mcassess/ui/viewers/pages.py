"""The viewer of documents: pages and what lies beside them, words that are selected, searched for and marked."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from mcassess.domain.citation import PageRegion, Place
from mcassess.errors import McassessError
from mcassess.evidence.page_parts import FormField, OutlineEntry, PageHit, PageLink
from mcassess.texts import tr
from mcassess.ui.viewers.background import Background
from mcassess.ui.viewers.marked_viewer import MarkedSheetsViewer
from mcassess.ui.viewers.page_search import PageSearch
from mcassess.ui.viewers.password_panel import PasswordPanel
from mcassess.ui.viewers.search_line import SearchLine
from mcassess.ui.viewers.sheet_source import DocumentSheets, PasswordWantedError
from mcassess.ui.viewers.sheet_view import Fit
from mcassess.ui.viewers.sheet_words import line_boxes, select_words
from mcassess.ui.viewers.spare_workers import SpareWorkers
from mcassess.ui.viewers.viewer import EvidenceSource

_PIXELS_A_POINT = 96 / 72


class PagesViewer(MarkedSheetsViewer):
    """Shows a document. In hand are the words or the area that is selected, else the page that is read.

    Attributes:
        password_found: Emits what has opened a locked document.
    """

    password_found = Signal(str)

    def __init__(self, background: Background, workers: SpareWorkers, parent: QWidget | None = None) -> None:
        super().__init__(
            background, fit=Fit.WIDTH, fit_name=tr("Fit the width"), natural=_PIXELS_A_POINT, parent=parent
        )
        self._workers = workers
        self._document: DocumentSheets | None = None
        self._typed_password = ""
        self._contents_asked = False
        self.search_line = SearchLine(self)
        self.search_line.hide()
        self._above.addWidget(self.search_line)
        self.search = PageSearch(self._run, self)
        self._view.hand.link_pressed.connect(self._follow)
        self._connect_search()

    def current_place(self) -> PageRegion:
        """Returns what is selected, with its words, or the page that is read."""
        selection = self._view.hand.selection
        if selection is None:
            return PageRegion(page=self._view.current + 1)
        return PageRegion(page=selection.index + 1, area=selection.area, quote=selection.quote)

    def search_words(self) -> None:
        """Opens the line for searching, with the keyboard's focus in it."""
        if self._count:
            self.search_line.show()
            self.search_line.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Takes the keys of documents: searching, the panel beside them; then those of all sheets."""
        if event.key() == Qt.Key.Key_F and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.search_words()
        elif event.key() == Qt.Key.Key_F3 and self.search.hits:
            self.search.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def _connect_search(self) -> None:
        self._controls.search_wanted.connect(self.search_words)
        self.search_line.wanted.connect(self._search)
        self.search_line.stepped.connect(self.search.step)
        self.search_line.closed.connect(self._end_search)
        self.search.changed.connect(self._show_hits)
        self.search.hit_reached.connect(self._show_hit)

    def _go_to(self, place: Place) -> None:
        if isinstance(place, PageRegion):
            self._view.go_to(place.page - 1, place.area)

    def _make_sheets(self, source: EvidenceSource) -> DocumentSheets:
        self._typed_password = ""
        self._document = DocumentSheets(source.open_reader, source.password, self._workers.take())
        return self._document

    def _on_opened(self, sizes: list[tuple[float, float]]) -> None:
        self._contents_asked = False
        super()._on_opened(sizes)
        if self._typed_password:
            self.password_found.emit(self._typed_password)

    def _end(self) -> None:
        self._end_search()
        self._document = None
        super()._end()

    def _fail(self, error: McassessError) -> None:
        if not isinstance(error, PasswordWantedError):
            super()._fail(error)
            return
        panel = PasswordPanel(error.text, wrong=bool(self._typed_password))
        panel.given.connect(self._try_password)
        self._state(panel)
        panel.focus()

    def _try_password(self, password: str) -> None:
        if self._source is not None:
            self._typed_password = password
            self._document = DocumentSheets(self._source.open_reader, lambda: password, self._workers.take())
            self._open_sheets(self._document)

    def _when_all_is_drawn(self) -> None:
        """Reads the outline and the form, once; then draws small pages."""
        document = self._document
        if document is not None and not self._contents_asked:
            self._contents_asked = True
            self._do(document.contents, self._show_contents, lambda _error: None)
        else:
            super()._when_all_is_drawn()

    def _show_contents(self, contents: tuple[tuple[OutlineEntry, ...], tuple[FormField, ...]]) -> None:
        self.side.show_contents(*contents)

    def _on_current(self, index: int) -> None:
        super()._on_current(index)
        self._controls.show_page(index + 1, max(self._count, 1))
        if self._count and self._view.hand.selection is None:
            self.place_changed.emit(self.current_place())

    def _on_selected(self) -> None:
        if self._view.hand.drawn is not None:
            return
        place = self.current_place()
        hint = tr("Selected: {quote}").format(quote=f"“{place.quote}”" if place.quote else tr("an area"))
        self._controls.show_hint(hint if place.area is not None else "")
        if self._count:
            self.place_changed.emit(place)

    def _follow(self, link: PageLink) -> None:
        """Follows a link inside the document; says where any other would lead."""
        if link.page is not None:
            self._view.go_to(link.page)
        else:
            self._controls.show_hint(tr("This link leads out of the document: {address}").format(address=link.address))

    def _search(self, text: str) -> None:
        if self._document is not None:
            self.search.begin(text, self._document.find, self._count, self._view.current)

    def _end_search(self) -> None:
        self.search.stop()
        self.search_line.stop()
        self.search_line.hide()
        self._view.set_hits([], -1)
        self._view.setFocus()

    def _show_hits(self) -> None:
        search = self.search
        self._view.set_hits([(hit.page, line_boxes(hit.words)) for hit in search.hits], search.place)
        if search.text:
            self.search_line.show_hits(search.place, len(search.hits), complete=search.complete)

    def _show_hit(self, hit: PageHit) -> None:
        """Shows a hit, and takes it in hand, so that it can be cited or marked by keyboard alone."""
        found = select_words(hit.page, hit.words, 0, len(hit.words) - 1)
        if found is None:
            return
        last = hit.first + len(hit.words) - 1
        self._view.go_to(hit.page, found.area, mark=False)
        self._view.hand.select(replace(found, words=(hit.first, last)))
