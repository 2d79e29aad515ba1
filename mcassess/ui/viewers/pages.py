"""The viewer of documents: pages, their number, areas with the words in them, and a password where one is wanted."""

from PySide6.QtWidgets import QWidget

from mcassess.domain.citation import Area, PageRegion, Place
from mcassess.errors import McassessError
from mcassess.evidence.page_parts import PageWord
from mcassess.texts import tr
from mcassess.ui.viewers.background import Background
from mcassess.ui.viewers.password_panel import PasswordPanel
from mcassess.ui.viewers.sheet_layout import quote_of
from mcassess.ui.viewers.sheet_source import DocumentSheets, PasswordWantedError
from mcassess.ui.viewers.sheet_view import Fit
from mcassess.ui.viewers.sheets_viewer import SheetsViewer
from mcassess.ui.viewers.viewer import EvidenceSource

_PIXELS_A_POINT = 96 / 72


class PagesViewer(SheetsViewer):
    """Shows a document. In hand is the area that was drawn on a page, else the page that is read."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(
            background, fit=Fit.WIDTH, fit_name=tr("Fit the width"), natural=_PIXELS_A_POINT, parent=parent
        )
        self._words: dict[int, tuple[PageWord, ...]] = {}
        self._tried_password = False

    def _go_to(self, place: Place) -> None:
        if isinstance(place, PageRegion):
            self._view.go_to(place.page - 1, place.area)

    def current_place(self) -> PageRegion:
        """Returns the area that is selected, with its words, or the page that is read."""
        if self._view.selection is None:
            return PageRegion(page=self._view.current + 1)
        index, area = self._view.selection
        return PageRegion(page=index + 1, area=area, quote=self._quote(index, area))

    def _make_sheets(self, source: EvidenceSource) -> DocumentSheets:
        self._words.clear()
        self._tried_password = False
        return DocumentSheets(source.open_reader)

    def _fail(self, error: McassessError) -> None:
        if not isinstance(error, PasswordWantedError):
            super()._fail(error)
            return
        panel = PasswordPanel(error.text, wrong=self._tried_password)
        panel.given.connect(self._try_password)
        self._state(panel)
        panel.focus()

    def _try_password(self, password: str) -> None:
        if self._source is not None:
            self._tried_password = True
            self._open_sheets(DocumentSheets(self._source.open_reader, password))

    def _on_current(self, index: int) -> None:
        self._controls.show_page(index + 1, max(self._count, 1))
        if self._count and self._view.selection is None:
            self.place_changed.emit(self.current_place())

    def _on_drag(self, index: int) -> None:
        """Reads the words of the page while the area is still being drawn."""
        sheets = self._sheets
        if sheets is None or index in self._words:
            return

        def done(words: tuple[PageWord, ...]) -> None:
            self._words[index] = words
            if self._view.selection is not None and self._view.selection[0] == index:
                self._on_selected()

        self._run(lambda: sheets.words(index), done)

    def _on_selected(self) -> None:
        place = self.current_place()
        hint = tr("Selected: {quote}").format(quote=f"“{place.quote}”" if place.quote else tr("an area"))
        self._controls.show_hint(hint if place.area is not None else "")
        self.place_changed.emit(place)

    def _quote(self, index: int, area: Area) -> str:
        return quote_of(self._words.get(index, ()), area)
