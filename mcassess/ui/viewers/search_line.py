"""The line over pages in which a text is looked for: the words, how many hits, on to the next. Finds nothing itself."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from mcassess.texts import tr, tr_n
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES

_PAUSE_MS = 180


class _Words(QLineEdit):
    stepped = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.stepped.emit(-1 if back else 1)
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                super().keyPressEvent(event)


class SearchLine(QWidget):
    """A field for words, and how many hits there are.

    Attributes:
        wanted: Emits the text to look for, after a pause in typing.
        stepped: Emits by how many hits to go on, or back when negative.
        closed: The search is over.
    """

    wanted = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = _Words(self)
        self._words.setPlaceholderText(tr("Search in the document"))
        self._words.setAccessibleName(tr("Search in the document"))
        self._hits = make_label("", "muted", self)
        earlier = IconButton("chevron-up", tr("Hit before"), key=tr("Shift Enter"), parent=self)
        later = IconButton("chevron-down", tr("Next hit"), key="Enter", parent=self)
        close = IconButton("close", tr("End the search"), key="Esc", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACES.tight)
        row.addWidget(self._words, 1)
        for widget in (self._hits, earlier, later, close):
            row.addWidget(widget)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.wanted.emit(self._words.text().strip()))
        self._words.textEdited.connect(lambda _text: self._pause.start())
        self._words.stepped.connect(self._step)
        self._words.left.connect(self.closed)
        earlier.clicked.connect(lambda: self.stepped.emit(-1))
        later.clicked.connect(lambda: self.stepped.emit(1))
        close.clicked.connect(self.closed)

    def begin(self) -> None:
        """Puts the keyboard's focus into the field."""
        self._words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._words.selectAll()

    def stop(self) -> None:
        """Waits for no more typing, and forgets the words."""
        self._pause.stop()
        self._words.clear()
        self._hits.setText("")

    def show_hits(self, place: int, count: int, *, complete: bool) -> None:
        """Shows how many hits there are, and which is in hand (from 0; negative for none).

        Args:
            place: Which hit.
            count: How many there are so far.
            complete: Whether all pages were looked through.
        """
        if count and place >= 0:
            text = tr("{place} of {count}").format(place=place + 1, count=count)
        elif complete:
            text = tr("Not found") if not count else tr_n("{n} hit", "{n} hits", count).format(n=count)
        else:
            text = ""
        self._hits.setText(text if complete else f"{text} …")

    def hits_text(self) -> str:
        """Returns what it says of the hits."""
        return self._hits.text()

    def _step(self, by: int) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self.wanted.emit(self._words.text().strip())
        else:
            self.stepped.emit(by)
