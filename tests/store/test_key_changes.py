"""Changing the lock, the recovery code, and sudden death at every line of both."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mcassess.errors import WorldError
from mcassess.store import key_changes, key_file, keys, recovery_code
from mcassess.store.key_changes import change_to_keyring, change_to_passphrase, make_recovery_code, recover
from mcassess.store.key_file import KEY_FILE, Lock
from mcassess.store.key_wrapping import Secrets
from mcassess.store.keys import Argon2Cost, KeyringKeys, LibraryKeys, PassphraseKeys
from tests.support.dying import deaths
from tests.support.keyrings import FileKeyring

CHEAP = Argon2Cost(memory_kib=8, iterations=1, lanes=1)
LINES = (key_changes, key_file, keys)


@pytest.fixture
def home(home: Path) -> Path:
    home.mkdir()
    return home


@pytest.fixture(autouse=True)
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileKeyring:
    ring = FileKeyring(tmp_path / "keyring.json")
    monkeypatch.setattr(keys, "trusted_keyring", lambda: ring)
    return ring


def by(passphrase: str) -> PassphraseKeys:
    return PassphraseKeys(lambda: passphrase, CHEAP)


def opens(home: Path, *ways: LibraryKeys) -> list[Secrets]:
    found = []
    for way in ways:
        try:
            found.append(way.unlock(home))
        except WorldError:
            continue
    return found


def nothing(_keys: Secrets) -> None:
    pass


def test_a_changed_passphrase_opens_the_same_keys_and_the_old_one_nothing(home: Path) -> None:
    made = by("old").unlock(home)
    change_to_passphrase(home, by("old"), "new", CHEAP)
    assert by("new").unlock(home) == made
    with pytest.raises(WorldError, match="not the passphrase"):
        by("old").unlock(home)


def test_a_wrong_passphrase_changes_nothing(home: Path) -> None:
    by("old").unlock(home)
    before = (home / KEY_FILE).read_bytes()
    for change in (
        lambda: change_to_passphrase(home, by("wrong"), "new", CHEAP),
        lambda: change_to_keyring(home, by("wrong")),
        lambda: make_recovery_code(home, by("wrong")),
        lambda: change_to_passphrase(home, by("old"), "", CHEAP),
    ):
        with pytest.raises(WorldError):
            change()
    assert (home / KEY_FILE).read_bytes() == before


def test_from_the_keyring_to_a_passphrase_and_back(home: Path, keyring: FileKeyring) -> None:
    made = KeyringKeys().unlock(home)
    change_to_passphrase(home, KeyringKeys(), "new", CHEAP)
    assert keyring.kept == {}, "the keyring would open it without the passphrase"
    assert by("new").unlock(home) == made
    change_to_keyring(home, by("new"))
    assert KeyringKeys().unlock(home) == made
    fields = json.loads((home / KEY_FILE).read_text())
    assert set(fields) == {"version", "lock", "library"}, "the passphrase opens nothing any more"


def test_a_new_evidence_key_that_waited_for_its_place_leaves_the_keyring_with_the_other(
    home: Path, keyring: FileKeyring
) -> None:
    KeyringKeys().unlock(home)
    KeyringKeys().keeper(home).keep_beside(b"n" * 32)
    assert len(keyring.kept) == 2
    change_to_passphrase(home, KeyringKeys(), "new", CHEAP)
    assert keyring.kept == {}


@pytest.mark.parametrize("spoilt", ["no base64!", "AAAA", "\u00e9"])
def test_a_spoilt_entry_beside_the_key_that_counts_is_none(home: Path, keyring: FileKeyring, spoilt: str) -> None:
    made = KeyringKeys().unlock(home)
    keeper = KeyringKeys().keeper(home)
    keeper.keep_beside(b"n" * 32)
    [name] = [each for each in keyring.kept if each.endswith(".next")]
    keyring.set_password(*name.split("/"), spoilt)
    assert keeper.kept()[0] == made.evidence


def test_a_file_of_version_1_is_read_and_grows_with_the_next_change(home: Path) -> None:
    made = by("old").unlock(home)
    path = home / KEY_FILE
    fields = json.loads(path.read_text())
    assert fields["version"] == 2
    path.write_text(json.dumps({**fields, "version": 1}))
    assert by("old").unlock(home) == made
    change_to_passphrase(home, by("old"), "new", CHEAP)
    assert json.loads(path.read_text())["version"] == 2
    path.write_text(json.dumps({**fields, "version": 3}))
    with pytest.raises(WorldError, match="newer version"):
        by("old").unlock(home)


@pytest.mark.parametrize("lock", Lock)
def test_the_recovery_code_opens_what_it_may(home: Path, lock: Lock) -> None:
    old = by("old") if lock is Lock.PASSPHRASE else KeyringKeys()
    made = old.unlock(home)
    code = make_recovery_code(home, old)
    assert code not in (home / KEY_FILE).read_text()
    assert recover(home, f"  {code.lower().replace('-', ' ')} ", "new", without_evidence=nothing, cost=CHEAP) == (
        lock is Lock.PASSPHRASE
    )
    found = by("new").unlock(home)
    assert found.database == made.database
    assert (found.evidence == made.evidence) == (lock is Lock.PASSPHRASE), "the keyring alone keeps the evidence's key"
    assert opens(home, by("old"), KeyringKeys()) == []


def test_only_the_newest_code_counts(home: Path) -> None:
    by("old").unlock(home)
    with pytest.raises(WorldError, match="No recovery code"):
        recover(home, recovery_code.printed(b"x" * 20), "new", without_evidence=nothing)
    first = make_recovery_code(home, by("old"))
    second = make_recovery_code(home, by("old"))
    with pytest.raises(WorldError, match="Only the newest"):
        recover(home, first, "new", without_evidence=nothing, cost=CHEAP)
    recover(home, second, "new", without_evidence=nothing, cost=CHEAP)
    assert by("new").unlock(home)


def test_a_code_that_opens_the_evidence_ends_where_the_keyring_takes_over(home: Path) -> None:
    by("old").unlock(home)
    code = make_recovery_code(home, by("old"))
    change_to_passphrase(home, by("old"), "new", CHEAP)
    assert key_file.read(home).recovery is not None, "another passphrase leaves the code as it is"
    change_to_keyring(home, by("new"))
    with pytest.raises(WorldError, match="No recovery code"):
        recover(home, code, None, without_evidence=nothing)


def test_evidence_is_forgotten_before_the_new_lock_is_made(home: Path) -> None:
    KeyringKeys().unlock(home)
    code = make_recovery_code(home, KeyringKeys())
    before = (home / KEY_FILE).read_bytes()

    def fails(_keys: Secrets) -> None:
        raise WorldError("no room")

    with pytest.raises(WorldError, match="no room"):
        recover(home, code, "new", without_evidence=fails, cost=CHEAP)
    assert (home / KEY_FILE).read_bytes() == before


def test_a_keyring_that_goes_away_leaves_the_passphrase(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = by("old").unlock(home)
    with monkeypatch.context() as gone:
        gone.setattr(keys, "trusted_keyring", lambda: None)
        with pytest.raises(WorldError, match="no keyring answers"):
            change_to_keyring(home, by("old"))
    assert by("old").unlock(home) == made
    assert not key_file.read(home).entry_left, "the next opening clears up"


def test_two_processes_do_not_change_the_lock_at_once(home: Path) -> None:
    by("old").unlock(home)
    with key_file.changing(home), pytest.raises(WorldError, match="Another mcassess"):
        change_to_passphrase(home, by("old"), "new", CHEAP)


CHANGES: dict[str, tuple[Callable[[], LibraryKeys], Callable[[Path], object], list[LibraryKeys]]] = {
    "another passphrase": (
        lambda: by("old"),
        lambda home: change_to_passphrase(home, by("old"), "new", CHEAP),
        [by("old"), by("new")],
    ),
    "keyring to passphrase": (
        KeyringKeys,
        lambda home: change_to_passphrase(home, KeyringKeys(), "new", CHEAP),
        [KeyringKeys(), by("new")],
    ),
    "passphrase to keyring": (
        lambda: by("old"),
        lambda home: change_to_keyring(home, by("old")),
        [by("old"), KeyringKeys()],
    ),
    "recovery code": (lambda: by("old"), lambda home: make_recovery_code(home, by("old")), [by("old")]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_death_at_any_line_of_a_change_leaves_a_library_that_opens(
    home: Path, keyring: FileKeyring, name: str, tmp_path: Path
) -> None:
    first, change, ways = CHANGES[name]
    made = first().unlock(home)
    kept_home, kept_ring = tmp_path / "kept", dict(keyring.kept)
    shutil.copytree(home, kept_home)
    died = 0
    for line in deaths(lambda: change(home), *LINES):
        died += 1
        assert opens(home, *ways) == [made], f"line {line}: one way opens it, and no more than one"
        described = key_file.read(home)
        assert (described.lock is Lock.KEYRING) == bool(keyring.kept), f"line {line}: the keyring keeps what it should"
        shutil.rmtree(home)
        shutil.copytree(kept_home, home)
        keyring._write(kept_ring)
    assert died > 20
    assert opens(home, *ways) == [made], "undisturbed it comes to its end"


def test_death_at_any_line_of_a_recovery_leaves_the_code_as_good_as_before(home: Path, tmp_path: Path) -> None:
    made = KeyringKeys().unlock(home)
    code = make_recovery_code(home, KeyringKeys())
    kept_home = tmp_path / "kept"
    shutil.copytree(home, kept_home)
    again = {"without_evidence": nothing, "cost": CHEAP}
    for line in deaths(lambda: recover(home, code, "new", **again), *LINES, every=2):
        recover(home, code, "newer", **again)
        assert by("newer").unlock(home).database == made.database, f"line {line}"
        shutil.rmtree(home)
        shutil.copytree(kept_home, home)
