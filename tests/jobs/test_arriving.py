"""What has come is looked through file by file; what ends processes is marked, and opened only on somebody's word."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.domain.kinds import EvidenceKind
from mcassess.evidence.channel import ChannelClosedError
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader
from mcassess.evidence.worker import Worker
from mcassess.jobs import arriving, indexing
from mcassess.jobs.opening_evidence import EvidenceOpener, played_at_bad_end
from mcassess.store.library import Library
from mcassess.store.preflights import Preflight
from mcassess.store.search_index import UnreadFile
from mcassess.sync.runner import Cancel
from tests.support.documents import endless_pdf, image, pdf
from tests.support.evidence_library import digest, library_with
from tests.support.library import open_library

ENDLESS, PLAN, PHOTO = endless_pdf(), pdf(), image()


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setattr(arriving, "ARRIVAL_SECONDS", 2.5)
    pieces = {
        "Endless plan": (EvidenceKind.DOCUMENT, ENDLESS),
        "Plan": (EvidenceKind.DOCUMENT, PLAN),
        "Photo": (EvidenceKind.IMAGE, PHOTO),
    }
    opened = library_with(tmp_path / "home", pieces)
    yield opened
    opened.close()


def known(library: Library, data: bytes) -> Preflight:
    with library.read() as reading:
        return reading.preflights.get(digest(data))


def test_a_file_that_draws_for_ever_is_marked_and_the_others_are_fine(library: Library) -> None:
    arriving.look_through_arrivals(library, Cancel())
    endless = known(library, ENDLESS)
    assert endless.is_marked
    assert endless.findings is not None
    assert [problem.code for problem in endless.findings.problems] == ["too_slow", "marked"]
    for fine in (PLAN, PHOTO):
        assert (findings := known(library, fine).findings) is not None
        assert (findings.opens, findings.problems) == (True, ())


def test_what_is_marked_is_neither_checked_nor_opened_again_until_somebody_asks(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with library.write() as writing:
        for _ in range(2):
            writing.preflights.note_kill(digest(ENDLESS))
    opener = EvidenceOpener(library, digest(ENDLESS))
    with pytest.raises(EvidenceError) as caught:
        opener.open()
    assert caught.value.code == "marked"
    opener.try_again()
    opener.open().close()
    assert not known(library, ENDLESS).is_marked


def test_a_child_that_a_viewer_s_file_has_ended_is_counted(library: Library) -> None:
    worker = Worker("preflight")
    try:
        for _ in range(2):
            reader: Reader = EvidenceOpener(library, digest(PLAN)).open()
            with pytest.raises(EvidenceError):
                worker.call({"do": "nothing like this", "size": reader.size}, 20, reader)  # a bug in the child
            reader.close()
    finally:
        worker.close()
    assert known(library, PLAN).is_marked


def test_a_child_that_a_file_has_ended_while_its_words_were_read_is_counted(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*_: object) -> object:
        raise ChannelClosedError

    for number, is_captions in enumerate((True, False), 1):
        child = Worker("captions" if is_captions else "pages")
        monkeypatch.setattr(child, "_converse", dying)
        file = UnreadFile(sha256=digest(PLAN), is_captions=is_captions, media_type="")
        try:
            assert indexing.text_of(library, file, {"captions": child, "pages": child}) == ""
        finally:
            child.close()
        assert known(library, PLAN).kills == number
    assert known(library, PLAN).is_marked


def test_what_was_looked_at_before_a_bad_end_is_not_looked_at_again(library: Library) -> None:
    cancel = Cancel()
    arriving.look_through_arrivals(library, cancel, lambda _: cancel.set())
    with library.read() as reading:
        left = [each.sha256 for each in reading.preflights.unchecked()]
    assert len(left) == 2
    again = open_library(library.home)  # as after the end of the process
    arriving.check_arrivals(again, Cancel(), only=set(left) - {digest(ENDLESS)})
    with again.read() as reading:
        assert [each.sha256 for each in reading.preflights.unchecked()] == [digest(ENDLESS)]
    again.close()


def test_the_next_start_says_what_was_played_at_a_bad_end_and_counts_it(library: Library) -> None:
    opener = EvidenceOpener(library, digest(PHOTO), plays=True)
    for _ in range(2):
        reader = opener.open()
        (library.home / "crash.txt").write_text("Fatal Python error: Segmentation fault\n")
        assert played_at_bad_end(library) == ("“Photo” of Educator 7F3A",)
        assert played_at_bad_end(library) == ()
        reader.close()
    assert known(library, PHOTO).is_marked
    named = [path.name for path in library.home.rglob("*") if "Photo" in path.name or digest(PHOTO) in path.name]
    assert named == []


def test_a_power_cut_and_a_good_end_are_no_file_s_fault(library: Library) -> None:
    opener = EvidenceOpener(library, digest(PHOTO), plays=True)
    (library.home / "crash.txt").write_text("Fatal Python error: Segmentation fault\n")
    os.utime(library.home / "crash.txt", (0, 0))  # long forgotten
    reader = opener.open()
    assert played_at_bad_end(library) == ()
    reader.close()
    os.utime(library.home / "crash.txt")
    opener.open().close()
    assert played_at_bad_end(library) == ()
    assert known(library, PHOTO).kills == 0
