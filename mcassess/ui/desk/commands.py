"""What the desk's keys do, and where the keyboard's focus goes. Which key means what is in keys.py."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QRadioButton, QWidget

from mcassess.ui.desk.criterion_card import CriterionCard
from mcassess.ui.desk.evidence_list import EvidenceList
from mcassess.ui.desk.header import Header
from mcassess.ui.desk.keys import WHILE_TYPING, Command, command_of, level_of
from mcassess.ui.desk.marking import Marking
from mcassess.ui.desk.moment_keeping import MomentKeeping
from mcassess.ui.desk.pane import Timed
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.right_side import RUBRIC, RightSide
from mcassess.ui.desk.viewer_area import ViewerArea
from mcassess.ui.viewers.picture_menu import PictureWish

JUMP_MS = 5_000

_ON_CLOCK: dict[Command, Callable[[Timed], None]] = {
    Command.TOGGLE: lambda timed: timed.toggle(),
    Command.SHUTTLE_BACK: lambda timed: timed.shuttle(-1),
    Command.SHUTTLE_STOP: lambda timed: timed.shuttle(0),
    Command.SHUTTLE_ON: lambda timed: timed.shuttle(1),
    Command.JUMP_BACK: lambda timed: timed.jump(-JUMP_MS),
    Command.JUMP_ON: lambda timed: timed.jump(JUMP_MS),
    Command.FRAME_BACK: lambda timed: timed.step(-1),
    Command.FRAME_ON: lambda timed: timed.step(1),
    Command.MARK_IN: lambda timed: timed.stretch.mark_in(timed.position_ms),
    Command.MARK_OUT: lambda timed: timed.stretch.mark_out(timed.position_ms),
    Command.CAPTIONS: lambda timed: timed.captions.step(),
    Command.FULL_SCREEN: lambda timed: timed.wish_picture(PictureWish.FULL_SCREEN),
    Command.LARGER: lambda timed: timed.wish_picture(PictureWish.LARGER),
    Command.SMALLER: lambda timed: timed.wish_picture(PictureWish.SMALLER),
}


class Commands(QObject):
    """Carries out what keys ask for. The focus rests on the card in hand; F6 leads to the controls of each part.

    Signals:
        split_wanted: A second piece of evidence is to be shown beside the first, or one again.
        return_cancelled: The panel for returning is to be put away.

    Attributes:
        marking: What marks documents and pictures.
        moments: What marks moments of videos and sounds.
    """

    split_wanted = Signal()
    return_cancelled = Signal()

    def __init__(
        self,
        presenter: DeskPresenter,
        header: Header,
        evidence: EvidenceList,
        area: ViewerArea,
        right: RightSide,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._header = header
        self._evidence = evidence
        self._area = area
        self._right = right
        self.marking = marking = Marking(presenter, area, self)
        self.moments = MomentKeeping(presenter, area, self)
        right.earlier.evidence_wanted.connect(presenter.want_earlier)
        evidence.elsewhere_wanted.connect(marking.open_elsewhere)
        self._actions: dict[Command, Callable[[], None]] = {
            Command.MOMENT: self.moments.mark,
            Command.CITE: self.cite,
            Command.COMMENT: self.write_comment,
            Command.BACK: self.go_back,
            Command.UNDO: presenter.undo,
            Command.REDO: presenter.redo,
            Command.SPLIT: self.split_wanted.emit,
            Command.MARK: marking.mark,
            Command.SEARCH: marking.search,
            Command.PAGE_BACK: lambda: marking.turn_page(-1),
            Command.PAGE_ON: lambda: marking.turn_page(1),
            Command.ELSEWHERE: marking.open_elsewhere,
            Command.NEXT_PART: lambda: self.go_to_part(1),
            Command.EARLIER_PART: lambda: self.go_to_part(-1),
        }

    def press(self, event: QKeyEvent) -> bool:
        """Carries out what a key asks for; tells whether it meant anything here."""
        command = command_of(event)
        if command is None or (is_typing() and command not in WHILE_TYPING):
            return False
        timed = self._area.timed_pane.timed
        if command in _ON_CLOCK:
            if timed is None:
                return False
            _ON_CLOCK[command](timed)
        elif command is Command.LEVEL:
            self._presenter.choose_level(level_of(event))
        else:
            self._actions[command]()
        return True

    def step_criterion(self, *, forwards: bool) -> bool:
        """Tab and Shift-Tab: takes the next or earlier criterion in hand, unless the focus is among other controls."""
        focus = QApplication.focusWidget()
        if self._presenter.contents is None or (focus is not None and not self._is_at_rest(focus)):
            return False
        self._right.tabs.set_chosen(RUBRIC)
        self._presenter.hand.step(1 if forwards else -1)
        self.rest()
        return True

    def rest(self) -> None:
        """Gives the focus back to the card in hand, where all keys of the desk are at hand."""
        self._right.rubric.rest()

    def take(self, criterion: str) -> None:
        """Takes a criterion in hand, and shows it."""
        self._right.tabs.set_chosen(RUBRIC)
        self._presenter.hand.take(criterion)
        self.rest()

    def follow_hand(self) -> None:
        """Lets the focus follow the criterion in hand, where it rests on another one's card."""
        if isinstance(QApplication.focusWidget(), CriterionCard):
            self.rest()

    def cite(self) -> None:
        """Cites what is in hand in the viewer to the criterion in hand."""
        pane, place = self._area.pane, self._area.pane.place()
        if pane.evidence is not None and place is not None:
            self._presenter.cite(pane.attempt, pane.evidence.id, place)

    def write_comment(self) -> None:
        """Puts the cursor into the comment of the criterion in hand."""
        self._right.tabs.set_chosen(RUBRIC)
        self._right.rubric.write_comment()

    def go_back(self) -> None:
        """Leaves what is being written or looked at, and goes back to the criterion in hand."""
        if self._right.returning.isVisibleTo(self._right):
            self.return_cancelled.emit()
        self._presenter.texts.flush()
        self._right.say("")
        self._right.tabs.set_chosen(RUBRIC)
        self.rest()

    def go_to_part(self, step: int) -> None:
        """Gives the focus to the first control of the next part of the desk, or of the one before."""
        parts = [controls for controls in self._parts() if controls]
        focus = QApplication.focusWidget()
        here = next(
            (place for place, controls in enumerate(parts) if focus is not None and _holds(controls, focus)), None
        )
        if parts:
            target = (0 if step > 0 else -1) if here is None else (here + step) % len(parts)
            parts[target][0].setFocus(Qt.FocusReason.TabFocusReason)

    def _parts(self) -> list[list[QWidget]]:
        right = self._right
        card = right.rubric.card(self._presenter.hand.criterion)
        on_rubric = right.rubric.isVisibleTo(right)
        page = [] if on_rubric else _controls(right.page())
        parts = [
            _controls(self._evidence),
            _controls(self._area),
            _controls(right.tabs) or [right.tabs],
            _controls(right.rubric.completeness) if on_rubric else page,
            [each for each in (card.details() if card is not None and on_rubric else []) if _takes_focus(each)],
            _controls(right.foot()),
            _controls(self._header),
        ]
        return [controls for controls in parts if controls]

    def _is_at_rest(self, focus: QWidget) -> bool:
        """Tells whether Tab means the next criterion: on a card, on its levels, in its comment, on the desk itself."""
        if focus is self.parent() or focus.window() is focus or isinstance(focus, CriterionCard):
            return True
        card = self._right.rubric.card(self._presenter.hand.criterion)
        if isinstance(focus, QRadioButton):
            rubric = self._right.rubric
            return rubric.isAncestorOf(focus) and not rubric.completeness.isAncestorOf(focus)
        return card is not None and focus is card.comment_edit()


def is_typing() -> bool:
    """Tells whether a text is being written."""
    focus = QApplication.focusWidget()
    return isinstance(focus, QLineEdit | QPlainTextEdit) and not focus.isReadOnly()


def _takes_focus(widget: QWidget) -> bool:
    tabbed = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return tabbed and widget.isEnabled() and widget.isVisible()


def _controls(part: QWidget) -> list[QWidget]:
    return [each for each in part.findChildren(QWidget) if _takes_focus(each)]


def _holds(controls: list[QWidget], focus: QWidget) -> bool:
    return any(each is focus or each.isAncestorOf(focus) for each in controls)
