"""The command line for tests: in this process, or as people run it, each command a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic.fields  # noqa: F401 - Qt's import hook breaks the import of pydantic where it meets it half loaded
import pytest
from jsonschema import Draft202012Validator

from mcassess.cli.main import run
from mcassess.cli.output import _shown
from mcassess.clock import SystemClock
from mcassess.errors import ExitCode
from mcassess.paths import resources
from mcassess.store.keys import Argon2Cost, PassphraseKeys
from mcassess.store.library import Library

PASSPHRASE = "correct horse battery staple"
CHEAP = Argon2Cost(memory_kib=8, iterations=1, lanes=1)
_SECONDS = 60
_SHAPES = dict.fromkeys(("score", "completeness", "note", "feedback", "undo", "redo", "annotate"), "review")
_SHAPES |= dict.fromkeys(("comment", "comment-amend", "comment-remove"), "seal") | {"detach": "attach"}


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


def passphrase_file(folder: Path, passphrase: str = PASSPHRASE) -> Path:
    """Writes a file that only its owner can read."""
    path = folder / "passphrase"
    path.write_text(f"{passphrase}\n")
    path.chmod(0o600)
    return path


def cheaply_locked(home: Path) -> Path:
    """Locks a new library so that its passphrase costs next to no time, and returns its home."""
    home.mkdir(mode=0o700, parents=True)
    PassphraseKeys(lambda: PASSPHRASE, CHEAP).unlock(home)
    return home


def open_home(home: Path) -> Library:
    """Opens the library that the commands are about."""
    return Library.open(home, PassphraseKeys(lambda: PASSPHRASE), SystemClock())


def check_shape(document: Any, name: str) -> None:
    """Fails where a document does not keep to the JSON Schema of this name."""
    schema = json.loads((resources() / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)


def _no_window(*arguments: object, **options: object) -> ExitCode:
    pytest.fail("the window was opened")


class CommandLine:
    """Runs commands in this process, on one home, and holds what they print against its schema."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capsys = capsys

    def __call__(self, *words: object, code: int = 0) -> Any:
        """Runs a command with --json and returns its document; fails where it ends otherwise than with ``code``."""
        name, *rest = (str(word) for word in words)
        result = self.result("--home", self.home, name, *rest, "--json")
        assert result.code == code, result.out + result.err
        document = result.document
        if code and "error" in document:
            check_shape(document, "error")
            assert document["error"]["exit_code"] == code
            assert _shown(document["error"]["text"], sys.stderr) in result.err
            return document["error"]
        name = "-".join([name, rest[0]]) if name == "platform" else name
        check_shape(document, _SHAPES.get(name, name))
        return document

    def text(self, *words: object, code: int = 0) -> str:
        """Runs a command and returns what a person reads: on standard output if it works, else on the other."""
        result = self.result("--home", self.home, *words)
        assert result.code == code, result.out + result.err
        if code:
            assert result.out == ""
        return result.err if code else result.out

    def result(self, *words: object) -> Result:
        """Runs a command line as it is."""
        self._capsys.readouterr()
        code = run([str(word) for word in words], _no_window)
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Result(int(code), printed.out, printed.err)


class ChildCommands:
    """Runs each command as a process of its own."""

    def __init__(self, home: Path, folder: Path, **environment: str) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "MCASSESS_HOME": str(home),
            "MCASSESS_PASSPHRASE_FILE": str(passphrase_file(folder)),
            **environment,
        }

    def __call__(self, *words: object, code: int = 0) -> Any:
        """Runs a command with --json and returns its document; fails where it ends otherwise than with ``code``."""
        return self.result(*words, "--json", code=code).document

    def result(self, *words: object, code: int = 0, wrapper: Sequence[str] = (), **options: Any) -> Result:
        """Runs a command line as it is, perhaps behind another command."""
        command = [*wrapper, sys.executable, "-m", "mcassess", *(str(word) for word in words)]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=_SECONDS, check=False, **options
        )
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return Result(done.returncode, done.stdout, done.stderr)
