"""The desk: the screen on which one submission is reviewed. It connects its parts with the presenter, no more."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from mcassess.domain.changes import ChangeKind
from mcassess.texts import tr
from mcassess.ui.desk.caret import caret_of, go_to_caret
from mcassess.ui.desk.commands import Commands
from mcassess.ui.desk.deciding import Deciding
from mcassess.ui.desk.evidence_list import EvidenceList
from mcassess.ui.desk.header import Header
from mcassess.ui.desk.keys import key_help
from mcassess.ui.desk.opening import Opening
from mcassess.ui.desk.presenter import DeskPresenter, SavedState
from mcassess.ui.desk.right_side import RightSide
from mcassess.ui.desk.strips_on_desk import StripsOnDesk
from mcassess.ui.desk.viewer_area import ViewerArea
from mcassess.ui.desk.withholding import Withholding
from mcassess.ui.desk.wording import cite_label, standing_sentence
from mcassess.ui.kit.states import EmptyState
from mcassess.ui.screen import Screen, ShortcutHelp
from mcassess.ui.viewers.viewer import ViewerFactory

_LEAST_WIDTHS = (150, 300, 330)
_MOST_WIDTHS = (260, 560)
_SHARES = (0.143, 0.318)


class Desk(Screen):
    """Evidence at the left, the viewer in the middle, the rubric at the right.

    Signals:
        closed: The person wants to go back to the queue.
        sealed: The submission's key and the outcome's name, when a decision was sealed.
        summary_wanted: The submission's key and a name for the file, when its summary is to be saved.
        status_changed: Whether all is saved, and what undo would take back, for the status line.
    """

    closed = Signal()
    sealed = Signal(int, str)
    summary_wanted = Signal(int, str)
    status_changed = Signal(str, str)

    def __init__(self, presenter: DeskPresenter, viewers: ViewerFactory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presenter = presenter
        self._saved_text = ""
        self._active = False
        self._pointer_at = QPoint()
        self._resumes = False
        self.header = Header(self)
        self.evidence = EvidenceList(self)
        self.area = ViewerArea(presenter.library, viewers, self)
        self.right = RightSide(presenter.library.clock.now, self)
        self.commands = Commands(presenter, self.header, self.evidence, self.area, self.right, self)
        self.opening = Opening(presenter, self.evidence, self.area, self.right, self.commands, self)
        self.deciding = Deciding(presenter, self.right, self.commands, self)
        self.withholding = Withholding(presenter, self.area, self.right, self.commands, self)
        self.evidence.withhold_wanted.connect(self.withholding.begin)
        self._nothing = EmptyState(
            "desk", tr("Choose a submission in the queue to review it here."), tr("Go to the queue"), parent=self
        )
        self._stack = QStackedWidget(self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._widths_chosen = False
        self._lay_out()
        self._connect_presenter()
        self._connect_evidence()
        self._connect_rubric()
        self.strips = StripsOnDesk(presenter, self.area, self.evidence, self)
        self._show_submission()

    def open(self, key: int, *, resume: bool = False) -> None:
        """Puts a submission on the desk, at the place where the assessor stopped; ``resume`` goes on writing there."""
        self._resumes = resume
        self.area.close_evidence()
        self.presenter.open(key)

    def activated(self) -> None:
        """Goes on where it was left."""
        self._active = True
        self.presenter.show()
        self._show_status()
        self.commands.rest()

    def deactivated(self) -> None:
        """Stops what plays, and brings everything to the disk."""
        for pane in self.area.panes:
            if pane.timed is not None:
                pane.timed.shuttle(0)
        self._note_caret()
        self._active = False
        self.presenter.leave()
        self.status_changed.emit("", "")

    def flush(self) -> None:
        """Brings what is being written to the disk now."""
        self.presenter.texts.flush()
        self._note_caret()
        self.presenter.hand.keep()

    def close_evidence(self) -> None:
        """Stops what plays and closes what is open; the window is about to close."""
        self.area.close_evidence()
        self.strips.strips.close()
        self.presenter.close()

    def show_offline(self, *, offline: bool) -> None:
        """Shows whether the platform can be reached."""
        self.header.show_offline(offline=offline)

    def shortcuts(self) -> list[ShortcutHelp]:
        """Returns the desk's keys."""
        return [ShortcutHelp(keys=keys, text=text) for keys, text in key_help()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Does what the key asks for, where no control has taken it before."""
        self.presenter.time.sign_of_life()
        if self.presenter.contents is None or not self.commands.press(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:  # noqa: FBT001 - Qt's
        """Tab and Shift-Tab go from criterion to criterion, and among other controls from one to the next."""
        focus = QApplication.focusWidget()
        if focus is not None and not focus.isVisible():
            # No key was pressed: Qt looks for another place because this one was hidden. The desk itself will do.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return self.commands.step_criterion(forwards=forwards) or super().focusNextPrevChild(forwards)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shares the width among the three parts, unless the person has done so herself."""
        super().resizeEvent(event)
        parts = (self.evidence, self.area, self.right)
        for part, least in zip(parts, _LEAST_WIDTHS, strict=True):
            part.setMinimumWidth(max(least, part.minimumSizeHint().width()))
        if not self._widths_chosen:
            width = event.size().width()
            left = min(max(round(width * _SHARES[0]), self.evidence.minimumWidth()), _MOST_WIDTHS[0])
            right = max(min(round(width * _SHARES[1]), _MOST_WIDTHS[1]), self.right.minimumWidth())
            self._splitter.setSizes([left, width - left - right, right])

    def _keep_widths(self) -> None:
        self._widths_chosen = True

    def _lay_out(self) -> None:
        splitter = self._splitter
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        parts = (self.evidence, self.area, self.right)
        for place, part in enumerate(parts):
            splitter.addWidget(part)
            splitter.setStretchFactor(place, 1 if place == 1 else 0)
        splitter.splitterMoved.connect(self._keep_widths)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(splitter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)

    def _connect_presenter(self) -> None:
        presenter = self.presenter
        presenter.loaded.connect(self._show_submission)
        presenter.review_changed.connect(self._show_review)
        presenter.evidence_changed.connect(self._show_evidence)
        presenter.sealed_changed.connect(self._sealed_changed)
        presenter.hand.criterion_changed.connect(self._show_in_hand)
        presenter.failed.connect(self.right.say)
        presenter.saved_changed.connect(self._show_saved)
        presenter.time.ticked.connect(self.header.show_time)
        presenter.time.asking.connect(self._look_at_pointer)
        self._nothing.acted.connect(self.closed)
        self.header.back.connect(self.closed)
        self.header.summary_wanted.connect(self._want_summary)

    def _connect_evidence(self) -> None:
        area = self.area
        area.place_changed.connect(lambda place: self.right.rubric.show_cite_text(cite_label(place)))
        area.seen.connect(self.presenter.see)

    def _connect_rubric(self) -> None:
        presenter, right = self.presenter, self.right
        right.rubric.taken.connect(self.commands.take)
        right.rubric.level_chosen.connect(self._level_chosen)
        right.rubric.citation_removed.connect(presenter.recorder.remove_citation)
        right.rubric.cite_wanted.connect(self.commands.cite)
        right.rubric.comment_edited.connect(lambda each, text: self._typed(ChangeKind.COMMENT, text, each))
        right.feedback.page.textEdited.connect(lambda text: self._typed(ChangeKind.FEEDBACK, text))
        right.notes.page.textEdited.connect(lambda text: self._typed(ChangeKind.NOTE, text))
        for left in (right.rubric.comment_left, right.feedback.page.left, right.notes.page.left):
            left.connect(presenter.texts.flush)
        for page in (right.feedback.page, right.notes.page):
            page.cursorPositionChanged.connect(self._note_caret)
        right.rubric.caret_moved.connect(self._note_caret)
        right.feedback.criterion_followed.connect(self.commands.take)
        right.earlier.evidence_chosen.connect(self.opening.open)
        right.rubric.completeness.answered.connect(self._answered)
        right.tabs.chosen.connect(presenter.hand.show_tab)

    def _show_submission(self) -> None:
        contents, stopped = self.presenter.contents, self.presenter.hand.stopped
        self.area.close_evidence()
        self._stack.setCurrentIndex(0 if contents is None else 1)
        if contents is None:
            self.header.show_nothing()
            return
        self.header.show_submission(contents)
        self.header.show_time(self.presenter.time.total_ms)
        self.evidence.show_submission(contents)
        self.strips.show_submission()
        self.right.show_submission(contents, stopped.tab)
        self._show_review()
        pieces = contents.submission.evidence
        first = pieces[0].id if pieces else ""
        found = contents.find_evidence(stopped.attempt, stopped.evidence)
        if found is not None:
            self.opening.open(stopped.attempt, found.id)
        elif first:
            self.opening.open(contents.submission.attempt, first)
        self.commands.rest()
        if self._resumes:
            self._resumes = False
            go_to_caret(self.right, self.presenter.hand.criterion, stopped.caret)
            self._note_caret()
        if sentence := standing_sentence(contents.stored, contents.sealed):
            self.right.say(sentence)

    def _show_review(self) -> None:
        contents = self.presenter.contents
        if contents is None:
            return
        self.right.show_review(contents, self.presenter.texts, self.presenter.hand.criterion)
        self.evidence.show_review(contents)
        self.area.show_review(contents)
        self._show_status()

    def _show_in_hand(self) -> None:
        contents = self.presenter.contents
        if contents is not None:
            self.right.show_review(contents, self.presenter.texts, self.presenter.hand.criterion)
            self.right.rubric.show_cite_text(cite_label(self.area.pane.place()))
            self.commands.follow_hand()

    def _show_evidence(self) -> None:
        contents = self.presenter.contents
        if contents is not None:
            self._show_review()
            self.opening.show_arrived()

    def _sealed_changed(self, outcome: str) -> None:
        self._show_review()
        contents = self.presenter.contents
        if outcome and contents is not None:
            self.right.say("")
            self.sealed.emit(contents.stored.key, outcome)

    def _show_saved(self, state: SavedState) -> None:
        self._saved_text = state.text
        self.right.show_saved(state)
        self._show_status()

    def _show_status(self) -> None:
        if self._active and self.presenter.contents is not None:
            self.status_changed.emit(self._saved_text, self.presenter.undo_text())

    def _look_at_pointer(self) -> None:
        at = QCursor.pos()
        if at != self._pointer_at and self.isActiveWindow():
            self.presenter.time.sign_of_life()
        self._pointer_at = at

    def _typed(self, kind: ChangeKind, text: str, target: str = "") -> None:
        self.presenter.time.sign_of_life()
        self.presenter.texts.typed(kind, target, text)

    def _note_caret(self) -> None:
        hand = self.presenter.hand
        hand.write_at(caret_of(self.right, hand.criterion))

    def _level_chosen(self, criterion: str, level: str) -> None:
        self.presenter.hand.take(criterion)
        if self.presenter.can_record():
            self.presenter.recorder.score(criterion, level)

    def _answered(self, check: str, answer: bool) -> None:  # noqa: FBT001 - a signal's value
        if self.presenter.can_record():
            self.presenter.recorder.answer(check, answer=answer)

    def _want_summary(self) -> None:
        contents = self.presenter.contents
        if contents is not None:
            self.flush()
            attempt = tr("attempt {attempt}").format(attempt=contents.submission.attempt)
            name = f"{contents.stored.microcredential.title} {contents.educator} {attempt}"
            self.summary_wanted.emit(contents.stored.key, name)
