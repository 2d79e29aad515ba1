"""What the desk records in a review: one method for each thing an assessor does there. Shows nothing."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from mcassess.domain.changes import ChangeKind, ChangeValue, Entry
from mcassess.domain.citation import Place
from mcassess.errors import McassessError
from mcassess.jobs import annotating, moments, reviewing
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.ui.desk.kept_texts import Slot
from mcassess.ui.work import Work

Done = Callable[[], None]
Refused = Callable[[str], None]

_REWRITES = {ChangeKind.MOMENT: moments.rename, ChangeKind.ANNOTATION: annotating.rewrite}
"""Of texts that are a part of something larger."""


class Recorder(QObject):
    """Records changes of the review in hand, off the window's thread and in the order in which they were made.

    Signals:
        failed: A sentence: something could not be recorded.
        pending_changed: How many changes are not on disk yet.
    """

    failed = Signal(str)
    pending_changed = Signal(int)

    def __init__(self, library: Library, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._key = 0
        self._pending = 0

    def take_up(self, key: int) -> None:
        """Records into the review of this submission from now on."""
        self._key = key

    def score(self, criterion: str, level: str) -> None:
        """Chooses a level of a criterion."""
        self._record(Entry(kind=ChangeKind.SCORE, target=criterion, value=level))

    def write_text(self, slot: Slot, text: str, done: Done, refused: Refused) -> None:
        """Replaces a text of the review that the slot names; one that is too long to be sent is kept all the same."""
        library, (key, kind, target) = self._library, slot
        if rewrite := _REWRITES.get(kind):
            self._write(lambda: rewrite(library, key, target, text), done, refused)
        else:
            entry = Entry(kind=kind, target=target, value=text)
            self._write(lambda: reviewing.record(library, key, [entry]), done, refused)

    def cite(self, criterion: str, evidence: str, place: Place) -> None:
        """Adds a citation to a criterion."""
        library, key = self._library, self._key
        self._write(lambda: reviewing.cite(library, key, criterion, evidence, place))

    def remove_citation(self, citation: str) -> None:
        """Takes a citation away."""
        self._record(Entry(kind=ChangeKind.CITATION, target=citation))

    def answer(self, check: str, *, answer: bool) -> None:
        """Answers a completeness check."""
        self._record(Entry(kind=ChangeKind.COMPLETENESS, target=check, value=answer))

    def clear_condition(self) -> None:
        """Takes the condition code away."""
        self._record(Entry(kind=ChangeKind.CONDITION))

    def see(self, evidence: str, seen: dict[str, ChangeValue]) -> None:
        """Adds to what was seen of a piece of evidence: ``ranges`` of milliseconds, ``pages``."""
        self._record(Entry(kind=ChangeKind.SEEN, target=evidence, value=seen))

    def spend(self, milliseconds: int) -> None:
        """Adds to the time spent on the review."""
        self._record(Entry(kind=ChangeKind.TIME_SPENT, value=milliseconds))

    def carry_out(self, job: Callable[[Library, int], ChangeSet]) -> None:
        """Carries out a job of recording; it takes the library and the key of the submission in hand."""
        library, key = self._library, self._key
        self._write(lambda: job(library, key))

    def undo(self) -> None:
        """Takes back the newest action."""
        library, key = self._library, self._key
        self._write(lambda: reviewing.undo(library, key))

    def redo(self) -> None:
        """Brings back the action that was undone last."""
        library, key = self._library, self._key
        self._write(lambda: reviewing.redo(library, key))

    def _record(self, entry: Entry) -> None:
        library, key = self._library, self._key
        self._write(lambda: reviewing.record(library, key, [entry]))

    def _write(self, job: Callable[[], ChangeSet], done: Done | None = None, refused: Refused | None = None) -> None:
        self._count(1)

        def finished(_change_set: ChangeSet) -> None:
            if done is not None:
                done()
            self._count(-1)

        def failed(error: McassessError) -> None:
            self._count(-1)
            (refused or self.failed.emit)(error.text)

        self._work.write(job, finished, failed, owner=self)

    def _count(self, step: int) -> None:
        self._pending += step
        self.pending_changed.emit(self._pending)
