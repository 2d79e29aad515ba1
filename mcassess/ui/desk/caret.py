"""Where in which text the assessor writes: ``comment:7`` is behind the seventh sign of the comment in hand."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit

from mcassess.ui.desk.right_side import RightSide


def caret_of(right: RightSide, criterion: str) -> str:
    """Returns where the caret is; empty where no text has the keyboard."""
    focus = right.focusWidget()
    for name, edit in _texts(right, criterion).items():
        if edit is focus:
            return f"{name}:{edit.textCursor().position()}"
    return ""


def go_to_caret(right: RightSide, criterion: str, caret: str) -> None:
    """Puts the caret where ``caret_of`` found it, as far as that text is there."""
    name, _, place = caret.partition(":")
    edit = _texts(right, criterion).get(name)
    if edit is None or not place.isdecimal() or not edit.isVisibleTo(right):
        return
    cursor = edit.textCursor()
    cursor.setPosition(min(int(place), edit.document().characterCount() - 1))
    edit.setTextCursor(cursor)
    edit.setFocus(Qt.FocusReason.OtherFocusReason)


def _texts(right: RightSide, criterion: str) -> dict[str, QPlainTextEdit]:
    texts: dict[str, QPlainTextEdit] = {"feedback": right.feedback.page, "note": right.notes.page}
    card = right.rubric.card(criterion)
    comment = card.comment_edit() if card is not None else None
    if comment is not None:
        texts["comment"] = comment
    return texts
