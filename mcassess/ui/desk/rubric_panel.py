"""The rubric tab: completeness check and a card for each criterion. What a card shows comes from faces.py."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.desk.completeness_panel import CompletenessPanel
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.criterion_card import CriterionCard, CriterionFace
from mcassess.ui.desk.surfaces import Column
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES

_SETTLING_MS = 300
_MARGIN = SPACES.near + 2


class RubricPanel(QWidget):
    """Everything that is scored.

    Signals:
        taken: Id of the criterion that was clicked.
        level_chosen: Criterion and level.
        citation_followed: The Citation to show again.
        citation_removed: Id of the citation to take away.
        cite_wanted: The current place is to be cited to the criterion in hand.
        comment_edited: Criterion, and its comment as it stands after a key.
        comment_left: No comment is being written any more.
        caret_moved: The caret is elsewhere in a comment.
    """

    taken = Signal(str)
    level_chosen = Signal(str, str)
    citation_followed = Signal(object)
    citation_removed = Signal(str)
    cite_wanted = Signal()
    comment_edited = Signal(str, str)
    comment_left = Signal()
    caret_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Rubric"))
        self.completeness = CompletenessPanel(self)
        self._cards: dict[str, CriterionCard] = {}
        self._in_hand = ""
        content = self._content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(SPACES.near)
        column.addWidget(self.completeness)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACES.near - 1)
        column.addLayout(self._list)
        column.addStretch(1)
        self._scroll = Column(content, self)
        # A card that comes into hand grows in several steps; it is followed until it stands.
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLING_MS)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._follow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)

    def show_submission(self, contents: DeskContents) -> None:
        """Builds the cards of another rubric."""
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._cards, self._in_hand = {}, ""
        place = 0
        for requirement in contents.rubric.requirements:
            if requirement.title and len(contents.rubric.requirements) > 1:
                heading = make_label(requirement.title, "caps", self, wrap=True)
                heading.setContentsMargins(SPACES.tight, SPACES.tight, 0, 0)
                self._list.addWidget(heading)
            for criterion in requirement.criteria:
                card = CriterionCard(criterion, place, self)
                self._connect(card, criterion.id)
                self._cards[criterion.id] = card
                self._list.addWidget(card)
                card.show()  # at once, so that it can take the focus
                place += 1
        self.completeness.show_submission(contents)

    def show_faces(self, faces: dict[str, CriterionFace]) -> None:
        """Shows the criteria as they stand now."""
        for identifier, face in faces.items():
            self._cards[identifier].show_face(face)
        in_hand = next((identifier for identifier, face in faces.items() if face.in_hand), "")
        if in_hand != self._in_hand:
            self._in_hand = in_hand
            self._settling.start()
            QTimer.singleShot(0, self, self.show_in_hand)

    def show_in_hand(self) -> None:
        """Scrolls until the card in hand is to be seen, its head before all; while its comment is written, that."""
        card = self._cards.get(self._in_hand)
        if card is None:
            return
        edit = card.comment_edit()
        if edit is not None and edit.hasFocus():
            self._scroll.ensureWidgetVisible(edit, 0, SPACES.near)
            return
        column = self._content.layout()
        assert column is not None
        column.activate()
        bar = self._scroll.verticalScrollBar()
        top = card.mapTo(self._content, card.rect().topLeft()).y() - SPACES.near
        bottom = top + card.height() + 2 * SPACES.near
        height = self._scroll.viewport().height()
        if bottom > bar.value() + height:
            bar.setValue(bottom - height)
        if top < bar.value():
            bar.setValue(top)

    def show_cite_text(self, text: str) -> None:
        """Shows what the key E would cite now."""
        for card in self._cards.values():
            card.show_cite_text(text)

    def card(self, criterion: str) -> CriterionCard | None:
        """Returns a criterion's card, or None."""
        return self._cards.get(criterion)

    def rest(self) -> None:
        """Gives the keyboard's focus to the card in hand."""
        card = self._cards.get(self._in_hand)
        if card is not None:
            card.setFocus(Qt.FocusReason.OtherFocusReason)

    def write_comment(self) -> None:
        """Puts the cursor into the comment of the criterion in hand."""
        card = self._cards.get(self._in_hand)
        if card is not None:
            card.write_comment()
            self._settling.start()
            QTimer.singleShot(0, self, self.show_in_hand)

    def _comment_edited(self, criterion: str, text: str) -> None:
        self.comment_edited.emit(criterion, text)
        self._settling.start()  # the edit may grow by a line
        QTimer.singleShot(0, self, self.show_in_hand)

    def _follow(self) -> None:
        if self._settling.isActive():
            QTimer.singleShot(0, self, self.show_in_hand)

    def _connect(self, card: CriterionCard, criterion: str) -> None:
        card.clicked.connect(lambda: self.taken.emit(criterion))
        card.level_chosen.connect(lambda level: self.level_chosen.emit(criterion, level))
        card.citation_followed.connect(self.citation_followed)
        card.citation_removed.connect(self.citation_removed)
        card.cite_wanted.connect(self.cite_wanted)
        card.comment_edited.connect(lambda text: self._comment_edited(criterion, text))
        card.comment_left.connect(self.comment_left)
        card.caret_moved.connect(self.caret_moved)
        card.touched.connect(card.setFocus)
