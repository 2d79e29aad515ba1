import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from mcassess.domain.citation import Area, PageRegion
from mcassess.domain.kinds import EvidenceKind
from mcassess.evidence.reader import Reader
from mcassess.ui.kit.states import ErrorState
from mcassess.ui.viewers.pages import PagesViewer
from mcassess.ui.viewers.password_panel import PasswordPanel
from mcassess.ui.viewers.sheet_controls import SheetControls
from mcassess.ui.viewers.sheet_source import DocumentSheets
from mcassess.ui.viewers.viewer import EvidenceSource
from tests.ui.viewers.conftest import CountingReader, TouchNoticer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Source = Callable[..., EvidenceSource]
A4 = (595, 842)
WORDS_AREA = Area(x=0.05, y=0.05, width=0.9, height=0.09)


def pdf(pages: int = 5, password: str | None = None) -> bytes:
    document = pymupdf.open()
    for number in range(1, pages + 1):
        page = document.new_page(width=A4[0], height=A4[1])
        page.insert_text((72, 90), f"Everyone belongs on page {number}", fontsize=18)
        page.draw_rect(pymupdf.Rect(72, 200, 300, 500), color=(0, 0, 1), fill=(0.2, 0.4 + number % 5 / 20, 0.6))
    locked = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": password, "owner_pw": password}
    return bytes(document.tobytes(**(locked if password else {})))


@pytest.fixture
def pages(make: Callable[..., PagesViewer]) -> PagesViewer:
    return make(EvidenceKind.DOCUMENT)


@pytest.fixture
def opened(qtbot: QtBot, pages: PagesViewer, source_of: Source) -> PagesViewer:
    pages.open(source_of(EvidenceKind.DOCUMENT, pdf()))
    wait_for_pictures(qtbot, pages)
    return pages


def wait_for_pictures(qtbot: QtBot, pages: PagesViewer) -> None:
    qtbot.waitUntil(lambda: pages._count > 0 and not pages.view.wanted(), timeout=10_000)


def point_on(pages: PagesViewer, page: int, x: float, y: float) -> QPoint:
    box = pages.view._layout.box(page - 1)
    top, left = pages.view.verticalScrollBar().value(), pages.view.horizontalScrollBar().value()
    return QPoint(round(box.left + x * box.width - left), round(box.top + y * box.height - top))


def draw(pages: PagesViewer, page: int, area: Area) -> None:
    target = pages.view.viewport()
    start = point_on(pages, page, area.x, area.y)
    end = point_on(pages, page, area.x + area.width, area.y + area.height)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(target, (start + end) / 2)
    QTest.mouseMove(target, end)
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=end)


def is_tinted(pages: PagesViewer, page: int, x: float, y: float) -> bool:
    colour = pages.view.viewport().grab().toImage().pixelColor(point_on(pages, page, x, y))
    return colour.red() < 240


def test_a_page_looks_as_another_renderer_draws_it(qtbot: QtBot, opened: PagesViewer, tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(pdf())
    box = opened.view._layout.box(0)
    size = ["-scale-to-x", str(box.width), "-scale-to-y", str(box.height)]
    command = ["pdftoppm", "-png", "-f", "1", "-l", "1", "-singlefile", *size, "plan.pdf", "plan"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=30)
    theirs = QImage(str(tmp_path / "plan.png"))
    ours = opened.view.viewport().grab().toImage()
    rows = range(4, min(box.height, ours.height() - box.top) - 4, 7)
    far = total = 0
    for y in rows:
        for x in range(4, box.width - 4, 7):
            a, b = ours.pixelColor(box.left + x, box.top + y), theirs.pixelColor(x, y)
            total += 1
            far += max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) > 60
    assert total > 3_000
    assert far / total < 0.02


def test_a_page_is_drawn_at_the_pixels_it_is_shown_with(qtbot: QtBot, opened: PagesViewer) -> None:
    box = opened.view._layout.box(0)
    assert abs(opened.view._drawn[0].image.width() - box.width) <= 1
    opened.view.zoom_step(2)
    wait_for_pictures(qtbot, opened)
    box = opened.view._layout.box(opened.view.current)
    assert abs(opened.view._drawn[opened.view.current].image.width() - box.width) <= 1


