"""The queue lists, filters, searches and previews what is in the library, and follows what is written there."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.jobs import reviewing
from mcassess.store.library import Library
from mcassess.store.queue import QueueState
from mcassess.ui.kit.buttons import Button
from mcassess.ui.kit.fields import SearchField
from mcassess.ui.kit.filters import FilterPills
from mcassess.ui.kit.states import EmptyState
from mcassess.ui.queue.model import BLOCK, Column
from mcassess.ui.queue.presenter import QueuePage, QueuePresenter, read_page
from mcassess.ui.queue.preview import PreviewPanel
from mcassess.ui.queue.view import QueueScreen
from mcassess.ui.work import Work
from tests.support.big_library import big_library


@dataclass
class Desk:
    library: Library
    work: Work
    presenter: QueuePresenter
    screen: QueueScreen

    def table(self) -> QTableView:
        return self.screen.findChild(QTableView)

    def shown(self, column: Column) -> list[str]:
        model = self.screen.model
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def buttons(screen: QueueScreen) -> dict[str, bool]:
    """Returns what can be pressed outside the preview, and whether it may be just now."""
    found = [each for each in screen.findChildren(Button) if each.isVisible()]
    inside = screen.findChild(PreviewPanel).findChildren(Button)
    return {each.text(): each.isEnabled() for each in found if each not in inside}


@pytest.fixture
def make(qtbot, tmp_path) -> Iterator[object]:
    made: list[Desk] = []

    def build(submissions: int) -> Desk:
        library = big_library(tmp_path / "home", submissions)
        work = Work()
        presenter = QueuePresenter(library, work)
        screen = QueueScreen(presenter, library.clock)
        qtbot.addWidget(screen)
        screen.resize(1400, 900)
        screen.show_page(read_page(library, "open", ""))
        screen.show()
        qtbot.waitExposed(screen)
        made.append(Desk(library, work, presenter, screen))
        return made[-1]

    yield build
    for desk in made:
        desk.screen.close()
        desk.work.close()
        desk.library.close()


def test_it_lists_open_submissions_by_due_date_and_takes_the_first_in_hand(make):
    desk = make(3)
    assert desk.shown(Column.EDUCATOR) == [f"Educator {n:05X}, blind" for n in range(3)]
    assert desk.table().currentIndex().row() == 0


def test_enter_opens_the_submission_in_hand(make, qtbot):
    desk = make(3)
    qtbot.keyClick(desk.table(), Qt.Key.Key_Down)
    with qtbot.waitSignal(desk.screen.opened) as opened:
        qtbot.keyClick(desk.table(), Qt.Key.Key_Return)
    assert opened.args[0] == desk.screen.model.key_at(1)


def test_a_score_written_elsewhere_changes_the_row(make, qtbot):
    desk = make(3)
    key = desk.screen.model.key_at(1)
    desk.work.write(lambda: reviewing.score(desk.library, key, "c0", "l2"), owner=desk.screen)
    qtbot.waitUntil(lambda: "In progress 1/5" in desk.shown(Column.STATE))
    assert desk.shown(Column.STATE).count("To review") == 2


def test_the_filters_show_their_numbers_and_only_their_own(make, qtbot):
    desk = make(3)
    key = desk.screen.model.key_at(2)
    desk.work.write(lambda: reviewing.score(desk.library, key, "c0", "l2"), owner=desk.screen)
    qtbot.waitUntil(lambda: "In progress 1/5" in desk.shown(Column.STATE))
    desk.screen.findChild(FilterPills).set_chosen("in_progress")
    desk.presenter.choose_filter("in_progress")
    qtbot.waitUntil(lambda: desk.screen.model.rowCount() == 1)
    assert desk.screen.model.key_at(0) == key


def test_searching_finds_words_of_a_comment(make, qtbot):
    desk = make(4)
    key = desk.screen.model.key_at(3)
    entry = Entry(kind=ChangeKind.COMMENT, target="c1", value="Wonderful cardamom warm-up")
    desk.work.write(lambda: reviewing.record(desk.library, key, [entry]), owner=desk.screen)
    qtbot.keyClicks(desk.screen.findChild(SearchField), "cardam")
    qtbot.waitUntil(lambda: desk.screen.model.rowCount() == 1)
    assert desk.screen.model.key_at(0) == key


def test_a_search_that_finds_nothing_says_so(make, qtbot):
    desk = make(2)
    qtbot.keyClicks(desk.screen.findChild(SearchField), "xyzzy")
    qtbot.waitUntil(lambda: desk.screen.model.rowCount() == 0)
    visible = [state for state in desk.screen.findChildren(EmptyState) if state.isVisible()]
    assert [state.sentence() for state in visible] == ["Nothing here holds these words."]
    assert buttons(desk.screen) == {"Sync now": True, "Begin review": False}


def test_without_a_platform_nothing_is_offered_but_to_connect_one(make):
    desk = make(2)
    desk.screen.show_page(QueuePage(keys=[], rows=[], counts={}, connected=False))
    assert buttons(desk.screen) == {"Connect to a platform": True}
    assert not desk.screen.findChild(SearchField).isVisible()
    desk.screen.resize(1500, 900)
    assert not desk.screen.findChild(PreviewPanel).isVisible()
    desk.screen.show_page(read_page(desk.library, "open", ""))
    assert desk.screen.findChild(PreviewPanel).isVisible()


def test_the_row_in_hand_stays_in_hand_when_the_queue_is_read_again(make, qtbot):
    desk = make(5)
    desk.table().selectRow(3)
    key = desk.screen.current_key()
    with qtbot.waitSignal(desk.presenter.listed):
        desk.presenter.reload()
    assert desk.screen.current_key() == key


def test_rows_far_down_are_fetched_when_they_come_into_sight(make, qtbot):
    desk = make(3 * BLOCK)
    assert desk.screen.model.rowCount() == 3 * BLOCK
    last = desk.screen.model.index(3 * BLOCK - 1, Column.STATE)
    assert last.data() is None
    qtbot.waitUntil(lambda: last.data() == "To review")


@pytest.mark.parametrize("state", list(QueueState))
def test_every_state_has_words_of_its_own(make, state):
    from mcassess.ui.queue import cells

    row = read_page(make(1).library, "open", "").rows[0]
    import dataclasses

    texts = {cells.state_text(dataclasses.replace(row, state=each)) for each in QueueState}
    assert len(texts) == len(QueueState)
    assert all(texts)
