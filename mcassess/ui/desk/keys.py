"""The keys of the desk as data: which key means what, and how the help shows it. What a command does is in view.py."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from mcassess.texts import tr

_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier


class Command(StrEnum):
    """What a key asks the desk to do."""

    TOGGLE = "toggle"
    SHUTTLE_BACK = "shuttle_back"
    SHUTTLE_STOP = "shuttle_stop"
    SHUTTLE_ON = "shuttle_on"
    JUMP_BACK = "jump_back"
    JUMP_ON = "jump_on"
    FRAME_BACK = "frame_back"
    FRAME_ON = "frame_on"
    MARK_IN = "mark_in"
    MARK_OUT = "mark_out"
    MOMENT = "moment"
    NEXT = "next"
    EARLIER = "earlier"
    LEVEL = "level"
    CITE = "cite"
    COMMENT = "comment"
    BACK = "back"
    UNDO = "undo"
    REDO = "redo"
    SPLIT = "split"
    MARK = "mark"
    SEARCH = "search"
    PAGE_BACK = "page_back"
    PAGE_ON = "page_on"
    CAPTIONS = "captions"
    FULL_SCREEN = "full_screen"
    LARGER = "larger"
    SMALLER = "smaller"
    ELSEWHERE = "elsewhere"
    NEXT_PART = "next_part"
    EARLIER_PART = "earlier_part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One key of the desk.

    Attributes:
        key: Qt's key code.
        modifiers: The modifiers that must be held, the keypad's left out.
        command: What it asks for.
    """

    key: Qt.Key
    command: Command
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier


_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier

BINDINGS: tuple[Binding, ...] = (
    Binding(key=Qt.Key.Key_Space, command=Command.TOGGLE),
    Binding(key=Qt.Key.Key_J, command=Command.SHUTTLE_BACK),
    Binding(key=Qt.Key.Key_K, command=Command.SHUTTLE_STOP),
    Binding(key=Qt.Key.Key_L, command=Command.SHUTTLE_ON),
    Binding(key=Qt.Key.Key_Left, command=Command.JUMP_BACK),
    Binding(key=Qt.Key.Key_Right, command=Command.JUMP_ON),
    Binding(key=Qt.Key.Key_Comma, command=Command.FRAME_BACK),
    Binding(key=Qt.Key.Key_Period, command=Command.FRAME_ON),
    Binding(key=Qt.Key.Key_I, command=Command.MARK_IN),
    Binding(key=Qt.Key.Key_O, command=Command.MARK_OUT),
    Binding(key=Qt.Key.Key_M, command=Command.MOMENT),
    Binding(key=Qt.Key.Key_E, command=Command.CITE),
    Binding(key=Qt.Key.Key_Return, command=Command.COMMENT),
    Binding(key=Qt.Key.Key_Enter, command=Command.COMMENT),
    Binding(key=Qt.Key.Key_Escape, command=Command.BACK),
    Binding(key=Qt.Key.Key_Z, command=Command.UNDO, modifiers=_CONTROL),
    Binding(key=Qt.Key.Key_Z, command=Command.REDO, modifiers=_CONTROL | _SHIFT),
    Binding(key=Qt.Key.Key_Backslash, command=Command.SPLIT),
    Binding(key=Qt.Key.Key_H, command=Command.MARK),
    Binding(key=Qt.Key.Key_F, command=Command.SEARCH, modifiers=_CONTROL),
    Binding(key=Qt.Key.Key_PageUp, command=Command.PAGE_BACK),
    Binding(key=Qt.Key.Key_PageDown, command=Command.PAGE_ON),
    Binding(key=Qt.Key.Key_V, command=Command.CAPTIONS),
    Binding(key=Qt.Key.Key_F, command=Command.FULL_SCREEN),
    Binding(key=Qt.Key.Key_Plus, command=Command.LARGER),
    Binding(key=Qt.Key.Key_Plus, command=Command.LARGER, modifiers=_SHIFT),
    Binding(key=Qt.Key.Key_Minus, command=Command.SMALLER),
    Binding(key=Qt.Key.Key_O, command=Command.ELSEWHERE, modifiers=_CONTROL | _SHIFT),
    Binding(key=Qt.Key.Key_F6, command=Command.NEXT_PART),
    Binding(key=Qt.Key.Key_F6, command=Command.EARLIER_PART, modifiers=_SHIFT),
    *(Binding(key=Qt.Key(Qt.Key.Key_1 + place), command=Command.LEVEL) for place in range(9)),
)
"""Tab and Shift-Tab are not here: Qt asks for them by ``focusNextPrevChild``."""

WHILE_TYPING = frozenset({Command.BACK, Command.NEXT_PART, Command.EARLIER_PART})
"""What still works while a text is written: what leaves it."""


def command_of(event: QKeyEvent) -> Command | None:
    """Returns what a key press asks for, or None."""
    if event.text() == "\\":  # on many keyboards it is typed with AltGr
        return Command.SPLIT
    held = event.modifiers() & _MODIFIERS
    return next((b.command for b in BINDINGS if b.key == event.key() and b.modifiers == held), None)


def level_of(event: QKeyEvent) -> int:
    """Returns the place (from 0) of the level that a digit chooses."""
    return int(event.key()) - int(Qt.Key.Key_1)


def key_help() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Returns every key of the desk, as people read it, with what it does."""
    return (
        ((tr("Space"),), tr("Play or pause")),
        (("J", "K", "L"), tr("Backwards, stop, forwards; again for faster")),
        (("←", "→"), tr("5 seconds back or on")),
        ((",", "."), tr("One frame back or on")),
        (("I", "O"), tr("Mark in and out; what lies between is played in a loop")),
        (("M",), tr("Mark a moment")),
        ((tr("Tab"),), tr("Next criterion")),
        ((tr("Shift Tab"),), tr("Earlier criterion")),
        (("1", "…", "9"), tr("Choose the level")),
        (("E",), tr("Cite the current moment, page or area to the criterion in hand")),
        ((tr("Enter"),), tr("Write its comment")),
        ((tr("Esc"),), tr("Back to the criterion in hand")),
        ((tr("Ctrl Z"),), tr("Undo")),
        ((tr("Ctrl Shift Z"),), tr("Redo")),
        (("\\",), tr("A second piece of evidence beside the first, or one again")),
        (("H",), tr("Mark the selected words or area, or the page")),
        ((tr("Ctrl F"),), tr("Search in the document")),
        ((tr("Page up"), tr("Page down")), tr("Page before, next page")),
        ((tr("Shift ←"), tr("Shift →")), tr("In a document: select by words; with Alt, by area")),
        (("R",), tr("In a document or picture: turn it by a quarter")),
        (("V",), tr("A video's next captions, or none")),
        (("F",), tr("A video's picture over the whole screen, or no more")),
        (("+", "-"), tr("A video's picture larger or smaller")),
        ((tr("Ctrl Shift O"),), tr("Open what lies open in another program, where the programme allows it")),
        (("F6",), tr("Controls of the next part of the desk; there Tab goes from one to the next")),
    )
