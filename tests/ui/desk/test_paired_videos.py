"""Two videos of one submission play together, as far apart as they were put."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.desk.paired_videos import PairBar
from mcassess.ui.desk.pane import Timed
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.view import Desk
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.work import Work
from tests.support.library import add_account, open_library, put, submission, video
from tests.support.media import make_video

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LONG = 20_000


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    apply_theme(qapp, dark=False)
    levels = {"a": 0.3, "b": 0.2}
    made = [make_video(tmp_path / f"{name}.mp4", frames=300, level=level) for name, level in levels.items()]
    films = [path.read_bytes() for path in made]
    pieces = [
        replace(video(hashlib.sha256(film).hexdigest(), len(film), f"v{place}"), title=f"Camera {place}")
        for place, film in enumerate(films, 1)
    ]
    library = open_library(tmp_path / "home")
    put(library, add_account(library), submission(evidence=tuple(pieces)))
    for film in films:
        writer = library.vault.writer(hashlib.sha256(film).hexdigest(), len(film))
        writer.write(film)
        writer.finish()
    work, viewers = Work(), ViewerFactory("dummy")
    desk = Desk(DeskPresenter(library, work), viewers)
    qtbot.addWidget(desk)
    desk.resize(1380, 872)
    desk.show()
    desk.activated()
    with qtbot.waitSignal(desk.presenter.loaded, timeout=LONG):
        desk.open(1)
    yield desk
    desk.deactivated()
    desk.close_evidence()
    viewers.close()
    work.close()
    library.close()


@pytest.fixture
def pair(desk: Desk, qtbot: QtBot) -> tuple[Timed, Timed]:
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backslash)
    first, second = (pane.timed for pane in desk.area.panes)
    assert first is not None
    assert second is not None
    qtbot.waitUntil(lambda: all(side.canvas.frame is not None for side in (first, second)), timeout=LONG)
    desk.area.take_in_hand(0)
    return first, second


def test_they_keep_the_distance_at_which_they_were_paired(desk: Desk, pair: tuple[Timed, Timed], qtbot: QtBot) -> None:
    first, second = pair
    assert desk.area.pair.bar.isVisibleTo(desk)
    second.seek(2_000)
    qtbot.waitUntil(lambda: second.canvas.frame.time_ms == 2_000, timeout=LONG)
    desk.area.pair.bar.together.click()
    assert desk.area.pair.offset_ms == 2_000
    first.jump(1_000)
    qtbot.waitUntil(lambda: second.canvas.frame.time_ms == 3_000, timeout=LONG)
    first.set_rate(1.5)
    first.toggle()
    qtbot.waitUntil(lambda: first.playing and second.playing and first.position_ms > 2_500, timeout=LONG)
    assert second.rate == 1.5
    assert abs(second.position_ms - first.position_ms - 2_000) < 500
    first.toggle()
    qtbot.waitUntil(lambda: not first.playing and not second.playing, timeout=LONG)
    qtbot.waitUntil(lambda: abs(second.canvas.frame.time_ms - first.canvas.frame.time_ms - 2_000) <= 34, timeout=LONG)
    desk.area.pair.bar.later.click()
    qtbot.waitUntil(lambda: abs(second.canvas.frame.time_ms - first.canvas.frame.time_ms - 2_100) <= 34, timeout=LONG)


def test_only_the_one_in_hand_is_heard_and_each_plays_by_itself_again(
    desk: Desk, pair: tuple[Timed, Timed], qtbot: QtBot
) -> None:
    first, second = pair
    bar = desk.area.pair.bar
    bar.together.click()
    assert (first._muted, second._muted) == (False, True)
    desk.area.take_in_hand(1)
    assert (first._muted, second._muted) == (True, False)
    second.seek(4_000)
    qtbot.waitUntil(lambda: first.canvas.frame.time_ms == 4_000, timeout=LONG)
    bar.together.click()
    assert (first._muted, second._muted, desk.area.pair.offset_ms) == (False, False, None)
    second.seek(1_000)
    qtbot.waitUntil(lambda: second.canvas.frame.time_ms == 1_000, timeout=LONG)
    assert first.canvas.frame.time_ms == 4_000
    bar.together.click()
    desk.area.split()
    assert desk.area.pair.offset_ms is None
    assert not bar.isVisibleTo(desk)


def test_the_line_over_them_says_which_is_ahead(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    bar = PairBar(owner)
    for offset_ms, text in ((-1_900, "Right: 1.9 s behind"), (300, "Right: 0.3 s ahead")):
        bar.show_state(offset_ms)
        assert bar._text.text() == text
