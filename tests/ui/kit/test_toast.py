"""The toast says its word, does its one thing once, and goes by itself unless somebody is at it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.kit.toast import Toast

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def toast(show: Callable[[QWidget], QWidget]) -> Toast:
    window = QWidget()
    window.resize(800, 500)
    made = Toast(window)
    show(window)
    return made


def hover(toast: Toast, app: QApplication, *, inside: bool) -> None:
    place = QPointF(5, 5)
    app.sendEvent(toast, QEnterEvent(place, place, place) if inside else QEvent(QEvent.Type.Leave))


def buttons(toast: Toast) -> tuple[QPushButton, QPushButton]:
    action, close = toast.findChildren(QPushButton)
    return action, close


def test_it_is_hidden_until_it_has_something_to_say_and_goes_by_itself(toast: Toast, qtbot: QtBot) -> None:
    assert not toast.isVisible()
    toast.show_message("Finished.", milliseconds=120)
    assert toast.isVisible()
    assert toast.text() == toast.accessibleName() == "Finished."
    assert not buttons(toast)[0].isVisible()
    qtbot.waitUntil(toast.isHidden, timeout=3000)


def test_its_action_is_done_once(toast: Toast, qtbot: QtBot) -> None:
    done: list[str] = []
    toast.show_message("Finished.", action_text="Undo", action=lambda: done.append("first"))
    qtbot.mouseClick(buttons(toast)[0], Qt.MouseButton.LeftButton)
    assert done == ["first"]
    assert toast.isHidden()
    toast.press_action()
    assert done == ["first"]


def test_a_new_message_takes_the_place_of_the_old_and_of_its_action(toast: Toast) -> None:
    done: list[str] = []
    toast.show_message("One.", action_text="Undo", action=lambda: done.append("one"))
    toast.show_message("Two.", action_text="Undo", action=lambda: done.append("two"))
    toast.press_action()
    assert done == ["two"]


def test_its_time_stands_still_under_the_pointer(toast: Toast, qapp: QApplication, qtbot: QtBot) -> None:
    toast.show_message("Finished.", milliseconds=150)
    hover(toast, qapp, inside=True)
    qtbot.wait(300)
    assert toast.isVisible()
    hover(toast, qapp, inside=False)
    qtbot.waitUntil(toast.isHidden, timeout=3000)


def test_its_time_stands_still_while_the_keyboard_is_on_it(toast: Toast, qtbot: QtBot) -> None:
    toast.show_message("Finished.", action_text="Undo", milliseconds=150)
    buttons(toast)[0].setFocus()
    qtbot.wait(300)
    assert toast.isVisible()
    assert 0 < toast.remaining_ms() <= 200
    toast.window().setFocus()
    buttons(toast)[0].clearFocus()
    qtbot.waitUntil(toast.isHidden, timeout=3000)


def test_it_takes_no_focus_by_itself(toast: Toast) -> None:
    toast.show_message("Finished.", action_text="Undo")
    assert not any(button.hasFocus() for button in buttons(toast))


def test_escape_and_the_cross_hide_it_and_forget_its_action(toast: Toast, qtbot: QtBot) -> None:
    done: list[str] = []
    toast.show_message("Finished.", action_text="Undo", action=lambda: done.append("undone"))
    buttons(toast)[0].setFocus()
    qtbot.keyClick(buttons(toast)[0], Qt.Key.Key_Escape)
    assert toast.isHidden()
    toast.show_message("Finished.", action_text="Undo", action=lambda: done.append("undone"))
    qtbot.mouseClick(buttons(toast)[1], Qt.MouseButton.LeftButton)
    assert toast.isHidden()
    assert done == []


def test_it_stays_in_the_lower_middle_of_its_window(toast: Toast, qtbot: QtBot) -> None:
    window = toast.window()
    toast.show_message("Finished.")
    for width, height in ((800, 500), (640, 400)):
        window.resize(width, height)
        qtbot.waitUntil(lambda middle=width // 2: abs(toast.geometry().center().x() - middle) <= 1, timeout=2000)
        assert height - 100 < toast.geometry().bottom() < height


def test_a_long_message_keeps_within_a_narrow_window(toast: Toast) -> None:
    toast.window().resize(420, 400)
    toast.show_message(
        "This decision is kept until the platform has confirmed it, whatever happens. " * 2, action_text="Undo"
    )
    assert toast.window().rect().contains(toast.geometry())
    action, close = buttons(toast)
    assert action.width() >= action.sizeHint().width()
    assert toast.rect().contains(close.geometry())
