"""Reading a document: turning, single pages, searching, selecting words, links, what lies beside the pages, marks."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from mcassess.domain.annotation import Annotation, AnnotationStyle
from mcassess.domain.citation import Area, PageRegion
from mcassess.domain.kinds import EvidenceKind
from mcassess.ui.viewers.mark_list import MarkRow
from mcassess.ui.viewers.pages import PagesViewer
from mcassess.ui.viewers.sheet_layout import turned
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.support.documents import linked_form, pdf

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Source = Callable[..., EvidenceSource]
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT, ALT, CONTROL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def pages(qtbot: QtBot, make: Callable[..., PagesViewer], source_of: Source) -> PagesViewer:
    viewer = make(EvidenceKind.DOCUMENT, 900, 700)
    viewer.open(source_of(EvidenceKind.DOCUMENT, linked_form()))
    wait(qtbot, viewer)
    return viewer


def wait(qtbot: QtBot, pages: PagesViewer) -> None:
    """Waits until what is on screen is drawn, and its words are read."""
    view = pages.view
    qtbot.waitUntil(
        lambda: pages._count > 0 and not view.wanted() and all(view.hand.knows(each) for each in view.shown()),
        timeout=10_000,
    )


def point_on(pages: PagesViewer, page: int, x: float, y: float) -> QPoint:
    box = pages.view._layout.box(page - 1)
    top, left = pages.view.verticalScrollBar().value(), pages.view.horizontalScrollBar().value()
    return QPoint(round(box.left + x * box.width - left), round(box.top + y * box.height - top))


def middle_of(pages: PagesViewer, page: int, word: str) -> QPoint:
    found = next(each for each in pages.view.hand.words(page - 1) if each.text == word)
    shown = turned(
        Area(x=found.x + found.width / 2, y=found.y + found.height / 2, width=0.001, height=0.001),
        pages.view.hand.quarters,
    )
    return point_on(pages, page, shown.x, shown.y)


def drag(pages: PagesViewer, start: QPoint, end: QPoint, held: Qt.KeyboardModifier = NO_KEY) -> None:
    target = pages.view.viewport()
    QTest.mousePress(target, Qt.MouseButton.LeftButton, held, start)
    QTest.mouseMove(target, (start + end) / 2)
    QTest.mouseMove(target, end)
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, held, end)


def key(pages: PagesViewer, which: Qt.Key, held: Qt.KeyboardModifier = NO_KEY) -> None:
    QTest.keyClick(pages.view, which, held)


def test_words_that_are_dragged_over_are_selected_and_copied(qtbot: QtBot, pages: PagesViewer) -> None:
    drag(pages, middle_of(pages, 1, "the"), middle_of(pages, 1, "or"))
    place = pages.current_place()
    assert (place.page, place.quote) == (1, "the plan below or")
    assert place.area is not None
    assert place.area.height < 0.05
    key(pages, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "the plan below or"
    drag(pages, middle_of(pages, 1, "the"), middle_of(pages, 1, "or") + QPoint(0, 40), ALT)
    assert pages.view.hand.selection.words is None, "with Alt an area is drawn over words too"


def test_words_over_two_lines_are_one_quote_in_two_boxes(qtbot: QtBot, pages: PagesViewer) -> None:
    pages.view.go_to(1)
    wait(qtbot, pages)
    drag(pages, middle_of(pages, 2, "find"), middle_of(pages, 2, "way"))
    assert pages.current_place().quote == "find another way"
    assert len(pages.view.hand.selection.boxes) == 2


def test_words_and_areas_are_selected_by_keyboard_alone(qtbot: QtBot, pages: PagesViewer) -> None:
    for _ in range(3):
        key(pages, Qt.Key.Key_Right, SHIFT)
    assert pages.current_place().quote == "See the plan"
    key(pages, Qt.Key.Key_Left, SHIFT)
    assert pages.current_place().quote == "See the"
    pages.view.hand.select(None)
    key(pages, Qt.Key.Key_Down, ALT)
    first = pages.current_place().area
    key(pages, Qt.Key.Key_Down, ALT)
    key(pages, Qt.Key.Key_Right, ALT | SHIFT)
    second = pages.current_place().area
    assert second.y == pytest.approx(first.y + 0.01)
    assert second.width == pytest.approx(first.width + 0.01)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_page_looks_as_another_renderer_turns_it_and_selects_the_same_words(
    qtbot: QtBot, pages: PagesViewer, tmp_path: Path, quarters: int
) -> None:
    for _ in range(quarters):
        key(pages, Qt.Key.Key_R)
    wait(qtbot, pages)
    (tmp_path / "plan.pdf").write_bytes(linked_form(90 * quarters))
    box = pages.view._layout.box(0)
    across, down = (box.height, box.width) if quarters % 2 else (box.width, box.height)  # it scales before it turns
    size = ["-scale-to-x", str(across), "-scale-to-y", str(down)]
    command = ["pdftoppm", "-png", "-f", "1", "-l", "1", "-singlefile", *size, "plan.pdf", "plan"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=30)
    theirs, ours = QImage(str(tmp_path / "plan.png")), pages.view._drawn[0].image
    assert abs(theirs.width() - ours.width()) <= 1
    places = [(x, y) for x in range(4, box.width - 4, 3) for y in range(4, box.height - 4, 3)]
    dark = [place for place in places if QImage.pixelColor(theirs, *place).lightness() < 100]
    assert len(dark) > 40
    assert sum(near_is_dark(ours, x, y) for x, y in dark) / len(dark) > 0.95
    drag(pages, middle_of(pages, 1, "the"), middle_of(pages, 1, "below"))
    assert pages.current_place().quote == "the plan below"
    area = pages.current_place().area
    pages.show_place(PageRegion(page=1, area=area))
    assert area.y < 0.15, "areas are told as the file has its page, however it is turned on screen"


def near_is_dark(image: QImage, x: int, y: int) -> bool:
    return any(
        image.pixelColor(x + dx, y + dy).lightness() < 160
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
        if image.valid(x + dx, y + dy)
    )


def test_one_page_at_a_time_fills_the_view_and_pages_are_turned(qtbot: QtBot, pages: PagesViewer) -> None:
    pages._controls._single.click()
    assert list(pages.view.shown()) == [0]
    key(pages, Qt.Key.Key_PageDown)
    assert list(pages.view.shown()) == [1]
    assert pages.current_place() == PageRegion(page=2)
    key(pages, Qt.Key.Key_End)
    assert list(pages.view.shown()) == [2]
    key(pages, Qt.Key.Key_Home)
    pages._controls._single.click()
    pages.view.zoom_step(-9)
    wait(qtbot, pages)
    assert len(pages.view.shown()) > 1


def test_a_page_number_that_is_typed_is_gone_to(qtbot: QtBot, pages: PagesViewer) -> None:
    field = pages._controls.findChild(QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert pages.current_place() == PageRegion(page=3)


def test_hits_of_a_search_are_marked_and_the_one_in_hand_can_be_cited(qtbot: QtBot, pages: PagesViewer) -> None:
    key(pages, Qt.Key.Key_F, CONTROL)
    field = pages.search_line.findChild(QLineEdit)
    qtbot.waitUntil(pages.search_line.isVisible)
    QTest.keyClicks(field, "ANOTHER way")
    qtbot.waitUntil(lambda: pages.search.complete and len(pages.search.hits) == 2)
    assert pages.search_line.hits_text() == "1 of 2"
    assert (pages.current_place().page, pages.current_place().quote) == (2, "another way")
    wait(qtbot, pages)
    word = pages.search.hits[1].words[0]
    colour = (
        pages.view.viewport()
        .grab()
        .toImage()
        .pixelColor(point_on(pages, 2, word.x + word.width / 2, word.y + word.height * 0.05))
    )
    assert colour.blue() < 200 < colour.red()
    first = pages.current_place().area
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert pages.search_line.hits_text() == "2 of 2"
    assert pages.current_place().area != first
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not pages.search_line.isVisible()


def test_what_is_not_there_is_not_found(qtbot: QtBot, pages: PagesViewer) -> None:
    pages.search_words()
    QTest.keyClicks(pages.search_line.findChild(QLineEdit), "zebra")
    qtbot.waitUntil(lambda: pages.search_line.hits_text() == "Not found")


def test_links_inside_are_followed_and_others_only_told(qtbot: QtBot, pages: PagesViewer) -> None:
    QTest.mouseClick(pages.view.viewport(), Qt.MouseButton.LeftButton, pos=point_on(pages, 1, 250 / 595, 97 / 842))
    assert "https://example.org/" in pages._controls.hint()
    assert pages.current_place().page == 1
    QTest.mouseClick(pages.view.viewport(), Qt.MouseButton.LeftButton, pos=point_on(pages, 1, 120 / 595, 97 / 842))
    assert pages.current_place() == PageRegion(page=3)


def test_beside_the_pages_lie_small_ones_the_outline_and_the_form(qtbot: QtBot, pages: PagesViewer) -> None:
    key(pages, Qt.Key.Key_F4)
    side = pages.side
    qtbot.waitUntil(lambda: len(side.model._pictures) == 3, timeout=10_000)
    assert side.outline.topLevelItemCount() == 2
    assert side.outline.topLevelItem(0).child(0).text(0) == "Greeting"
    side.show_tab("outline")
    item = side.outline.topLevelItem(1)
    side.outline.itemActivated.emit(item, 0)
    assert pages.current_place() == PageRegion(page=3)
    assert [side.form.item(row).text() for row in range(2)] == ["Goal: Everyone speaks", "Unedited: yes"]
    side.small.clicked.emit(side.model.index(1))
    assert pages.current_place() == PageRegion(page=2)


def test_small_pages_have_an_edge_and_are_not_tinted_when_they_are_chosen(qtbot: QtBot, pages: PagesViewer) -> None:
    pages.controls.side.setChecked(True)
    model = pages.side.model
    qtbot.waitUntil(lambda: 0 in model._pictures, timeout=10_000)
    for row in (0, 400):  # one is drawn, of the other there is nothing yet
        if row == 400:
            model.show_pages([(300.0, 400.0)])
        icon = model.data(model.index(0), Qt.ItemDataRole.DecorationRole)
        plain, chosen = (icon.pixmap(QSize(120, 120), mode) for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected))
        assert plain.toImage() == chosen.toImage()
        edge = plain.toImage().pixelColor(0, plain.height() // 2)
        assert edge.lightness() < 240, "white paper stands out from a white list"


def test_what_was_selected_is_told_no_more_when_another_document_is_opened(
    qtbot: QtBot, pages: PagesViewer, source_of: Source
) -> None:
    drag(pages, middle_of(pages, 1, "the"), middle_of(pages, 1, "or"))
    assert pages.controls.hint()
    pages.open(source_of(EvidenceKind.DOCUMENT, pdf()))
    wait(qtbot, pages)
    assert pages.controls.hint() == ""


def test_a_screen_reader_is_given_the_page_and_its_words(qtbot: QtBot, pages: PagesViewer) -> None:
    key(pages, Qt.Key.Key_PageDown)
    wait(qtbot, pages)
    assert pages.view.accessibleName() == "Page 2 of 3"
    assert pages.view.accessibleDescription().startswith("All students find another way")


def test_controls_that_have_no_room_give_way_to_those_without_a_key(qtbot: QtBot, pages: PagesViewer) -> None:
    controls = pages.controls
    assert controls._zoom.isVisible()
    pages.resize(360, 700)
    qtbot.waitUntil(lambda: not controls._zoom.isVisible())
    for needed in (controls.side, controls.search, controls.mark, controls._page, controls._fit):
        assert needed.isVisible()
        assert needed.geometry().right() <= controls.width()
    pages.resize(900, 700)
    qtbot.waitUntil(controls._zoom.isVisible)


def test_what_a_document_lacks_has_no_tab(qtbot: QtBot, make: Callable[..., PagesViewer], source_of: Source) -> None:
    pages = make(EvidenceKind.DOCUMENT)
    pages.open(source_of(EvidenceKind.DOCUMENT, pdf()))
    wait(qtbot, pages)
    tabs = pages.side.tabs
    assert [tabs.isTabVisible(index) for index in range(tabs.count())] == [True, True, False, False]


def test_marks_lie_on_their_pages_with_a_number_and_are_asked_for_by_a_key(qtbot: QtBot, pages: PagesViewer) -> None:
    drag(pages, middle_of(pages, 1, "the"), middle_of(pages, 1, "below"))
    with qtbot.waitSignal(pages.mark_wanted) as wanted:
        pages.mark()
    place, boxes = wanted.args
    assert pages.view.hand.selection is None
    at = point_on(pages, 1, place.area.x + 0.001, place.area.y + 0.001)
    before = pages.view.viewport().grab().toImage().pixelColor(at)
    mark = Annotation(id="a1", evidence="e1", style=AnnotationStyle.HIGHLIGHT, place=place, boxes=boxes, text="Whose?")
    pages.show_marks([MarkRow(annotation=mark, number=1)], read_only=False, may_leave=True)
    after = pages.view.viewport().grab().toImage().pixelColor(at)
    assert (before.lightness(), after != before) == (255, True)
    key(pages, Qt.Key.Key_F4)
    pages.side.show_tab("marks")
    field = pages.side.marks.findChild(QLineEdit)
    assert field.text() == "Whose?"
    field.setFocus()
    with qtbot.waitSignal(pages.side.marks.rewritten) as told:
        QTest.keyClicks(field, "!")
    assert told.args == ["a1", "Whose?!"]
