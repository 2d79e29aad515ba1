"""What of a video was really seen."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from mcassess.ui.viewers.video import VideoViewer
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.support.watching import PATIENCE_MS, wait_for_number

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Source = Callable[..., EvidenceSource]


def test_what_was_played_is_seen_and_what_was_leapt_over_is_not(qtbot: QtBot, opened: VideoViewer) -> None:
    told: list[dict[str, list[list[int]]]] = []
    opened.seen.connect(told.append)
    opened.toggle()
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 300, timeout=PATIENCE_MS)
    opened.jump(2_000)
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 2_700, timeout=PATIENCE_MS)
    opened.toggle()
    qtbot.waitUntil(lambda: not opened._tick.isActive(), timeout=PATIENCE_MS)
    ranges = [span for each in told for span in each["ranges"]]
    assert ranges
    assert all(start < end for start, end in ranges)
    assert not any(start < 1_700 < end for start, end in ranges)
    assert any(start < 300 for start, _ in ranges)
    assert any(end > 2_500 for _, end in ranges)


def test_a_video_that_is_only_looked_at_still_is_not_seen(qtbot: QtBot, opened: VideoViewer) -> None:
    told: list[object] = []
    opened.seen.connect(told.append)
    opened.jump(1_000)
    wait_for_number(qtbot, opened, 30)
    opened.step(1)
    wait_for_number(qtbot, opened, 31)
    opened.close_evidence()
    assert told == []


def test_closing_while_it_plays_tells_what_was_seen(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.toggle()
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 200, timeout=PATIENCE_MS)
    with qtbot.waitSignal(opened.seen, timeout=PATIENCE_MS) as told:
        opened.close_evidence()
    assert told.args is not None
    assert told.args[0]["ranges"][0][1] >= 200
