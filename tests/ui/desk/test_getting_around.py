"""Keys and focus on the desk: what reaches the player, the parts in turn, and a name for all that takes the focus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from mcassess.domain.kinds import Outcome
from mcassess.evidence.captions import Caption

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Key = Qt.Key


def test_keys_reach_the_player(bench) -> None:
    bench.open()
    video = bench.video
    video.asked.clear()
    keys = (Key.Key_Space, Key.Key_J, Key.Key_K, Key.Key_L, Key.Key_Left, Key.Key_Right, Key.Key_Comma, Key.Key_Period)
    for key in keys:
        bench.press(key)
    assert video.asked == [
        "toggle",
        ("shuttle", -1),
        ("shuttle", 0),
        ("shuttle", 1),
        ("jump", -5000),
        ("jump", 5000),
        ("step", -1),
        ("step", 1),
    ]
    for at, key in ((1_000, Key.Key_I), (4_000, Key.Key_O)):
        video.play_to(at)
        bench.press(key)
    assert video.stretch.marks.stretch() == (1_000, 4_000)


def test_a_level_that_is_clicked_leaves_the_arrows_to_the_video(bench) -> None:
    bench.open()
    choice = bench.desk.right.rubric.card("c2")._choice
    bench.qtbot.mouseClick(choice._buttons[1], Qt.MouseButton.LeftButton)
    bench.settle()
    bench.press(Key.Key_Right)
    assert bench.review().scores == {"c2": "c2-2"}
    assert bench.presenter.hand.criterion == "c2"
    assert bench.video.asked[-1] == ("jump", 5000)


def test_f6_leads_to_every_part_and_escape_back(bench) -> None:
    bench.open()
    bench.video.show_captions(Caption(start_ms=0, end_ms=900, text="Good morning."))
    reached = []
    for _ in range(8):
        bench.press(Key.Key_F6)
        focus = QApplication.focusWidget()
        reached.append(
            next(
                (
                    name
                    for name, part in (
                        ("evidence", bench.desk.evidence),
                        ("area", bench.desk.area),
                        ("tabs", bench.desk.right.tabs),
                        ("completeness", bench.desk.right.rubric.completeness),
                        ("rubric", bench.desk.right.rubric),
                        ("footer", bench.desk.right.footer),
                        ("header", bench.desk.header),
                    )
                    if part is focus or part.isAncestorOf(focus)
                ),
                "?",
            )
        )
    assert {"evidence", "area", "tabs", "completeness", "rubric", "footer", "header"} <= set(reached)
    bench.press(Key.Key_Escape)
    assert QApplication.focusWidget() is bench.desk.right.rubric.card("c1")


def test_tab_goes_from_control_to_control_outside_the_cards(bench) -> None:
    bench.open()
    bench.desk.right.footer.buttons()[Outcome.RETURNED].setFocus()
    bench.press(Key.Key_Tab)
    assert QApplication.focusWidget() is bench.desk.right.footer.buttons()[Outcome.NOT_YET]
    assert bench.presenter.hand.criterion == "c1"


def test_everything_that_takes_the_focus_has_a_name(bench) -> None:
    bench.open()
    from PySide6.QtGui import QAccessible
    from PySide6.QtWidgets import QWidget

    nameless = []
    for widget in bench.desk.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name):
                nameless.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    assert nameless == []


def test_shortcuts_are_handed_to_the_overview(bench) -> None:
    keys = {key for line in bench.desk.shortcuts() for key in line.keys}
    assert {"J", "E", "M", "\\"} <= keys
