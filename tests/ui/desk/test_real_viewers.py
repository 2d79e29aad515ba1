"""The desk with the program's own viewers: what they show is cited and found again."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from mcassess.domain.annotation import AnnotationStyle
from mcassess.domain.citation import Moment, PageRegion
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import tell_killed
from mcassess.jobs import annotating
from mcassess.jobs.passwords import document_password
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.sources import source_of
from mcassess.ui.desk.view import Desk
from mcassess.ui.summary_bar import SummaryBar
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.work import Work
from tests.support.filled import key_of
from tests.support.library import raw

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
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F)
    (full,) = video.viewer._picture.windows.windows
    qtbot.keyClick(full, Qt.Key.Key_K)  # in a window of its own a key means what it means on the desk
    qtbot.waitUntil(lambda: not video.timed.playing, timeout=LONG)
    qtbot.keyClick(full, Qt.Key.Key_F)
    assert video.viewer._picture.windows.windows == ()
    qtbot.waitUntil(lambda: "v1" in desk.presenter.contents.review.seen, timeout=LONG)
    assert desk.presenter.contents.review.seen["v1"].watched_ms > 200


def test_a_page_is_marked_by_a_key_written_about_cited_and_undone(desk: Desk, qtbot) -> None:
    presenter, pane = desk.presenter, desk.area.pane

    def marks():
        return presenter.contents.review.annotations

    desk.evidence.card("d1").clicked.emit()
    qtbot.waitUntil(
        lambda: pane.evidence is not None and pane.viewer is not None and pane.viewer._count > 0, timeout=LONG
    )
    qtbot.waitUntil(lambda: bool(pane.viewer.view.hand.words(0)), timeout=LONG)
    view = pane.viewer.view
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    place = pane.place()
    assert place.quote != ""
    qtbot.keyClick(view, CITE)
    qtbot.waitUntil(lambda: cited(desk).get("d1") == place, timeout=LONG)
    qtbot.keyClick(view, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: len(marks()) == 1, timeout=LONG)
    assert (marks()[0].place, marks()[0].style) == (place, AnnotationStyle.HIGHLIGHT)
    (shown,) = view.hand.marks
    assert (shown.criterion, shown.number) == (0, 1)
    pane.viewer.show_mark(shown.id)
    field = pane.viewer.mark_list.findChild(QLineEdit)
    qtbot.keyClicks(field, "Kind words")
    desk.evidence.card("i1").clicked.emit()
    qtbot.waitUntil(lambda: [each.text for each in marks()] == ["Kind words"], timeout=LONG)
    presenter.undo()
    qtbot.waitUntil(lambda: [each.text for each in marks()] == [""], timeout=LONG)
    presenter.undo()
    qtbot.waitUntil(lambda: marks() == (), timeout=LONG)


def let_files_leave(desk: Desk, qtbot) -> None:
    stored = desk.presenter.contents.stored.microcredential
    allowed = replace(stored, policy=replace(stored.policy, files_may_leave=True))
    with desk.presenter.library.write() as writing:
        writing.submissions.put_microcredential(1, allowed, 9, raw(allowed))
    with qtbot.waitSignal(desk.presenter.loaded, timeout=LONG):
        desk.open(desk.presenter.contents.stored.key)


@pytest.mark.parametrize("evidence", ["v1", "d1", "i1"])
def test_what_is_shown_can_be_opened_elsewhere_where_the_programme_lets_it(desk: Desk, qtbot, evidence: str) -> None:
    asked: list[tuple[object, ...]] = []
    desk.commands.marking.elsewhere_wanted.connect(lambda *what: asked.append(what))
    button = next(each for each in desk.evidence.findChildren(QPushButton) if each.text() == "Open elsewhere…")
    desk.evidence.card(evidence).clicked.emit()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(desk, Qt.Key.Key_O, keys)
    assert asked == []
    assert "keeps evidence in the library" in desk.right.said()
    assert not button.isVisibleTo(desk)
    let_files_leave(desk, qtbot)
    desk.evidence.card(evidence).clicked.emit()
    assert button.isVisibleTo(desk)
    button.click()
    qtbot.keyClick(desk, Qt.Key.Key_O, keys)
    assert [what[2] for what in asked] == [evidence, evidence]


def test_what_has_no_file_says_so_where_it_is_wanted_elsewhere(desk: Desk, qtbot) -> None:
    let_files_leave(desk, qtbot)
    desk.area.pane.evidence = Evidence(id="l1", title="Wall", kind=EvidenceKind.LINK, url="https://example.org/")
    desk.commands.marking.open_elsewhere()
    assert "no file" in desk.right.said()


def test_the_warning_that_a_file_leaves_the_library_is_never_cut(desk: Desk, qtbot) -> None:
    bar = SummaryBar(desk.presenter.library, desk.presenter._work, desk)
    bar.resize(700, 80)
    bar.ask_elsewhere(1, 1, "d1", "Plans.pdf")
    said = bar._said
    bar.layout().activate()
    assert "unencrypted" in said.text()
    assert said.wordWrap()
    assert said.height() >= said.heightForWidth(said.width())


def test_a_copy_with_marks_and_a_file_elsewhere_leave_only_with_the_policys_leave(desk: Desk, qtbot, tmp_path) -> None:
    opened: list[object] = []
    bar = SummaryBar(desk.presenter.library, desk.presenter._work, desk, open_file=opened.append)
    key = desk.presenter.contents.stored.key
    annotating.annotate(desk.presenter.library, key, "d1", PageRegion(page=1), text="Kind")
    for ask, name in (
        (lambda: bar.ask_copy(key, "d1", "Plans"), "copy.pdf"),
        (lambda: bar.ask_elsewhere(key, 1, "d1", "Plans.pdf"), "plans.pdf"),
    ):
        ask()
        field = bar.findChild(QLineEdit)
        assert "unencrypted" in bar._said.text()
        field.setText(str(tmp_path / name))
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "does not let evidence leave" in bar._said.text(), timeout=LONG)
    assert (list(tmp_path.glob("*.pdf")), opened) == ([], [])
    let_files_leave(desk, qtbot)
    bar.ask_elsewhere(key, desk.presenter.contents.submission.attempt, "d1", "Plans.pdf")
    bar.findChild(QLineEdit).setText(str(tmp_path / "plans.pdf"))
    qtbot.keyClick(bar.findChild(QLineEdit), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened == [tmp_path / "plans.pdf"], timeout=LONG)
    assert (tmp_path / "plans.pdf").read_bytes().startswith(b"%PDF-")


def test_captions_that_end_their_child_are_counted_and_marked(desk: Desk) -> None:
    library, contents = desk.presenter.library, desk.presenter.contents
    captions = contents.captions_file(contents.submission.attempt, "v1")
    source = source_of(library, contents, contents.submission.attempt, contents.submission.find_evidence("v1"))
    for _ in range(2):
        reader = source.open_captions()
        tell_killed(reader)
        reader.close()
    with library.read() as reading:
        assert reading.preflights.get(captions.sha256).is_marked
    with pytest.raises(EvidenceError) as caught:
        source.open_captions()
    assert caught.value.code == "marked"


def test_a_password_is_kept_and_another_picture_is_opened_from_the_contact_sheet(desk: Desk, qtbot) -> None:
    library, pane = desk.presenter.library, desk.area.pane
    desk.evidence.card("d1").clicked.emit()
    qtbot.waitUntil(lambda: pane.evidence is not None and pane.evidence.id == "d1", timeout=LONG)
    row = desk.presenter.contents.file(pane.attempt, "d1")
    pane.viewer.password_found.emit("apple")
    qtbot.waitUntil(lambda: document_password(library, row.sha256) == "apple", timeout=LONG)
    desk.evidence.card("i1").clicked.emit()
    qtbot.waitUntil(lambda: pane.evidence.id == "i1", timeout=LONG)
    pane.viewer.evidence_wanted.emit("d1")
    assert pane.evidence.id == "d1"
