"""The line of controls under pages or a picture: which page, turning, and the zoom. Shows what it is told."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.labels import ElidedLabel, make_label
from mcassess.ui.theme.tokens import SPACES

_PAGE_LETTERS = 5
_HINT_WIDTH = 60


class SheetControls(QWidget):
    """Buttons for pages, turning and zoom.

    Attributes:
        turned: Emits by how many pages to go on, or back when negative.
        page_wanted: Emits the page (from 1) to go to.
        zoomed: Emits by how many steps to zoom in, or out when negative.
        fit_pressed: The zoom is to follow the room.
        rotated: The sheets are to be turned by a quarter.
        single_wanted: Whether one page is to be shown at a time.
        side_wanted: Whether the panel beside the pages is to be shown.
        search_wanted: The line for searching is to be shown.
        mark_wanted: What is in hand is to be marked.
    """

    turned = Signal(int)
    page_wanted = Signal(int)
    zoomed = Signal(int)
    fit_pressed = Signal()
    rotated = Signal()
    single_wanted = Signal(bool)
    side_wanted = Signal(bool)
    search_wanted = Signal()
    mark_wanted = Signal()

    def __init__(self, fit_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side = IconButton("sidebar", tr("Pages, contents and marks"), key="F4", parent=self)
        self.side.setCheckable(True)
        self._earlier = IconButton("chevron-up", tr("Page before"), key=tr("Page up"), parent=self)
        self._next = IconButton("chevron-down", tr("Next page"), key=tr("Page down"), parent=self)
        self._page = self._page_field()
        self._of = make_label("", "", self)
        self._hint = ElidedLabel("", "small", self)
        self.search = IconButton("search", tr("Search in the document"), key="Ctrl F", parent=self)
        self.mark = IconButton("highlight", tr("Mark what is selected"), key="H", parent=self)
        self.grid = IconButton("grid", tr("All pictures at a glance"), parent=self)
        self.grid.setCheckable(True)
        self._rotate = IconButton("rotate", tr("Turn by a quarter"), key="R", parent=self)
        self._single = IconButton("single-page", tr("One page at a time"), parent=self)
        self._single.setCheckable(True)
        self._zoom = make_label("", "muted", self)
        self._out = IconButton("zoom-out", tr("Smaller"), key=tr("Ctrl wheel"), parent=self)
        self._in = IconButton("zoom-in", tr("Larger"), key=tr("Ctrl wheel"), parent=self)
        self._fit = IconButton("fit-width", fit_name, parent=self)
        self._of.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._zoom.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._unused: set[QWidget] = {self.grid}
        self._lay_out()
        self._connect()

    def leave_out(self, *widgets: QWidget, out: bool = True) -> None:
        """Leaves controls out that mean nothing for what is shown, or takes them back."""
        self._unused = self._unused | set(widgets) if out else self._unused - set(widgets)
        self._fit_in()

    def show_for_sheets(self, *, shown: bool) -> None:
        """Takes away what is done to sheets while they are not before the eyes, or shows it again."""
        self.leave_out(self.mark, self._rotate, self._out, self._zoom, self._in, self._fit, out=not shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leaves out, where room is short, what the keyboard or the wheel does as well."""
        super().resizeEvent(event)
        self._fit_in()

    def show_page(self, page: int, count: int) -> None:
        """Shows which page (from 1) is read; nothing where there is only a picture (``count`` 0)."""
        self.leave_out(self._earlier, self._next, self._page, self._of, self._single, out=count == 0)
        self._earlier.setEnabled(page > 1)
        self._next.setEnabled(page < count)
        self._page.setText(str(page))
        self._of.setText(tr("of {count}").format(count=count))

    def page_text(self) -> str:
        """Returns what it says of the page: ``3 of 12``."""
        return f"{self._page.text()} {self._of.text()}"

    def show_zoom(self, share: float) -> None:
        """Shows the zoom as a share of the natural size."""
        self._zoom.setText(f"{round(share * 100)} %")

    def show_hint(self, text: str) -> None:
        """Shows what can be done, or what is selected."""
        self._hint.setText(text)

    def hint(self) -> str:
        """Returns what ``show_hint`` was told."""
        return self._hint.text()

    def _fit_in(self) -> None:
        shown: list[QWidget] = [each for each in self._all if each not in self._unused]
        width = sum(each.sizeHint().width() + SPACES.hair for each in shown) + SPACES.inner + _HINT_WIDTH
        short: list[QWidget] = []
        spare: tuple[QWidget, ...] = (self._zoom, self._out, self._in, self._single, self._earlier, self._next)
        for each in (*spare, self._rotate, self._of):
            if width <= self.width() or each not in shown:
                continue
            width -= each.sizeHint().width() + SPACES.hair
            short.append(each)
        for each in (*shown, *self._unused):
            each.setVisible(each not in short and each not in self._unused)

    def _page_field(self) -> QLineEdit:
        field = QLineEdit(self)
        field.setValidator(QIntValidator(1, 99_999, field))
        field.setFixedWidth(field.fontMetrics().horizontalAdvance("0" * _PAGE_LETTERS) + SPACES.card)
        field.setAccessibleName(tr("Page"))
        return field

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACES.hair)
        first = (self.side, self._earlier, self._next, self._page, self._of)
        for widget in first:
            row.addWidget(widget)
        row.addSpacing(SPACES.inner)
        row.addWidget(self._hint, 1)
        last = (
            self.search,
            self.grid,
            self.mark,
            self._rotate,
            self._single,
            self._out,
            self._zoom,
            self._in,
            self._fit,
        )
        for widget in last:
            row.addWidget(widget)
        self._all: tuple[QWidget, ...] = (*first, *last)

    def _connect(self) -> None:
        self._earlier.clicked.connect(lambda: self.turned.emit(-1))
        self._next.clicked.connect(lambda: self.turned.emit(1))
        self._page.editingFinished.connect(self._want_page)
        self._out.clicked.connect(lambda: self.zoomed.emit(-1))
        self._in.clicked.connect(lambda: self.zoomed.emit(1))
        self._fit.clicked.connect(self.fit_pressed)
        self._rotate.clicked.connect(self.rotated)
        self._single.toggled.connect(self.single_wanted)
        self.side.toggled.connect(self.side_wanted)
        self.search.clicked.connect(self.search_wanted)
        self.mark.clicked.connect(self.mark_wanted)

    def _want_page(self) -> None:
        if self._page.text() and self._page.isModified():
            self._page.setModified(False)
            self.page_wanted.emit(int(self._page.text()))
