"""A damaged library is said in its place, with what can be brought back."""

from concurrent.futures import Future

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mcassess.errors import WorldError
from mcassess.ui.kit.buttons import Button
from mcassess.ui.recovery import RecoveryScreen


class Recoverer:
    """Answers as recovery does, when the test wants."""

    def __init__(self) -> None:
        self.asked: list[tuple[bool, Future[str]]] = []

    def __call__(self, act: bool) -> "Future[str]":
        self.asked.append((act, Future()))
        return self.asked[-1][1]


def shown(screen: RecoveryScreen) -> str:
    return " ".join(label.text() for label in screen.findChildren(QLabel) if not label.isHidden())


def test_it_says_what_can_be_brought_back_and_does_it_when_asked(qtbot: QtBot) -> None:
    recover = Recoverer()
    screen = RecoveryScreen("The library is damaged.", recover)
    qtbot.addWidget(screen)
    [button] = screen.findChildren(Button)
    assert "The library is damaged." in shown(screen)
    assert not button.isEnabled()
    recover.asked[0][1].set_result("The newest sound backup is of yesterday.")
    qtbot.waitUntil(button.isEnabled)
    assert "of yesterday" in shown(screen)
    with qtbot.waitSignal(screen.recovered):
        button.click()
        assert recover.asked[1][0]
        recover.asked[1][1].set_result("Done.")


def test_where_nothing_can_be_brought_back_it_says_so(qtbot: QtBot) -> None:
    recover = Recoverer()
    screen = RecoveryScreen("The library is damaged.", recover)
    qtbot.addWidget(screen)
    recover.asked[0][1].set_exception(WorldError("Neither opens."))
    qtbot.waitUntil(lambda: "Neither opens." in shown(screen))
    assert not screen.findChildren(Button)[0].isEnabled()
