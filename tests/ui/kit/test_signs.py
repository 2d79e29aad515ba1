"""Labels, pills, states, progress and facts say what they were told, whole or cut, in words and not by colour alone."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.kit.labels import ElidedLabel, KeyHint, Pill, make_label
from mcassess.ui.kit.layouts import FlowLayout
from mcassess.ui.kit.progress import ProgressLine
from mcassess.ui.kit.states import EmptyState, ErrorState, LoadingState
from mcassess.ui.kit.status_line import Side, StatusLine
from mcassess.ui.theme.tokens import LIGHT, Tone

Show = Callable[[QWidget], QWidget]

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")


def test_a_label_never_reads_its_text_as_markup(qtbot: QtBot) -> None:
    label = make_label("<b>not bold</b>", "muted")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_long_line_is_cut_and_told_whole_by_its_tool_tip(show: Show, qapp: QApplication) -> None:
    text = "A very long name of a piece of evidence that somebody sent"
    label = ElidedLabel(text)
    label.resize(120, 20)
    show(label)
    assert label.shown_text().endswith("…")
    qapp.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), label.mapToGlobal(QPoint(5, 5))))
    assert label.toolTip() == text
    label.resize(900, 20)
    assert label.shown_text() == text


@pytest.mark.parametrize("tone", list(Tone))
def test_a_pill_shows_its_words_in_its_tone(show: Show, tone: Tone) -> None:
    pill = Pill("In progress 3/5")
    show(pill)
    pill.show_state("Needs you", tone, "warning")
    pill.resize(pill.sizeHint())
    assert (pill.text(), pill.tone) == ("Needs you", tone)
    assert pill.grab().toImage().pixelColor(pill.width() // 2, 2) == QColor(LIGHT.tone(tone)[1])


def test_signs_of_keys_are_spoken_by_their_names(qtbot: QtBot) -> None:
    hint, letter = KeyHint("\\"), KeyHint("Ctrl K")
    for widget in (hint, letter):
        qtbot.addWidget(widget)
    assert (hint.accessibleName(), letter.accessibleName()) == ("Backslash", "Ctrl K")


def test_progress_shows_its_share_and_its_words_and_can_be_stopped(show: Show, qtbot: QtBot) -> None:
    line = ProgressLine("Lesson video", stoppable=True)
    line.resize(300, 40)
    show(line)
    line.show_progress(0.62, "downloading 1.1 GB · 4 min left")
    assert line.fraction() == 0.62
    assert line.text() == "downloading 1.1 GB · 4 min left"
    bar = line.findChild(QProgressBar)
    assert (bar.accessibleName(), bar.accessibleDescription()) == ("Lesson video", line.text())
    picture = bar.grab().toImage()
    assert picture.pixelColor(int(bar.width() * 0.5), 2) == QColor(LIGHT.accent)
    assert picture.pixelColor(int(bar.width() * 0.8), 2) == QColor(LIGHT.line)
    with qtbot.waitSignal(line.stop_requested, timeout=1000):
        qtbot.mouseClick(line.findChild(QPushButton), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("given", "shown"), [(-1.0, 0.0), (7.0, 1.0)])
def test_progress_keeps_within_its_bar(qtbot: QtBot, given: float, shown: float) -> None:
    line = ProgressLine("Lesson video")
    qtbot.addWidget(line)
    line.show_progress(given, "")
    assert line.fraction() == shown


def test_an_empty_place_says_one_sentence_and_leads_on(show: Show, qtbot: QtBot) -> None:
    state = EmptyState("queue", "Nothing waits for you.", "Sync now")
    show(state)
    assert (state.sentence(), state.accessibleName()) == ("Nothing waits for you.", "Nothing waits for you.")
    with qtbot.waitSignal(state.acted, timeout=1000):
        qtbot.mouseClick(state.findChild(QPushButton), Qt.MouseButton.LeftButton)
    without = EmptyState("queue", "Nothing waits for you.")
    qtbot.addWidget(without)
    assert without.findChild(QPushButton) is None


def test_a_failure_says_its_sentence_and_offers_to_try_again(show: Show, qtbot: QtBot) -> None:
    state = ErrorState("The document wants a password.")
    show(state)
    state.set_sentence("The file is cut in half. Ask for it again.")
    assert state.sentence() == state.accessibleName() == "The file is cut in half. Ask for it again."
    with qtbot.waitSignal(state.acted, timeout=1000):
        qtbot.keyClick(state.findChild(QPushButton), Qt.Key.Key_Return)


def test_loading_is_quiet_at_first_and_stands_still_when_it_is_hidden(show: Show, qtbot: QtBot) -> None:
    state = LoadingState("Opening the video…")
    show(state)
    label = state.findChild(QLabel)
    assert not state.turns()
    assert not label.isVisible()
    qtbot.waitUntil(state.turns, timeout=3000)
    assert label.isVisible()
    state.hide()
    assert not state.turns()


def test_facts_keep_their_sides_and_order_and_can_change_and_go(show: Show, qtbot: QtBot) -> None:
    line = StatusLine()
    line.resize(900, 28)
    show(line)
    line.show_fact("disk", "412 MB here", side=Side.RIGHT)
    line.show_fact("net", "Offline since 09:12", tone=Tone.WARN)
    line.show_fact("outbox", "3 waiting to send", key="Ctrl R")
    net, outbox, disk = (
        next(f for f in line.findChildren(QLabel) if f.text().startswith(t)) for t in ("Off", "3", "412")
    )
    qtbot.waitUntil(lambda: net.x() < outbox.x() < 450 < disk.x(), timeout=2000)
    line.show_fact("net", "Online", tone=Tone.OK)
    assert line.text_of("net") == net.text() == "Online"
    line.show_fact("outbox", "")
    assert not outbox.isVisible()
    assert line.text_of("absent") == ""


def test_a_facts_dot_has_its_tone(show: Show) -> None:
    line = StatusLine()
    line.show_fact("net", "Offline", tone=Tone.WARN)
    line.resize(400, 28)
    show(line)
    fact = line.findChild(QLabel)
    assert fact.grab().toImage().pixelColor(4, fact.height() // 2) == QColor(LIGHT.almost)


def boxes(*widths: int) -> tuple[QWidget, FlowLayout]:
    holder = QWidget()
    flow = FlowLayout(holder, gap=4)
    for width in widths:
        box = QWidget()
        box.setFixedSize(width, 20)
        flow.addWidget(box)
    return holder, flow


def test_what_does_not_fit_flows_into_the_next_line(show: Show) -> None:
    holder, flow = boxes(60, 60, 60, 60)
    holder.resize(200, 100)
    show(holder)
    assert [flow.itemAt(i).geometry().topLeft().toTuple() for i in range(4)] == [(0, 0), (64, 0), (128, 0), (0, 24)]
    assert flow.heightForWidth(60) == 4 * 20 + 3 * 4
    assert flow.sizeHint().toTuple() == (4 * 60 + 3 * 4, 20)


def test_a_hidden_widget_takes_no_room_and_a_wide_one_is_narrowed(show: Show) -> None:
    holder, flow = boxes(60, 60)
    wide = ElidedLabel("x" * 100)
    flow.addWidget(wide)
    flow.itemAt(0).widget().hide()
    holder.resize(200, 100)
    show(holder)
    assert flow.itemAt(1).geometry() == QRect(0, 0, 60, 20)
    assert wide.geometry().right() < 200


def test_clearing_a_flow_deletes_its_widgets(show: Show, qtbot: QtBot) -> None:
    holder, flow = boxes(60, 60)
    show(holder)
    first = flow.itemAt(0).widget()
    with qtbot.waitSignal(first.destroyed, timeout=2000):
        flow.clear()
    assert flow.count() == 0
    assert flow.itemAt(0) is None


def test_a_long_sentence_of_a_state_shows_all_its_lines(qtbot):
    from PySide6.QtWidgets import QLabel

    from mcassess.ui.kit.states import ErrorState

    state = ErrorState("The platform does not answer, and nothing was changed on this laptop. " * 3)
    qtbot.addWidget(state)
    state.resize(420, 500)
    state.show()
    label = next(each for each in state.findChildren(QLabel) if each.text().startswith("The platform"))
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()) > 0)
    assert label.width() > 200
