"""The list of evidence at the left of the desk. What a card opens is the desk's."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.evidence_card import EvidenceCard
from mcassess.ui.desk.surfaces import Column, Surface
from mcassess.ui.desk.wording import is_seen
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.labels import KeyHint, make_label
from mcassess.ui.theme.tokens import SPACES


class EvidenceList(Surface):
    """Every piece of the present attempt.

    Signals:
        chosen: Id of the piece to open.
        pointer_followed: Id of a piece, and the educator's pointer (domain Pointer) in it.
        withhold_wanted: What lies open must not be seen.
        elsewhere_wanted: What lies open is to be opened by another program.
    """

    chosen = Signal(str)
    pointer_followed = Signal(str, object)
    withhold_wanted = Signal()
    elsewhere_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, window=True)
        self.setAccessibleName(tr("Evidence"))
        self._cards: dict[str, EvidenceCard] = {}
        self._caption = make_label("", "caps", self, wrap=True)
        self._elsewhere = Button(tr("Open elsewhere…"), ButtonKind.QUIET, key=tr("Ctrl Shift O"), parent=self)
        self._stays = make_label(tr("This programme keeps evidence in the library."), "small", self, wrap=True)
        self._stays.setContentsMargins(SPACES.inner, 0, SPACES.inner, 0)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(SPACES.inner, 0, SPACES.inner, SPACES.near)
        self._column.setSpacing(SPACES.near)
        self._scroll = Column(content, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACES.inner, 0, SPACES.inner)
        layout.setSpacing(SPACES.near)
        caption = QHBoxLayout()
        caption.setContentsMargins(SPACES.inner, 0, SPACES.inner, 0)
        caption.addWidget(self._caption, 1)
        layout.addLayout(caption)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(self._foot())

    def _foot(self) -> QVBoxLayout:
        withhold = Button(tr("Withhold and report…"), ButtonKind.QUIET, parent=self)
        withhold.setToolTip(tr("For what must not be seen: a student's name, or a worry about a child"))
        withhold.clicked.connect(self.withhold_wanted)
        self._elsewhere.setToolTip(tr("Saves what lies open outside the library, and opens it there"))
        self._elsewhere.clicked.connect(self.elsewhere_wanted)
        hint = make_label(tr("Drag an item to the right half to read two side by side"), "small", self, wrap=True)
        row = QHBoxLayout()
        row.setContentsMargins(SPACES.inner, 0, SPACES.inner, 0)
        row.addWidget(hint, 1)
        row.addWidget(KeyHint("\\", self), alignment=Qt.AlignmentFlag.AlignBottom)
        foot = QVBoxLayout()
        foot.setSpacing(SPACES.tight)
        foot.addWidget(self._elsewhere, alignment=Qt.AlignmentFlag.AlignLeft)
        foot.addWidget(self._stays)
        foot.addWidget(withhold, alignment=Qt.AlignmentFlag.AlignLeft)
        foot.addLayout(row)
        return foot

    def show_submission(self, contents: DeskContents) -> None:
        """Shows the pieces of another submission."""
        self._elsewhere.setVisible(contents.policy.files_may_leave)
        self._stays.setVisible(not contents.policy.files_may_leave)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._cards = {}
        for evidence in contents.submission.evidence:
            card = EvidenceCard(evidence, self)
            card.clicked.connect(lambda chosen=evidence.id: self.chosen.emit(chosen))
            card.pointer_followed.connect(lambda pointer, piece=evidence.id: self.pointer_followed.emit(piece, pointer))
            self._cards[evidence.id] = card
            self._column.addWidget(card)
        self._column.addStretch(1)
        self.show_review(contents)

    def show_review(self, contents: DeskContents) -> None:
        """Shows what was seen, and which files are here."""
        attempt, review = contents.submission.attempt, contents.review
        for identifier, card in self._cards.items():
            card.show_state(review, contents.file(attempt, identifier))
        seen = sum(is_seen(card.evidence, review) for card in self._cards.values())
        text = tr("EVIDENCE · {seen} of {count} seen").format(seen=seen, count=len(self._cards))
        self._caption.setText(text)

    def show_still(self, evidence: str, still: QImage | None, aspect: float) -> None:
        """Shows a real picture on a piece's card; None shows the drawn one again."""
        if evidence in self._cards:
            self._cards[evidence].show_still(still, aspect)

    def set_open(self, evidence: str) -> None:
        """Marks the piece that lies open in the pane in hand; none for an empty id."""
        for identifier, card in self._cards.items():
            card.set_selected(selected=identifier == evidence)
        if evidence in self._cards:
            self._scroll.ensureWidgetVisible(self._cards[evidence], 0, SPACES.near)

    def next_after(self, evidence: str) -> str:
        """Returns the id of the piece below, or of the first; empty where there is no other."""
        order = list(self._cards)
        if not order:
            return ""
        return order[(order.index(evidence) + 1) % len(order)] if evidence in order else order[0]

    def card(self, evidence: str) -> EvidenceCard:
        """Returns the card of a piece.

        Raises:
            KeyError: There is no such piece.
        """
        return self._cards[evidence]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Goes from card to card with the arrows up and down."""
        cards = list(self._cards.values())
        here = next((place for place, card in enumerate(cards) if card.hasFocus()), None)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if here is None or step is None:
            super().keyPressEvent(event)
            return
        card = cards[(here + step) % len(cards)]
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(card, 0, SPACES.near)
