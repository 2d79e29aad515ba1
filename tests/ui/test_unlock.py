"""The unlock screen asks for a passphrase, twice for a new library, and says in place what went wrong."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from mcassess.ui.unlock import UnlockScreen


def _fields(screen: UnlockScreen) -> list[QLineEdit]:
    return [field for field in screen.findChildren(QLineEdit) if field.isVisible()]


def _said(screen: UnlockScreen) -> list[str]:
    return [
        label.text() for label in screen.findChildren(QLabel) if label.isVisible() and label.property("rank") == "bad"
    ]


@pytest.fixture
def show(qtbot):
    def make(*, new: bool) -> UnlockScreen:
        screen = UnlockScreen(new=new)
        qtbot.addWidget(screen)
        screen.show()
        return screen

    return make


def test_enter_submits_the_passphrase_of_a_known_library(show, qtbot):
    screen = show(new=False)
    (field,) = _fields(screen)
    assert field.echoMode() is QLineEdit.EchoMode.Password
    qtbot.keyClicks(field, "correct horse battery")
    with qtbot.waitSignal(screen.submitted) as submitted:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert submitted.args == ["correct horse battery"]


def test_a_wrong_passphrase_is_said_in_place_and_can_be_tried_again(show, qtbot):
    screen = show(new=False)
    (field,) = _fields(screen)
    qtbot.keyClicks(field, "wrong words here")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not field.isEnabled()
    screen.show_problem("The passphrase is wrong.")
    assert _said(screen) == ["The passphrase is wrong."]
    assert field.isEnabled()
    assert field.hasSelectedText()


@pytest.mark.parametrize(("first", "second"), [("short", "short"), ("long enough words", "other words than that")])
def test_a_new_passphrase_is_refused_when_short_or_when_the_two_differ(show, qtbot, first, second):
    screen = show(new=True)
    once, again = _fields(screen)
    qtbot.keyClicks(once, first)
    qtbot.keyClicks(again, second)
    with qtbot.assertNotEmitted(screen.submitted):
        qtbot.keyClick(again, Qt.Key.Key_Return)
    assert len(_said(screen)) == 1


def test_a_new_passphrase_given_twice_is_submitted(show, qtbot):
    screen = show(new=True)
    for field in _fields(screen):
        qtbot.keyClicks(field, "correct horse battery")
    with qtbot.waitSignal(screen.submitted) as submitted:
        qtbot.keyClick(_fields(screen)[1], Qt.Key.Key_Return)
    assert submitted.args == ["correct horse battery"]


def test_nothing_is_submitted_while_the_field_is_empty(show, qtbot):
    screen = show(new=False)
    with qtbot.assertNotEmitted(screen.submitted):
        qtbot.keyClick(_fields(screen)[0], Qt.Key.Key_Return)
