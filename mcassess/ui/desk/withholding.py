"""The way from a piece of evidence that must not be seen to its end and the report. What is destroyed is a job's."""

from PySide6.QtCore import QObject

from mcassess.domain.kinds import DestroyReason
from mcassess.jobs import withholding
from mcassess.texts import tr
from mcassess.ui.desk.commands import Commands
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.right_side import RightSide
from mcassess.ui.desk.viewer_area import ViewerArea


class Withholding(QObject):
    """Withhold and report; connects the panel with the presenter."""

    def __init__(
        self,
        presenter: DeskPresenter,
        area: ViewerArea,
        right: RightSide,
        commands: Commands,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._area = area
        self._right = right
        self._commands = commands
        self._piece: tuple[int, int, str] | None = None
        right.withholding.cancelled.connect(self.end)
        right.withholding.confirmed.connect(self.withhold)
        presenter.loaded.connect(self._put_away)

    def begin(self) -> None:
        """Asks in place about the piece that lies open in the pane in hand."""
        contents, pane = self._presenter.contents, self._area.pane
        if contents is None or pane.evidence is None:
            self._right.say(tr("Open the evidence that is to be withheld first."))
            return
        self._piece = (contents.stored.key, pane.attempt, pane.evidence.id)
        self._right.withholding.begin(pane.evidence.title, contents.policy.reporting_text)

    def end(self) -> None:
        """Puts the panel away; nothing was done."""
        self._put_away()
        self._commands.rest()

    def withhold(self, reason: DestroyReason, text: str) -> None:
        """Destroys and reports the piece that was asked about."""
        piece = self._piece
        self.end()
        if piece is None:
            return
        # Nobody may look on while it goes, and nothing keeps its file open.
        self._area.close_evidence()
        library, (key, attempt, evidence) = self._presenter.library, piece
        self._presenter.write(
            lambda: withholding.withhold(library, key, evidence, reason=reason, text=text, attempt=attempt),
            tr("Withheld. The next sync reports it to the programme."),
        )

    def _put_away(self) -> None:
        self._piece = None
        self._right.withholding.hide()
