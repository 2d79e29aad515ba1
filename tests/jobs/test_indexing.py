"""The words of evidence are found, and are gone with the evidence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import EvidenceKind
from mcassess.jobs.indexing import TEXT_CHARACTERS, index_evidence
from mcassess.jobs.passwords import keep_document_password
from mcassess.store.evidence import CAPTIONS, EvidenceState
from mcassess.store.library import Library
from mcassess.sync.runner import Cancel
from tests.support.documents import pdf
from tests.support.evidence_library import digest, library_with
from tests.support.filled import filled_library, key_of
from tests.support.library import open_library


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    opened = filled_library(home)
    yield opened
    opened.close()


def found(library: Library, text: str) -> list[int]:
    library.catch_up_search()
    with library.read() as reading:
        return reading.queue.ids(None, text)


def texts(library: Library) -> list[str]:
    with library.read() as reading:
        return reading.queue._session.sql("SELECT text FROM search_evidence").scalars()


def test_words_of_documents_and_captions_find_their_submission(library: Library) -> None:
    index_evidence(library, Cancel())
    captions_and_pages = texts(library)
    assert len(captions_and_pages) >= 2
    for text in captions_and_pages:
        for word in (each for each in text.split() if each.isalpha() and len(each) > 5):
            assert found(library, word[:5]), word
    with library.read() as reading:
        assert reading.search.unread_files() == []


def test_words_of_destroyed_evidence_are_gone_from_index_and_disk(library: Library, home: Path) -> None:
    key = key_of(library, "s-0001")
    with library.read() as reading:
        files = {row.sha256 for row in reading.evidence.states(key).values()}
        others = {
            row.sha256 for other in reading.queue.ids() for row in reading.evidence.states(other).values()
        } - files
    index_evidence(library, Cancel())
    before = texts(library)
    for sha256 in files | others:
        library.vault.destroy(sha256, "wipe")
    assert before
    assert texts(library) == []
    with library.read() as reading:
        blocks = reading.queue._session.sql("SELECT block FROM search_evidence_data").scalars()
    words = {word.lower().encode() for text in before for word in text.split() if word.isalpha() and len(word) > 6}
    assert not [word for word in words if any(word in bytes(block) for block in blocks)]


def test_what_has_no_words_is_not_read_again_and_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    index_evidence(library, Cancel())
    monkeypatch.setattr("mcassess.jobs.indexing.text_of", lambda *_: pytest.fail("read again"))
    index_evidence(library, Cancel())


def test_the_words_of_a_locked_document_are_found_once_its_password_is_kept(tmp_path: Path) -> None:
    locked = pdf(password="apple")
    library = library_with(tmp_path / "locked", {"Plan": (EvidenceKind.DOCUMENT, locked)})
    try:
        index_evidence(library, Cancel())
        assert texts(library) == []
        keep_document_password(library, digest(locked), "apple")
        index_evidence(library, Cancel())
        assert ["Lesson plan page 1" in text for text in texts(library)] == [True]
    finally:
        library.close()


def test_a_stopped_reading_goes_on_at_the_next_call(library: Library) -> None:
    with library.read() as reading:
        unread = len(reading.search.unread_files())
    cancel = Cancel()
    index_evidence(library, cancel, lambda _: cancel.set())
    with library.read() as reading:
        assert len(reading.search.unread_files()) == unread - 1
    index_evidence(library, Cancel())
    with library.read() as reading:
        assert reading.search.unread_files() == []


def test_a_long_text_is_taken_in_up_to_a_limit(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcassess.jobs.indexing.text_of", lambda *_: "so long " * TEXT_CHARACTERS)
    index_evidence(library, Cancel())
    assert {len(text) for text in texts(library)} == {TEXT_CHARACTERS}


def test_damaged_evidence_is_left_for_the_next_time(library: Library, home: Path) -> None:
    with library.read() as reading:
        [first, *_] = reading.search.unread_files()
        stored = reading.evidence.get(first.sha256)
    assert stored is not None
    assert stored.name is not None
    file = home / "vault" / stored.name
    damaged = bytearray(file.read_bytes())
    damaged[-1] ^= 1
    file.write_bytes(damaged)
    index_evidence(library, Cancel())
    with library.read() as reading:
        again = reading.evidence.get(first.sha256)
        assert again is not None
        assert again.state is EvidenceState.DAMAGED
    assert len(texts(library)) > 0


def test_no_backup_holds_the_words_of_evidence(library: Library, home: Path, tmp_path: Path) -> None:
    index_evidence(library, Cancel())
    copy = tmp_path / "copy"
    copy.mkdir()
    library.back_up_to(copy / "library.db")
    (copy / "key.json").write_bytes((home / "key.json").read_bytes())
    (copy / "vault").mkdir()
    restored = open_library(copy)
    try:
        assert texts(library)
        assert texts(restored) == []
        with restored.read() as reading:
            counted = reading.queue._session.sql("SELECT count(*) FROM evidence_text").scalar_one()
        assert counted == 0, "it is read again once it is fetched again"
        assert restored.check() == []
    finally:
        restored.close()


def test_names_come_before_own_words_and_own_words_before_evidence(library: Library) -> None:
    index_evidence(library, Cancel())
    word = max((each for text in texts(library) for each in text.split() if each.isalpha()), key=len)
    with library.read() as reading:
        keys = reading.queue.ids(None)
    in_evidence = found(library, word)
    other = next(key for key in keys if key not in in_evidence)
    with library.write() as writing:
        writing.reviews.append(other, [Entry(kind=ChangeKind.NOTE, value=f"as {word} says")])
    assert found(library, word) == [other, *in_evidence]


def test_captions_are_read_as_words_without_times(library: Library) -> None:
    with library.read() as reading:
        captions = [each for each in reading.search.unread_files() if each.is_captions]
        roles = {row.role for key in reading.queue.ids() for row in reading.evidence.states(key).values()}
    assert CAPTIONS in roles
    assert captions
    index_evidence(library, Cancel())
    assert not [text for text in texts(library) if "-->" in text]
