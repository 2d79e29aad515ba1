"""Qt's messages reach our log without what they quote; a slot that fails does not end the window."""

import logging

import pytest
from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal

from mcassess.hooks import Hooks
from mcassess.ui import qt_messages
from mcassess.ui.crash_line import CrashLine
from mcassess.ui.kit.buttons import Button


def test_a_warning_is_logged_by_the_function_that_complains(
    caplog: pytest.LogCaptureFixture, expected_logs: list[str]
) -> None:
    expected_logs.append("mcassess.ui.qt_messages")
    context = QMessageLogContext()
    with caplog.at_level(logging.DEBUG):
        qt_messages._take(QtMsgType.QtWarningMsg, context, "QPixmap::load: cannot open 'Ruth Nakamura.png'")
        qt_messages._take(QtMsgType.QtCriticalMsg, context, "Ruth Nakamura is not a font")
        qt_messages._take(QtMsgType.QtInfoMsg, context, "QWindow::info")
    said = [record.getMessage() for record in caplog.records]
    assert [each.split(" (")[0] for each in said] == ["Qt complains: QPixmap::load", "Qt complains: ?"]
    assert "Ruth" not in "".join(said)


@pytest.mark.filterwarnings("ignore")
def test_a_slot_that_fails_is_reported_and_the_window_goes_on(qapp) -> None:
    class Sender(QObject):
        pressed = Signal()

    reported: list[BaseException] = []
    hooks = Hooks(reported.append)
    sender, went_on = Sender(), []
    sender.pressed.connect(lambda: 1 / 0)
    sender.pressed.connect(lambda: went_on.append(True))
    hooks.put_up()
    try:
        sender.pressed.emit()
    finally:
        hooks.take_down()
    assert [type(each) for each in reported] == [ZeroDivisionError]
    assert went_on


def test_the_line_shows_and_forgets(qtbot) -> None:
    line = CrashLine("ValueError\n  view.py:12 in open")
    qtbot.addWidget(line)
    line.show()
    show, forget = line.findChildren(Button)
    show.click()
    assert line._lines.isVisible()
    assert "view.py:12" in line._lines.toPlainText()
    with qtbot.waitSignal(line.forgotten):
        forget.click()
    assert not line.isVisible()
