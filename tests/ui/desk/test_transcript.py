"""The transcript follows the video, is searched, and goes to what is clicked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from mcassess.domain.citation import Moment
from mcassess.evidence.captions import Caption
from mcassess.ui.desk.transcript_panel import TranscriptPanel

SAID = ("Thank you.", "Tell your partner.", "Now swap.", "What did your partner say?")


@pytest.fixture
def panel(bench) -> TranscriptPanel:
    bench.open()
    captions = [
        Caption(start_ms=place * 1_000, end_ms=place * 1_000 + 900, text=text) for place, text in enumerate(SAID)
    ]
    bench.video.show_captions(*captions)
    return bench.desk.area.transcript


def asked_places(bench) -> list[object]:
    return [asked[1] for asked in bench.video.asked if asked[0] == "show"]


def at(ms: int) -> Moment:
    return Moment(start_ms=ms, end_ms=ms)


def test_it_marks_what_is_said_now(bench, panel: TranscriptPanel) -> None:
    for at_ms, current in ((1_200, 1), (1_950, 1), (3_000, 3), (0, 0)):
        bench.video.play_to(at_ms)
        assert panel.current() == current


def test_a_click_or_enter_on_a_line_goes_there(bench, panel: TranscriptPanel) -> None:
    line = panel._lines.visualItemRect(panel._lines.item(2)).center()
    bench.qtbot.mouseClick(panel._lines.viewport(), Qt.MouseButton.LeftButton, pos=line)
    assert asked_places(bench) == [at(2_000)]
    panel._lines.setFocus()
    panel._lines.setCurrentRow(3)
    bench.qtbot.keyClick(panel._lines, Qt.Key.Key_Return)
    assert asked_places(bench) == [at(2_000), at(3_000)]


def test_what_is_searched_for_is_counted_and_gone_through(bench, panel: TranscriptPanel) -> None:
    panel._search.setFocus()
    bench.write("PARTNER")
    assert (panel.hits(), panel._hits.text()) == ([1, 3], "2 hits")
    for _ in range(3):
        bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert asked_places(bench) == [at(1_000), at(3_000), at(1_000)]
    assert panel._search.hasFocus(), "the next hit is one key away"
