"""Going back to a backup, and after damage: nothing that can be read is lost, and nothing is lost without a word."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import RefusedError, WorldError
from mcassess.jobs import attaching
from mcassess.store.edges import DamagedLibraryError
from mcassess.store.evidence import EvidenceState
from mcassess.store.keys import Secrets
from mcassess.store.leftovers import OWED_SETTING
from mcassess.store.library import Library
from mcassess.store.recovery import Recovery, recover
from mcassess.store.restoring import restore
from mcassess.store.salvage import Salvage
from tests.support.filled import filled_library, key_of
from tests.support.library import GivenKeys, TestClock, open_library

KEYS = GivenKeys()
PAGE = 4096


def note(text: str) -> Entry:
    return Entry(kind=ChangeKind.NOTE, value=text)


def write_note(library: Library, identifier: str, text: str) -> None:
    with library.write() as writing:
        writing.reviews.append(key_of(library, identifier), [note(text)])


def notes(library: Library) -> dict[str, str]:
    with library.read() as reading:
        keys = [key for row in ("s-0001", "s-0002") for key, _ in reading.submissions.find(row)]
        return {reading.submissions.get(key).submission.id: reading.reviews.get(key).note for key in keys}


def seal(library: Library, identifier: str, op_id: str) -> None:
    with library.write() as writing:
        key = writing.submissions.find(identifier)[0][0]
        writing.outbox.add(key, 1, op_id, writing.outbox.next_device_seq(), "decision.submit", b"{}", None)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def home(tmp_path: Path, clock: TestClock) -> Path:
    """A home with a backup of yesterday, and newer work."""
    library = filled_library(tmp_path / "home", clock=clock)
    write_note(library, "s-0001", "of yesterday")
    library.back_up()
    clock.advance(days=1)
    write_note(library, "s-0002", "of today")
    seal(library, "s-0002", "op-1")
    library.close()
    return tmp_path / "home"


def backup_of(home: Path) -> Path:
    return next((home / "backups").glob("*daily.backup"))


def flip(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)


def page_of(home: Path, table: str) -> int:
    """Returns the number, from 0, of the first page of a table's rows."""
    library = open_library(home)
    with library._database.read() as connection:
        root = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).scalar_one()
    library.close()
    return int(root) - 1


def contents(home: Path) -> dict[str, bytes]:
    files = [path for path in home.iterdir() if path.is_file() and path.stat().st_size and path.suffix != ".db-shm"]
    return {path.name: path.read_bytes() for path in files}


def recovered(home: Path, clock: TestClock) -> Recovery:
    with pytest.raises(DamagedLibraryError, match="mcassess recover"):
        open_library(home, clock)
    before = contents(home)
    foreseen = recover(home, KEYS, clock, act=False)
    assert contents(home) == before, "looking changes nothing"
    done = recover(home, KEYS, clock, act=True)
    assert foreseen is not None
    assert done is not None
    assert (done.day, done.whole, done.merged.changes) == (foreseen.day, foreseen.whole, foreseen.merged.changes)
    return done


def test_going_back_refuses_with_what_would_be_lost(home: Path, clock: TestClock) -> None:
    with pytest.raises(RefusedError) as refused:
        restore(home, KEYS, clock, backup_of(home))
    assert refused.value.reasons == ("s-0002: 1 change of its review", "s-0002: a sealed decision (ready)")
    library = open_library(home, clock)
    assert notes(library) == {"s-0001": "of yesterday", "s-0002": "of today"}
    library.close()


def test_going_back_keeps_a_backup_of_what_was_there_and_takes_a_new_device_id(home: Path, clock: TestClock) -> None:
    library = open_library(home, clock)
    device = library.device_id
    library.close()
    kept = restore(home, KEYS, clock, backup_of(home), lose=True)
    assert kept is not None
    library = open_library(home, clock)
    assert notes(library) == {"s-0001": "of yesterday", "s-0002": ""}
    assert library.device_id != device, "its numbers may have been seen by the platform"
    with library.write() as writing:
        assert writing.outbox.list() == []
        assert writing.outbox.next_device_seq() == 2, "a number is never given out again"
        assert writing.evidence.totals().packed_bytes == 0
        assert len(writing.evidence.wanted(1)) > 0
    assert library.check() == []
    assert list((home / "vault").iterdir()) == []
    library.close()
    restore(home, KEYS, clock, kept, lose=True)
    library = open_library(home, clock)
    assert notes(library) == {"s-0001": "of yesterday", "s-0002": "of today"}
    library.close()
    assert not list(home.glob("restor*"))
    assert list((home / "set-aside").iterdir()) == [], "no copy with keys of evidence is left"


