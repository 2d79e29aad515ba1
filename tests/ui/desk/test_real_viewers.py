"""The desk with the program's own viewers: what they show is cited and found again."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from mcassess.domain.citation import Moment, PageRegion
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.view import Desk
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.work import Work
from tests.support.filled import key_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

CITE, LONG = Qt.Key.Key_E, 20_000


@pytest.fixture
def desk(qtbot, qapp, library):
    apply_theme(qapp, dark=False)
    work, viewers = Work(), ViewerFactory("dummy")
    desk = Desk(DeskPresenter(library, work), viewers)
    qtbot.addWidget(desk)
    desk.resize(1380, 872)
    desk.show()
    desk.activated()
    with qtbot.waitSignal(desk.presenter.loaded, timeout=LONG):
        desk.open(key_of(library, "s-0001"))
    yield desk
    desk.deactivated()
    desk.close_evidence()
    viewers.close()
    work.close()


def cited(desk: Desk) -> dict[str, object]:
    return {each.evidence: each.place for each in desk.presenter.contents.review.citations.get("c1", ())}


def test_moment_page_and_picture_are_cited_with_one_key_each(desk: Desk, qtbot) -> None:
    pane = desk.area.pane
    qtbot.waitUntil(lambda: desk.area.transcript._lines.count() > 0, timeout=LONG)
    pane.timed.jump(1_000)
    qtbot.waitUntil(lambda: pane.place().start_ms > 0, timeout=LONG)
    for evidence in ("d1", "i1", "t1"):
        qtbot.keyClick(QApplication.focusWidget(), CITE)
        desk.evidence.card(evidence).clicked.emit()
        qtbot.waitUntil(lambda: pane.place() is not None, timeout=LONG)
    qtbot.waitUntil(lambda: len(cited(desk)) == 3, timeout=LONG)
    places = cited(desk)
    assert isinstance(places["v1"], Moment)
    assert places["v1"].start_ms > 0
    assert places["d1"] == PageRegion(page=1)
    chip = desk.right.rubric.card("c1").details()[0]
    chip.click()
    qtbot.waitUntil(lambda: pane.timed is not None and pane.place() == places["v1"], timeout=LONG)


def test_a_video_and_its_plans_lie_side_by_side_and_what_plays_is_seen(desk: Desk, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backslash)
    video, plans = desk.area.panes
    assert (video.evidence.id, plans.evidence.id) == ("v1", "d1")
    qtbot.mouseClick(video.viewer, Qt.MouseButton.LeftButton)
    assert desk.area.pane is video
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: video.place().start_ms > 400, timeout=LONG)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_K)
    qtbot.waitUntil(lambda: "v1" in desk.presenter.contents.review.seen, timeout=LONG)
    assert desk.presenter.contents.review.seen["v1"].watched_ms > 200
