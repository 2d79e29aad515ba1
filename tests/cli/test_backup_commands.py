"""mcassess backup, restore and recover, through the command line itself."""

import json
from pathlib import Path

import pytest

from mcassess.cli.main import run
from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import ExitCode
from mcassess.store.keys import PASSPHRASE_VARIABLE, choose_keys
from mcassess.store.library import Library
from tests.support.command import cheaply_locked, passphrase_file
from tests.support.library import add_account, put, submission


def no_window(*_arguments: object, **_more: object) -> ExitCode:
    raise AssertionError("no window is wanted")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, str(passphrase_file(tmp_path)))
    library = opened(cheaply_locked(tmp_path / "home"))
    put(library, add_account(library), submission())
    library.close()
    return tmp_path / "home"


def opened(home: Path) -> Library:
    return Library.open(home, choose_keys(home), SystemClock())


def command(capsys: pytest.CaptureFixture[str], home: Path, *words: str, code: ExitCode = ExitCode.DONE) -> str:
    found = run(["--home", str(home), *words], no_window)
    out, err = capsys.readouterr()
    assert found is code, err
    return out + err


def test_there_and_back(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backup = str(tmp_path / "mine.backup")
    assert "mine.backup" in command(capsys, home, "backup", backup)
    library = opened(home)
    with library.write() as writing:
        writing.reviews.append(1, [Entry(kind=ChangeKind.NOTE, value="newer")])
    library.close()
    refused = command(capsys, home, "restore", backup, code=ExitCode.REFUSED)
    assert "- s-0001: 1 change of its review" in refused
    done = json.loads(command(capsys, home, "restore", backup, "--lose", "--json"))
    assert "restore.backup" in done["text"], "what was there is kept"
    library = opened(home)
    with library.read() as reading:
        assert reading.reviews.get(1).note == ""
    library.close()


def test_a_sound_library_needs_no_recovery(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(command(capsys, home, "recover", "--json"))["sound"]


def test_recovery_is_said_first_and_done_when_that_is_meant(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = opened(home)
    library.back_up()
    library.close()
    (home / "library.db").write_bytes(b"noise" * 9999)
    assert "mcassess recover" in command(capsys, home, "queue", code=ExitCode.WORLD)
    assert "recover --yes does it" in command(capsys, home, "recover", code=ExitCode.REFUSED)
    done = json.loads(command(capsys, home, "recover", "--yes", "--json"))
    assert (done["done"], done["sound"]) == (True, False)
    assert Path(done["set_aside"], "library.db").read_bytes() == b"noise" * 9999
    assert "s-0001" in command(capsys, home, "queue")


def test_what_is_no_backup_changes_nothing(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no file" in command(capsys, home, "restore", str(tmp_path / "none"), code=ExitCode.WORLD)
    assert "cannot be" in command(capsys, home, "backup", str(tmp_path / "none" / "b"), code=ExitCode.WORLD)
    assert "no library" in command(capsys, tmp_path / "new", "restore", str(tmp_path / "b"), code=ExitCode.WORLD)
