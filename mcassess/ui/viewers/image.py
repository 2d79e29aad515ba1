"""The viewer of photographs and drawings: whole or enlarged, with areas that can be drawn on them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from mcassess.domain.citation import PageRegion, PictureArea, Place, Whole
from mcassess.texts import tr
from mcassess.ui.viewers.background import Background
from mcassess.ui.viewers.contact_sheet import ContactSheet
from mcassess.ui.viewers.marked_viewer import MarkedSheetsViewer
from mcassess.ui.viewers.sheet_source import PictureSheets
from mcassess.ui.viewers.sheet_view import Fit
from mcassess.ui.viewers.viewer import EvidenceSource


class ImageViewer(MarkedSheetsViewer):
    """Shows a picture, or the pages of a scan. In hand is the area that was drawn on it, else all of it.

    Attributes:
        evidence_wanted: Emits the id of another picture that was chosen on the contact sheet.
    """

    evidence_wanted = Signal(str)

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(background, fit=Fit.WHOLE, fit_name=tr("Show all of it"), natural=1.0, parent=parent)
        self._controls.leave_out(self._controls.search)
        self._contact = ContactSheet(background, self)
        self._contact.hide()
        self._beside.addWidget(self._contact, 1)
        self._contact.chosen.connect(self._choose)
        self._controls.grid.toggled.connect(self._show_contact)
        self._controls.show_page(0, 0)

    def current_place(self) -> PageRegion | PictureArea | Whole:
        """Returns the area that is selected, the page of a scan that is read, or the picture as a whole."""
        selection = self._view.hand.selection
        if self._count > 1:
            page = self._view.current + 1 if selection is None else selection.index + 1
            return PageRegion(page=page, area=selection.area if selection is not None else None)
        return PictureArea(area=selection.area) if selection is not None else Whole()

    def _go_to(self, place: Place) -> None:
        if isinstance(place, PictureArea):
            self._view.go_to(0, place.area)
        elif isinstance(place, PageRegion):
            self._view.go_to(place.page - 1, place.area)

    def _begin(self, source: EvidenceSource, place: Place | None) -> None:
        self._controls.leave_out(self._controls.grid, out=len(source.beside) <= 1)
        super()._begin(source, place)

    def _end(self) -> None:
        self._controls.grid.setChecked(False)
        super()._end()

    def _show_contact(self, shown: bool) -> None:  # noqa: FBT001 - a signal's value
        source = self._source
        self._view.setVisible(not shown)
        self._contact.setVisible(shown)
        self._controls.show_for_sheets(shown=not shown)
        if shown and source is not None:
            self._contact.show_pictures(source.beside, source.evidence.id)
            self._contact.setFocus()
        else:
            self._contact.stop()

    def _choose(self, evidence: str) -> None:
        """Shows what was chosen; another piece is opened by whoever listens."""
        here = self._source is not None and self._source.evidence.id == evidence
        self._controls.grid.setChecked(False)
        if not here:
            self.evidence_wanted.emit(evidence)

    def _make_sheets(self, source: EvidenceSource) -> PictureSheets:
        return PictureSheets(source.open_reader)

    def _on_opened(self, sizes: list[tuple[float, float]]) -> None:
        super()._on_opened(sizes)
        self._on_current(self._view.current)

    def _on_current(self, index: int) -> None:
        super()._on_current(index)
        self._controls.show_page(index + 1, self._count if self._count > 1 else 0)
        if self._count > 1 and self._view.hand.selection is None:
            self.place_changed.emit(self.current_place())

    def _on_selected(self) -> None:
        if self._view.hand.drawn is None:
            self._controls.show_hint(tr("Selected: an area") if self._view.hand.selection is not None else "")
            self.place_changed.emit(self.current_place())
