"""The completeness check: its questions with proposed answers, what came for each slot, one line once all is well."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mcassess.domain.completeness import SlotFinding
from mcassess.jobs import proposing
from mcassess.jobs.sentences import slot_sentence
from mcassess.texts import tr, tr_n
from mcassess.ui.desk.check_row import CheckRow
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.surfaces import Sign
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.choice import SegmentedChoice
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES, Tone

_SIGN = 16


class CompletenessPanel(Card):
    """Yes/no questions before any scoring. Folds to one line when all are answered Yes and every slot is filled.

    Signals:
        answered: Id of a check, and the answer.
    """

    answered = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, padding=SPACES.near)
        self.setAccessibleName(tr("Completeness check"))
        self._checks: dict[str, CheckRow] = {}
        self._slots: tuple[SlotFinding, ...] = ()
        self._complete: bool | None = None
        self._sign = Sign(_SIGN, self)
        self._summary = make_label("", parent=self, wrap=True)
        self._count = make_label("", "small", self)
        self._fold = IconButton("chevron-down", tr("Show the checks"), parent=self)
        head = QHBoxLayout()
        head.setSpacing(SPACES.near)
        head.addWidget(self._sign)
        head.addWidget(self._summary, 1)
        head.addWidget(self._count)
        head.addWidget(self._fold)
        self.body.addLayout(head)
        self._folder = QWidget(self)
        self._fold.clicked.connect(lambda: self._unfold(unfolded=not self.is_unfolded()))
        self._rows = QVBoxLayout(self._folder)
        self._rows.setContentsMargins(SPACES.tight, 0, SPACES.tight, SPACES.tight)
        self._rows.setSpacing(SPACES.near)
        self._slot_lines = QVBoxLayout()
        self._slot_lines.setSpacing(SPACES.near)
        self.body.addWidget(self._folder)

    def show_submission(self, contents: DeskContents) -> None:
        """Shows the checks of another submission."""
        self._rows.removeItem(self._slot_lines)
        _empty(self._rows)
        self._checks, self._complete, self._slots = {}, None, ()
        for check in contents.rubric.completeness:
            row = self._checks[check.id] = CheckRow(check.text, self._folder)
            row.answered.connect(lambda answer, asked=check.id: self.answered.emit(asked, answer))
            self._rows.addWidget(row)
        self._rows.addLayout(self._slot_lines)
        self.setVisible(bool(contents.rubric.completeness or contents.findings))
        self.show_review(contents)

    def show_review(self, contents: DeskContents) -> None:
        """Shows the answers, and what was found out meanwhile."""
        answers = contents.review.completeness
        proposed = proposing.proposals_of(contents.stored, contents.preflights)
        for check, row in self._checks.items():
            row.show_answer(answer=answers.get(check), proposal=proposed.get(check), read_only=contents.read_only)
        if contents.findings != self._slots:
            self._slots = contents.findings
            self._show_slots()
        ids = [check.id for check in contents.rubric.completeness]
        refused = sum(answers.get(check) is False for check in ids)
        said_yes = sum(answers.get(check) is True for check in ids)
        faults = sum(bool(finding.faults) for finding in contents.findings)
        self._summary.setText(_summary(to_answer=len(ids) - said_yes - refused, refused=refused, faults=faults))
        self._count.setText(tr("{done} of {count}").format(done=said_yes, count=len(ids)) if ids else "")
        complete = said_yes == len(ids) and not faults
        self._show_sign(complete=complete, bad=bool(refused or faults))
        if complete != self._complete:
            self._complete = complete
            self._unfold(unfolded=not complete)

    def is_unfolded(self) -> bool:
        """Returns whether the checks are to be seen."""
        return self._folder.isVisibleTo(self)

    def choice(self, check: str) -> SegmentedChoice:
        """Returns the answer's choice of a check.

        Raises:
            KeyError: There is no such check.
        """
        return self._checks[check].choice

    def row(self, check: str) -> CheckRow:
        """Returns the row of a check.

        Raises:
            KeyError: There is no such check.
        """
        return self._checks[check]

    def _show_slots(self) -> None:
        _empty(self._slot_lines)
        for finding in self._slots:
            if finding.faults:
                self._slot_lines.addWidget(make_label(slot_sentence(finding), "bad", self._folder, wrap=True))
        if filled := [finding.slot.title for finding in self._slots if not finding.faults]:
            text = tr("As asked for: {slots}.").format(slots="; ".join(filled))
            self._slot_lines.addWidget(make_label(text, "small", self._folder, wrap=True))

    def _show_sign(self, *, complete: bool, bad: bool) -> None:
        tone = Tone.OK if complete else Tone.BAD if bad else Tone.WARN
        self._sign.show_sign("check" if complete else "warning" if bad else "info", tone)

    def _unfold(self, *, unfolded: bool) -> None:
        self._folder.setVisible(unfolded)
        self._fold.set_icon("chevron-up" if unfolded else "chevron-down")
        self._fold.set_name(tr("Hide the checks") if unfolded else tr("Show the checks"))


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def _summary(*, to_answer: int, refused: int, faults: int) -> str:
    parts = []
    if to_answer:
        parts.append(tr_n("{count} check to answer", "{count} checks to answer", to_answer).format(count=to_answer))
    if refused:
        parts.append(tr_n("{count} answered No", "{count} answered No", refused).format(count=refused))
    if faults:
        parts.append(
            tr_n("{count} slot not as asked for", "{count} slots not as asked for", faults).format(count=faults)
        )
    if not parts:
        return tr("Complete: nothing is missing")
    return tr("Completeness check: {what}").format(what=", ".join(parts))
