"""The line of controls under pages or a picture: which page, and the zoom. Shows what it is told."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.labels import ElidedLabel, make_label
from mcassess.ui.theme.tokens import SPACES


class SheetControls(QWidget):
    """Buttons for pages and zoom.

    Attributes:
        turned: Emits by how many pages to go on, or back when negative.
        zoomed: Emits by how many steps to zoom in, or out when negative.
        fit_pressed: The zoom is to follow the room.
    """

    turned = Signal(int)
    zoomed = Signal(int)
    fit_pressed = Signal()

    def __init__(self, fit_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._earlier = IconButton("chevron-up", tr("Page before"), parent=self)
        self._next = IconButton("chevron-down", tr("Next page"), parent=self)
        self._page = make_label("", "", self)
        self._hint = ElidedLabel("", "small", self)
        self._zoom = make_label("", "muted", self)
        self._out = IconButton("zoom-out", tr("Smaller"), key=tr("Ctrl wheel"), parent=self)
        self._in = IconButton("zoom-in", tr("Larger"), key=tr("Ctrl wheel"), parent=self)
        self._fit = IconButton("fit-width", fit_name, parent=self)
        self._page.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._zoom.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACES.hair)
        row.addWidget(self._earlier)
        row.addWidget(self._next)
        row.addSpacing(SPACES.tight)
        row.addWidget(self._page)
        row.addSpacing(SPACES.inner)
        row.addWidget(self._hint, 1)
        for widget in (self._out, self._zoom, self._in, self._fit):
            row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._earlier.clicked.connect(lambda: self.turned.emit(-1))
        self._next.clicked.connect(lambda: self.turned.emit(1))
        self._out.clicked.connect(lambda: self.zoomed.emit(-1))
        self._in.clicked.connect(lambda: self.zoomed.emit(1))
        self._fit.clicked.connect(self.fit_pressed)

    def show_page(self, page: int, count: int) -> None:
        """Shows which page (from 1) is read; nothing where there is only a picture (``count`` 0)."""
        self._earlier.setVisible(count > 0)
        self._next.setVisible(count > 0)
        self._page.setVisible(count > 0)
        self._earlier.setEnabled(page > 1)
        self._next.setEnabled(page < count)
        self._page.setText(tr("Page {page} of {count}").format(page=page, count=count))

    def show_zoom(self, share: float) -> None:
        """Shows the zoom as a share of the natural size."""
        self._zoom.setText(f"{round(share * 100)} %")

    def show_hint(self, text: str) -> None:
        """Shows what can be done, or what is selected."""
        self._hint.setText(text)
