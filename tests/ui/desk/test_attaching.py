"""Files that go with the decision are attached, seen and removed below the letter, and followed after the seal."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Area, PageRegion
from mcassess.domain.kinds import Condition, Outcome
from mcassess.errors import WorldError
from mcassess.jobs import annotating, attaching
from mcassess.jobs.annotating import AnnotatedCopy
from mcassess.ui.kit.buttons import IconButton
from mcassess.ui.kit.file_chooser import choose_file


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "starters.pdf"
    path.write_bytes(b"%PDF-1.7 starters")
    return path


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> None:
    """What Qt itself remembers of choosers goes here."""
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


@pytest.fixture
def section(bench):
    bench.open()
    bench.desk.right.tabs.set_chosen("feedback")
    return bench.desk.right.feedback.files


def names(section) -> list[str]:
    return [each.accessibleName() for each in section.lines()]


def tab_to(bench, widget) -> None:
    """Presses Tab, from the letter on, until a widget has the keyboard."""
    bench.desk.activateWindow()
    bench.desk.right.feedback.page.setFocus(Qt.FocusReason.TabFocusReason)
    bench.qtbot.waitUntil(lambda: QApplication.focusWidget() is bench.desk.right.feedback.page)
    for _ in range(12):
        if QApplication.focusWidget() is widget:
            return
        bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    pytest.fail("Tab does not lead there")


def test_a_file_is_attached_and_removed_by_keys_alone(bench, section, paper, monkeypatch) -> None:
    opened: list[QFileDialog] = []
    monkeypatch.setattr("mcassess.ui.desk.files_section.choose_file", lambda *args: opened.append(choose_file(*args)))
    tab_to(bench, section.attach_button())
    bench.qtbot.keyClick(section.attach_button(), Qt.Key.Key_Space)
    [chooser] = opened
    chooser.setDirectory(str(paper.parent))
    chooser.selectFile(str(paper))
    chooser.accept()
    bench.qtbot.waitUntil(lambda: names(section) == ["starters.pdf, 17 bytes · goes up after the decision"])
    assert section.attach_button().isEnabled()
    [remove] = section.findChildren(IconButton)
    assert remove.accessibleName() == "Remove starters.pdf"
    tab_to(bench, remove)
    bench.qtbot.keyClick(remove, Qt.Key.Key_Space)
    bench.qtbot.waitUntil(lambda: names(section) == [])
    assert attaching.attached(bench.library, bench.presenter.contents.stored.key) == []


def test_where_a_file_was_looked_for_is_not_written_down(bench, section, paper, tmp_path) -> None:
    folder = tmp_path / "Anna Kowalska"
    folder.mkdir()
    chosen: list[Path] = []
    chooser = choose_file(section, "Attach", chosen.append)
    chooser.setDirectory(str(folder))
    paper.rename(folder / "starters.pdf")
    chooser.selectFile(str(folder / "starters.pdf"))
    gone: list[bool] = []
    chooser.destroyed.connect(lambda: gone.append(True))
    chooser.accept()
    bench.qtbot.waitUntil(lambda: bool(gone))
    assert chosen == [folder / "starters.pdf"]
    written = [path.read_text() for path in (tmp_path / "settings").rglob("*") if path.is_file()]
    assert written != []
    assert not any("Kowalska" in text or "starters" in text for text in written)


def test_a_file_can_be_dropped_there(bench, section, paper) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(paper)), QUrl("https://example.org/x.pdf")])
    actions, buttons, modifiers = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enters = QDragEnterEvent(QPoint(5, 5), actions, data, buttons, modifiers)
    QApplication.sendEvent(section, enters)
    assert enters.isAccepted()
    QApplication.sendEvent(section, QDropEvent(QPointF(5, 5), actions, data, buttons, modifiers))
    bench.qtbot.waitUntil(lambda: len(names(section)) == 1)


def test_a_copy_with_marks_is_attached_in_place_of_the_one_before(bench, section, monkeypatch) -> None:
    key = bench.presenter.contents.stored.key
    assert section.copy_buttons() == []
    place = PageRegion(page=1, area=Area(x=0.1, y=0.2, width=0.5, height=0.1))
    bench.work.announce(annotating.annotate(bench.library, key, "d1", place, text="How long?"))
    bench.qtbot.waitUntil(lambda: len(section.copy_buttons()) == 1)
    assert section.copy_buttons()[0].accessibleName().startswith("Attach a copy of “")
    for content in (b"%PDF one", b"%PDF second"):
        copy = AnnotatedCopy(evidence="d1", title="Plans: week 1/2", annotations=1, content=content)
        monkeypatch.setattr("mcassess.jobs.attaching.annotated_copy", lambda *_args, found=copy: found)
        section.copy_buttons()[0].click()
        wanted = f"Plans week 1 2, annotated.pdf, {len(content)} bytes · goes up after the decision"
        bench.qtbot.waitUntil(lambda wanted=wanted: names(section) == [wanted])
    [file] = attaching.attached_files(bench.library, key)
    assert (file.target, file.media_type) == ("evidence:d1", "application/pdf")


def test_why_a_file_is_not_attached_is_said_in_place(bench, section, paper, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise WorldError("The disk is full.")

    monkeypatch.setattr("mcassess.store.vault_writer.VaultWriter.write", full)
    section.given.emit(str(paper))
    bench.qtbot.waitUntil(lambda: bench.desk.right.said() == "The disk is full.")
    assert section.attach_button().isEnabled()
    assert names(section) == []


def test_after_the_seal_it_is_seen_how_far_the_files_are(bench, section, paper) -> None:
    section.given.emit(str(paper))
    bench.qtbot.waitUntil(lambda: len(names(section)) == 1)
    bench.presenter.texts.typed(ChangeKind.FEEDBACK, "", "Send it again.")
    bench.presenter.seal(Outcome.RETURNED, Condition.UNPLAYABLE)
    note = bench.desk.right.sealed._note
    bench.qtbot.waitUntil(lambda: note.text() == "1 file goes up after it.")
    assert not section.attach_button().isVisible()
    assert not any(each.isVisible() for each in section.findChildren(IconButton))
    with bench.library.write() as writing:
        row = writing.outbox.sealed(bench.presenter.contents.stored.key, 2)
        writing.outbox.settle(row.op_id, {"status": "applied"}, {"signature": "c2ln"})
        [file] = writing.attachments.of(row.key, row.attempt)
        writing.attachments.arrived(file.key, file.size // 2)
    bench.work.announce(writing.change_set)
    bench.qtbot.waitUntil(lambda: names(section) == ["starters.pdf, 17 bytes · 47 % sent"])
    assert note.text() == "1 file goes up after it. 47 % sent."
    with bench.library.write() as writing:
        writing.attachments.sent(file.key)
    bench.work.announce(writing.change_set)
    bench.qtbot.waitUntil(lambda: names(section) == ["starters.pdf, 17 bytes · arrived"])
    assert note.text() == "Its file has arrived."
