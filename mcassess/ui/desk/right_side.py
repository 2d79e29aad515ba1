"""The right side of the desk: the tabs, what is said in place, and at the foot the decision."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from mcassess.domain.changes import ChangeKind
from mcassess.texts import tr
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.earlier_tab import EarlierTab
from mcassess.ui.desk.faces import criterion_faces
from mcassess.ui.desk.feedback_tab import FeedbackTab
from mcassess.ui.desk.footer import Footer
from mcassess.ui.desk.kept_texts import KeptTexts
from mcassess.ui.desk.notes_tab import NotesTab
from mcassess.ui.desk.presenter import Saved, SavedState
from mcassess.ui.desk.return_panel import ReturnPanel
from mcassess.ui.desk.rubric_panel import RubricPanel
from mcassess.ui.desk.sealed_bar import SealedBar
from mcassess.ui.desk.surfaces import Notice, Surface
from mcassess.ui.desk.withhold_panel import WithholdPanel
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.labels import ElidedLabel, make_label
from mcassess.ui.kit.tabs import Tab, Tabs
from mcassess.ui.theme.tokens import SPACES, Tone

RUBRIC, FEEDBACK, EARLIER, NOTES = "rubric", "feedback", "earlier", "notes"
_SAVING = tr("saving…")
_FEEDBACK_TITLES = (tr("Feedback to educator"), tr("Feedback"))


class RightSide(Surface):
    """Tabs over pages, a notice, and the foot. It holds the parts; what they ask for is connected in view.py."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.rubric = RubricPanel(self)
        self.feedback = FeedbackTab(self)
        self.earlier = EarlierTab(self)
        self.notes = NotesTab(self)
        self.footer = Footer(self)
        self.returning = ReturnPanel(self)
        self.returning.hide()
        self.withholding = WithholdPanel(self)
        self.withholding.hide()
        self.sealed = SealedBar(now, self)
        self.sealed.hide()
        titles = {
            RUBRIC: tr("Rubric"),
            FEEDBACK: _FEEDBACK_TITLES[0],
            EARLIER: tr("Earlier"),
            NOTES: tr("Notes"),
        }
        self.tabs = Tabs(tr("Review"), [Tab(id=each, title=title) for each, title in titles.items()], self)
        self._pages = QStackedWidget(self)
        self._page_of = {RUBRIC: self.rubric, FEEDBACK: self.feedback, EARLIER: self.earlier, NOTES: self.notes}
        for page in self._page_of.values():
            self._pages.addWidget(page)
        self.tabs.chosen.connect(lambda tab: self._pages.setCurrentWidget(self._page_of[tab]))
        self._saved_text = ""
        self._saved = ElidedLabel("", "small", self)
        self._saved.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._notice, self._notice_text = self._make_notice()
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Gives a tab a shorter title where there is not room for the longer one."""
        super().resizeEvent(event)
        self._fit_tabs()

    def show_submission(self, contents: DeskContents, tab: str) -> None:
        """Shows another submission, at a tab."""
        earlier = contents.submission.earlier
        place = list(self._page_of).index(EARLIER)
        self.tabs.setTabVisible(place, bool(earlier))
        if len(earlier) == 1:
            self.tabs.set_title(EARLIER, tr("Attempt {attempt}").format(attempt=earlier[0].attempt))
        elif earlier:
            self.tabs.set_title(EARLIER, tr("Earlier attempts"))
        self.rubric.show_submission(contents)
        self.returning.hide()
        self._fit_tabs()
        known = tab if tab in self._page_of and (tab != EARLIER or earlier) else RUBRIC
        self.tabs.set_chosen(known)
        self._pages.setCurrentWidget(self._page_of[known])

    def show_review(self, contents: DeskContents, texts: KeptTexts, in_hand: str) -> None:
        """Shows the review as it stands now."""
        faces = criterion_faces(contents, texts, in_hand)
        letter = texts.text(ChangeKind.FEEDBACK, "", contents.review)
        self.rubric.show_faces(faces)
        self.rubric.completeness.show_review(contents)
        self.feedback.show_review(contents, letter, faces)
        self.notes.show_note(texts.text(ChangeKind.NOTE, "", contents.review), read_only=contents.read_only)
        self.earlier.show_review(contents, self._now())
        self.footer.show_review(contents)
        if self.returning.isVisibleTo(self):
            self.returning.show_reason(letter)
        self._show_foot(contents)

    def show_files(self, contents: DeskContents) -> None:
        """Shows the files that go with the decision as they stand now."""
        self.feedback.files.show_files(contents)
        self._show_foot(contents)

    def show_saved(self, state: SavedState) -> None:
        """Shows whether all is on disk."""
        self._saved_text = state.text
        self._saved.setToolTip(state.text)
        self._saved.setAccessibleName(state.text)
        self._fit_tabs()
        rank = "bad" if state.saved is Saved.FAILED else "small"
        if self._saved.property("rank") != rank:
            self._saved.setProperty("rank", rank)
            self._saved.style().polish(self._saved)

    def say(self, sentence: str) -> None:
        """Shows a sentence in place until it is dismissed or over; an empty one takes it away."""
        self._notice_text.setText(sentence)
        self._notice.setAccessibleName(sentence)
        self._notice.setVisible(bool(sentence))
        if sentence:
            QAccessible.updateAccessibility(QAccessibleEvent(self._notice, QAccessible.Event.Alert))

    def said(self) -> str:
        """Returns the sentence that is shown in place; empty for none."""
        return self._notice_text.text() if self._notice.isVisibleTo(self) else ""

    def page(self) -> QWidget:
        """Returns the page that is shown."""
        return self._page_of[self.tabs.chosen_id()]

    def foot(self) -> QWidget:
        """Returns what stands at the foot now."""
        feet: tuple[QWidget, ...] = (self.returning, self.sealed, self.footer)
        return next((each for each in feet if each.isVisibleTo(self)), self.footer)

    def _fit_tabs(self) -> None:
        room = self.width() - 2 * SPACES.card
        words = self._saved.fontMetrics().horizontalAdvance(_SAVING) + SPACES.card
        for title in _FEEDBACK_TITLES:
            self.tabs.set_title(FEEDBACK, title)
            if self.tabs.sizeHint().width() <= room - words:
                break
        # Where even the short titles leave no room for the words, their sign alone is shown.
        short = self.tabs.sizeHint().width() > room - words
        self._saved.setText(self._saved_text[-1:] if short else self._saved_text)

    def _show_foot(self, contents: DeskContents) -> None:
        if contents.sealed is not None:
            self.returning.hide()
            self.footer.hide()
            self.sealed.show_sealed(contents.sealed, contents.attached)
            self.sealed.show()
        else:
            self.sealed.put_away()
            self.footer.setVisible(not self.returning.isVisibleTo(self))

    def _make_notice(self) -> tuple[QWidget, QLabel]:
        holder = QWidget(self)
        around = QVBoxLayout(holder)
        around.setContentsMargins(SPACES.near + 2, SPACES.near, SPACES.near + 2, 0)
        notice = Notice(Tone.WARN, holder)
        around.addWidget(notice)
        text = make_label("", "", notice, wrap=True)
        close = IconButton("close", tr("Close"), parent=notice)
        close.clicked.connect(lambda: self.say(""))
        row = QHBoxLayout(notice)
        row.setContentsMargins(SPACES.inner, SPACES.tight, SPACES.tight, SPACES.tight)
        row.addWidget(text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        holder.hide()
        return holder, text

    def _lay_out(self) -> None:
        head = Surface(self, lines=Qt.Edge.BottomEdge)
        row = QHBoxLayout(head)
        row.setContentsMargins(SPACES.tight + SPACES.hair, 0, SPACES.card, 0)
        row.addWidget(self.tabs)
        row.addWidget(self._saved, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._notice)
        column.addWidget(self._pages, 1)
        for foot in (self.withholding, self.returning, self.footer, self.sealed):
            column.addWidget(foot)
