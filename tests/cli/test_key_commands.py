"""mcassess key …: the lock is changed and recovered, in a real library, through the command line itself."""

import io
import json
import sys
from pathlib import Path

import pytest

from mcassess.cli.main import run
from mcassess.clock import SystemClock
from mcassess.domain.submission import Policy
from mcassess.errors import ExitCode
from mcassess.opening import open_library
from mcassess.store import keys
from mcassess.store.keys import PASSPHRASE_VARIABLE, PassphraseKeys, choose_keys
from mcassess.store.library import Library
from tests.support.command import CHEAP
from tests.support.keyrings import FileKeyring
from tests.support.library import microcredential, raw


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def secret(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def no_window(*_arguments: object, **_more: object) -> ExitCode:
    raise AssertionError("no window is wanted")


def command(capsys: pytest.CaptureFixture[str], home: Path, *words: str, code: ExitCode = ExitCode.DONE):
    found = run(["--home", str(home), "--json", "key", *words], no_window)
    out, err = capsys.readouterr()
    assert found is code, err
    return json.loads(out) if code is ExitCode.DONE else err


@pytest.fixture
def with_passphrase(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = secret(tmp_path, "first", "first words")
    home.mkdir(mode=0o700)
    monkeypatch.setenv(PASSPHRASE_VARIABLE, str(path))
    PassphraseKeys(lambda: "first words", CHEAP).unlock(home)
    Library.open(home, choose_keys(home), SystemClock()).close()
    return path


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileKeyring:
    ring = FileKeyring(tmp_path / "keyring.json")
    monkeypatch.setattr(keys, "trusted_keyring", lambda: ring)
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    return ring


def test_a_new_passphrase_replaces_the_old(
    capsys: pytest.CaptureFixture[str], home: Path, with_passphrase: Path, tmp_path: Path
) -> None:
    new = secret(tmp_path, "second", "second words")
    found = command(capsys, home, "passphrase", "--new", str(new))
    assert found == {"lock": "passphrase", "recovery_code_valid": False}
    assert "not the passphrase" in command(capsys, home, "recovery-code", code=ExitCode.WORLD)
    with_passphrase.write_text("second words\n")
    assert command(capsys, home, "recovery-code")["recovery_code"].count("-") == 8


def test_a_forgotten_passphrase_is_recovered(
    capsys: pytest.CaptureFixture[str],
    home: Path,
    with_passphrase: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = command(capsys, home, "recovery-code")["recovery_code"]
    new = secret(tmp_path, "second", "second words")
    monkeypatch.setattr(sys, "stdin", io.StringIO(code[:-1] + ("0" if code[-1] != "0" else "1")))
    assert "mistake" in command(capsys, home, "recover", "--code", "-", "--new", str(new), code=ExitCode.WORLD)
    file = secret(tmp_path, "code", code)
    found = command(capsys, home, "recover", "--code", str(file), "--new", str(new))
    assert found == {"lock": "passphrase", "recovery_code_valid": True, "evidence": "kept"}
    monkeypatch.setenv(PASSPHRASE_VARIABLE, str(new))
    Library.open(home, choose_keys(home), SystemClock()).close()


def test_a_lost_keyring_is_recovered_and_its_evidence_is_fetched_again(
    capsys: pytest.CaptureFixture[str], home: Path, keyring: FileKeyring, tmp_path: Path
) -> None:
    from tests.support.library import add_account, content, put, submission, video

    library = Library.open(home, choose_keys(home), SystemClock())
    data = b"the lesson"
    sha256 = __import__("hashlib").sha256(data).hexdigest()
    [key] = put(library, add_account(library), submission(evidence=(video(sha256, len(data)),)))
    assert content(sha256, len(data))
    writer = library.vault.writer(sha256, len(data))
    writer.write(data)
    writer.finish()
    library.close()
    code = secret(tmp_path, "code", command(capsys, home, "recovery-code")["recovery_code"])
    keyring._write({})
    found = command(capsys, home, "recover", "--code", str(code))
    assert found == {"lock": "keyring", "recovery_code_valid": True, "evidence": "fetch_again"}
    library = Library.open(home, choose_keys(home), SystemClock())
    with library.read() as reading:
        assert reading.submissions.get(key).submission.id == "s-0001"
        assert [row.sha256 for row in reading.evidence.wanted(1)] == [sha256]
    assert library.vault.verify().ok + library.vault.verify().damaged == 0
    writer = library.vault.writer(sha256, len(data))
    writer.write(data)
    writer.finish()
    assert library.vault.verify().ok == 1
    library.close()


def test_a_programme_that_demands_a_passphrase_keeps_the_key_out_of_the_keyring(
    capsys: pytest.CaptureFixture[str], home: Path, with_passphrase: Path, tmp_path: Path
) -> None:
    from dataclasses import replace

    from tests.support.library import add_account

    library = Library.open(home, choose_keys(home), SystemClock())
    demanding = replace(microcredential(), policy=Policy(passphrase_required=True, lock_minutes=5))
    account = add_account(library)
    with library.write() as writing:
        for version, each in enumerate((replace(microcredential(), id="m-2"), demanding), 1):
            writing.submissions.put_microcredential(account, each, version, raw(each))
    with library.read() as reading:
        demand = reading.policies.lock_demand()
    library.close()
    assert (demand.minutes, demand.passphrase) == (5, True)
    assert "asks for a passphrase" in command(capsys, home, "keyring", code=ExitCode.REFUSED)


def test_without_a_library_nothing_is_made(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    for words in (["passphrase"], ["keyring"], ["recovery-code"]):
        assert "no library" in command(capsys, home, *words, code=ExitCode.WORLD)
    assert not home.exists()


def test_the_idle_minutes_are_kept(capsys: pytest.CaptureFixture[str], home: Path, with_passphrase: Path) -> None:
    assert command(capsys, home, "lock-after", "40") == {"lock_minutes": 40, "demanded": None}
    opened = open_library(home, SystemClock(), choose_keys, None)
    opened.library.close()
    assert opened.lock_minutes == 40


def test_what_a_passphrase_has_opened_opens_no_evidence_behind_the_keyring(
    home: Path,
    with_passphrase: Path,
    keyring: FileKeyring,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, str(with_passphrase))
    known = PassphraseKeys(lambda: "first words").unlock(home)
    command(capsys, home, "keyring")
    Library.open(home, choose_keys(home), SystemClock()).close()
    now = choose_keys(home).unlock(home)
    assert (now.database, now.evidence == known.evidence) == (known.database, False)
