"""The foot of the rubric: how far the scores are, what still blocks an award, and the three decisions."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from mcassess.domain.kinds import Outcome
from mcassess.jobs.sentences import condition_name, outcome_name
from mcassess.texts import tr
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.surfaces import Surface
from mcassess.ui.desk.wording import is_seen, live_line
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.chip import Chip
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES

_LEAST_TEXT = 150


class Footer(Surface):
    """One line that lives with the scores, and Return…, Not yet earned, Award.

    Signals:
        return_wanted: The panel for returning is to be shown.
        decided: The Outcome to seal.
        condition_removed: The condition code is to be taken away.
    """

    return_wanted = Signal()
    decided = Signal(object)
    condition_removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, lines=Qt.Edge.TopEdge)
        self._scored = make_label("", "strong", self)
        self._line = make_label("", "small", self, wrap=True)
        self._condition = Chip("", icon="warning", removable=True, parent=self)
        self._condition.hide()
        self._condition.remove_requested.connect(self.condition_removed)
        self._return = Button(tr("Return…"), parent=self)
        self._not_yet = Button(outcome_name(Outcome.NOT_YET), ButtonKind.DANGER, parent=self)
        self._award = Button(outcome_name(Outcome.AWARD), ButtonKind.PRIMARY, parent=self)
        self._return.setToolTip(tr("Give it back unscored: not complete, or not to be judged as it came"))
        self._return.clicked.connect(self.return_wanted)
        self._not_yet.clicked.connect(lambda: self.decided.emit(Outcome.NOT_YET))
        self._award.clicked.connect(lambda: self.decided.emit(Outcome.AWARD))
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(self._scored)
        text.addWidget(self._line)
        text.addWidget(self._condition, 0, Qt.AlignmentFlag.AlignLeft)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACES.near)
        self._buttons.addStretch(1)
        for button in (self._return, self._not_yet, self._award):
            self._buttons.addWidget(button)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(SPACES.card, SPACES.inner, SPACES.card, SPACES.inner)
        self._row.setSpacing(SPACES.near)
        self._row.addLayout(text, 1)
        self._row.addLayout(self._buttons)

    def show_review(self, contents: DeskContents) -> None:
        """Shows how far it is, and which decisions can be made."""
        count = len(contents.criteria)
        self._scored.setText(tr("{scored} of {count} scored").format(scored=len(contents.scores), count=count))
        unseen = sum(not is_seen(each, contents.review) for each in contents.submission.evidence)
        blocks = contents.blocks(Outcome.AWARD)
        self._line.setText(live_line(blocks, contents.rubric, unseen))
        self._award.setEnabled(not blocks)
        self._award.setToolTip(contents.refusal(Outcome.AWARD))
        self._not_yet.setToolTip(contents.refusal(Outcome.NOT_YET))
        condition = contents.review.condition
        self._condition.setVisible(condition is not None)
        if condition is not None:
            self._condition.setText(tr("Condition: {condition}").format(condition=condition_name(condition)))
            self._condition.updateGeometry()

    def line(self) -> str:
        """Returns what still blocks an award, as it is shown."""
        return self._line.text()

    def buttons(self) -> dict[Outcome, Button]:
        """Returns the three buttons by what they lead to."""
        return {Outcome.RETURNED: self._return, Outcome.NOT_YET: self._not_yet, Outcome.AWARD: self._award}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the buttons below the text where both do not fit side by side."""
        super().resizeEvent(event)
        wide = event.size().width() >= self._buttons.sizeHint().width() + _LEAST_TEXT + 3 * SPACES.card
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if direction != self._row.direction():
            self._row.setDirection(direction)
