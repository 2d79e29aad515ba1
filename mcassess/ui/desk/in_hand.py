"""Where the assessor is in a review: evidence and place, tab, criterion in hand. Kept, so that she finds it again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from mcassess.domain.citation import Place
from mcassess.errors import McassessError
from mcassess.store.library import Library
from mcassess.ui.desk.contents import StoppedAt, keep_place, piece_key
from mcassess.ui.work import Work

KEEP_MS = 1_000
"""So old is the place at the most that is found again when the program was killed."""


class InHand(QObject):
    """What the assessor has in hand in one review.

    Signals:
        criterion_changed: Another criterion is in hand.
    """

    criterion_changed = Signal()

    def __init__(self, library: Library, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._key = 0
        self._order: tuple[str, ...] = ()
        self._stopped = StoppedAt()
        self._kept = StoppedAt()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_MS)
        self._timer.timeout.connect(self.keep)

    @property
    def stopped(self) -> StoppedAt:
        """Where she is, or stopped the last time."""
        return self._stopped

    @property
    def criterion(self) -> str:
        """Id of the criterion in hand; empty while there is none."""
        return self._stopped.criterion

    def restore(self, key: int, stopped: StoppedAt, order: Sequence[str]) -> None:
        """Takes up a review where it was left.

        Args:
            key: The library's key of the submission.
            stopped: Where she stopped.
            order: Ids of the criteria; the first is in hand where none was, or one that is not there any more.
        """
        self._key, self._order = key, tuple(order)
        self._kept = stopped
        known = stopped.criterion in self._order
        self._stopped = stopped if known else replace(stopped, criterion=self._order[0] if self._order else "")

    def open(self, attempt: int, evidence: str) -> None:
        """Tells which evidence lies open; where in it, its viewer may tell later, or never if its file is not here."""
        self._change(attempt=attempt, evidence=evidence)

    def move_to(self, attempt: int, evidence: str, place: Place) -> None:
        """Tells where she is in a piece of evidence."""
        self._change(places={**self._stopped.places, piece_key(attempt, evidence): place})

    def place_in(self, attempt: int, evidence: str) -> Place | None:
        """Returns where she was in a piece of evidence; None where she never was."""
        return self._stopped.places.get(piece_key(attempt, evidence))

    def choose_captions(self, attempt: int, evidence: str, chosen: str) -> None:
        """Tells which captions of a video she chose."""
        self._change(captions={**self._stopped.captions, piece_key(attempt, evidence): chosen})

    def captions_of(self, attempt: int, evidence: str) -> str:
        """Returns the captions that she chose for a video; empty for none in particular."""
        return self._stopped.captions.get(piece_key(attempt, evidence), "")

    def show_tab(self, tab: str) -> None:
        """Tells which tab is shown."""
        self._change(tab=tab)

    def write_at(self, caret: str) -> None:
        """Tells where she is writing."""
        if caret != self._stopped.caret:
            self._change(caret=caret)

    def take(self, criterion: str) -> None:
        """Takes a criterion in hand."""
        if criterion != self.criterion and criterion in self._order:
            self._change(criterion=criterion)
            self.criterion_changed.emit()

    def step(self, step: int) -> None:
        """Takes the next (1) or earlier (-1) criterion in hand, on from the other end after the last."""
        if self._order:
            self.take(self._order[(self._order.index(self.criterion) + step) % len(self._order)])

    def keep(self) -> None:
        """Writes the place into the library now, if it is another than the one that is there."""
        self._timer.stop()
        if self._key and self._stopped != self._kept:
            library, key, stopped, before = self._library, self._key, self._stopped, self._kept
            self._kept = stopped

            def refused(_error: McassessError) -> None:  # what is typed says it, where that is refused too
                if self._kept is stopped:
                    self._kept = before

            self._work.write(lambda: keep_place(library, key, stopped), None, refused, owner=self)

    def _change(self, **values: Any) -> None:  # noqa: ANN401 - fields of StoppedAt
        self._stopped = replace(self._stopped, **values)
        if not self._timer.isActive():
            self._timer.start()
