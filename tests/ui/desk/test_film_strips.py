"""Film strips come to the desk from the vault, are made where there are none, and keep to the policy."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from mcassess.domain.citation import Area
from mcassess.domain.kinds import DestroyReason
from mcassess.domain.submission import Policy
from mcassess.jobs import film_strips, moments
from mcassess.store.library import Library
from mcassess.ui.desk.film_strips import FilmStrips
from tests.support.library import add_account, microcredential, open_library, put, raw, submission, video
from tests.support.media import make_video
from tests.ui.desk.conftest import Bench

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LONG = 20_000


@pytest.fixture(scope="session")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_video(tmp_path_factory.mktemp("strips") / "lesson.mp4", frames=60).read_bytes()


@pytest.fixture
def sha256(lesson: bytes) -> str:
    return hashlib.sha256(lesson).hexdigest()


@pytest.fixture
def library(tmp_path: Path, lesson: bytes, sha256: str) -> Iterator[Library]:
    library = open_library(tmp_path / "home")
    put(library, add_account(library), submission(evidence=(video(sha256, len(lesson)),)))
    writer = library.vault.writer(sha256, len(lesson))
    writer.write(lesson)
    writer.finish()
    yield library
    library.close()


@pytest.fixture
def strips(library: Library, qtbot: QtBot) -> Iterator[FilmStrips]:
    made = FilmStrips(library)
    yield made
    made.close()


def test_one_that_is_missing_is_made_and_kept_and_the_next_time_read(
    strips: FilmStrips, library: Library, sha256: str, qtbot: QtBot
) -> None:
    assert film_strips.without_film_strip(library) == [sha256]
    with qtbot.waitSignal(strips.arrived, timeout=LONG):
        strips.want([sha256])
    assert film_strips.without_film_strip(library) == []
    strip = strips.get(sha256)
    assert strip is not None
    assert strip.stills
    assert strip.sound
    strips.forget([sha256])
    assert strips.get(sha256) is None
    with qtbot.waitSignal(strips.arrived, timeout=LONG):
        strips.want([sha256])


def test_strips_of_open_submissions_are_made_ahead(
    strips: FilmStrips, library: Library, sha256: str, qtbot: QtBot
) -> None:
    strips.make_ahead()
    qtbot.waitUntil(lambda: library.vault.derived.has(sha256), timeout=LONG)


def test_closing_while_one_is_made_leaves_nothing_behind(strips: FilmStrips, library: Library, sha256: str) -> None:
    strips.want([sha256])
    strips.close()
    assert strips.get(sha256) is None


@pytest.mark.parametrize("in_lists", [True, False])
def test_timeline_and_card_show_it_as_the_policy_lets_them(
    make_bench: Callable[[Library], Bench], library: Library, qtbot: QtBot, *, in_lists: bool
) -> None:
    known = replace(microcredential(), policy=Policy(stills_in_lists=in_lists))
    with library.write() as writing:
        writing.submissions.put_microcredential(1, known, 2, raw(known))
    bench = make_bench(library)
    bench.open()
    qtbot.waitUntil(lambda: bench.video.strip is not None, timeout=LONG)
    assert bool(bench.video.strip.stills) == in_lists
    assert bench.video.strip.sound
    card = bench.desk.evidence.card("v1")
    assert (card._sketch._still is not None) == in_lists
    assert isinstance(card.grab().toImage(), QImage)


def test_destroyed_evidence_leaves_no_picture_on_the_desk(
    make_bench: Callable[[Library], Bench], library: Library, sha256: str, qtbot: QtBot
) -> None:
    bench = make_bench(library)
    bench.open()
    card = bench.desk.evidence.card("v1")
    qtbot.waitUntil(lambda: card._sketch._still is not None, timeout=LONG)
    bench.work.write(lambda: library.vault.destroy(sha256, DestroyReason.WIPE.value), owner=bench.presenter)
    qtbot.waitUntil(lambda: card._sketch._still is None, timeout=LONG)
    assert bench.desk.strips.strips.get(sha256) is None


def test_a_dragged_citation_takes_its_moment_along_and_one_undo_brings_both_back(
    make_bench: Callable[[Library], Bench], library: Library
) -> None:
    bench = make_bench(library)
    bench.open()
    recorder, moment = bench.presenter.recorder, bench.video.current_place()
    area = Area(x=0.1, y=0.2, width=0.3, height=0.4)
    recorder.carry_out(lambda library, key: moments.mark(library, key, "v1", moment))
    recorder.cite("c1", "v1", replace(moment, area=area))
    bench.settle()
    [citation] = bench.presenter.contents.review.citations["c1"]
    assert bench.video.editable
    bench.video.range_changed.emit(citation.id, 200, 900)
    bench.settle()
    review = bench.presenter.contents.review
    assert [(each.id, each.place.start_ms, each.place.end_ms) for each in review.citations["c1"]] == [
        (citation.id, 200, 900)
    ]
    assert review.citations["c1"][0].place.area == area
    assert [(each.moment.start_ms, each.moment.end_ms) for each in review.moments] == [(200, 900)]
    bench.presenter.undo()
    bench.settle()
    review = bench.presenter.contents.review
    assert [each.place for each in review.citations["c1"]] == [replace(moment, area=area)]
    assert [each.moment for each in review.moments] == [moment]
