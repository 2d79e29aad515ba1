"""One criterion as a card: its levels, citations and comment; all level texts while it is in hand."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QRadioButton, QVBoxLayout, QWidget

from mcassess.domain.citation import Citation
from mcassess.domain.rubric import Criterion
from mcassess.texts import tr
from mcassess.ui.desk.level_texts import LevelTexts
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.chip import Chip
from mcassess.ui.kit.choice import Choice, SegmentedChoice
from mcassess.ui.kit.fields import GrowingEdit
from mcassess.ui.kit.labels import ElidedLabel, make_label
from mcassess.ui.kit.layouts import FlowLayout
from mcassess.ui.theme.tokens import SPACES

_WIDE_LINES = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipFace:
    """A citation as its chip shows it."""

    citation: Citation
    text: str
    tip: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionFace:
    """All that a criterion's card shows.

    Attributes:
        earlier: What is said about earlier attempts' scores.
        open_comment: Whether a comment is asked for and missing.
    """

    level: str | None
    comment: str
    chips: tuple[ChipFace, ...]
    earlier: str
    in_hand: bool
    read_only: bool
    comment_wanted: bool


class CriterionCard(Card):
    """A criterion. It takes the keyboard's focus as a whole; the desk's keys are the desk's.

    Signals:
        level_chosen: Id of the level that the person chose.
        citation_followed: The Citation to show again.
        citation_removed: Id of the citation to take away.
        cite_wanted: The current place is to be cited here.
        comment_edited: The comment as it stands after a key.
        comment_left: The comment is not being written any more.
        caret_moved: The caret is elsewhere in the comment.
        touched: A level was chosen by mouse, so that the focus belongs to the card again.
    """

    level_chosen = Signal(str)
    citation_followed = Signal(object)
    citation_removed = Signal(str)
    cite_wanted = Signal()
    comment_edited = Signal(str)
    comment_left = Signal()
    caret_moved = Signal()
    touched = Signal()

    def __init__(self, criterion: Criterion, place: int, parent: QWidget | None = None) -> None:
        """Makes a card; ``place`` counts from 0 through the rubric."""
        self._name = tr("{number} {title}").format(number=place + 1, title=criterion.title)
        super().__init__(parent, criterion=place, clickable_name=self._name, padding=SPACES.near + 2)
        self.criterion = criterion
        self._place = place
        self._face: CriterionFace | None = None
        self._cite: Chip | None = None
        self._details: QWidget | None = None
        self._level_texts: LevelTexts | None = None
        self._comment: GrowingEdit | None = None
        self._cite_text = tr("cite this moment")
        self._build_head()
        self._choice = self._build_choice()
        self.body.addWidget(self._choice)
        self._middle = QVBoxLayout()
        self._middle.setContentsMargins(0, 0, 0, 0)
        self.body.addLayout(self._middle)
        self._chips = FlowLayout(gap=SPACES.tight)
        self.body.addLayout(self._chips)
        self._written = ElidedLabel("", "small", self)
        self.body.addWidget(self._written)

    def _build_head(self) -> None:
        title = make_label(self._name, "strong", self, wrap=True)
        self._earlier = make_label("", "small", self)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setContentsMargins(0, 0, 0, SPACES.hair)
        self._head.setSpacing(SPACES.hair)
        self._head.addWidget(title, 1)
        self._head.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(self._head)
        self._description = make_label(self.criterion.description, "small", self, wrap=True)
        self._description.hide()
        self.body.addWidget(self._description)

    def _build_choice(self) -> SegmentedChoice:
        criterion = self.criterion
        choices = [
            Choice(
                id=level.id,
                title=level.title,
                passes=criterion.passes(level.id) if criterion.pass_level else None,
                hint=level.description,
            )
            for level in criterion.levels
        ]
        choice = SegmentedChoice(tr("Level for {criterion}").format(criterion=self._name), choices, self)
        choice.chosen.connect(self.level_chosen)
        for button in choice.findChildren(QRadioButton):
            button.installEventFilter(self)
        return choice

    def show_face(self, face: CriterionFace) -> None:
        """Shows the criterion as it stands now."""
        before, self._face = self._face, face
        if face == before:
            self._choice.set_chosen(face.level)  # a click that could not be recorded is shown back
            return
        self._choice.set_chosen(face.level)
        self._choice.setEnabled(not face.read_only)
        self._earlier.setText(face.earlier)
        self._earlier.setVisible(bool(face.earlier))
        if before is None or (before.in_hand, before.read_only) != (face.in_hand, face.read_only):
            self._show_in_hand(face)
        if before is None or (before.chips, before.in_hand, before.read_only) != (
            face.chips,
            face.in_hand,
            face.read_only,
        ):
            self._show_chips(face)
        if self._level_texts is not None:
            self._level_texts.show_chosen(face.level)
        if self._comment is not None:
            self._comment.set_text(face.comment)
            self._comment.setReadOnly(face.read_only)
            self._comment.setPlaceholderText(_placeholder(wanted=face.comment_wanted))
        self._written.setText(" ".join(face.comment.split()))
        self._written.setVisible(bool(face.comment) and not face.in_hand)

    def show_cite_text(self, text: str) -> None:
        """Shows what the key E would cite here now."""
        self._cite_text = text
        if self._cite is not None and self._cite.text() != text:
            self._cite.setText(text)
            self._cite.setToolTip(text)
            self._cite.updateGeometry()

    def write_comment(self) -> None:
        """Puts the cursor at the end of the comment."""
        if self._comment is not None and self._comment.isVisibleTo(self):
            self._comment.setFocus(Qt.FocusReason.OtherFocusReason)
            cursor = self._comment.textCursor()
            cursor.movePosition(cursor.MoveOperation.End)
            self._comment.setTextCursor(cursor)

    def details(self) -> list[QWidget]:
        """Returns what can be reached inside it by Tab: chips, the citing chip, the comment."""
        items = (self._chips.itemAt(place) for place in range(self._chips.count()))
        found = [widget for item in items if item is not None and (widget := item.widget()) is not None]
        return [*found, self._comment] if self._comment is not None else found

    def comment_edit(self) -> GrowingEdit | None:
        """Returns the comment's edit, or None while the criterion was never in hand."""
        return self._comment

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts what is said of earlier attempts below the title where the card is narrow."""
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE_LINES * self.fontMetrics().lineSpacing()
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._head.setDirection(direction)
        self._head.setSpacing(SPACES.near if wide else SPACES.hair)
        self._earlier.setWordWrap(not wide)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Comes into hand when Tab leads here from another control."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.clicked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes the focus back from a level that was clicked, so that the arrows never change a score unasked."""
        if event.type() == QEvent.Type.MouseButtonRelease:
            QTimer.singleShot(0, self, self.touched.emit)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leaves every key to the desk."""
        event.ignore()

    def _show_in_hand(self, face: CriterionFace) -> None:
        self.set_selected(selected=face.in_hand)
        self._choice.show_keys(shown=face.in_hand and not face.read_only)
        self._description.setVisible(face.in_hand and bool(self.criterion.description))
        if face.in_hand and self._comment is None:
            self._build_details()
        if self._level_texts is not None:
            self._level_texts.setVisible(face.in_hand)
        if self._comment is not None:
            self._comment.setVisible(face.in_hand)

    def _build_details(self) -> None:
        if any(level.description for level in self.criterion.levels):
            self._level_texts = LevelTexts(self.criterion.levels, self)
            self._middle.addWidget(self._level_texts)
        comment = GrowingEdit(
            tr("Comment on {criterion}").format(criterion=self._name),
            placeholder=_placeholder(wanted=False),
            min_lines=2,
            max_lines=14,
            parent=self,
        )
        comment.textEdited.connect(self.comment_edited)
        comment.left.connect(self.comment_left)
        comment.cursorPositionChanged.connect(self.caret_moved)
        self.body.addWidget(comment)
        self._comment = comment

    def _show_chips(self, face: CriterionFace) -> None:
        self._chips.clear()
        self._cite = None
        removable = face.in_hand and not face.read_only
        for each in face.chips:
            chip = Chip(each.text, icon=each.icon, criterion=self._place, removable=removable, parent=self)
            chip.setToolTip(each.tip)
            chip.clicked.connect(lambda _=False, cited=each.citation: self.citation_followed.emit(cited))
            chip.remove_requested.connect(lambda cited=each.citation.id: self.citation_removed.emit(cited))
            self._chips.addWidget(chip)
            chip.show()
        if removable:
            self._cite = Chip(self._cite_text, icon="plus", key="E", parent=self)
            self._cite.clicked.connect(lambda _=False: self.cite_wanted.emit())
            self._chips.addWidget(self._cite)
            self._cite.show()
        self.updateGeometry()


def _placeholder(*, wanted: bool) -> str:
    return tr("Say what is missing, and the next step") if wanted else tr("Comment")
