"""Whoever comes back to a piece of evidence finds it where she left it: within a review, and the next day."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from mcassess.domain.citation import Moment, PageRegion
from mcassess.errors import WorldError
from mcassess.evidence.captions import Caption, TextTrack
from mcassess.evidence.errors import EvidenceError
from mcassess.store.evidence import CAPTIONS
from mcassess.ui.desk.contents import StoppedAt, load_place
from mcassess.ui.viewers.caption_track import FILE, CaptionState
from tests.support.filled import key_of


def opened_at(bench):
    (place,) = [asked[2] for asked in bench.desk.area.pane.viewer.asked[-2:] if asked[0] == "open"]
    return place


def test_a_video_and_a_document_stay_where_they_were_when_one_comes_back(bench) -> None:
    bench.open()
    bench.video.play_to(7_000)
    bench.desk.evidence.card("d1").clicked.emit()
    assert opened_at(bench) is None
    bench.desk.area.pane.viewer.go(PageRegion(page=3))
    bench.desk.evidence.card("v1").clicked.emit()
    assert opened_at(bench) == Moment(start_ms=7_000, end_ms=7_000)
    bench.desk.evidence.card("d1").clicked.emit()
    assert opened_at(bench) == PageRegion(page=3)


def test_a_citation_that_is_followed_goes_before_where_one_was(bench) -> None:
    bench.open()
    bench.video.play_to(7_000)
    bench.desk.evidence.card("d1").clicked.emit()
    cited = Moment(start_ms=1_000, end_ms=2_000)
    bench.desk.opening.open(bench.presenter.contents.submission.attempt, "v1", cited)
    assert opened_at(bench) == cited


def test_every_piece_is_found_again_after_a_restart(bench, make_bench, library) -> None:
    bench.open()
    bench.video.play_to(7_000)
    bench.desk.evidence.card("d1").clicked.emit()
    bench.desk.flush()
    bench.settle()
    stopped = load_place(library, key_of(library, "s-0001"))
    assert stopped.evidence == "d1"
    assert stopped.place == PageRegion(page=1)
    again = make_bench(library)
    again.open()
    again.desk.evidence.card("v1").clicked.emit()
    assert opened_at(again) == Moment(start_ms=7_000, end_ms=7_000)


def test_caret_and_second_are_kept_by_themselves_a_second_later_at_the_most(bench, library) -> None:
    key = bench.open()
    timer = bench.presenter.hand._timer
    assert 0 < timer.interval() <= 1_000
    timer.setInterval(1)
    bench.video.play_to(7_000)
    bench.press(Qt.Key.Key_Return)
    bench.write("abcdef")
    for _ in range(2):
        bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    bench.qtbot.waitUntil(lambda: load_place(library, key).caret == "comment:4", timeout=5_000)
    assert load_place(library, key).place == Moment(start_ms=7_000, end_ms=7_000)


def test_a_place_that_the_disk_refused_is_kept_the_next_time(bench, library, monkeypatch) -> None:
    key = bench.open()

    def refuse(_initiator: str = "") -> None:
        raise WorldError("The disk is full.")

    with monkeypatch.context() as world:
        world.setattr(library, "write", refuse)
        bench.video.play_to(7_000)
        bench.presenter.hand.keep()
        bench.settle()
    bench.presenter.hand.keep()
    bench.settle()
    assert load_place(library, key).place == Moment(start_ms=7_000, end_ms=7_000)


def test_what_an_earlier_version_kept_is_read_and_what_another_kept_is_passed_over() -> None:
    kept = {"attempt": 2, "evidence": "v1", "place": "@00:00:05-00:00:09", "tab": "notes"}
    assert StoppedAt.from_json(kept).place == Moment(start_ms=5_000, end_ms=9_000)
    odd = StoppedAt.from_json({"attempt": 1, "evidence": "v1", "places": {"1/v1": 7, "1/d1": "#page=2"}, "captions": 3})
    assert (odd.place, dict(odd.captions)) == (None, {})
    assert StoppedAt.from_json(odd.to_json()) == odd


def test_chosen_captions_come_back_with_their_video_and_after_a_restart(bench, make_bench, library) -> None:
    bench.open()
    bench.video.captions._offer_tracks([TextTrack(number=0, language="eng"), TextTrack(number=1, language="spa")])
    bench.press(Qt.Key.Key_V)
    assert bench.video.captions.in_hand == "0", "after the file's captions"
    bench.desk.evidence.card("d1").clicked.emit()
    bench.desk.evidence.card("v1").clicked.emit()
    assert bench.video.captions._wish == "0"
    bench.desk.flush()
    bench.settle()
    again = make_bench(library)
    again.open()
    assert again.video.captions._wish == "0"


def test_captions_that_arrive_while_their_video_is_open_are_read(bench) -> None:
    bench.open()
    presenter, track = bench.presenter, bench.video.captions
    whole = presenter.contents
    files = {key: row for key, row in whole.files.items() if key[2] != CAPTIONS}
    presenter._contents = replace(whole, files=files)
    bench.desk.evidence.card("d1").clicked.emit()
    bench.desk.evidence.card("v1").clicked.emit()
    track.look_inside(has_text=False)
    assert bench.desk.area.transcript._said.text().startswith("The captions of this video are not on this laptop.")
    presenter._contents = whole
    presenter.evidence_changed.emit()
    assert (track.state, track.in_hand) == (CaptionState.READING, FILE)


def test_the_transcript_says_how_it_stands_with_the_captions(bench) -> None:
    bench.open()
    panel, track = bench.desk.area.transcript, bench.video.captions
    asked: list[None] = []
    panel.retry_wanted.connect(lambda: asked.append(None))

    def seen() -> tuple[str, bool, bool, bool]:
        parts = (panel._loading, panel._retry, panel._lines)
        return (panel._said.text(), *(part.isVisibleTo(panel) for part in parts))

    track.open(bench.video.source)
    assert seen() == ("", True, False, False)
    track._fail(EvidenceError("too_slow", "It took too long."))
    assert seen() == ("It took too long.", False, True, False)
    bench.qtbot.mouseClick(panel._retry, Qt.MouseButton.LeftButton)
    assert asked
    track._fail(EvidenceError("no_captions", "It has none."))
    assert seen() == ("It has none.", False, False, False)
    bench.video.show_captions(Caption(start_ms=0, end_ms=900, text="Good morning."))
    assert seen() == ("", False, False, True)
    track.close()
    assert seen()[0].startswith("No captions came with this video.")
