"""The head of the desk: what lies on it, whose it is, and how long it has taken."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from mcassess.jobs.sentences import duration_text
from mcassess.texts import tr
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.surfaces import Surface
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.labels import ElidedLabel, Pill, make_label
from mcassess.ui.theme.tokens import SPACES, Tone

_HEIGHT = 52
_WIDE_LINES = 64
_OFFLINE = tr("Offline · everything is saved here")
_OFFLINE_SHORT = tr("Offline")


class Header(Surface):
    """The way back to the queue, title, attempt, educator; at the right the connection and the time.

    Signals:
        back: The person wants to go back to the queue.
        summary_wanted: The person wants the review's summary as a file.
    """

    back = Signal()
    summary_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, lines=Qt.Edge.BottomEdge)
        self._queue = Button(tr("Queue ›"), ButtonKind.QUIET, parent=self)
        self._queue.setAccessibleName(tr("Back to the queue"))
        self._queue.clicked.connect(self.back)
        self._title = ElidedLabel("", "strong", self)
        self._attempt = Pill("", parent=self)
        self._educator = ElidedLabel("", "muted", self)
        self._offline = Pill(_OFFLINE, Tone.WARN, "offline", self)
        self._offline.setToolTip(_OFFLINE)
        self._offline.hide()
        self._time = make_label("", "muted", self)
        self._time.setToolTip(tr("Counted while the desk is shown and in use"))
        self._summary = Button(tr("Summary…"), icon="download", parent=self)
        self._summary.setToolTip(tr("Save the review as a PDF"))
        self._summary.clicked.connect(self.summary_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACES.tight, 0, SPACES.card, 0)
        row.setSpacing(SPACES.near)
        row.addWidget(self._queue)
        row.addWidget(self._title)
        row.addSpacing(SPACES.tight)
        row.addWidget(self._attempt)
        row.addSpacing(SPACES.tight)
        row.addWidget(self._educator)
        row.addStretch(1)
        row.addWidget(self._offline)
        row.addSpacing(SPACES.tight)
        row.addWidget(self._time)
        row.addWidget(self._summary)
        self.setMinimumHeight(max(_HEIGHT, self._queue.sizeHint().height() + SPACES.card))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Says less where room is short."""
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE_LINES * self.fontMetrics().lineSpacing()
        self._offline.show_state(_OFFLINE if wide else _OFFLINE_SHORT, Tone.WARN, "offline")

    def show_submission(self, contents: DeskContents) -> None:
        """Shows what lies on the desk."""
        submission, most = contents.submission, contents.policy.attempts_max
        text = tr("Attempt {attempt} of {most}") if most else tr("Attempt {attempt}")
        self._title.setText(contents.stored.microcredential.title)
        self._attempt.show_state(text.format(attempt=submission.attempt, most=most), Tone.NEUTRAL)
        self._educator.setText(contents.educator)
        self._show_parts(shown=True)

    def show_nothing(self) -> None:
        """Shows that the desk is empty."""
        self._title.setText(tr("Desk"))
        self._educator.setText("")
        self._show_parts(shown=False)

    def show_time(self, milliseconds: int) -> None:
        """Shows how long the review has taken."""
        self._time.setText(tr("{time} on this review").format(time=duration_text(milliseconds)))

    def show_offline(self, *, offline: bool) -> None:
        """Shows whether the platform can be reached."""
        self._offline.setVisible(offline)

    def _show_parts(self, *, shown: bool) -> None:
        for part in (self._attempt, self._educator, self._time, self._summary):
            part.setVisible(shown)
