"""The picture of a video: its pixels, its size, its light, its windows, and the area that is meant."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mcassess.domain.citation import Moment
from mcassess.ui.viewers.picture_menu import PictureWish
from mcassess.ui.viewers.video import VideoViewer
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.support.media import HEIGHT, WIDTH
from tests.support.watching import PATIENCE_MS, wait_for_number
from tests.ui.viewers.conftest import TouchNoticer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Source = Callable[..., EvidenceSource]
_CORNER = 12


def decoded(path: Path, number: int) -> QImage:
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index == number:
                plane = frame.reformat(format="bgra").planes[0]
                return QImage(bytes(plane), WIDTH, HEIGHT, plane.line_size, QImage.Format.Format_RGB32).copy()
    raise AssertionError(number)


def inner(image: QImage) -> bytes:
    cut = image.copy(_CORNER, 0, WIDTH - 2 * _CORNER, HEIGHT).convertToFormat(QImage.Format.Format_RGB888)
    return bytes(cut.constBits())


@pytest.mark.parametrize("number", [0, 47, 119])
def test_a_still_picture_in_the_window_is_the_decoders_pixel_for_pixel(
    qtbot: QtBot, opened: VideoViewer, lesson: Path, number: int
) -> None:
    opened.canvas.setFixedSize(WIDTH, HEIGHT)
    opened.show_place(Moment(start_ms=round(number * 1000 / 30) + 5, end_ms=round(number * 1000 / 30) + 5))
    wait_for_number(qtbot, opened, number)
    assert inner(opened.canvas.grab().toImage()) == inner(decoded(lesson, number))


def test_an_area_of_the_picture_is_cited_with_its_moment_and_shown_again(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.jump(1_000)
    wait_for_number(qtbot, opened, 30)
    picture = opened.canvas.picture_rect()
    begin, end = picture.topLeft() + QPointF(50, 40), picture.topLeft() + QPointF(150, 90)
    qtbot.mousePress(opened.canvas, Qt.MouseButton.LeftButton, pos=begin.toPoint())
    qtbot.mouseMove(opened.canvas, QPoint(round(end.x()), round(end.y())))
    qtbot.mouseRelease(opened.canvas, Qt.MouseButton.LeftButton, pos=end.toPoint())
    place = opened.current_place()
    assert place.area is not None
    assert place.area.x == pytest.approx(50 / picture.width(), abs=0.01)
    assert place.area.height == pytest.approx(50 / picture.height(), abs=0.01)
    assert not opened.playing, "drawing is no click"
    opened.jump(500)
    assert opened.current_place().area is None
    plain = opened.canvas.grab().toImage()
    opened.show_place(place)
    wait_for_number(qtbot, opened, 30)
    assert opened.current_place() == place
    framed = opened.canvas.grab().toImage()
    edge = QPoint(round(begin.x()), round((begin.y() + end.y()) / 2))
    assert framed.pixelColor(edge) != plain.pixelColor(edge)


def test_the_picture_is_zoomed_by_the_wheel_and_pulled_along_and_fits_again(qtbot: QtBot, opened: VideoViewer) -> None:
    canvas, fitting = opened.canvas, opened.canvas.picture_rect()
    at = canvas.rect().center()
    for _ in range(4):
        turn = QPoint(0, 120)
        where = QPointF(at), QPointF(canvas.mapToGlobal(at))
        keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(canvas, QWheelEvent(*where, QPoint(), turn, *keys, Qt.ScrollPhase.NoScrollPhase, False))
    large = canvas.picture_rect()
    assert large.width() == pytest.approx(fitting.width() * 1.2**4, abs=3)
    qtbot.mousePress(canvas, Qt.MouseButton.MiddleButton, pos=at)
    qtbot.mouseMove(canvas, at + QPoint(40, 0))
    qtbot.mouseRelease(canvas, Qt.MouseButton.MiddleButton, pos=at + QPoint(40, 0))
    assert canvas.picture_rect().left() == pytest.approx(large.left() + 40, abs=2)
    assert not opened.playing, "pulling is no click"
    opened.wish_picture(PictureWish.FIT)
    assert canvas.picture_rect() == fitting


def test_the_picture_is_zoomed_into_lit_and_shown_as_recorded_again(qtbot: QtBot, opened: VideoViewer) -> None:
    recorded, fitting = opened.canvas.grab().toImage(), opened.canvas.picture_rect()
    opened.wish_picture(PictureWish.LARGER)
    assert opened.canvas.picture_rect().width() == pytest.approx(fitting.width() * 1.5, abs=2)
    opened.wish_picture(PictureWish.FIT)
    middle = opened.canvas.rect().center()
    grey = recorded.pixelColor(middle).lightness()
    for wish, brighter in ((PictureWish.BRIGHTER, True), (PictureWish.DARKER, False), (PictureWish.DARKER, False)):
        before = opened.canvas.grab().toImage().pixelColor(middle).lightness()
        opened.wish_picture(wish)
        after = opened.canvas.grab().toImage().pixelColor(middle).lightness()
        assert (after > before) == brighter
    opened.wish_picture(PictureWish.MORE_CONTRAST)
    opened.wish_picture(PictureWish.AS_RECORDED)
    assert opened.canvas.grab().toImage() == recorded
    assert recorded.pixelColor(middle).lightness() == grey


def test_other_windows_show_the_same_picture_and_go_with_the_viewer(qtbot: QtBot, opened: VideoViewer) -> None:
    opened.wish_picture(PictureWish.FULL_SCREEN)
    opened.wish_picture(PictureWish.SECOND_WINDOW)
    full, second = opened._picture.windows.windows
    qtbot.waitUntil(lambda: full.isVisible() and second.isVisible(), timeout=PATIENCE_MS)
    opened.jump(2_000)
    wait_for_number(qtbot, opened, 60)
    assert full.canvas.frame is second.canvas.frame is opened.canvas.frame
    qtbot.waitUntil(lambda: opened.canvas.caption == "Who can add to that?", timeout=PATIENCE_MS)
    assert full.canvas.caption == second.canvas.caption == opened.canvas.caption
    qtbot.keyClick(full, Qt.Key.Key_Escape)
    assert opened._picture.windows.windows == (second,)
    opened.hide()
    assert opened._picture.windows.windows == ()


def test_a_click_on_the_picture_plays(qtbot: QtBot, opened: VideoViewer) -> None:
    presses = TouchNoticer(opened)
    opened.installEventFilter(presses)
    QTest.mouseClick(opened.canvas, Qt.MouseButton.LeftButton)
    assert presses.noticed == 1  # it is also left to whoever asks which pane was touched
    qtbot.waitUntil(lambda: opened.current_place().start_ms > 100, timeout=PATIENCE_MS)
