"""The way from the footer's three buttons to a sealed decision: what is missing, in place, or the seal.

The files that go with it are attaching.py.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject

from mcassess.domain.changes import ChangeKind
from mcassess.domain.kinds import Condition, Outcome
from mcassess.jobs import revising, sealing
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.ui.desk.attaching import Attaching
from mcassess.ui.desk.commands import Commands
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.right_side import RightSide


class Deciding(QObject):
    """Award, Not yet earned and Return; connects footer, panel for returning and sealed bar with the presenter."""

    def __init__(
        self, presenter: DeskPresenter, right: RightSide, commands: Commands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._right = right
        self._commands = commands
        self.attaching = Attaching(presenter, right, self)
        right.footer.decided.connect(self.decide)
        right.footer.return_wanted.connect(self.begin_return)
        right.footer.condition_removed.connect(presenter.recorder.clear_condition)
        right.returning.reason_edited.connect(lambda text: presenter.texts.typed(ChangeKind.FEEDBACK, "", text))
        right.returning.reason_left.connect(presenter.texts.flush)
        right.returning.cancelled.connect(self.end_return)
        right.returning.confirmed.connect(self.return_unscored)
        right.sealed.take_back_wanted.connect(self.take_back)
        right.sealed.revise_wanted.connect(self.revise)
        commands.return_cancelled.connect(self.end_return)

    def decide(self, outcome: Outcome) -> None:
        """Seals, or says what is missing and takes the first criterion in hand that it is about."""
        contents = self._presenter.contents
        if contents is None:
            return
        blocks = contents.blocks(outcome)
        # What is typed and not recorded yet may be what was missing: then the seal itself finds out.
        if not blocks or self._presenter.texts.is_waiting():
            self._presenter.seal(outcome)
            return
        self._right.say(contents.refusal(outcome))
        named = next((each for block in blocks for each in block.ids if contents.rubric.find(each)), None)
        if named is not None:
            self._commands.take(named)

    def begin_return(self) -> None:
        """Shows the panel for returning in the footer's place."""
        contents = self._presenter.contents
        if contents is not None and self._presenter.can_record():
            letter = self._presenter.texts.text(ChangeKind.FEEDBACK, "", contents.review)
            failed = False in contents.review.completeness.values()
            self._right.footer.hide()
            self._right.returning.begin(contents.review.condition, letter, failed_checks=failed)

    def end_return(self) -> None:
        """Puts the panel away; what was written stays in the letter."""
        self._right.returning.hide()
        self._right.footer.show()
        self._commands.rest()

    def return_unscored(self, condition: Condition | None) -> None:
        """Seals the return, with the condition code that was chosen or none."""
        contents = self._presenter.contents
        if contents is not None and condition is None and contents.review.condition is not None:
            self._presenter.recorder.clear_condition()
        self._presenter.seal(Outcome.RETURNED, condition)

    def take_back(self) -> None:
        """Takes a sealed decision back that was never tried to be sent."""
        self._write(sealing.take_back)

    def revise(self) -> None:
        """Opens the review of a decision that has arrived; sealing it again revises the decision."""
        self._write(revising.reopen)

    def _write(self, job: Callable[[Library, int], ChangeSet]) -> None:
        library, contents = self._presenter.library, self._presenter.contents
        if contents is not None:
            key = contents.stored.key
            self._presenter.write(lambda: job(library, key))
