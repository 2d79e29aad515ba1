"""One completeness check: its question, Yes and No, and the answer that the program proposes until there is one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mcassess.domain.proposals import Proposal
from mcassess.jobs.proposing import reason_sentences
from mcassess.texts import tr, tr_n
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.choice import Choice, SegmentedChoice
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES

_ANSWERS = {"yes": True, "no": False}
_CHOICE_WIDTH = 132
_MOST_REASONS = 3


class CheckRow(QWidget):
    """Asks one question. What is proposed is taken with one click, or left.

    Signals:
        answered: Yes is True.

    Attributes:
        choice: Yes and No.
        proposed: What the program found out, and the answer it would give.
        take: Takes that answer.
    """

    answered = Signal(bool)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        answers = [Choice(id="yes", title=tr("Yes"), passes=True), Choice(id="no", title=tr("No"), passes=False)]
        self.choice = SegmentedChoice(text, answers, self)
        self.choice.setFixedWidth(max(_CHOICE_WIDTH, self.choice.sizeHint().width()))
        self.choice.chosen.connect(lambda answer: self.answered.emit(_ANSWERS[answer]))
        self.proposed = make_label("", "small", self, wrap=True)
        self.take = Button(tr("Take"), ButtonKind.QUIET, parent=self)
        self.take.clicked.connect(self._take)
        self._proposal: Proposal | None = None
        self._line = QWidget(self)
        below = QHBoxLayout(self._line)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(SPACES.near)
        below.addWidget(self.proposed, 1)
        below.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop)
        asked = QHBoxLayout()
        asked.setSpacing(SPACES.near)
        asked.addWidget(make_label(text, "", self, wrap=True), 1)
        asked.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(asked)
        column.addWidget(self._line)
        self._line.hide()

    def show_answer(self, *, answer: bool | None, proposal: Proposal | None, read_only: bool) -> None:
        """Shows the assessor's answer; what is proposed only as long as there is none."""
        self.choice.set_chosen(None if answer is None else "yes" if answer else "no")
        self.choice.setEnabled(not read_only)
        shown = proposal if answer is None and not read_only else None
        if shown != self._proposal:
            self._proposal = shown
            self._show_proposal()

    def _show_proposal(self) -> None:
        proposal = self._proposal
        self._line.setVisible(proposal is not None)
        if proposal is None:
            return
        sentences = reason_sentences(proposal)
        reasons = " ".join(sentences[:_MOST_REASONS])
        if more := len(sentences[_MOST_REASONS:]):
            reasons += " " + tr_n("And {number} more.", "And {number} more.", more).format(number=more)
        if proposal.answer is None:
            self.proposed.setText(tr("Found: {reasons}").format(reasons=reasons))
        else:
            answer = tr("Yes") if proposal.answer else tr("No")
            self.proposed.setText(tr("Proposed: {answer}. {reasons}").format(answer=answer, reasons=reasons))
            self.take.setAccessibleName(tr("Take the proposed answer {answer}").format(answer=answer))
        self.take.setVisible(proposal.answer is not None)

    def _take(self) -> None:
        if self._proposal is not None and self._proposal.answer is not None:
            self.answered.emit(self._proposal.answer)
