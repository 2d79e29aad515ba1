"""The desk's logic: opens a review, keeps it fresh, records what the assessor does, seals. Knows no widget."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from mcassess.domain.changes import ChangeValue
from mcassess.domain.citation import Place
from mcassess.domain.kinds import Condition, Outcome
from mcassess.errors import McassessError
from mcassess.jobs import fetching, sealing
from mcassess.jobs.sentences import outcome_name
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.texts import tr
from mcassess.ui.desk import wording
from mcassess.ui.desk.contents import DeskContents, StoppedAt, load, load_place
from mcassess.ui.desk.in_hand import InHand
from mcassess.ui.desk.kept_texts import KeptTexts
from mcassess.ui.desk.recorder import Recorder
from mcassess.ui.desk.timekeeping import TimeOnReview
from mcassess.ui.work import Task, Work


class Saved(StrEnum):
    """Whether what the assessor did is on disk."""

    SAVED = "saved"
    SAVING = "saving"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    """Whether all is on disk, and the words that say so."""

    saved: Saved
    text: str


class DeskPresenter(QObject):
    """One review at a time. Every change goes to the library at once; the views refresh when it has arrived there.

    Signals:
        loaded: A submission lies on the desk, or the one there came anew from the platform.
        review_changed: The review differs: scores, citations, texts, answers, moments, what was seen.
        evidence_changed: Files arrived, were looked at, or went.
        attached_changed: Files that go with the decision were added, removed or sent.
        sealed_changed: A decision was sealed (the outcome's name), taken back, sent or refused (nothing).
        failed: A sentence to show in place; empty when it is over.
        saved_changed: A SavedState.

    Attributes:
        library: Where all of it lies.
        texts: What is being written.
        recorder: Records everything else.
        hand: Where the assessor is, and the criterion in hand.
        time: The time on this review.
    """

    loaded = Signal()
    review_changed = Signal()
    evidence_changed = Signal()
    attached_changed = Signal()
    sealed_changed = Signal(str)
    failed = Signal(str)
    saved_changed = Signal(object)

    def __init__(self, library: Library, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library = library
        self._work = work
        self.recorder = Recorder(library, work, self)
        self.texts = KeptTexts(self.recorder.write_text, self)
        self.hand = InHand(library, work, self)
        self.time = TimeOnReview(library.clock, self.recorder.spend, self)
        self._contents: DeskContents | None = None
        self._key = 0
        self._shown = False
        self._closed = False
        self._not_saved = ""
        self._pending = 0
        self._opening: Task[tuple[DeskContents, StoppedAt]] | None = None
        self._reading: Task[DeskContents] | None = None
        self.recorder.failed.connect(self._not_recorded)
        self.recorder.pending_changed.connect(self._count_pending)
        self.texts.failed.connect(self._text_not_saved)
        self.texts.waiting_changed.connect(self._tell_saved)
        work.changed.connect(self._library_changed)

    @property
    def contents(self) -> DeskContents | None:
        """What lies on the desk, or None while nothing does."""
        return self._contents

    def open(self, key: int) -> None:
        """Puts a submission on the desk, at the place where the assessor stopped."""
        self._put_down()
        library = self.library
        if self._opening is not None:
            self._opening.cancel()
        # Until the new one has come, the old one lies on the desk, and what is done there belongs to it.
        self._opening = self._work.read(
            lambda: (load(library, key), load_place(library, key)), self._opened, self._not_opened, owner=self
        )

    def show(self) -> None:
        """The desk came into sight: its time counts."""
        self._shown = True
        self._run_time()

    def leave(self) -> None:
        """The desk goes out of sight: everything typed, the time and the place go to the disk."""
        self._shown = False
        self._put_down()

    def close(self) -> None:
        """Brings everything to the disk, and listens to the library no more: it is about to close."""
        self.leave()
        self._closed = True

    def choose_level(self, place: int) -> None:
        """Scores the criterion in hand with the level at ``place`` (from 0), if there is one."""
        criterion = self._contents.rubric.find(self.hand.criterion) if self._contents else None
        if criterion is not None and place < len(criterion.levels) and self.can_record():
            self.recorder.score(criterion.id, criterion.levels[place].id)

    def cite(self, attempt: int, evidence: str, place: Place) -> None:
        """Cites a place to the criterion in hand, or says in place why not."""
        contents, criterion = self._contents, self.hand.criterion
        if contents is None or not criterion or not self.can_record():
            return
        if attempt != contents.submission.attempt:
            text = tr("This is evidence of attempt {attempt}; a score cites evidence of the present attempt.")
            self.failed.emit(text.format(attempt=attempt))
            return
        cited = contents.review.citations.get(criterion, ())
        if any(each.evidence == evidence and each.place == place for each in cited):
            self.failed.emit(tr("This place is cited here already."))
            return
        self.failed.emit("")
        self.recorder.cite(criterion, evidence, place)

    def see(self, key: int, attempt: int, evidence: str, seen: dict[str, ChangeValue]) -> None:
        """Records what was seen of the present attempt's evidence, if it is this submission's."""
        self.time.sign_of_life()
        contents = self._contents
        if contents is None or key != self._key or contents.read_only:
            return
        if attempt == contents.submission.attempt:
            self.recorder.see(evidence, seen)

    def undo(self) -> None:
        """Takes back the newest action of this review, if there is one."""
        self.texts.flush()
        if self._contents is not None and (self._contents.review.undoable or self._pending) and self.can_record():
            self.recorder.undo()

    def redo(self) -> None:
        """Brings back what was undone last, if there is anything."""
        self.texts.flush()
        if self._contents is not None and self._contents.review.redoable and self.can_record():
            self.recorder.redo()

    def can_record(self) -> bool:
        """Tells whether the review can be changed; says in place why not."""
        if self._contents is not None and self._contents.read_only:
            self.failed.emit(tr("This decision is sealed. Take it back to change the review."))
        return self._contents is not None and not self._contents.read_only

    def undo_text(self) -> str:
        """Returns what undo would take back, for the status line; empty where there is nothing."""
        contents = self._contents
        step = None if contents is None or contents.read_only else contents.review.undoable.newest
        if contents is None or step is None:
            return ""
        return tr("Undo: {step}").format(step=wording.step_text(step, contents.rubric))

    def seal(self, outcome: Outcome, condition: Condition | None = None) -> None:
        """Seals a decision; it is held back for some seconds, and can be taken back."""
        if not self.can_record():
            return
        self.texts.flush()
        self.time.stop()
        library, key = self.library, self._key

        def refused(error: McassessError) -> None:
            self._tell_error(error)
            self._run_time()

        self._work.write(
            lambda: sealing.seal_decision(library, key, outcome, condition=condition, hold=sealing.HOLD),
            None,
            refused,
            owner=self,
        )

    def want_earlier(self) -> None:
        """Asks for the evidence of earlier attempts; the next sync brings it."""
        library, key = self.library, self._key
        if key is not None:
            self.write(lambda: fetching.want_earlier(library, key), tr("The next sync brings the earlier evidence."))

    def write(self, job: Callable[[], ChangeSet], said: str = "", *, over: Callable[[], None] | None = None) -> None:
        """Runs a job that writes the library, after what is being typed; says in place how it went.

        Args:
            job: What is to be done.
            said: A sentence for when it is done; none where that shows by itself.
            over: Given for a job that takes long, which then runs beside the others; called when it is done or failed.
        """

        def failed(error: McassessError) -> None:
            if over is not None:
                over()
            self._tell_error(error)

        def done(changes: ChangeSet) -> None:
            if over is not None:
                over()
                self._work.announce(changes)
            self.failed.emit(said)

        self.texts.flush()
        if over is None:
            self._work.write(job, done, failed, owner=self)
        else:
            self._work.background(lambda _task: job(), done, failed, owner=self)

    def _put_down(self) -> None:
        self.texts.flush()
        self.time.stop()
        self.hand.keep()

    def _opened(self, found: tuple[DeskContents, StoppedAt]) -> None:
        self._put_down()
        self._cancel_reading()
        contents, stopped = found
        self._contents, self._key, self._not_saved = contents, contents.stored.key, ""
        self.recorder.take_up(self._key)
        self.texts.take_up(self._key)
        self.time.take_up(contents.review.time_spent_ms)
        self.hand.restore(self._key, stopped, [criterion.id for criterion in contents.criteria])
        self.failed.emit("")
        self.loaded.emit()
        self._tell_saved()
        self._run_time()

    def _not_opened(self, error: McassessError) -> None:
        self._contents = None
        self.loaded.emit()
        self.failed.emit(error.text)

    def _library_changed(self, change_set: ChangeSet) -> None:
        contents = self._contents
        if contents is None or self._closed:
            return
        ours = self._key in change_set.reviews | change_set.submissions
        files = {row.sha256 for row in contents.files.values()} & change_set.evidence
        if not (ours or files or change_set.outbox):
            return
        # A read under way may be older than this change, so its result is not wanted any more.
        self._cancel_reading()
        library, key = self.library, self._key
        stored = None if key in change_set.submissions else contents.stored
        self._reading = self._work.read(lambda: load(library, key, stored), self._refresh, self._tell_error, owner=self)

    def _refresh(self, new: DeskContents) -> None:
        old = self._contents
        if old is None or new.stored.key != self._key:
            return
        if new.stored == old.stored:
            new = replace(new, stored=old.stored)
        self._contents = new
        self.texts.read_again()
        if new.stored is not old.stored:
            self.hand.restore(self._key, self.hand.stopped, [criterion.id for criterion in new.criteria])
            self.loaded.emit()
            return
        if new.sealed != old.sealed:
            self._run_time()
            outcome = new.sealed.outcome if new.sealed is not None and old.sealed is None else None
            self.sealed_changed.emit(outcome_name(outcome) if outcome is not None else "")
        if new.review.length != old.review.length:
            self.review_changed.emit()
        if (new.files, new.preflights) != (old.files, old.preflights):
            self.evidence_changed.emit()
        if new.attached != old.attached:
            self.attached_changed.emit()

    def _cancel_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _run_time(self) -> None:
        contents = self._contents
        if contents is None or contents.read_only or not self._shown:
            self.time.stop()
        elif not self.time.runs:
            self.time.start()

    def _count_pending(self, pending: int) -> None:
        if pending < self._pending:
            self._not_saved = ""
        self._pending = pending
        self._tell_saved()

    def _not_recorded(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self.review_changed.emit()  # what was clicked shows again what the library has

    def _text_not_saved(self, sentence: str) -> None:
        self._not_saved = sentence
        self._tell_saved()

    def _tell_error(self, error: McassessError) -> None:
        self.failed.emit(error.text)

    def _tell_saved(self) -> None:
        if self._not_saved:
            state = SavedState(saved=Saved.FAILED, text=self._not_saved)
        elif self._pending or self.texts.is_waiting():
            state = SavedState(saved=Saved.SAVING, text=tr("saving…"))
        else:
            state = SavedState(saved=Saved.SAVED, text=tr("saved ✓"))
        self.saved_changed.emit(state)
