"""The tab of earlier attempts: what was sent, and what it received as far as the policy shows it by now."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mcassess.domain.kinds import EarlierScores, Outcome
from mcassess.domain.submission import EarlierAttempt, Evidence
from mcassess.jobs.sentences import date_text, outcome_name
from mcassess.store.evidence import FileRow
from mcassess.store.states import EvidenceState
from mcassess.texts import tr
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.surfaces import Column
from mcassess.ui.desk.wording import file_problem, format_name
from mcassess.ui.kind_icon import kind_icon
from mcassess.ui.kit.buttons import Button
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.chip import Chip
from mcassess.ui.kit.labels import Pill, make_label
from mcassess.ui.kit.layouts import FlowLayout
from mcassess.ui.theme.tokens import SPACES, Tone

_TONES = {Outcome.AWARD: Tone.OK, Outcome.NOT_YET: Tone.BAD, Outcome.RETURNED: Tone.WARN}


class EarlierTab(QWidget):
    """Each earlier attempt, the newest first.

    Signals:
        evidence_chosen: Number of an attempt, and id of a piece of its evidence to open.
        evidence_wanted: The evidence of earlier attempts is to be fetched.
    """

    evidence_chosen = Signal(int, str)
    evidence_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content = QWidget()
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(SPACES.card, SPACES.inner, SPACES.card, SPACES.inner)
        self._list.setSpacing(SPACES.inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Column(content, self))
        self._shown: object = None

    def show_review(self, contents: DeskContents, now: datetime) -> None:
        """Shows the attempts with what the policy shows by now."""
        earlier = contents.earlier
        shown = (earlier, contents.files)
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for past in earlier:
            self._show_attempt(contents, past, now)
        if any(_is_missing(contents, past) for past in earlier):
            fetch = Button(tr("Fetch their evidence"), parent=self)
            fetch.clicked.connect(self.evidence_wanted)
            self._list.addWidget(fetch, 0, Qt.AlignmentFlag.AlignLeft)
        self._list.addStretch(1)

    def _show_attempt(self, contents: DeskContents, past: EarlierAttempt, now: datetime) -> None:
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(make_label(tr("Attempt {attempt}").format(attempt=past.attempt), "title", head))
        if past.decision is not None:
            pill = Pill(outcome_name(past.decision.outcome), _TONES[past.decision.outcome], parent=head)
            row.addWidget(pill)
        row.addStretch(1)
        if past.submitted_at is not None:
            row.addWidget(make_label(date_text(past.submitted_at, now), "small", head))
        self._list.addWidget(head)
        self._show_decision(contents, past)
        self._list.addWidget(make_label(tr("EVIDENCE"), "caps", self))
        self._list.addWidget(self._evidence(contents, past))

    def _show_decision(self, contents: DeskContents, past: EarlierAttempt) -> None:
        if past.decision is None:
            hidden = contents.policy.earlier_scores is EarlierScores.NEVER
            text = tr("This programme does not show earlier decisions.") if hidden else tr("No decision came with it.")
            self._list.addWidget(make_label(text, "small", self, wrap=True))
            return
        if past.decision.feedback:
            self._list.addWidget(make_label(tr("FEEDBACK IT RECEIVED"), "caps", self))
            self._list.addWidget(make_label(past.decision.feedback, "", self, wrap=True))
        self._list.addWidget(make_label(tr("SCORES"), "caps", self))
        for place, criterion in enumerate(contents.criteria):
            if (score := past.decision.scores.get(criterion.id)) is not None:
                level = criterion.find(score.level)
                self._list.addWidget(
                    self._score(place, criterion.title, level.title if level else score.level, score.comment)
                )
        scored = contents.scores
        if contents.policy.earlier_scores is EarlierScores.AFTER_MINE and len(scored) < len(contents.criteria):
            text = tr("Each score is shown once you have scored that criterion yourself.")
            self._list.addWidget(make_label(text, "small", self, wrap=True))

    def _score(self, place: int, title: str, level: str, comment: str) -> Card:
        card = Card(self, criterion=place, padding=SPACES.near)
        row = QHBoxLayout()
        name = tr("{number} {title}").format(number=place + 1, title=title)
        row.addWidget(make_label(name, "strong", card, wrap=True), 1)
        row.addWidget(make_label(level, "", card), 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(row)
        if comment:
            card.body.addWidget(make_label(comment, "small", card, wrap=True))
        return card

    def _evidence(self, contents: DeskContents, past: EarlierAttempt) -> QWidget:
        holder = QWidget(self)
        flow = FlowLayout(holder, gap=SPACES.tight)
        for piece in past.evidence:
            chip = Chip(piece.title, icon=kind_icon(piece.kind), parent=holder)
            chip.setToolTip(_tip(piece, contents.file(past.attempt, piece.id)))
            chip.clicked.connect(
                lambda _=False, chosen=piece.id, attempt=past.attempt: self.evidence_chosen.emit(attempt, chosen)
            )
            flow.addWidget(chip)
        return holder


def _is_missing(contents: DeskContents, past: EarlierAttempt) -> bool:
    files = (contents.file(past.attempt, piece.id) for piece in past.evidence)
    return any(file is not None and file.state in {EvidenceState.WANTED, EvidenceState.PARTIAL} for file in files)


def _tip(piece: Evidence, file: FileRow | None) -> str:
    return " · ".join(text for text in (format_name(piece), file_problem(file)) if text)
