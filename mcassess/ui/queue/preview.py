"""The card beside the queue: one submission at a glance, and the way into its review."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.kind_icon import kind_icon
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.labels import Pill, make_label
from mcassess.ui.kit.layouts import FlowLayout
from mcassess.ui.queue import cells
from mcassess.ui.queue.presenter import Preview
from mcassess.ui.theme.tokens import SPACES, Tone

_MOST_LETTERS = 420


class PreviewPanel(QWidget):
    """Shows what came, and what the last round asked for.

    Signals:
        opened: The review is to be begun or gone on with.
        claim_wanted: The submission is to be claimed, or, with True, given back.
    """

    opened = Signal()
    claim_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = Card(self, padding=SPACES.card)
        self._small = make_label(tr("Preview"), "small", self._card)
        self._title = make_label("", "title", self._card, wrap=True)
        self._who = make_label("", "muted", self._card, wrap=True)
        self._pills = QWidget(self._card)
        self._flow = FlowLayout(self._pills, gap=SPACES.near)
        self._asked_title = make_label(tr("Last round asked for"), "strong", self._card)
        self._asked = make_label("", "muted", self._card, wrap=True)
        self._open = Button(tr("Begin review"), ButtonKind.PRIMARY, key="↵", parent=self._card)
        self._open.clicked.connect(self.opened)
        self._mine = False
        self._claimed = make_label("", "small", self._card, wrap=True)
        self._claim = Button(tr("Claim"), parent=self._card)
        self._claim.clicked.connect(lambda: self.claim_wanted.emit(self._mine))
        for widget in (
            *(self._small, self._title, self._who, self._pills),
            *(self._asked_title, self._asked, self._claimed, self._open, self._claim),
        ):
            self._card.body.addWidget(widget)
        self._card.body.setSpacing(SPACES.near)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        column.addStretch(1)
        self.show_preview(None)

    def show_preview(self, preview: Preview | None) -> None:
        """Shows a submission; nothing hides the card."""
        self._card.setVisible(preview is not None)
        if preview is None:
            return
        row = preview.row
        self._title.setText(row.microcredential_title)
        attempt = tr("attempt {text}").format(text=cells.attempt_text(row))
        self._who.setText(" · ".join((row.educator_shown, attempt, cells.state_text(row))))
        self._flow.clear()
        for piece in preview.evidence:
            self._flow.addWidget(Pill(piece.title, Tone.NEUTRAL, kind_icon(piece.kind), parent=self._pills))
        asked = preview.last_round.decision.feedback if preview.last_round and preview.last_round.decision else ""
        self._asked.setText(asked if len(asked) <= _MOST_LETTERS else f"{asked[:_MOST_LETTERS].rstrip()}…")
        self._asked.setVisible(bool(asked))
        self._asked_title.setVisible(bool(asked))
        self._open.setText(cells.open_text(row.state))
        self._show_claim(preview)

    def _show_claim(self, preview: Preview) -> None:
        until = preview.claimed_until
        self._mine = preview.mine
        text = tr("Yours until {time}") if preview.mine else tr("Held by somebody else until {time}")
        self._claimed.setText(text.format(time=f"{until.astimezone():%d.%m. %H:%M}") if until is not None else "")
        self._claimed.setVisible(until is not None)
        self._claim.setText(tr("Give back") if preview.mine else tr("Claim"))
        self._claim.setVisible(preview.claimable and (preview.mine or until is None))
