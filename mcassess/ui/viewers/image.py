"""The viewer of photographs and drawings: whole or enlarged, with areas that can be drawn on them."""

from PySide6.QtWidgets import QWidget

from mcassess.domain.citation import PictureArea, Place, Whole
from mcassess.texts import tr
from mcassess.ui.viewers.background import Background
from mcassess.ui.viewers.sheet_source import PictureSheet
from mcassess.ui.viewers.sheet_view import Fit
from mcassess.ui.viewers.sheets_viewer import SheetsViewer
from mcassess.ui.viewers.viewer import EvidenceSource


class ImageViewer(SheetsViewer):
    """Shows a picture. In hand is the area that was drawn on it, else all of it."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(background, fit=Fit.WHOLE, fit_name=tr("Show all of it"), natural=1.0, parent=parent)
        self._controls.show_page(0, 0)

    def _go_to(self, place: Place) -> None:
        if isinstance(place, PictureArea):
            self._view.go_to(0, place.area)

    def current_place(self) -> PictureArea | Whole:
        """Returns the area that is selected, or the picture as a whole."""
        if self._view.selection is None:
            return Whole()
        return PictureArea(area=self._view.selection[1])

    def _make_sheets(self, source: EvidenceSource) -> PictureSheet:
        return PictureSheet(source.open_reader)

    def _on_current(self, index: int) -> None:
        """Nothing: there is one picture."""

    def _on_selected(self) -> None:
        self._controls.show_hint(tr("Selected: an area") if self._view.selection is not None else "")
        self.place_changed.emit(self.current_place())