def test_going_back_loses_nothing_where_nothing_is_newer(home: Path, clock: TestClock, tmp_path: Path) -> None:
    library = open_library(home, clock)
    library.back_up_to(tmp_path / "mine.backup")
    device = library.device_id
    library.close()
    restore(home, KEYS, clock, tmp_path / "mine.backup")
    library = open_library(home, clock)
    assert (library.device_id, notes(library)["s-0002"]) == (device, "of today")
    library.close()


def test_what_was_destroyed_stays_destroyed(home: Path, clock: TestClock) -> None:
    library = open_library(home, clock)
    with library.read() as reading:
        sha256 = next(each.sha256 for each in reading.evidence.in_state(EvidenceState.READY))
    with library.write() as writing:
        writing.evidence.destroy_key(sha256, "wiped")
    library.close()
    restore(home, KEYS, clock, backup_of(home), lose=True)
    library = open_library(home, clock)
    with library.read() as reading:
        stored = reading.evidence.get(sha256)
    assert stored is not None
    assert stored.state == "destroyed"
    library.close()


@pytest.mark.parametrize("wrong", ["missing", "empty", "other library", "damaged", "text"])
def test_a_backup_that_is_none_is_one_sentence_and_changes_nothing(
    home: Path, clock: TestClock, tmp_path: Path, wrong: str
) -> None:
    backup = tmp_path / "a.backup"
    match wrong:
        case "empty":
            backup.touch()
        case "other library":
            other = Library.open(tmp_path / "other", GivenKeys(Secrets(b"x" * 32, b"y" * 32)), clock)
            other.back_up_to(backup)
            other.close()
        case "damaged":
            shutil.copy(backup_of(home), backup)
            flip(backup, 5 * PAGE + 100)
        case "text":
            backup.write_text("no backup at all" * 1000)
    before = (home / "library.db").read_bytes()
    with pytest.raises(WorldError, match=r"a\.backup"):
        restore(home, KEYS, clock, backup, lose=True)
    assert (home / "library.db").read_bytes() == before
    assert not list(home.glob("restor*"))


def test_nobody_goes_back_under_an_open_library(home: Path, clock: TestClock) -> None:
    library = open_library(home, clock)
    with pytest.raises(WorldError, match="open in another process"):
        restore(home, KEYS, clock, backup_of(home), lose=True)
    with pytest.raises(WorldError, match="open in another process"):
        recover(home, KEYS, clock, act=True)
    library.close()


