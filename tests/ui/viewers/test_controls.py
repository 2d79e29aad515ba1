"""The controls under a video: what can be done without goes where room is short, and nothing is cut off."""

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.viewers.caption_track import CaptionChoice
from mcassess.ui.viewers.controls import VideoControls


@pytest.mark.parametrize("width", [900, 640, 639, 510, 509, 360, 359, 300, 299, 240, 239, 180])
def test_what_is_shown_has_its_room(qtbot: QtBot, width: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    controls = VideoControls(window)
    row = QHBoxLayout(window)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(controls)
    controls.show_captions([CaptionChoice(id="0", name="English")], "0")
    controls.show_position(3_000_000, 3_600_000)
    window.setFixedSize(width, 60)
    window.show()
    qtbot.waitExposed(window)
    shown = [each for each in controls.findChildren(QWidget) if each.isVisible() and each.parentWidget() is controls]
    assert {controls._play, controls._captions, controls._volume, controls._more} <= set(shown)

    def stands() -> bool:
        places = sorted((each.geometry() for each in shown), key=lambda place: place.x())
        apart = all(one.right() < other.left() for one, other in pairwise(places))
        whole = all(each.width() >= each.minimumSizeHint().width() for each in shown)
        return apart and whole and all(controls.rect().contains(place) for place in places)

    qtbot.waitUntil(stands)
