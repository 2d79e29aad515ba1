import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mcassess.domain.citation import Area, PageRegion, PictureArea, Whole
from mcassess.domain.kinds import EvidenceKind
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import BytesReader
from mcassess.ui.kit.buttons import Button
from mcassess.ui.kit.states import ErrorState
from mcassess.ui.viewers.contact_sheet import ContactSheet
from mcassess.ui.viewers.image import ImageViewer
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.support.documents import pdf, scans

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Source = Callable[..., EvidenceSource]
RED, BLUE = (200, 30, 30), (30, 30, 200)
TURNED_RIGHT = 6


def photo(width: int = 1200, height: int = 800, orientation: int | None = None) -> bytes:
    """Red at the left, blue at the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    target = io.BytesIO()
    image.save(target, "PNG", exif=exif)
    return target.getvalue()


@pytest.fixture
def viewer(make: Callable[..., ImageViewer]) -> ImageViewer:
    return make(EvidenceKind.IMAGE)


@pytest.fixture
def opened(qtbot: QtBot, viewer: ImageViewer, source_of: Source) -> ImageViewer:
    viewer.open(source_of(EvidenceKind.IMAGE, photo()))
    wait_for_picture(qtbot, viewer)
    return viewer


def test_a_marked_file_is_opened_on_the_person_s_word(qtbot: QtBot, viewer: ImageViewer, source_of: Source) -> None:
    asked: list[str] = []

    def opened_again() -> BytesReader:
        if not asked:
            raise EvidenceError("marked", "It has ended two processes.")
        return BytesReader(photo())

    said: list[str] = []
    viewer.problem.connect(said.append)
    source = replace(source_of(EvidenceKind.IMAGE, opened_again), try_again=lambda: asked.append("again"))
    viewer.open(source)
    qtbot.waitUntil(lambda: said == ["It has ended two processes."])
    [button] = viewer.findChild(ErrorState).findChildren(Button)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for_picture(qtbot, viewer)
    assert asked == ["again"]


def wait_for_picture(qtbot: QtBot, viewer: ImageViewer) -> None:
    qtbot.waitUntil(lambda: viewer._count == 1 and not viewer.view.wanted(), timeout=10_000)


def point_at(viewer: ImageViewer, x: float, y: float) -> QPoint:
    box = viewer.view._layout.box(0)
    left, top = viewer.view.horizontalScrollBar().value(), viewer.view.verticalScrollBar().value()
    return QPoint(round(box.left + x * box.width) - left, round(box.top + y * box.height) - top)


def colour_at(viewer: ImageViewer, x: float, y: float) -> tuple[int, int, int]:
    colour = viewer.view.viewport().grab().toImage().pixelColor(point_at(viewer, x, y))
    return colour.red(), colour.green(), colour.blue()


def test_a_picture_is_shown_whole(opened: ImageViewer) -> None:
    box, room = opened.view._layout.box(0), opened.view.viewport().size()
    assert box.width <= room.width()
    assert box.height <= room.height()
    assert (colour_at(opened, 0.1, 0.5), colour_at(opened, 0.9, 0.5)) == (RED, BLUE)


def test_a_photograph_stands_as_its_camera_noted(qtbot: QtBot, viewer: ImageViewer, source_of: Source) -> None:
    viewer.open(source_of(EvidenceKind.IMAGE, photo(orientation=TURNED_RIGHT)))
    wait_for_picture(qtbot, viewer)
    assert (colour_at(viewer, 0.5, 0.1), colour_at(viewer, 0.5, 0.9)) == (RED, BLUE)


def test_it_is_enlarged_and_shown_whole_again(qtbot: QtBot, opened: ImageViewer) -> None:
    whole = opened.view._layout.box(0).width
    for _ in range(6):
        opened.view.zoom_step(1)
    wait_for_picture(qtbot, opened)
    assert opened.view._layout.box(0).width > opened.view.viewport().width()
    opened._controls.fit_pressed.emit()
    assert opened.view._layout.box(0).width == whole


def test_all_of_it_is_in_hand_until_an_area_is_drawn(qtbot: QtBot, opened: ImageViewer) -> None:
    assert opened.current_place() == Whole()
    target = opened.view.viewport()
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=point_at(opened, 0.25, 0.25))
    QTest.mouseMove(target, point_at(opened, 0.5, 0.5))
    with qtbot.waitSignal(opened.place_changed):
        QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=point_at(opened, 0.75, 0.5))
    place = opened.current_place()
    assert isinstance(place, PictureArea)
    assert (place.area.x, place.area.y) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.25, abs=0.01))


def test_the_area_of_a_citation_is_shown(opened: ImageViewer) -> None:
    opened.show_place(PictureArea(area=Area(x=0.1, y=0.1, width=0.2, height=0.2)))
    assert colour_at(opened, 0.2, 0.2) != RED
    assert colour_at(opened, 0.4, 0.2) == RED


def test_it_is_seen_after_a_while(qtbot: QtBot, opened: ImageViewer) -> None:
    with qtbot.waitSignal(opened.seen) as told:
        pass
    assert told.args == [{"ranges": [], "pages": [1]}]


def test_a_picture_that_is_enlarged_fills_its_place(qtbot: QtBot, viewer: ImageViewer, source_of: Source) -> None:
    viewer.open(source_of(EvidenceKind.IMAGE, photo(60, 40)))
    wait_for_picture(qtbot, viewer)
    assert viewer.view._layout.box(0).width == 120
    assert (colour_at(viewer, 0.1, 0.5), colour_at(viewer, 0.95, 0.95)) == (RED, BLUE)


def test_it_is_turned_by_a_key_and_areas_stay_those_of_the_file(qtbot: QtBot, opened: ImageViewer) -> None:
    QTest.keyClick(opened.view, Qt.Key.Key_R)
    wait_for_picture(qtbot, opened)
    assert (colour_at(opened, 0.5, 0.1), colour_at(opened, 0.5, 0.9)) == (RED, BLUE)
    target = opened.view.viewport()
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=point_at(opened, 0.25, 0.1))
    QTest.mouseMove(target, point_at(opened, 0.5, 0.2))
    QTest.mouseMove(target, point_at(opened, 0.75, 0.3))
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=point_at(opened, 0.75, 0.3))
    area = opened.current_place().area
    assert (area.x, area.y) == (pytest.approx(0.1, abs=0.01), pytest.approx(0.25, abs=0.01))
    assert (area.width, area.height) == (pytest.approx(0.2, abs=0.01), pytest.approx(0.5, abs=0.01))


def test_the_pages_of_a_scan_are_turned_and_cited(qtbot: QtBot, viewer: ImageViewer, source_of: Source) -> None:
    viewer.open(source_of(EvidenceKind.IMAGE, scans((200, 300), (200, 300), (200, 300))))
    qtbot.waitUntil(lambda: viewer._count == 3 and not viewer.view.wanted(), timeout=10_000)
    assert viewer.current_place() == PageRegion(page=1)
    QTest.keyClick(viewer.view, Qt.Key.Key_PageDown)
    assert viewer.current_place() == PageRegion(page=2)
    viewer.show_place(PageRegion(page=3, area=Area(x=0.1, y=0.1, width=0.2, height=0.2)))
    assert viewer.view.current == 2


def test_a_document_that_came_as_a_picture_is_shown_by_its_pages(
    qtbot: QtBot, viewer: ImageViewer, source_of: Source
) -> None:
    viewer.open(source_of(EvidenceKind.IMAGE, pdf(2)))
    qtbot.waitUntil(lambda: viewer._count == 2 and not viewer.view.wanted(), timeout=10_000)


def test_several_pictures_lie_on_a_contact_sheet_and_one_is_chosen(
    qtbot: QtBot, viewer: ImageViewer, source_of: Source
) -> None:
    sources = [source_of(EvidenceKind.IMAGE, photo()) for _ in range(3)]
    pieces = [
        replace(source, evidence=replace(source.evidence, id=f"i{number}")) for number, source in enumerate(sources)
    ]
    viewer.open(replace(pieces[0], beside=tuple(pieces)))
    wait_for_picture(qtbot, viewer)
    viewer.controls.grid.click()
    sheet = viewer.findChild(ContactSheet)
    assert sheet.isVisible()
    assert not viewer.view.isVisible()
    qtbot.waitUntil(lambda: not sheet._left and sheet._job.over, timeout=10_000)
    pixmap = sheet.item(2).icon().pixmap(200, 200).toImage()
    assert pixmap.pixelColor(10, pixmap.height() // 2).red() > 150
    assert sheet.item(0).icon().pixmap(200, 200, QIcon.Mode.Selected).toImage() == pixmap, "chosen ones keep colours"
    assert not viewer.controls.mark.isVisible()
    with qtbot.waitSignal(viewer.evidence_wanted) as wanted:
        sheet.itemClicked.emit(sheet.item(2))
    assert wanted.args == ["i2"]
    assert viewer.view.isVisible()
    assert viewer.controls.mark.isVisible()


def test_what_cannot_be_drawn_on_the_contact_sheet_has_a_sign_and_says_why(
    qtbot: QtBot, viewer: ImageViewer, source_of: Source
) -> None:
    good, bad = source_of(EvidenceKind.IMAGE, photo()), source_of(EvidenceKind.IMAGE, b"no picture")
    pieces = (good, replace(bad, evidence=replace(bad.evidence, id="i2", title="Torn")))
    viewer.open(replace(good, beside=pieces))
    wait_for_picture(qtbot, viewer)
    viewer.controls.grid.click()
    sheet = viewer.findChild(ContactSheet)
    waiting = sheet.item(1).icon().pixmap(200, 200).toImage()
    assert waiting.pixelColor(100, 4).alpha() == 255, "a place is seen before its picture is there"
    qtbot.waitUntil(lambda: not sheet._left and sheet._job.over, timeout=10_000)
    assert sheet.item(1).toolTip().startswith("Torn\nThe picture cannot be opened")
    assert sheet.item(1).icon().pixmap(200, 200).toImage() != waiting


def test_one_picture_alone_has_no_contact_sheet(opened: ImageViewer) -> None:
    assert not opened.controls.grid.isVisible()


@pytest.mark.parametrize(("content", "part"), [(b"", "is empty"), (b"\xff\xd8\xff" + b"x" * 99, "broken")])
def test_what_cannot_be_opened_says_so(
    qtbot: QtBot, viewer: ImageViewer, source_of: Source, content: bytes, part: str
) -> None:
    with qtbot.waitSignal(viewer.problem, timeout=10_000) as told:
        viewer.open(source_of(EvidenceKind.IMAGE, content))
    assert told.args is not None
    assert part in told.args[0]


@pytest.mark.parametrize("may_leave", [True, False])
def test_what_cannot_be_opened_is_offered_elsewhere_or_the_programme_is_named(
    qtbot: QtBot, viewer: ImageViewer, source_of: Source, may_leave: bool
) -> None:
    with qtbot.waitSignal(viewer.problem, timeout=10_000):
        viewer.open(replace(source_of(EvidenceKind.IMAGE, b"torn"), may_leave=may_leave))
    assert viewer.minimumSizeHint().width() < 460, "nothing widens a pane beside another"
    offered = [each for each in viewer.findChildren(Button) if each.text() == "Open elsewhere…"]
    named = [each for each in viewer.findChildren(QLabel) if "keeps evidence in the library" in each.text()]
    assert (len(offered), len(named)) == ((1, 0) if may_leave else (0, 1))
    assert all(each.height() >= each.heightForWidth(each.width()) for each in named)
    if may_leave:
        with qtbot.waitSignal(viewer.elsewhere_wanted):
            offered[0].click()
