"""What a place shows when it has nothing, when something failed, and while something comes."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import SPACES, Tone

_ICON_SIDE = 28
_ICON_GROUND = 56
_TEXT_WIDTH = 360
_TICK_MS = 60
_QUIET_MS = 250
_SPINNER = 22


class _Sign(QWidget):
    def __init__(self, icon: str, tone: Tone, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._tone = tone
        self.setFixedSize(_ICON_GROUND, _ICON_GROUND)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = colours_of(self)
        ink, ground = colours.tone(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line)) if self._tone is Tone.NEUTRAL else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        gap = (_ICON_GROUND - _ICON_SIDE) / 2
        draw_icon(painter, QRectF(gap, gap, _ICON_SIDE, _ICON_SIDE), self._icon_name, ink)


class _Statement(QWidget):
    acted = Signal()

    def __init__(self, icon: str, tone: Tone, sentence: str, action: Button | None, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._sentence = make_label(sentence, "muted", self, wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setMinimumWidth(min(_TEXT_WIDTH, self._sentence.sizeHint().width()))
        self._sentence.setMaximumWidth(_TEXT_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACES.page, SPACES.page, SPACES.page, SPACES.page)
        column.setSpacing(SPACES.inner)
        column.addStretch(1)
        column.addWidget(_Sign(icon, tone, self), alignment=Qt.AlignmentFlag.AlignHCenter)
        # Between stretches instead of by alignment: an aligned label gets the height of one line for all its lines.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._sentence, 1000)
        row.addStretch(1)
        column.addLayout(row)
        if action is not None:
            column.addWidget(action, alignment=Qt.AlignmentFlag.AlignHCenter)
            action.clicked.connect(self._act)
        column.addStretch(1)
        self.setAccessibleName(sentence)

    def _act(self) -> None:
        self.acted.emit()

    def sentence(self) -> str:
        """Returns what it says."""
        return self._sentence.text()

    def set_sentence(self, sentence: str) -> None:
        """Says something else."""
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)


class EmptyState(_Statement):
    """An icon, one sentence, and perhaps one button that leads on; emits ``acted`` when that is pressed."""

    def __init__(
        self, icon: str, sentence: str, action_text: str = "", *, key: str = "", parent: QWidget | None = None
    ) -> None:
        """Makes the state; all texts are translated, an empty ``action_text`` means no button."""
        action = Button(action_text, ButtonKind.PRIMARY, key=key) if action_text else None
        super().__init__(icon, Tone.NEUTRAL, sentence, action, parent)


class ErrorState(_Statement):
    """What went wrong and what to do, in one sentence or two, and a button to try again; emits ``acted`` for that."""

    def __init__(self, sentence: str, *, can_retry: bool = True, parent: QWidget | None = None) -> None:
        """Makes the state; ``sentence`` is translated."""
        action = Button(tr("Try again"), ButtonKind.PLAIN) if can_retry else None
        super().__init__("warning", Tone.BAD, sentence, action, parent)


class LoadingState(QWidget):
    """A quiet turning arc with one line of text, after a quarter of a second, so that fast things do not flash."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        """Makes the state; without ``text`` it says "Loading…"."""
        super().__init__(parent)
        self._angle = 0
        self._shown_ms = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._label = make_label(text or tr("Loading…"), "muted", self)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addSpacing(_SPINNER + SPACES.inner)
        column.addWidget(self._label, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setAccessibleName(self._label.text())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def turns(self) -> bool:
        """Returns whether the arc is to be seen."""
        return self._timer.isActive() and self._shown_ms >= _QUIET_MS

    def showEvent(self, event: QShowEvent) -> None:
        """Begins the quarter of a second."""
        self._shown_ms = 0
        self._label.setVisible(False)
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stands still."""
        self._timer.stop()
        super().hideEvent(event)

    def sizeHint(self) -> QSize:
        """Returns the room for arc and text."""
        return super().sizeHint().expandedTo(QSize(120, 96))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the arc above the text."""
        if not self.turns():
            return
        colours = colours_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self._label.geometry().top() - SPACES.inner - _SPINNER
        circle = QRectF((self.width() - _SPINNER) / 2, top, _SPINNER, _SPINNER).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(QColor(colours.line), 2.5))
        painter.drawEllipse(circle)
        painter.setPen(QPen(QColor(colours.accent), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(circle, -self._angle * 16, 80 * 16)

    def _tick(self) -> None:
        self._shown_ms += _TICK_MS
        self._angle = (self._angle + 20) % 360
        self._label.setVisible(self.turns())
        self.update()
