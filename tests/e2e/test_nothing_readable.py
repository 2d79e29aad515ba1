"""Nothing that was reviewed lies readable on the disk: not in the home, not in the temporary folder, not in between."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import ChildCommands, cheaply_locked
from tests.support.held import held, named_shared_memory
from tests.support.platform import SMALL_PACK
from tests.support.platform_process import platform_process

COMMENT = "The ostrich lighthouse comes before every question."
FEEDBACK = "Dear colleague, the plum galaxy violin was a wonder to watch."
NOTE = "private: the amber tortoise ladder again"
_STRETCH = 48
_HOLD = """
import sys, time
from pathlib import Path
from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind
from mcassess.jobs import reviewing
from mcassess.store.keys import choose_keys
from mcassess.store.library import Library
library = Library.open(Path(sys.argv[1]), choose_keys(Path(sys.argv[1])), SystemClock())
reviewing.write_text(library, 1, ChangeKind.NOTE, sys.argv[2])
with library.read() as reading:
    file = reading.evidence.states(1)[(2, "v1", "content")]
with_evidence = library.vault.reader(file.sha256)
with_evidence.read(1 << 20)
print("held", flush=True)
sys.stdin.readline()
with_evidence.close()
library.close()
"""


def stretches(path: Path) -> Iterator[bytes]:
    """Yields pieces of a file that would betray a plain copy of any of its parts."""
    content = path.read_bytes()
    step = max(1, len(content) // 200)
    for start in range(0, max(1, len(content) - _STRETCH), step):
        piece = content[start : start + _STRETCH]
        if len(set(piece)) > 16:  # filling and empty tables stand in any file
            yield piece


def planted(token: str) -> dict[bytes, str]:
    """Returns what must not be found, with a name for each."""
    words = [word for each in json.loads((SMALL_PACK / "PLANTED.json").read_text()).values() for word in each]
    words += [COMMENT, FEEDBACK, NOTE, token, "Educator 7F31", "Morning Meeting", "Ada Lovelace-Planted"]
    found = {
        form: word for word in words for form in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"))
    }
    for file in sorted((SMALL_PACK / "files").iterdir()):
        found |= dict.fromkeys(stretches(file), f"bytes of {file.name}")
    return found


def readable(needles: dict[bytes, str], *folders: Path) -> list[str]:
    """Returns what is found where, in contents and names of files."""
    found = []
    for folder in folders:
        for path in (path for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes() + b"\n" + str(path).encode()
            found += [f"{word} in {path}" for needle, word in needles.items() if needle in content]
    return found


@pytest.fixture
def temporary(tmp_path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def test_the_search_finds_what_lies_open(tmp_path):
    needles = planted("a token")
    (tmp_path / "part").write_bytes((SMALL_PACK / "files" / "lesson.mp4").read_bytes()[5000:9000])
    (tmp_path / "words").write_text(f"…{FEEDBACK}", encoding="utf-16")
    found = readable(needles, tmp_path)
    assert any("bytes of lesson.mp4" in each for each in found)
    assert any(FEEDBACK in each for each in found)
    assert all((SMALL_PACK / "files" / name).exists() for name in ("plans.pdf", "poster.jpg", "statement.docx"))


def test_nothing_of_a_review_can_be_read_on_the_disk_during_and_after(tmp_path, temporary):
    data = tmp_path / "platform"
    names = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    commands = ChildCommands(cheaply_locked(tmp_path / "home"), tmp_path, **names)
    with platform_process(data, SMALL_PACK) as platform:
        token = commands("platform", "assessor", "Ada Lovelace-Planted", "--data", data)["token"]
        needles = planted(token)
        commands("connect", platform.url, "--token", token)
        assert len(commands("sync")["evidence"]) == 6
        assert readable(needles, commands.home, temporary) == []
    commands("score", "s-0001", "c1", "c1-1", "--comment", COMMENT, "--cite", "v1@00:00:01-00:00:02")
    (tmp_path / "feedback").write_text(FEEDBACK)
    commands("feedback", "s-0001", "--file", tmp_path / "feedback")
    commands("queue", "--search", "ostrich")
    commands("check", SMALL_PACK / "files" / "lesson.mp4", SMALL_PACK / "files" / "statement.docx")

    _look_while_it_is_held(commands, needles, tmp_path)

    commands("seal", "s-0001", "return")
    commands("sync", code=3)
    commands("export", "s-0001", "-o", tmp_path / "summary.pdf")
    commands("verify")
    assert readable(needles, commands.home, temporary) == []
    assert any(commands.home.rglob("*.db")), "it was the library that was searched"
    assert [path for path in temporary.rglob("*") if path.is_file()] == []


def _look_while_it_is_held(commands: ChildCommands, needles: dict[bytes, str], tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(commands.home), NOTE]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=commands.environment
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        journals = [path for path in commands.home.rglob("*-wal") if path.stat().st_size]
        found = readable(needles, commands.home, tmp_path / "temporary")
        shared = named_shared_memory(holder.pid, tmp_path)
        opened = {name: path.read_bytes() for name, path in held(holder.pid).items()}
        holder.communicate("\n", timeout=30)
    assert holder.returncode == 0
    assert journals, "what was written last lies in the journal while the library is open"
    assert (found, shared) == ([], [])
    assert any(name.startswith(str(commands.home / "vault")) for name in opened)
    assert [name for name, content in opened.items() if any(needle in content for needle in needles)] == []