def test_pages_on_screen_are_drawn_before_all_others(
    qtbot: QtBot, pages: PagesViewer, source_of: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw_page = DocumentSheets.draw

    def noted(self: DocumentSheets, index: int, scale: float, quarters: int = 0) -> QImage:
        drawn.append(index)
        return draw_page(self, index, scale, quarters)

    monkeypatch.setattr(DocumentSheets, "draw", noted)
    pages.open(source_of(EvidenceKind.DOCUMENT, pdf(60)), PageRegion(page=40))
    wait_for_pictures(qtbot, pages)
    on_screen = list(pages.view.shown())
    assert 39 in on_screen
    first = drawn.index(39)
    assert first <= 1  # at most one other was begun before the jump
    assert drawn[first : first + len(on_screen)] == on_screen
    assert len(drawn) <= len(on_screen) + 4  # neighbours, and what was begun before the jump; not 60


def test_it_tells_which_page_is_read(qtbot: QtBot, opened: PagesViewer) -> None:
    with qtbot.waitSignal(opened.place_changed, check_params_cb=lambda place: place == PageRegion(page=3)):
        opened.view.go_to(2)
    assert opened.current_place() == PageRegion(page=3)
    opened.findChild(SheetControls).turned.emit(1)
    assert opened.current_place() == PageRegion(page=4)


def test_an_area_that_is_drawn_is_in_hand_with_its_words(qtbot: QtBot, opened: PagesViewer) -> None:
    draw(opened, 1, WORDS_AREA)
    qtbot.waitUntil(lambda: opened.current_place().quote != "")
    place = opened.current_place()
    assert (place.page, place.quote) == (1, "Everyone belongs on page 1")
    assert place.area is not None
    assert place.area.x == pytest.approx(WORDS_AREA.x, abs=0.01)
    assert place.area.height == pytest.approx(WORDS_AREA.height, abs=0.01)


def test_a_click_takes_the_selection_away(qtbot: QtBot, opened: PagesViewer) -> None:
    draw(opened, 1, WORDS_AREA)
    QTest.mouseClick(opened.view.viewport(), Qt.MouseButton.LeftButton, pos=point_on(opened, 1, 0.5, 0.3))
    assert opened.current_place() == PageRegion(page=1)


def test_the_area_of_a_citation_is_gone_to_and_shown(qtbot: QtBot, opened: PagesViewer) -> None:
    area = Area(x=0.6, y=0.7, width=0.3, height=0.1)
    assert not is_tinted(opened, 1, 0.9, 0.3)
    opened.show_place(PageRegion(page=4, area=area))
    wait_for_pictures(qtbot, opened)
    assert is_tinted(opened, 4, 0.75, 0.75)
    assert not is_tinted(opened, 4, 0.75, 0.65)


def test_a_citation_followed_while_the_document_opens_is_gone_to(
    qtbot: QtBot, pages: PagesViewer, source_of: Source
) -> None:
    pages.open(source_of(EvidenceKind.DOCUMENT, pdf()))
    pages.show_place(PageRegion(page=3))
    wait_for_pictures(qtbot, pages)
    assert pages.current_place() == PageRegion(page=3)


def test_a_press_on_a_page_is_left_to_whoever_asks_which_pane_was_touched(qtbot: QtBot, opened: PagesViewer) -> None:
    presses = TouchNoticer(opened)
    opened.installEventFilter(presses)
    QTest.mouseClick(opened.view.viewport(), Qt.MouseButton.LeftButton, pos=point_on(opened, 1, 0.5, 0.5))
    assert presses.noticed == 1


def test_pages_that_stay_on_screen_are_seen_and_those_passed_by_are_not(
    qtbot: QtBot, pages: PagesViewer, source_of: Source
) -> None:
    told: list[int] = []
    pages.seen.connect(lambda seen: told.extend(seen["pages"]))
    pages.open(source_of(EvidenceKind.DOCUMENT, pdf(30)))
    wait_for_pictures(qtbot, pages)
    pages.view.go_to(14)
    QTest.qWait(50)
    pages.view.go_to(24)
    qtbot.waitUntil(lambda: 25 in told)
    assert 15 not in told
    assert 1 not in told


def password_field(pages: PagesViewer) -> QLineEdit | None:
    panel = pages.findChild(PasswordPanel)
    return panel.findChild(QLineEdit) if panel is not None else None


def test_a_locked_document_asks_for_its_password_in_place(qtbot: QtBot, pages: PagesViewer, source_of: Source) -> None:
    pages.open(source_of(EvidenceKind.DOCUMENT, pdf(2, password="sesame")))
    for word in ("wrong", "sesame"):
        qtbot.waitUntil(lambda: password_field(pages) is not None)
        field = password_field(pages)
        QTest.keyClicks(field, word)
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda field=field: password_field(pages) is not field)
    wait_for_pictures(qtbot, pages)
    assert pages._count == 2


