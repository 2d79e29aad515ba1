"""The panel for evidence that must not be seen: why, what the programme says, and the report. In place, no dialog."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from mcassess.domain.kinds import DestroyReason
from mcassess.texts import tr
from mcassess.ui.desk.asking_panel import AskingPanel
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.dropdown import Dropdown
from mcassess.ui.kit.fields import GrowingEdit
from mcassess.ui.kit.labels import make_label


class WithholdPanel(AskingPanel):
    """A reason and what the programme should know about one piece of evidence.

    Signals:
        confirmed: The DestroyReason, and the words for the programme.
    """

    confirmed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Withhold and report"), parent)
        self._title = make_label("", "strong", self, wrap=True)
        self._reason = Dropdown(tr("Why"), self)
        self._reason.addItem(tr("A student's name or id can be seen or heard"), DestroyReason.PRIVACY_BREACH.value)
        self._reason.addItem(tr("I am worried about a child's safety"), DestroyReason.SAFETY.value)
        self._guidance = make_label("", "", self, wrap=True)
        self._text = GrowingEdit(
            tr("What the programme should know"),
            placeholder=tr("Where it is, and what the programme should know"),
            min_lines=2,
            max_lines=6,
            parent=self,
        )
        self._confirm = Button(tr("Withhold and report"), ButtonKind.DANGER, icon="warning", parent=self)
        self._confirm.clicked.connect(
            lambda: self.confirmed.emit(DestroyReason(self._reason.currentData()), self._text.toPlainText().strip())
        )
        text = tr("It is destroyed on this laptop now, cannot be fetched again, and is reported with the next sync.")
        about = make_label(text, "small", self, wrap=True)
        self._lay_out(self._confirm, self._title, about, self._reason, self._guidance, self._text)

    def begin(self, title: str, guidance: str) -> None:
        """Opens for a piece of evidence.

        Args:
            title: Of the piece.
            guidance: The programme's text on mandated reporting; empty where it has none.
        """
        self._title.setText(tr("Withhold and report “{title}”").format(title=title))
        self._guidance.setText(guidance)
        self._guidance.setVisible(bool(guidance))
        self._reason.setCurrentIndex(0)
        self._text.set_text("")
        self.show()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
