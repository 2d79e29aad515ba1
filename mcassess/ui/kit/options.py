"""One of several: the group that rail, filter pills and segmented choice share, with its keys and its one signal."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QRadioButton, QWidget

_EARLIER = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_NEXT = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class OptionButton(QRadioButton):
    """One option; spoken as a radio button, painted by its kind."""

    def __init__(self, option_id: str, title: str, group: "OptionGroup") -> None:
        super().__init__(title, group)
        self.option_id = option_id
        self._group = group
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_checked(self, *, checked: bool) -> None:
        """Shows it as chosen or not; Qt alone would never let the last one of a group be unchecked."""
        self.setAutoExclusive(False)
        self.setChecked(checked)
        self.setAutoExclusive(True)

    def wanted_width(self) -> int:
        """Returns the width that shows all of it."""
        return self.sizeHint().width()

    def nextCheckState(self) -> None:
        """Leaves what is checked to the group."""

    def hitButton(self, _pos: object) -> bool:
        """Takes clicks anywhere on it."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hands arrows and digits to the group; Space and Enter choose."""
        if event.key() in _PRESS:
            self.click()
        elif not self._group.take_key(self, event):
            super().keyPressEvent(event)


class OptionGroup(QWidget):
    """Options of which one is chosen, or none yet.

    Attributes:
        chosen: Emits the id of the option that the person chose, also when it was chosen already. Arrow keys choose
            the neighbour, digits choose by place where the group takes digits.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None, *, digits: bool = False) -> None:
        super().__init__(parent)
        self._buttons: list[OptionButton] = []
        self._digits = digits
        self.setAccessibleName(name)

    def chosen_id(self) -> str | None:
        """Returns the chosen option's id, or None."""
        return next((button.option_id for button in self._buttons if button.isChecked()), None)

    def set_chosen(self, option_id: str | None) -> None:
        """Shows an option as chosen, or none; emits nothing."""
        for button in self._buttons:
            button.show_checked(checked=button.option_id == option_id)
        self._leave_one_tab_stop()

    def option_ids(self) -> list[str]:
        """Returns the options' ids in their order."""
        return [button.option_id for button in self._buttons]

    def take_key(self, button: OptionButton, event: QKeyEvent) -> bool:
        """Moves from ``button`` by an arrow or chooses by a digit; returns whether the key was one of these."""
        key = event.key()
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if not plain:
            return False
        if key in _EARLIER or key in _NEXT:
            here = self._buttons.index(button)
            self._choose(self._buttons[(here + (1 if key in _NEXT else -1)) % len(self._buttons)])
            return True
        place = key - Qt.Key.Key_1
        if self._digits and 0 <= place < len(self._buttons):
            self._choose(self._buttons[place])
            return True
        return False

    def _adopt(self, buttons: Sequence[OptionButton]) -> None:
        for old in self._buttons:
            old.setParent(None)
            old.deleteLater()
        self._buttons = list(buttons)
        for button in self._buttons:
            button.clicked.connect(lambda _checked=False, chosen=button: self._choose(chosen))
        self._leave_one_tab_stop()

    def _choose(self, button: OptionButton) -> None:
        self.set_chosen(button.option_id)
        if any(other.hasFocus() for other in self._buttons):
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(button.option_id)

    def _leave_one_tab_stop(self) -> None:
        stop = next((button for button in self._buttons if button.isChecked()), next(iter(self._buttons), None))
        for button in self._buttons:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is stop else Qt.FocusPolicy.ClickFocus)