@pytest.mark.parametrize("moment", ["library.db-wal", "library.db", "restored.db"])
def test_going_back_that_dies_on_the_way_is_finished_by_the_next_opening(
    home: Path, clock: TestClock, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    class Death(BaseException):
        pass

    really = Path.replace

    def dying(path: Path, target: Path) -> Path:
        if path.name == moment:
            raise Death
        return really(path, target)

    (home / "library.db-wal").write_bytes(b"")  # so that every part is there
    monkeypatch.setattr(Path, "replace", dying)
    with pytest.raises(Death):
        restore(home, KEYS, clock, backup_of(home), lose=True)
    monkeypatch.undo()
    library = open_library(home, clock)
    assert library.check() == []
    assert notes(library)["s-0001"] == "of yesterday"
    library.close()


def test_a_sound_library_has_nothing_to_recover(home: Path, clock: TestClock) -> None:
    assert recover(home, KEYS, clock, act=True) is None


@pytest.mark.parametrize("table", ["submission_body", "evidence_file", "queue_count", "rubric"])
def test_damage_anywhere_brings_back_the_backup_and_all_newer_work(home: Path, clock: TestClock, table: str) -> None:
    flip(home / "library.db", page_of(home, table) * PAGE + 1000)
    (home / "running" / "somebody.mark").touch()  # who died
    done = recovered(home, clock)
    assert (done.day, done.merged.changes, done.merged.operations) == ("2026-11-22", 1, 1)
    told = {row["name"] for row in Salvage(home / "library.db", KEYS.secrets.database).keyed_rows("setting")}
    assert OWED_SETTING in told, "keys that were set aside with the damage are to open nothing"
    library = open_library(home, clock)
    assert library.check() == []
    assert notes(library) == {"s-0001": "of yesterday", "s-0002": "of today"}
    with library.read() as reading:
        assert [each.op_id for each in reading.outbox.list()] == ["op-1"]
        [row] = reading.queue.rows([key_of(library, "s-0002")])
        assert row.state == "waiting"
        packed = reading.evidence.totals().packed_bytes
    if table != "evidence_file":
        assert packed > 0, "evidence whose keys can be read need not be fetched again"
        assert library.vault.verify().damaged == 0
    library.close()
    assert done.aside is not None
    assert (done.aside / "library.db").exists(), "nothing is deleted"


def test_files_that_wait_for_their_decision_come_back_after_damage(
    home: Path, clock: TestClock, tmp_path: Path
) -> None:
    library, file = open_library(home, clock), tmp_path / "feedback.pdf"
    file.write_bytes(b"a page of mine" * 1000)
    key = key_of(library, "s-0001")
    attaching.attach(library, key, file)
    [before] = attaching.attached(library, key)
    library.close()
    flip(home / "library.db", page_of(home, "rubric") * PAGE + 1000)
    (home / "running" / "somebody.mark").touch()
    recovered(home, clock)
    library = open_library(home, clock)
    [after] = attaching.attached(library, key_of(library, "s-0001"))
    assert replace(after, key=before.key, submission=before.submission) == before
    assert after.here
    with library.read() as reading:
        assert before.sha256 not in reading.holdings.unheld()
    reader = library.vault.reader(before.sha256)
    assert reader.read(reader.size) == file.read_bytes()
    reader.close()
    library.close()


def test_damage_in_the_journal_itself_loses_only_what_cannot_be_read(home: Path, clock: TestClock) -> None:
    library = open_library(home, clock)
    for number in range(400):
        write_note(library, "s-0001", f"{number} " + "x" * 50)
    library.close()
    flip(home / "library.db", page_of(home, "outbox") * PAGE + 1000)
    (home / "running" / "somebody.mark").touch()
    done = recovered(home, clock)
    assert done.incomplete == ("outbox",)
    library = open_library(home, clock)
    assert notes(library)["s-0001"].startswith("399 ")
    library.close()


def test_first_bytes_that_are_damaged_are_taken_from_a_backup(home: Path, clock: TestClock) -> None:
    flip(home / "library.db", 3)
    done = recovered(home, clock)
    assert done.whole
    library = open_library(home, clock)
    assert notes(library) == {"s-0001": "of yesterday", "s-0002": "of today"}
    library.close()


def test_a_database_that_is_gone_or_unreadable_comes_back_from_the_newest_sound_backup(
    home: Path, clock: TestClock
) -> None:
    library = open_library(home, clock)
    clock.advance(days=1)
    newest = library.back_up()
    library.close()
    flip(newest, 7 * PAGE + 9)
    (home / "library.db").write_bytes(hashlib.sha256(b"noise").digest() * 1000)
    done = recovered(home, clock)
    assert (done.day, done.merged.changes) == ("2026-11-22", 0)
    (home / "library.db").unlink()
    recovered(home, clock)
    library = open_library(home, clock)
    assert notes(library)["s-0001"] == "of yesterday"
    library.close()


def test_recovery_builds_on_the_newest_sound_backup_and_goes_on_under_a_new_device_id(
    home: Path, clock: TestClock
) -> None:
    library = open_library(home, clock)
    device = library.device_id
    library.back_up()
    library.close()
    (home / "library.db").unlink()
    assert recovered(home, clock).day == "2026-11-23"
    library = open_library(home, clock)
    assert notes(library) == {"s-0001": "of yesterday", "s-0002": "of today"}
    assert library.device_id != device, "the platform may know numbers that the backup does not"
    library.close()


def test_settings_and_the_numbers_given_out_come_back_after_damage(home: Path, clock: TestClock) -> None:
    library = open_library(home, clock)
    with library.write() as writing:
        writing.settings.set("split", 0.4)
        given = [writing.outbox.next_device_seq() for _ in range(5)]
    library.close()
    flip(home / "library.db", page_of(home, "rubric") * PAGE + 1000)
    (home / "running" / "somebody.mark").touch()
    recovered(home, clock)
    library = open_library(home, clock)
    with library.write() as writing:
        assert writing.settings.get("split") == 0.4
        assert writing.outbox.next_device_seq() == given[-1] + 1
    library.close()


def test_what_was_set_aside_before_on_the_same_day_stays(home: Path, clock: TestClock) -> None:
    for noise in (b"first", b"second", b"third"):
        (home / "library.db").write_bytes(noise * 10_000)
        recovered(home, clock)
    found = sorted(path.read_bytes()[:6] for path in (home / "set-aside").glob("*/library.db"))
    assert found == [b"firstf", b"second", b"thirdt"]


def test_with_no_backup_what_can_be_read_is_brought_back(home: Path, clock: TestClock) -> None:
    shutil.rmtree(home / "backups")
    flip(home / "library.db", page_of(home, "queue_count") * PAGE + 1000)
    (home / "running" / "somebody.mark").touch()
    done = recovered(home, clock)
    assert done.day == ""
    library = open_library(home, clock)
    assert notes(library) == {"s-0001": "of yesterday", "s-0002": "of today"}
    library.close()


def test_where_nothing_can_be_brought_back_no_empty_library_takes_its_place(home: Path, clock: TestClock) -> None:
    shutil.rmtree(home / "backups")
    (home / "library.db").write_bytes(b"noise" * 10_000)
    with pytest.raises(WorldError, match="Nothing was changed"):
        recover(home, KEYS, clock, act=True)
    with pytest.raises(WorldError, match="cannot be decrypted"):
        open_library(home, clock)
    assert (home / "library.db").read_bytes() == b"noise" * 10_000
