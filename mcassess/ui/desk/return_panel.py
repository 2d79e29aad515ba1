"""The panel for giving a submission back unscored: why, and what the educator should do. In place, no dialog."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from mcassess.domain.kinds import Condition
from mcassess.jobs.sentences import condition_name
from mcassess.texts import tr
from mcassess.ui.desk.asking_panel import AskingPanel
from mcassess.ui.desk.wording import condition_hint
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.dropdown import Dropdown
from mcassess.ui.kit.fields import GrowingEdit
from mcassess.ui.kit.labels import make_label


class ReturnPanel(AskingPanel):
    """A condition code and the reason; the reason is the letter to the educator.

    Signals:
        reason_edited: The letter as it stands after a key.
        reason_left: The letter is not being written any more.
        confirmed: The Condition to seal with, or None.
    """

    reason_edited = Signal(str)
    reason_left = Signal()
    confirmed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Return to the educator"), parent)
        self._condition = Dropdown(tr("Condition code"), self)
        self._condition.addItem(tr("No condition code"), None)
        for condition in Condition:
            self._condition.addItem(condition_name(condition), condition.value)
        self._hint = make_label("", "small", self, wrap=True)
        self._condition.currentIndexChanged.connect(lambda _index: self._show_hint())
        self._reason = GrowingEdit(
            tr("What the educator should do"),
            placeholder=tr("What is missing or wrong, and what to send instead"),
            min_lines=3,
            max_lines=8,
            parent=self,
        )
        self._reason.textEdited.connect(self.reason_edited)
        self._reason.textEdited.connect(lambda _text: self._show_ready())
        self._reason.left.connect(self.reason_left)
        self._missing = make_label(tr("Choose a condition code, or say why."), "small", self, wrap=True)
        self._confirm = Button(tr("Return unscored"), ButtonKind.DANGER, icon="return", parent=self)
        self._confirm.clicked.connect(lambda: self.confirmed.emit(self.condition()))
        self._other_reason = False
        name = make_label(tr("Return to the educator"), "strong", self)
        text = tr("It goes back as it is and uses up no attempt. The educator reads your reason.")
        about = make_label(text, "small", self, wrap=True)
        self._lay_out(self._confirm, name, about, self._condition, self._hint, self._reason, self._missing)
        self._show_hint()

    def begin(self, condition: Condition | None, reason: str, *, failed_checks: bool) -> None:
        """Opens with what the review holds.

        Args:
            condition: The condition code that is set.
            reason: The letter to the educator as it stands.
            failed_checks: Whether a completeness check says No, which is a reason in itself.
        """
        self._other_reason = failed_checks
        self._condition.setCurrentIndex(self._condition.findData(condition.value if condition else None))
        self._reason.set_text(reason)
        self._show_ready()
        self.show()
        self._condition.setFocus(Qt.FocusReason.OtherFocusReason)

    def condition(self) -> Condition | None:
        """Returns the condition code that is chosen."""
        value = self._condition.currentData()
        return Condition(value) if value else None

    def show_reason(self, reason: str) -> None:
        """Shows the letter as it stands now."""
        self._reason.set_text(reason)
        self._show_ready()

    def _show_hint(self) -> None:
        condition = self.condition()
        self._hint.setText(condition_hint(condition) if condition else "")
        self._hint.setVisible(condition is not None)
        self._show_ready()

    def _show_ready(self) -> None:
        ready = self._other_reason or self.condition() is not None or bool(self._reason.toPlainText().strip())
        self._confirm.setEnabled(ready)
        self._missing.setVisible(not ready)
