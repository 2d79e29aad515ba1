from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mcassess.domain.citation import Whole
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence
from mcassess.store.evidence import FileRow
from mcassess.store.states import EvidenceState
from mcassess.ui.kit.states import EmptyState
from mcassess.ui.viewers.text import TextViewer
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer
from tests.support.documents import image

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

Make = Callable[..., Viewer]
Source = Callable[..., EvidenceSource]
REFLECTION = "I changed the share first.\n\nEveryone thinks for thirty seconds.\nThen partners talk."


def never() -> object:
    raise AssertionError("there is no file to be opened")


def without_file(kind: EvidenceKind, **values: str) -> EvidenceSource:
    evidence = Evidence(id="t1", title="Reflection", kind=kind, **values)  # type: ignore[arg-type]
    return EvidenceSource(evidence=evidence, attempt=1, open_reader=never)  # type: ignore[arg-type]


@pytest.fixture
def text(make: Make) -> TextViewer:
    viewer = make(EvidenceKind.TEXT)
    assert isinstance(viewer, TextViewer)
    return viewer


def test_a_text_that_came_without_a_file_is_shown(text: TextViewer) -> None:
    text.open(without_file(EvidenceKind.TEXT, text=REFLECTION))
    assert text.text.toPlainText() == REFLECTION
    assert text.current_place() == Whole()


def test_a_text_file_is_shown(qtbot: QtBot, text: TextViewer, source_of: Source) -> None:
    text.open(source_of(EvidenceKind.TEXT, "Später fragte ich: “Wer noch?”".encode()))
    qtbot.waitUntil(lambda: text.text.toPlainText() == "Später fragte ich: “Wer noch?”")


def test_markdown_is_shown_with_its_look(qtbot: QtBot, text: TextViewer, source_of: Source) -> None:
    text.open(source_of(EvidenceKind.TEXT, b"# Purpose\n\nWe **greet** each other.", title="Plan.md"))
    qtbot.waitUntil(lambda: text.text.toPlainText() == "Purpose\nWe greet each other.")
    heading, line = text.text.document().firstBlock(), text.text.document().lastBlock()
    assert heading.blockFormat().headingLevel() == 1
    bold = [part.fragment().text() for part in line.begin() if part.fragment().charFormat().fontWeight() > 600]
    assert bold == ["greet"]


