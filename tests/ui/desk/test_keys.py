"""The keys of the desk, as data."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from mcassess.ui.desk.keys import BINDINGS, WHILE_TYPING, Command, command_of, key_help, level_of

NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier


def pressed(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)


@pytest.mark.parametrize(
    ("key", "modifiers", "command"),
    [
        (Qt.Key.Key_Space, NONE, Command.TOGGLE),
        (Qt.Key.Key_J, NONE, Command.SHUTTLE_BACK),
        (Qt.Key.Key_K, NONE, Command.SHUTTLE_STOP),
        (Qt.Key.Key_L, NONE, Command.SHUTTLE_ON),
        (Qt.Key.Key_Left, KEYPAD, Command.JUMP_BACK),
        (Qt.Key.Key_Right, NONE, Command.JUMP_ON),
        (Qt.Key.Key_Comma, NONE, Command.FRAME_BACK),
        (Qt.Key.Key_Period, NONE, Command.FRAME_ON),
        (Qt.Key.Key_I, NONE, Command.MARK_IN),
        (Qt.Key.Key_O, NONE, Command.MARK_OUT),
        (Qt.Key.Key_M, NONE, Command.MOMENT),
        (Qt.Key.Key_E, NONE, Command.CITE),
        (Qt.Key.Key_Return, NONE, Command.COMMENT),
        (Qt.Key.Key_Enter, KEYPAD, Command.COMMENT),
        (Qt.Key.Key_Escape, NONE, Command.BACK),
        (Qt.Key.Key_Z, CONTROL, Command.UNDO),
        (Qt.Key.Key_Z, CONTROL | SHIFT, Command.REDO),
        (Qt.Key.Key_3, NONE, Command.LEVEL),
        (Qt.Key.Key_3, KEYPAD, Command.LEVEL),
        (Qt.Key.Key_Z, NONE, None),
        (Qt.Key.Key_E, CONTROL, None),
        (Qt.Key.Key_0, NONE, None),
    ],
)
def test_each_key_means_what_the_interface_says(
    key: Qt.Key, modifiers: Qt.KeyboardModifier, command: Command | None
) -> None:
    assert command_of(pressed(key, modifiers)) is command


def test_the_backslash_is_heard_however_a_keyboard_types_it() -> None:
    alternate = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    assert command_of(pressed(Qt.Key.Key_Backslash)) is Command.SPLIT
    assert command_of(pressed(Qt.Key.Key_ssharp, alternate, "\\")) is Command.SPLIT


def test_digits_count_levels_from_the_lowest() -> None:
    assert [level_of(pressed(Qt.Key(Qt.Key.Key_1 + place))) for place in range(9)] == list(range(9))


def test_only_what_leaves_the_text_works_while_typing() -> None:
    assert {Command.BACK, Command.NEXT_PART, Command.EARLIER_PART} == WHILE_TYPING


def test_no_two_commands_share_a_key() -> None:
    keys = [(binding.key, binding.modifiers) for binding in BINDINGS]
    assert len(keys) == len(set(keys))


def test_the_overview_names_every_key_once() -> None:
    named = [key for keys, _ in key_help() for key in keys]
    assert len(named) == len(set(named))
    assert {"J", "K", "L", ",", ".", "I", "O", "M", "E", "\\", "F6"} <= set(named)
