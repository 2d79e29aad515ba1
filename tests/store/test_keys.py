"""A library's lock: a passphrase, or the keyring; which one is chosen, and what it says when it does not open."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mcassess.errors import WorldError
from mcassess.store import keys
from mcassess.store.keys import (
    KEY_FILE,
    PASSPHRASE_VARIABLE,
    Argon2Cost,
    KeyringKeys,
    PassphraseKeys,
    Secrets,
    choose_keys,
)
from mcassess.store.library import Library
from tests.support.library import TestClock

CHEAP = Argon2Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "correct horse"


class MemoryKeyring:
    """Stands in for a trusted keyring where the choice of lock is tested, not the keyring."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    ring = MemoryKeyring()
    monkeypatch.setattr(keys, "trusted_keyring", lambda: ring)
    return ring


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "trusted_keyring", lambda: None)


@pytest.fixture
def given_home(home: Path) -> Path:
    home.mkdir()
    return home


@pytest.fixture
def passphrase_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    path.chmod(0o600)
    monkeypatch.setenv(PASSPHRASE_VARIABLE, str(path))
    return path


def never(prompt: str) -> str:
    raise AssertionError(f"asked: {prompt}")


def test_the_same_passphrase_opens_and_another_does_not(given_home: Path) -> None:
    made = PassphraseKeys(lambda: PASSPHRASE, CHEAP).unlock(given_home)
    assert PassphraseKeys(lambda: PASSPHRASE).unlock(given_home) == made
    with pytest.raises(WorldError, match="not the passphrase"):
        PassphraseKeys(lambda: PASSPHRASE + " ").unlock(given_home)


def test_a_passphrase_is_the_same_however_its_letters_are_composed(given_home: Path) -> None:
    made = PassphraseKeys(lambda: "caf\u00e9", CHEAP).unlock(given_home)
    assert PassphraseKeys(lambda: "cafe\u0301").unlock(given_home) == made


def test_an_empty_passphrase_is_refused_and_makes_nothing(given_home: Path) -> None:
    with pytest.raises(WorldError, match="empty"):
        PassphraseKeys(lambda: "", CHEAP).unlock(given_home)
    assert list(given_home.iterdir()) == []


def test_a_new_library_asks_once(given_home: Path) -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append("")
        return PASSPHRASE

    PassphraseKeys(ask, CHEAP).unlock(given_home)
    assert len(asked) == 1


def test_the_key_file_holds_no_secret_and_is_not_for_others(given_home: Path) -> None:
    made = PassphraseKeys(lambda: PASSPHRASE, CHEAP).unlock(given_home)
    path = given_home / KEY_FILE
    text = path.read_text()
    for part in (made.database, made.evidence):
        assert part.hex() not in text
    assert PASSPHRASE not in text
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(text)["argon2id"] == {"memory_kib": 64, "iterations": 1, "lanes": 1}
    assert [each.name for each in given_home.iterdir()] == [KEY_FILE], "no draft is left behind"


def test_two_libraries_never_share_a_key(tmp_path: Path) -> None:
    found = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made = PassphraseKeys(lambda: PASSPHRASE, CHEAP).unlock(tmp_path / name)
        found |= {made.database, made.evidence}
    assert len(found) == 4


def broken(change: Callable[[dict[str, object]], object]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        fields = json.loads(text)
        change(fields)
        return json.dumps(fields)

    return apply


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda text: text[:40],
        lambda _: "[]",
        broken(lambda fields: fields.update(lock="padlock")),
        broken(lambda fields: fields.update(salt="%%%")),
        broken(lambda fields: fields.pop("wrapped")),
        broken(lambda fields: fields.update(argon2id={"memory_kib": 1 << 40, "iterations": 1, "lanes": 1})),
        broken(lambda fields: fields.update(argon2id={"memory_kib": 64, "iterations": "many", "lanes": 1})),
    ],
)
def test_a_damaged_key_file_says_so(given_home: Path, damage: Callable[[str], str]) -> None:
    PassphraseKeys(lambda: PASSPHRASE, CHEAP).unlock(given_home)
    path = given_home / KEY_FILE
    path.write_text(damage(path.read_text()))
    with pytest.raises(WorldError, match=r"key\.json is damaged"):
        PassphraseKeys(lambda: PASSPHRASE).unlock(given_home)


def test_of_two_that_make_a_library_at_once_one_wins_and_both_open_it(given_home: Path) -> None:
    inner: list[Secrets] = []

    def ask_while_another_is_faster() -> str:
        if not inner:
            inner.append(PassphraseKeys(lambda: PASSPHRASE, CHEAP).unlock(given_home))
        return PASSPHRASE

    assert PassphraseKeys(ask_while_another_is_faster, CHEAP).unlock(given_home) == inner[0]


