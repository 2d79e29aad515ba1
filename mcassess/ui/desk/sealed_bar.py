"""What stands in the footer's place once a decision is sealed: what became of it, and the way to take it back."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mcassess.domain.kinds import Outcome
from mcassess.jobs.attaching import AttachedFile
from mcassess.store.outbox import OutboxRow
from mcassess.store.states import OpState
from mcassess.texts import tr
from mcassess.ui.desk.surfaces import Sign, Surface
from mcassess.ui.desk.wording import files_line, hold_seconds, sealed_line
from mcassess.ui.kit.buttons import Button
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES, Tone

_SIGN = 20
_ICONS = {Outcome.AWARD: "award", Outcome.NOT_YET: "not-yet", Outcome.RETURNED: "return"}
_TICK_MS = 250


class SealedBar(Surface):
    """One calm line with the seconds that are left, and Take back as long as sending was not tried.

    Signals:
        take_back_wanted: The decision is to be taken back.
        revise_wanted: The decision has arrived, and is to be another one.
    """

    take_back_wanted = Signal()
    revise_wanted = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent, lines=Qt.Edge.TopEdge)
        self._now = now
        self._row: OutboxRow | None = None
        self._sign = Sign(_SIGN, self)
        self._line = make_label("", "strong", self, wrap=True)
        self._note = make_label("", "small", self, wrap=True)
        self._take_back = Button(tr("Take back"), icon="undo", parent=self)
        self._take_back.clicked.connect(self.take_back_wanted)
        self._revise = Button(tr("Revise…"), parent=self)
        self._revise.setToolTip(tr("Open the review again; what was sent stays on record"))
        self._revise.clicked.connect(self.revise_wanted)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(self._line)
        text.addWidget(self._note)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACES.card, SPACES.inner, SPACES.card, SPACES.inner)
        layout.setSpacing(SPACES.inner)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(text, 1)
        layout.addWidget(self._take_back)
        layout.addWidget(self._revise)

    def show_sealed(self, row: OutboxRow, files: Sequence[AttachedFile] = ()) -> None:
        """Shows a sealed decision, and how it stands with the files that go with it."""
        self._row = row
        self._note.setText(files_line(files) or tr("The review can be read, not changed."))
        bad = row.state is OpState.ATTENTION
        icon = "warning" if bad else _ICONS[row.outcome] if row.outcome is not None else "send"
        self._sign.show_sign(icon, Tone.BAD if bad else Tone.OK)
        self._take_back.setVisible(row.state is OpState.READY and row.tries == 0)
        self._revise.setVisible(row.state is OpState.SETTLED)
        self._tick()
        if hold_seconds(row, self._now()):
            self._timer.start()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def put_away(self) -> None:
        """Nothing is sealed any more."""
        self._row = None
        self._timer.stop()
        self.hide()

    def line(self) -> str:
        """Returns what it says."""
        return self._line.text()

    def take_back_button(self) -> Button:
        """Returns the button that takes the decision back."""
        return self._take_back

    def _tick(self) -> None:
        if self._row is None:
            return
        self._line.setText(sealed_line(self._row, self._now()))
        self.setAccessibleName(self._line.text())
        if not hold_seconds(self._row, self._now()):
            self._timer.stop()
