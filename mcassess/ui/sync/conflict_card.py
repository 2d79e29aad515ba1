"""One thing that needs the assessor: what happened, both sides, and a button for each way on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from mcassess.jobs.conflicts import Conflict
from mcassess.texts import tr, tr_n
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.labels import ElidedLabel, Pill, make_label
from mcassess.ui.kit.layouts import FlowLayout
from mcassess.ui.theme.tokens import SPACES, Tone

_MOST = 3
"""So many are shown at once; the others follow when these are resolved."""


class ConflictCard(Card):
    """Shows one conflict.

    Signals:
        chosen: The Way that the person wants to go.
        looked: The person wants to see her review.
    """

    chosen = Signal(object)
    looked = Signal()

    def __init__(self, conflict: Conflict, parent: QWidget | None = None) -> None:
        super().__init__(parent, padding=SPACES.card)
        self.set_tone(Tone.BAD)
        self.setAccessibleName(f"{conflict.title}. {conflict.text}")
        self.body.setSpacing(SPACES.inner)
        self.body.addLayout(self._head(conflict))
        self.body.addLayout(self._sides(conflict))
        self.body.addWidget(self._ways(conflict))

    def _head(self, conflict: Conflict) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACES.inner)
        row.addWidget(Pill(tr("Needs you"), Tone.BAD, parent=self), alignment=Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(SPACES.hair)
        words.addWidget(ElidedLabel(conflict.title, "strong", self))
        words.addWidget(make_label(conflict.text, "muted", self, wrap=True))
        row.addLayout(words, 1)
        return row

    def _sides(self, conflict: Conflict) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACES.page)
        grid.setVerticalSpacing(SPACES.hair)
        for column, (title, line) in enumerate(
            ((tr("Yours"), conflict.mine), (tr("On the platform now"), conflict.platform))
        ):
            grid.addWidget(make_label(title, "strong", self), 0, column)
            grid.addWidget(make_label(line, "muted", self, wrap=True), 1, column)
            grid.setColumnStretch(column, 1)
        return grid

    def _ways(self, conflict: Conflict) -> QWidget:
        holder = QWidget(self)
        flow = FlowLayout(holder, gap=SPACES.near)
        for each in conflict.ways:
            kind = ButtonKind.PRIMARY if each.recommended else ButtonKind.PLAIN
            button = Button(each.text, kind, parent=holder)
            button.clicked.connect(lambda _checked=False, way=each.way: self.chosen.emit(way))
            flow.addWidget(button)
        if conflict.key is not None:
            look = Button(tr("Look"), ButtonKind.QUIET, parent=holder)
            look.setAccessibleName(tr("Look at {title}").format(title=conflict.title))
            look.clicked.connect(self.looked)
            flow.addWidget(look)
        return holder


class ConflictList(QWidget):
    """The conflicts that wait, the first few of them; hidden where there are none.

    Signals:
        chosen: A Conflict, and the Way that the person wants to go.
        looked: The key of a submission whose review the person wants to see.
    """

    chosen = Signal(object, object)
    looked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Conflict, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACES.inner)
        self.hide()

    def show_conflicts(self, conflicts: tuple[Conflict, ...]) -> None:
        """Shows what waits now; where it is the same as before, the cards and the focus in them stay."""
        if conflicts == self._shown:
            return
        self._shown = conflicts
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for conflict in conflicts[:_MOST]:
            card = ConflictCard(conflict, self)
            card.chosen.connect(lambda way, about=conflict: self.chosen.emit(about, way))
            card.looked.connect(lambda about=conflict: self.looked.emit(about.key))
            self._column.addWidget(card)
        if more := len(conflicts) - _MOST if len(conflicts) > _MOST else 0:
            text = tr_n("{n} more waits after these.", "{n} more wait after these.", more).format(n=more)
            self._column.addWidget(make_label(text, "muted", self))
        self.setVisible(bool(conflicts))
