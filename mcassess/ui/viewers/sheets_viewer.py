"""What the viewers of pages and of pictures have in common: opening, drawing in the background, zoom, what was seen."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.domain.citation import Place
from mcassess.errors import McassessError
from mcassess.ui.kit.card import Card
from mcassess.ui.theme.tokens import SPACES
from mcassess.ui.viewers.background import Background, Failed, Job
from mcassess.ui.viewers.seen import PagesOnScreen, seen_value
from mcassess.ui.viewers.sheet_controls import SheetControls
from mcassess.ui.viewers.sheet_source import SheetSource
from mcassess.ui.viewers.sheet_view import Fit, SheetView
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer

_T = TypeVar("_T")
_LOOK_MS = 250


class SheetsViewer(Viewer):
    """Shows sheets; one is drawn at a time, those on screen first, and none that has left it meanwhile.

    Args:
        background: The threads to draw in.
        fit: How the zoom follows the room at first.
        fit_name: What the button says that goes back to that.
        natural: Pixels a unit at 100 %.
        parent: The widget that owns it.
    """

    def __init__(
        self, background: Background, *, fit: Fit, fit_name: str, natural: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._natural = natural
        self._sheets: SheetSource | None = None
        self._count = 0
        self._jobs: list[Job[Any]] = []
        self._drawing = False
        self._place_wanted: Place | None = None
        self._seen_pages = PagesOnScreen()
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._view = SheetView(fit, self)
        self._controls = SheetControls(fit_name, self)
        below = Card(self)
        below.body.setContentsMargins(SPACES.inner, SPACES.tight, SPACES.inner, SPACES.tight)
        below.body.addWidget(self._controls)
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACES.near + 2)
        column.addWidget(self._view, 1)
        column.addWidget(below)
        self._set_content(content)
        self._view.pictures_wanted.connect(self._draw_next)
        self._view.zoom_changed.connect(self._controls.show_zoom)
        self._view.current_changed.connect(self._on_current)
        self._view.selected.connect(self._on_selected)
        self._view.drag_begun.connect(self._on_drag)
        self._controls.zoomed.connect(self._view.zoom_step)
        self._controls.fit_pressed.connect(lambda: self._view.fit(fit))
        self._controls.turned.connect(lambda by: self._view.go_to(self._view.current + by))
        self._look.timeout.connect(self._look_what_is_seen)

    @property
    def view(self) -> SheetView:
        """Where the sheets are."""
        return self._view

    def show_place(self, place: Place) -> None:
        """Goes to a sheet and shows the area that is meant, as soon as the sheets are there."""
        if self._count:
            self._go_to(place)
        else:
            self._place_wanted = place

    def _begin(self, source: EvidenceSource, place: Place | None) -> None:
        self._place_wanted = place
        self._open_sheets(self._make_sheets(source))

    def _make_sheets(self, source: EvidenceSource) -> SheetSource:
        """Returns what sheets are drawn from; opens nothing."""
        raise NotImplementedError

    def _open_sheets(self, sheets: SheetSource) -> None:
        self._close_sheets()
        self._sheets = sheets
        self._show_loading()
        self._run(sheets.open, self._on_opened, self._fail)

    def _end(self) -> None:
        self._look.stop()
        self._close_sheets()
        self._view.set_sheets([], self._natural)
        self._seen_pages = PagesOnScreen()
        self._place_wanted = None

    def _close_sheets(self) -> None:
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()
        self._drawing = False
        self._count = 0
        sheets, self._sheets = self._sheets, None
        if sheets is not None:
            self._background.run(sheets.close)

    def _run(self, work: Callable[[], _T], done: Callable[[_T], None], failed: Failed | None = None) -> None:
        """Runs a job that is dropped when the sheets are closed."""
        self._jobs = [each for each in self._jobs if not each.over]
        self._jobs.append(self._background.run(work, done, failed))

    def _on_opened(self, sizes: list[tuple[float, float]]) -> None:
        self._count = len(sizes)
        self._show_content()
        self._view.set_sheets(sizes, self._natural)
        self._look.start()
        place, self._place_wanted = self._place_wanted, None
        if place is not None:
            self._go_to(place)
        self.place_changed.emit(self.current_place())

    def _draw_next(self) -> None:
        wanted = self._view.wanted()
        sheets = self._sheets
        if self._drawing or sheets is None or not wanted:
            return
        index, scale = wanted[0], self._view.scale()
        self._drawing = True

        def done(image: QImage) -> None:
            self._drawing = False
            self._view.set_picture(index, image, scale)
            self._draw_next()

        def failed(error: McassessError) -> None:
            self._drawing = False
            self._view.set_note(index, error.text)
            self._draw_next()

        self._run(lambda: sheets.draw(index, scale), done, failed)

    def _go_to(self, place: Place) -> None:
        """Goes to a place in what is open, if it is one of this kind."""
        raise NotImplementedError

    def _on_current(self, index: int) -> None:
        """Takes that another sheet is read."""
        raise NotImplementedError

    def _on_selected(self) -> None:
        """Takes that an area was selected, or none any more."""
        raise NotImplementedError

    def _on_drag(self, index: int) -> None:
        """Takes that an area begins to be drawn."""

    def _look_what_is_seen(self) -> None:
        shown = [index + 1 for index in self._view.readable()] if self.isVisible() else []
        new = self._seen_pages.shown(shown, time.monotonic())
        if new:
            self.seen.emit(seen_value(pages=new))
