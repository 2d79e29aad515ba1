"""Sheets with what lies beside them: small ones and the list of marks. Viewers of pages and pictures build on it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QWidget

from mcassess.domain.citation import Area, PageRegion, PictureArea
from mcassess.texts import tr
from mcassess.ui.viewers.background import Background
from mcassess.ui.viewers.mark_list import MarkList, MarkRow
from mcassess.ui.viewers.sheet_marks import SheetMark
from mcassess.ui.viewers.sheet_side import SheetSide
from mcassess.ui.viewers.sheet_view import Fit
from mcassess.ui.viewers.sheets_viewer import SheetsViewer


class MarkedSheetsViewer(SheetsViewer):
    """Shows sheets and marks on them. What is marked is recorded by whoever listens.

    Attributes:
        mark_wanted: Emits the place to mark, a PageRegion or PictureArea, and the boxes of the words in it.
        copy_wanted: A copy with the marks burnt in is to be saved.
    """

    mark_wanted = Signal(object, object)
    copy_wanted = Signal()

    def __init__(
        self, background: Background, *, fit: Fit, fit_name: str, natural: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(background, fit=fit, fit_name=fit_name, natural=natural, parent=parent)
        self.side = SheetSide(self)
        self.side.hide()
        self._beside.insertWidget(0, self.side)
        self._controls.side_wanted.connect(self._show_side)
        self._controls.mark_wanted.connect(self.mark)
        self.side.page_wanted.connect(self._view.go_to)
        self.side.marks.followed.connect(lambda annotation: self.show_place(annotation.place))
        self.side.marks.copy_wanted.connect(self.copy_wanted)
        self.side.model.wanted.connect(self._draw_next, Qt.ConnectionType.QueuedConnection)
        self._view.hand.mark_pressed.connect(self.show_mark)

    @property
    def mark_list(self) -> MarkList:
        """The list of marks: it tells what is said about them, and which are to go."""
        return self.side.marks

    def show_marks(self, rows: Sequence[MarkRow], *, read_only: bool, may_leave: bool) -> None:
        """Shows what was marked and cited, on the sheets and in the list.

        Args:
            rows: The marks, in the order of the sheets.
            read_only: Whether they can only be read.
            may_leave: Whether a copy with them may leave the library.
        """
        self._view.hand.marks = tuple(_sheet_mark(row) for row in rows)
        self._view.viewport().update()
        self.side.marks.show_rows(rows, read_only=read_only, may_leave=may_leave)

    def mark(self) -> None:
        """Asks for a mark on what is in hand."""
        if not self._count:
            return
        place, selection = self.current_place(), self._view.hand.selection
        if isinstance(place, PageRegion | PictureArea):
            boxes: tuple[Area, ...] = selection.boxes if selection is not None else ()
            self.mark_wanted.emit(place, boxes)
            self._view.hand.select(None)
        else:
            self._controls.show_hint(tr("Draw an area first, with the mouse or with Alt and the arrow keys."))

    def show_mark(self, identifier: str) -> None:
        """Brings a mark to the front in the list, to write about it."""
        self._controls.side.setChecked(True)
        self.side.show_tab("marks")
        self.side.marks.write_about(identifier)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Takes the key of the panel beside the sheets; then those of all sheets."""
        if event.key() == Qt.Key.Key_F4 and not event.modifiers():
            self._controls.side.toggle()
        else:
            super().keyPressEvent(event)

    def _on_opened(self, sizes: list[tuple[float, float]]) -> None:
        self.side.show_pages(sizes)
        super()._on_opened(sizes)

    def _end(self) -> None:
        self.side.show_pages([])
        self.show_marks((), read_only=True, may_leave=False)
        super()._end()

    def _show_side(self, shown: bool) -> None:  # noqa: FBT001 - a signal's value
        self.side.setVisible(shown)
        if shown:
            self.side.show_current(self._view.current)

    def _on_current(self, index: int) -> None:
        super()._on_current(index)
        if self.side.isVisible():
            self.side.show_current(index)

    def _when_all_is_drawn(self) -> None:
        """Draws small sheets while they are looked at."""
        sheets = self._sheets
        wanted = self.side.model.take_wanted() if self.side.small.isVisible() else None
        if sheets is None or wanted is None:
            return
        index, scale = wanted

        def done(image: QImage) -> None:
            self.side.model.set_picture(index, image)

        self._do(lambda: sheets.draw(index, scale), done, lambda _error: None)


def _sheet_mark(row: MarkRow) -> SheetMark:
    annotation = row.annotation
    title = f"{row.where}\n{annotation.text}" if annotation.text else row.where
    return SheetMark(
        id=annotation.id,
        index=annotation.page - 1,
        style=annotation.style,
        boxes=annotation.marked,
        criterion=row.criterion[0] if row.criterion is not None else None,
        number=row.number,
        title=title,
    )
