"""Destroyed evidence stays destroyed: in copies of the home, in backups, and for whoever has it open."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import DestroyReason
from mcassess.errors import WorldError
from mcassess.store import connections, vault
from mcassess.store.evidence import EvidenceState
from mcassess.store.evidence_key import Keeper
from mcassess.store.key_wrapping import Argon2Cost
from mcassess.store.keys import LibraryKeys, PassphraseKeys
from mcassess.store.library import Library
from mcassess.store.restoring import restore
from mcassess.store.vault_format import CHUNK, DamagedError
from tests.store.test_vault_killed import FILES, digest, fill, read, state
from tests.support.kept_keys import KeptKeys
from tests.support.library import add_account, put, submission, video

CHEAP = Argon2Cost(memory_kib=64, iterations=1, lanes=1)


def opened(home: Path, keys: LibraryKeys) -> Library:
    return Library.open(home, keys, SystemClock())


def packed(home: Path, keys: LibraryKeys) -> Library:
    """Opens a new library with two packed files and a note."""
    library = opened(home, keys)
    pieces = [submission(name, evidence=(video(digest(name), len(FILES[name])),)) for name in ("goes", "stays")]
    [key, _] = put(library, add_account(library), *pieces)
    for name in ("goes", "stays"):
        fill(library, name)
    with library.write() as writing:
        writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value="Words stay.")])
    return library


def words(library: Library) -> list[object]:
    with library.read() as reading:
        return [each.entry.value for key in reading.queue.ids() for each in reading.reviews.changes(key)]


@pytest.fixture
def keys(tmp_path: Path) -> KeptKeys:
    return KeptKeys(tmp_path / "keyring")


@pytest.fixture
def library(home: Path, keys: KeptKeys) -> Iterator[Library]:
    made = packed(home, keys)
    yield made
    made.close()


def test_no_earlier_copy_of_the_home_opens_it_with_the_keyring_as_it_now_is(
    home: Path, keys: KeptKeys, library: Library, tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / "copy")
    library.vault.destroy(digest("goes"), "wipe")
    assert read(library, "stays") == FILES["stays"]
    earlier = opened(tmp_path / "copy", keys)
    try:
        assert words(earlier) == ["Words stay."]
        for name in ("goes", "stays"):
            with pytest.raises(DamagedError, match="key"):
                earlier.vault.reader(digest(name))
        fill(earlier, "stays")  # what was destroyed nowhere is fetched again
        assert read(earlier, "stays") == FILES["stays"]
    finally:
        earlier.close()
    assert read(library, "stays") == FILES["stays"]


def test_with_a_passphrase_an_earlier_copy_does_open_it_as_the_threat_model_says(home: Path, tmp_path: Path) -> None:
    keys = PassphraseKeys(lambda: "correct horse", CHEAP)
    library = packed(home, keys)
    shutil.copytree(home, tmp_path / "copy")
    library.vault.destroy(digest("goes"), "wipe")
    assert state(library, "goes") is EvidenceState.DESTROYED
    library.close()
    earlier = opened(tmp_path / "copy", keys)
    assert read(earlier, "goes") == FILES["goes"]
    earlier.close()


def test_no_backup_opens_evidence(home: Path, keys: KeptKeys, library: Library, tmp_path: Path) -> None:
    backups = [tmp_path / "before.backup", tmp_path / "after.backup"]
    library.back_up_to(backups[0])
    library.vault.destroy(digest("goes"), "wipe")
    library.back_up_to(backups[1])
    library.close()
    for number, backup in enumerate(backups):
        restored = tmp_path / f"restored-{number}"
        shutil.copytree(home, restored)
        for name in ("library.db-wal", "library.db-shm"):
            (restored / name).unlink(missing_ok=True)
        shutil.copyfile(backup, restored / "library.db")
        again = opened(restored, keys)
        try:
            assert words(again) == ["Words stay."]
            with again.read() as reading:
                assert reading.evidence.with_keys() == []
            for name in ("goes", "stays"):
                with pytest.raises(WorldError):
                    again.vault.reader(digest(name))
            fill(again, "stays")
            assert read(again, "stays") == FILES["stays"]
        finally:
            again.close()


def test_another_process_goes_on_with_the_new_key(home: Path, keys: KeptKeys, library: Library) -> None:
    other = opened(home, keys)
    try:
        for sha256 in (digest("goes"), digest("comes")):
            library.vault.destroy(sha256, "wipe")
        assert read(other, "stays") == FILES["stays"]
        with other.read() as reading:
            account = reading.accounts.list()[0].key
        put(other, account, submission("s-9", evidence=(video(digest("comes"), len(FILES["comes"])),)))
        fill(other, "comes")
        assert read(library, "comes") == FILES["comes"]
        library.vault.destroy(digest("comes"), "wipe")
        put(other, account, submission("s-10", evidence=(video(digest("mended"), len(FILES["mended"])),)))
        fill(other, "mended")  # placed before it has heard of the newest key
        assert read(library, "mended") == FILES["mended"]
    finally:
        other.close()


@dataclass(frozen=True)
class Locked(KeptKeys):
    """A keyring that was locked after the library was opened."""

    def keeper(self, home: Path) -> Keeper:  # noqa: ARG002 - as KeptKeys
        return _Silent()


class _Silent:
    def kept(self) -> list[bytes]:
        raise WorldError("The keyring is locked.")

    def keep_beside(self, key: bytes) -> None:  # noqa: ARG002 - as Keeper
        raise WorldError("The keyring is locked.")

    def put_in_place(self, key: bytes) -> None:  # noqa: ARG002 - as Keeper
        raise WorldError("The keyring is locked.")


def test_a_locked_keyring_is_said_and_the_rest_follows_at_the_next_opening(tmp_path: Path) -> None:
    home, keys = tmp_path / "locked", KeptKeys(tmp_path / "keys")
    packed(home, keys).close()
    before = keys.unlock(home).evidence
    library = opened(home, Locked(keys.file))
    with pytest.raises(WorldError, match="locked"):
        library.vault.destroy(digest("goes"), "wipe")
    assert state(library, "goes") is EvidenceState.DESTROYED
    assert len(list((home / "vault").iterdir())) == 1, "the file is gone all the same"
    assert (home / "library.db-wal").stat().st_size == 0
    library.close()
    assert keys.unlock(home).evidence == before
    library = opened(home, keys)
    assert keys.unlock(home).evidence != before
    assert read(library, "stays") == FILES["stays"]
    library.close()


def test_who_has_it_open_reads_no_further(library: Library) -> None:
    reader = library.vault.reader(digest("goes"))
    assert reader.read(10) == FILES["goes"][:10]
    library.vault.destroy_all({digest("goes"): DestroyReason.PRIVACY_BREACH})
    with pytest.raises(WorldError, match="removed"):
        reader.read(10)
    with pytest.raises(WorldError, match="removed"):
        reader.readinto(memoryview(bytearray(CHUNK)))
    assert reader.error is not None
    reader.close()


def test_a_download_that_is_overtaken_by_destruction_does_not_bring_it_back(library: Library) -> None:
    with library.read() as reading:
        account = reading.accounts.list()[0].key
    put(library, account, submission("s-5", evidence=(video(digest("comes"), len(FILES["comes"])),)))
    for end in ("finish", "abort", "discard"):
        writer = library.vault.writer(digest("comes"), len(FILES["comes"]))
        writer.write(FILES["comes"])
        library.vault.destroy(digest("comes"), "access_revoked")
        if end == "finish":
            with pytest.raises(WorldError, match="removed"):
                writer.finish()
        else:
            getattr(writer, end)()
        assert state(library, "comes") is EvidenceState.DESTROYED
        with library.write() as writing:
            writing.holdings.want_again(account, DestroyReason.ACCESS_REVOKED)


def test_files_that_the_library_does_not_know_are_removed(home: Path, library: Library) -> None:
    (home / "vault" / "stray").write_bytes(b"left by death")
    assert library.vault.verify().ok == 2
    assert len(list((home / "vault").iterdir())) == 2


@pytest.mark.parametrize("destroyed_as_well", [True, False])
def test_what_had_made_room_before_opens_from_no_earlier_copy_either(
    home: Path, keys: KeptKeys, library: Library, tmp_path: Path, destroyed_as_well: bool
) -> None:
    shutil.copytree(home, tmp_path / "copy")
    library.vault.evict([digest("goes")])
    if destroyed_as_well:
        library.vault.destroy(digest("goes"), "privacy_breach")
    else:
        library.vault.finish_destructions()  # as after each sync: its time may be over while it is not here
    earlier = opened(tmp_path / "copy", keys)
    with pytest.raises(DamagedError, match="key"):
        earlier.vault.reader(digest("goes"))
    earlier.close()
    assert read(library, "stays") == FILES["stays"]


def test_after_going_back_to_a_backup_no_earlier_copy_opens_evidence(
    home: Path, keys: KeptKeys, library: Library, tmp_path: Path
) -> None:
    library.back_up_to(tmp_path / "backup")
    shutil.copytree(home, tmp_path / "copy")
    library.close()
    restore(home, keys, SystemClock(), tmp_path / "backup")
    again = opened(home, keys)
    again.vault.destroy(digest("goes"), "withdrawn")
    again.close()
    earlier = opened(tmp_path / "copy", keys)
    with pytest.raises(DamagedError, match="key"):
        earlier.vault.reader(digest("goes"))
    earlier.close()


def test_who_reads_for_a_long_time_is_named_and_the_journal_is_emptied_later(
    home: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_BUSY_TIMEOUT_MS", 20)
    log = home / "library.db-wal"
    with library.read() as reading:
        reading.queue.ids()
        with pytest.raises(WorldError, match="using the library"):
            library.vault.destroy(digest("goes"), "wipe")
        assert state(library, "goes") is EvidenceState.DESTROYED
    library.vault.finish_destructions()
    assert log.stat().st_size == 0
    assert read(library, "stays") == FILES["stays"]


@pytest.mark.parametrize("point", ["journal-emptied", "keys-wrapped-anew", "new-key-in-place"])
def test_what_another_process_destroys_meanwhile_leaves_traces_that_go_too(
    home: Path, keys: KeptKeys, library: Library, point: str
) -> None:
    library.close()
    other, seen = opened(home, keys), [keys.unlock(home).evidence]

    def meanwhile(at: str) -> None:
        if at == point and len(seen) == 1:
            with other.write() as writing:
                writing.evidence.destroy_key(digest("stays"), "wipe")
            seen.append(keys.unlock(home).evidence)

    first = Library.open(home, keys, SystemClock(), meanwhile)
    first.vault.destroy(digest("goes"), "wipe")
    seen.append(keys.unlock(home).evidence)
    other.vault.finish_destructions()
    assert keys.unlock(home).evidence not in seen, "what was wrapped when the second one went opens nothing"
    assert (home / "library.db-wal").stat().st_size == 0
    first.close()
    other.close()


def test_a_destruction_that_waits_for_its_keyring_keeps_nobody_from_opening_and_says_so(
    home: Path, keys: KeptKeys, library: Library
) -> None:
    library.close()

    def meanwhile(at: str) -> None:
        if at == "new-key-beside":
            other = opened(home, keys)
            assert words(other) == ["Words stay."]
            with pytest.raises(WorldError, match="keyring may be asking"):
                other.vault.finish_destructions(wait_seconds=0.05)
            other.close()
            asked.append(at)

    asked: list[str] = []
    first = Library.open(home, keys, SystemClock(), meanwhile)
    first.vault.destroy(digest("goes"), "wipe")
    assert asked
    first.close()


def test_a_file_that_cannot_be_removed_keeps_no_key_in_force(
    home: Path, keys: KeptKeys, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    before = keys.unlock(home).evidence
    with monkeypatch.context() as patched:
        patched.setattr(vault, "unlink_with_derived", refuse)
        with pytest.raises(WorldError, match="write-protected"):
            library.vault.destroy(digest("goes"), "wipe")
    assert keys.unlock(home).evidence != before
    library.vault.finish_destructions()
    assert len(list((home / "vault").iterdir())) == 1