def test_a_password_that_opened_a_document_is_told_and_one_that_is_kept_is_not_asked_for(
    qtbot: QtBot, pages: PagesViewer, source_of: Source
) -> None:
    locked = source_of(EvidenceKind.DOCUMENT, pdf(2, password="sesame"))
    pages.open(locked)
    qtbot.waitUntil(lambda: password_field(pages) is not None)
    QTest.keyClicks(password_field(pages), "sesame")
    with qtbot.waitSignal(pages.password_found) as found:
        QTest.keyClick(password_field(pages), Qt.Key.Key_Return)
    assert found.args == ["sesame"]
    pages.open(replace(locked, password=lambda: "sesame"))
    wait_for_pictures(qtbot, pages)
    assert password_field(pages) is None
    pages.open(replace(locked, password=lambda: "of another one"))
    qtbot.waitUntil(lambda: password_field(pages) is not None)


@pytest.mark.parametrize(
    ("content", "part"),
    [(b"", "is empty"), (b"%PDF-1.7\nnothing", "broken"), (b"\x93" * 999, "not a document")],
)
def test_what_cannot_be_opened_says_so_in_one_sentence_in_its_place(
    qtbot: QtBot, pages: PagesViewer, source_of: Source, content: bytes, part: str
) -> None:
    with qtbot.waitSignal(pages.problem) as told:
        pages.open(source_of(EvidenceKind.DOCUMENT, content))
    assert told.args is not None
    assert part in told.args[0]
    assert pages.findChild(ErrorState).sentence() == told.args[0]


def test_closing_in_the_middle_of_opening_ends_it_at_once(qtbot: QtBot, pages: PagesViewer, source_of: Source) -> None:
    go_on, begun = threading.Event(), threading.Event()
    readers: list[CountingReader] = []

    class SlowReader(CountingReader):
        def read(self, count: int) -> bytes:
            begun.set()
            go_on.wait(10)
            return super().read(count)

    def opened() -> Reader:
        readers.append(SlowReader(pdf()))
        return readers[-1]

    told: list[object] = []
    pages.place_changed.connect(told.append)
    pages.open(source_of(EvidenceKind.DOCUMENT, opened))
    assert begun.wait(10)
    pages.close_evidence()
    go_on.set()
    qtbot.waitUntil(lambda: readers[0].closed)
    assert told == []


def children() -> list[str]:
    found = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread may end while it is looked at
            found += (task / "children").read_text().split()
    return found


def test_thirty_openings_leave_no_child_behind_but_the_one_that_waits_for_the_next(
    qtbot: QtBot, pages: PagesViewer, source_of: Source
) -> None:
    content = pdf(1)
    before = set(children())
    for _ in range(6):
        for _ in range(4):
            pages.open(source_of(EvidenceKind.DOCUMENT, content))
        pages.open(source_of(EvidenceKind.DOCUMENT, content))
        wait_for_pictures(qtbot, pages)
    pages.close_evidence()
    qtbot.waitUntil(lambda: len(set(children()) - before) <= 1, timeout=30_000)
