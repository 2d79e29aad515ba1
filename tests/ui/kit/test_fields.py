"""Fields say what the person did and nothing else, and grow with what is written."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.kit.fields import GrowingEdit, SearchField

Show = Callable[[QWidget], QWidget]

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def edit(show: Show) -> GrowingEdit:
    window = QWidget()
    window.resize(300, 600)
    column = QVBoxLayout(window)
    made = GrowingEdit("Comment on 4 Peer feedback", placeholder="What did you see?", min_lines=2, max_lines=5)
    column.addWidget(made)
    column.addWidget(QLineEdit())
    column.addStretch(1)
    show(window)
    made.setFocus()
    return made


def test_writing_is_told_letter_by_letter(edit: GrowingEdit, qtbot: QtBot) -> None:
    texts: list[str] = []
    edit.textEdited.connect(texts.append)
    qtbot.keyClicks(edit, "pair")
    assert texts == ["p", "pa", "pai", "pair"]


def test_a_text_from_elsewhere_is_shown_and_not_told(edit: GrowingEdit, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(edit.textEdited):
        edit.set_text("from the library")
    assert edit.toPlainText() == "from the library"


def test_the_same_text_from_elsewhere_leaves_the_cursor_where_it_is(edit: GrowingEdit, qtbot: QtBot) -> None:
    qtbot.keyClicks(edit, "pairs")
    qtbot.keyClick(edit, Qt.Key.Key_Left)
    edit.set_text("pairs")
    assert edit.textCursor().position() == 4


def test_it_grows_with_its_lines_and_then_scrolls(edit: GrowingEdit, qtbot: QtBot) -> None:
    line = edit.fontMetrics().lineSpacing()
    empty = edit.height()
    heights = []
    for lines in range(1, 8):
        edit.set_text("\n".join(["word"] * lines))
        heights.append(edit.height())
    assert heights[0] == heights[1] == empty
    growth = [after - before for before, after in pairwise(heights[1:5])]
    assert growth == pytest.approx([line] * 3, abs=1)
    assert heights[4] == heights[5] == heights[6]
    assert edit.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAsNeeded
    edit.set_text("")
    assert edit.height() == empty
    assert edit.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def test_it_grows_for_lines_that_wrap_and_when_it_becomes_narrow(edit: GrowingEdit, qtbot: QtBot) -> None:
    empty = edit.height()
    edit.set_text("Students share in pairs and give each other feedback. " * 2)
    wrapped = edit.height()
    assert wrapped > empty
    edit.window().resize(180, 600)
    qtbot.waitUntil(lambda: edit.height() > wrapped, timeout=2000)


def test_all_lines_up_to_the_most_are_seen_without_scrolling(edit: GrowingEdit) -> None:
    edit.set_text("\n".join("abcde"))
    assert edit.verticalScrollBar().maximum() == 0


def test_control_enter_submits_and_enter_writes_a_line(edit: GrowingEdit, qtbot: QtBot) -> None:
    with qtbot.waitSignal(edit.submitted, timeout=1000):
        qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert edit.toPlainText() == ""
    with qtbot.assertNotEmitted(edit.submitted):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.toPlainText() == "\n"


def test_tab_leaves_it_and_says_so(edit: GrowingEdit, qtbot: QtBot) -> None:
    with qtbot.waitSignal(edit.left, timeout=1000):
        qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.toPlainText() == ""
    assert not edit.hasFocus()
    assert edit.accessibleName() == "Comment on 4 Peer feedback"


def test_escape_empties_the_search_and_says_so(show: Show, qtbot: QtBot) -> None:
    field = SearchField("Search educators…", key="Ctrl K")
    show(field)
    field.setFocus()
    texts: list[str] = []
    field.textEdited.connect(texts.append)
    qtbot.keyClicks(field, "ab")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert texts == ["a", "ab", ""]
    assert field.text() == ""
    assert field.accessibleName() == "Search educators…"


def test_the_search_keeps_clear_of_its_magnifier_and_hides_its_key_while_it_is_used(show: Show) -> None:
    field = SearchField("", key="Ctrl K")
    field.resize(300, field.sizeHint().height())
    show(field)
    empty = field.grab().toImage()
    assert field.textMargins().left() >= 20
    field.setText(" ")
    used = field.grab().toImage()
    middle = field.height() // 2
    right = [x for x in range(220, 296) if empty.pixelColor(x, middle) != used.pixelColor(x, middle)]
    assert right