def test_a_web_page_is_text_without_its_script_and_asks_nobody_for_anything(
    qtbot: QtBot, text: TextViewer, source_of: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spy.png").write_bytes(image())
    picture = f'<img src="file://{tmp_path}/spy.png">'
    page = f"<html><script>alert()</script><h1>Wall</h1><p>Words {picture}</p><script>x</script></html>"
    text.open(source_of(EvidenceKind.TEXT, page.encode()))
    qtbot.waitUntil(lambda: text.text.toPlainText().strip() == "Wall\nWords")
    assert text.text.loadResource(2, QUrl(f"file://{tmp_path}/spy.png")) is None


def test_lines_stay_short_enough_to_read_in_a_wide_window(qtbot: QtBot, text: TextViewer) -> None:
    text.resize(1400, 600)
    text.open(without_file(EvidenceKind.TEXT, text="word " * 400))
    layout = text.text.document().firstBlock().layout()
    longest = max(layout.lineAt(line).textLength() for line in range(layout.lineCount()))
    assert 50 < longest < 95


def test_words_are_searched_for_and_the_hit_in_hand_can_be_cited(qtbot: QtBot, text: TextViewer) -> None:
    text.open(without_file(EvidenceKind.TEXT, text=REFLECTION))
    text.search_words()
    field = text.search_line.findChild(QLineEdit)
    QTest.keyClicks(field, "THIRTY")
    qtbot.waitUntil(lambda: text.search_line.hits_text() == "1 of 1")
    assert text.current_place() == Whole(quote="thirty")
    field.selectAll()
    QTest.keyClicks(field, "th")
    qtbot.waitUntil(lambda: text.search_line.hits_text() == "1 of 4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert text.search_line.hits_text() == "2 of 4"
    assert len(text.text.extraSelections()) == 4
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert text.text.extraSelections() == []


def test_what_is_selected_is_in_hand_and_a_citation_selects_it_again(qtbot: QtBot, text: TextViewer) -> None:
    text.open(without_file(EvidenceKind.TEXT, text=REFLECTION))
    quote = "thirty seconds.\nThen partners"
    with qtbot.waitSignal(text.place_changed):
        text.show_place(Whole(quote=quote))
    assert text.current_place() == Whole(quote=quote)


def test_the_desks_keys_reach_it_from_within_a_text(qtbot: QtBot, make: Make) -> None:
    keys: list[int] = []

    class Desk(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            keys.append(event.key())

    desk = Desk()
    qtbot.addWidget(desk)
    viewer = make(EvidenceKind.TEXT)
    viewer.setParent(desk)
    viewer.open(without_file(EvidenceKind.TEXT, text=REFLECTION))
    desk.show()
    for key in (Qt.Key.Key_E, Qt.Key.Key_1, Qt.Key.Key_M):
        QTest.keyClick(viewer.text, key)
    viewer.setParent(None)
    assert keys == [Qt.Key.Key_E, Qt.Key.Key_1, Qt.Key.Key_M]


def test_a_text_is_seen_after_a_while(qtbot: QtBot, text: TextViewer) -> None:
    with qtbot.waitSignal(text.seen) as told:
        text.open(without_file(EvidenceKind.TEXT, text=REFLECTION))
    assert told.args == [{"ranges": [], "pages": [1]}]


def test_what_is_no_text_says_so(qtbot: QtBot, text: TextViewer, source_of: Source) -> None:
    with qtbot.waitSignal(text.problem) as told:
        text.open(source_of(EvidenceKind.TEXT, b"letters \x00\x01\x02 and not" * 40))
    assert told.args == ["The file is not plain text. Ask for a PDF of it."]


def test_a_link_is_opened_only_when_asked(qtbot: QtBot, make: Make, opened_addresses: list[str]) -> None:
    link = make(EvidenceKind.LINK)
    link.open(without_file(EvidenceKind.LINK, url="https://example.org/room-12"))
    assert opened_addresses == []
    with qtbot.waitSignal(link.seen):
        QTest.mouseClick(link.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert opened_addresses == ["https://example.org/room-12"]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "", "ftp://example.org/x"])
def test_a_link_that_is_no_web_page_cannot_be_opened(make: Make, address: str) -> None:
    link = make(EvidenceKind.LINK)
    link.open(without_file(EvidenceKind.LINK, url=address))
    assert link.findChild(QPushButton) is None


@pytest.mark.parametrize("kind", [EvidenceKind.VIDEO, EvidenceKind.DOCUMENT, EvidenceKind.IMAGE, EvidenceKind.TEXT])
@pytest.mark.parametrize(
    ("state", "part"),
    [
        (EvidenceState.WANTED, "not on this laptop yet"),
        (EvidenceState.PARTIAL, "40 % of this file"),
        (EvidenceState.DAMAGED, "was damaged"),
        (EvidenceState.UNAVAILABLE, "does not have this file"),
        (EvidenceState.DESTROYED, "was destroyed"),
    ],
)
def test_a_file_that_is_not_here_says_why_and_is_not_opened(
    make: Make, source_of: Source, kind: EvidenceKind, state: EvidenceState, part: str
) -> None:
    row = FileRow(
        sha256="0" * 64,
        size=100,
        media_type="",
        state=state,
        done_bytes=40,
        key=1,
        attempt=1,
        evidence_id="e1",
        role="content",
    )
    viewer = make(kind)
    viewer.open(replace(source_of(kind, never), state=row))
    statement = viewer.findChild(EmptyState)
    assert statement.isVisible()
    assert part in statement.sentence()
    label = next(each for each in statement.findChildren(QLabel) if each.text())
    assert label.height() >= label.heightForWidth(label.width())