def test_a_new_library_uses_the_keyring_where_there_is_one(given_home: Path, keyring: MemoryKeyring) -> None:
    made = choose_keys(given_home, never).unlock(given_home)
    assert choose_keys(given_home, never).unlock(given_home) == made
    [(service, _)] = keyring.kept
    assert service == "mcassess"
    assert made.database.hex() not in (given_home / KEY_FILE).read_text()


def test_a_keyring_that_lost_the_key_says_so(given_home: Path, keyring: MemoryKeyring) -> None:
    choose_keys(given_home).unlock(given_home)
    [name] = keyring.kept
    keyring.kept[name] = "rubbish"
    with pytest.raises(WorldError, match="is not a key"):
        KeyringKeys().unlock(given_home)
    keyring.kept.clear()
    with pytest.raises(WorldError, match="has no key"):
        KeyringKeys().unlock(given_home)


def test_a_keyring_that_goes_away_says_so(given_home: Path, keyring: MemoryKeyring) -> None:
    choose_keys(given_home).unlock(given_home)

    def gone(service: str, username: str) -> str:
        raise ConnectionResetError("the bus is gone")

    keyring.get_password = gone  # type: ignore[method-assign]
    with pytest.raises(WorldError, match="no keyring answers"):
        KeyringKeys().unlock(given_home)


def test_without_a_keyring_a_passphrase_is_asked_for(given_home: Path, no_keyring: None) -> None:
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return PASSPHRASE

    made = choose_keys(given_home, ask).unlock(given_home)
    assert choose_keys(given_home, ask).unlock(given_home) == made
    assert "Choose a passphrase" in prompts[0]
    assert "Choose" not in prompts[1]
    with pytest.raises(WorldError, match=PASSPHRASE_VARIABLE):
        choose_keys(given_home, None).unlock(given_home)


def test_a_library_made_while_the_variable_is_set_uses_it(
    given_home: Path, keyring: MemoryKeyring, passphrase_file: Path
) -> None:
    made = choose_keys(given_home, never).unlock(given_home)
    assert keyring.kept == {}
    assert PassphraseKeys(lambda: PASSPHRASE).unlock(given_home) == made


def test_an_existing_library_keeps_its_lock_whatever_is_set(
    given_home: Path, keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = choose_keys(given_home).unlock(given_home)
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "/nowhere")
    assert choose_keys(given_home).unlock(given_home) == made
    monkeypatch.setattr(keys, "trusted_keyring", lambda: None)
    with pytest.raises(WorldError, match="no keyring answers"):
        choose_keys(given_home).unlock(given_home)
    with pytest.raises(WorldError, match="lies in the keyring"):
        PassphraseKeys(lambda: PASSPHRASE, CHEAP).unlock(given_home)


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [("a\n", "a"), ("a", "a"), ("a\n\n", "a\n"), ("a\r\n", "a"), (" a ", " a "), ("a\r", "a\r")],
)
def test_one_trailing_newline_is_dropped(
    given_home: Path, passphrase_file: Path, content: str, passphrase: str
) -> None:
    passphrase_file.write_bytes(content.encode())
    made = choose_keys(given_home).unlock(given_home)
    assert PassphraseKeys(lambda: passphrase).unlock(given_home) == made


def test_a_passphrase_file_that_others_can_read_is_refused(given_home: Path, passphrase_file: Path) -> None:
    passphrase_file.chmod(0o640)
    with pytest.raises(WorldError, match="can be read by others") as refusal:
        choose_keys(given_home).unlock(given_home)
    assert PASSPHRASE not in refusal.value.text


def test_a_passphrase_file_that_cannot_be_read_says_why(given_home: Path, passphrase_file: Path) -> None:
    passphrase_file.write_bytes(b"\xff\xfe")
    with pytest.raises(WorldError, match="UTF-8"):
        choose_keys(given_home).unlock(given_home)
    passphrase_file.unlink()
    with pytest.raises(WorldError, match="No such file"):
        choose_keys(given_home).unlock(given_home)


def test_a_library_opens_behind_a_passphrase(home: Path) -> None:
    Library.open(home, PassphraseKeys(lambda: PASSPHRASE, CHEAP), TestClock()).close()
    with pytest.raises(WorldError, match="not the passphrase"):
        Library.open(home, PassphraseKeys(lambda: "wrong"), TestClock())
    library = Library.open(home, PassphraseKeys(lambda: PASSPHRASE), TestClock())
    assert library.check() == []
    library.close()


def test_secrets_do_not_show_themselves() -> None:
    secrets = Secrets(b"S" * 32, b"T" * 32)
    assert "SSS" not in f"{secrets!r} {secrets!s} {[secrets]}"
    with pytest.raises(ValueError, match="not the keys"):
        Secrets.unpack(b"short")
    assert Secrets.unpack(secrets.packed()) == secrets
