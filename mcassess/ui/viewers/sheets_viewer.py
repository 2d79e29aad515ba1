"""What the viewers of pages and of pictures have in common: opening, drawing in the background, zoom, what was seen."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mcassess.domain.citation import Place
from mcassess.errors import McassessError
from mcassess.evidence.page_parts import PageLink, PageWord
from mcassess.texts import tr
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
_CONTROL = Qt.KeyboardModifier.ControlModifier


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
        self._above = QVBoxLayout()
        self._beside = QHBoxLayout()
        self._beside.setSpacing(SPACES.near)
        self._beside.addWidget(self._view, 1)
        self._set_content(self._laid_out())
        self._view.pictures_wanted.connect(self._draw_next)
        self._view.zoom_changed.connect(self._controls.show_zoom)
        self._view.current_changed.connect(self._on_current)
        self._view.hand.changed.connect(self._on_selected)
        self._controls.zoomed.connect(self._view.zoom_step)
        self._controls.fit_pressed.connect(lambda: self._view.fit(fit))
        self._controls.turned.connect(self.turn_page)
        self._controls.page_wanted.connect(lambda page: self._view.go_to(page - 1))
        self._controls.rotated.connect(lambda: self._view.turn(1))
        self._controls.single_wanted.connect(lambda single: self._view.show_single(single=single))
        self._look.timeout.connect(self._look_what_is_seen)

    @property
    def view(self) -> SheetView:
        """Where the sheets are."""
        return self._view

    @property
    def controls(self) -> SheetControls:
        """The line under the sheets."""
        return self._controls

    def show_place(self, place: Place) -> None:
        """Goes to a sheet and shows the area that is meant, as soon as the sheets are there."""
        if self._count:
            self._go_to(place)
        else:
            self._place_wanted = place

    def turn_page(self, by: int) -> None:
        """Goes on by so many pages, or back when negative."""
        self._view.go_to(min(max(self._view.current + by, 0), max(self._count - 1, 0)))

    def rotate(self) -> None:
        """Turns the sheets clockwise by a quarter."""
        self._view.turn(1)

    def copy_words(self) -> bool:
        """Puts the words that are selected on the clipboard; tells whether there were some."""
        selection = self._view.hand.selection
        if selection is None or not selection.quote:
            return False
        QGuiApplication.clipboard().setText(selection.quote)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Takes the keys of sheets: pages, beginning and end, turning, zoom, copying."""
        if not (self._take_control_key(event) if event.modifiers() & _CONTROL else self._take_key(event)):
            super().keyPressEvent(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_PageDown:
                self.turn_page(1)
            case Qt.Key.Key_PageUp:
                self.turn_page(-1)
            case Qt.Key.Key_Home:
                self._view.go_to(0)
            case Qt.Key.Key_End:
                self._view.go_to(self._count - 1)
            case Qt.Key.Key_R:
                self.rotate()
            case _:
                return False
        return True

    def _take_control_key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._view.zoom_step(1)
            case Qt.Key.Key_Minus:
                self._view.zoom_step(-1)
            case Qt.Key.Key_0:
                self._controls.fit_pressed.emit()
            case Qt.Key.Key_C:
                return self.copy_words()
            case _:
                return False
        return True

    def _laid_out(self) -> QWidget:
        below = Card(self)
        below.body.setContentsMargins(SPACES.inner, SPACES.tight, SPACES.inner, SPACES.tight)
        below.body.addWidget(self._controls)
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACES.near + 2)
        column.addLayout(self._above)
        column.addLayout(self._beside, 1)
        column.addWidget(below)
        return content

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
        self._controls.show_hint("")
        self._look.start()
        place, self._place_wanted = self._place_wanted, None
        if place is not None:
            self._go_to(place)
        self.place_changed.emit(self.current_place())

    def _draw_next(self) -> None:
        """Draws what is on screen, then reads its words, then draws what will be seen next."""
        sheets = self._sheets
        if self._drawing or sheets is None or not self._count:
            return
        shown, wanted = self._view.shown(), self._view.wanted()
        unread = next((index for index in shown if not self._view.hand.knows(index)), None)
        if wanted and (wanted[0] in shown or unread is None):
            self._draw(sheets, wanted[0])
        elif unread is not None:
            self._read(sheets, unread)
        else:
            self._when_all_is_drawn()

    def _read(self, sheets: SheetSource, index: int) -> None:
        hand = self._view.hand

        def done(found: tuple[tuple[PageWord, ...], tuple[PageLink, ...]]) -> None:
            hand.set_words(index, *found)
            self._tell_aloud(self._view.current)

        self._do(lambda: sheets.words(index), done, lambda _error: hand.set_words(index, (), ()))

    def _tell_aloud(self, index: int) -> None:
        """Gives screen readers the sheet at the reader's eyes, and its words."""
        self._view.setAccessibleName(tr("Page {page} of {count}").format(page=index + 1, count=self._count))
        self._view.setAccessibleDescription(" ".join(word.text for word in self._view.hand.words(index)))

    def _draw(self, sheets: SheetSource, index: int) -> None:
        scale, quarters = self._view.scale(), self._view.hand.quarters

        def done(image: QImage) -> None:
            self._view.set_picture(index, image, scale, quarters)

        def failed(error: McassessError) -> None:
            self._view.set_note(index, error.text)

        self._do(lambda: sheets.draw(index, scale, quarters), done, failed)

    def _do(self, work: Callable[[], _T], done: Callable[[_T], None], failed: Failed) -> None:
        """Runs the one job of drawing and reading that may be under way, and looks for the next afterwards."""
        self._drawing = True

        def well(result: _T) -> None:
            self._drawing = False
            done(result)
            self._draw_next()

        def ill(error: McassessError) -> None:
            self._drawing = False
            failed(error)
            self._draw_next()

        self._run(work, well, ill)

    def _when_all_is_drawn(self) -> None:
        """Takes that nothing on screen is missing."""

    def _go_to(self, place: Place) -> None:
        """Goes to a place in what is open, if it is one of this kind."""
        raise NotImplementedError

    def _on_current(self, index: int) -> None:
        """Takes that another sheet is read."""
        self._tell_aloud(index)

    def _on_selected(self) -> None:
        """Takes that something else is selected, or nothing any more."""
        raise NotImplementedError

    def _look_what_is_seen(self) -> None:
        shown = [index + 1 for index in self._view.readable()] if self.isVisible() else []
        new = self._seen_pages.shown(shown, time.monotonic())
        if new:
            self.seen.emit(seen_value(pages=new))
