"""A bad end leaves lines of code behind, never a word of what was worked on; memory is not dumped."""

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mcassess import logs
from mcassess.crash import stack_lines
from mcassess.crash_file import CRASH_FILE, CrashFile
from mcassess.hooks import Hooks
from mcassess.logs import LOG_FILE, Log

PLANTED = "Ruth Nakamura reads aloud"


def raised(text: str) -> BaseException:
    try:
        raise ValueError(text)  # noqa: TRY301 - a place for the trace
    except ValueError as error:
        return error


def test_what_an_exception_says_is_not_written_down(tmp_path: Path) -> None:
    file = CrashFile(tmp_path / "home")
    file.begin()
    file.note(raised(PLANTED))
    file.end()
    found = CrashFile(tmp_path / "home").earlier()
    assert "ValueError" in found
    assert f"{Path(__file__).name}:" in found
    assert "Ruth" not in found
    assert (tmp_path / "home" / CRASH_FILE).stat().st_mode & 0o777 == 0o600


def test_a_good_end_leaves_nothing(tmp_path: Path) -> None:
    file = CrashFile(tmp_path)
    file.begin()
    file.end()
    assert list(tmp_path.iterdir()) == []
    assert file.earlier() == ""


def test_what_is_forgotten_is_gone(tmp_path: Path) -> None:
    file = CrashFile(tmp_path)
    file.begin()
    file.note(raised("x"))
    assert file.earlier()
    file.forget()
    assert file.earlier() == ""
    file.end()
    assert list(tmp_path.iterdir()) == []


def test_a_bug_with_every_movement_of_the_mouse_fills_no_disk(tmp_path: Path) -> None:
    file, error = CrashFile(tmp_path), raised("x")
    file.begin()
    for _ in range(20_000):
        file.note(error)
    assert (tmp_path / CRASH_FILE).stat().st_size < 300 << 10
    file.end()
    assert "ValueError" in file.earlier()
    file.begin()
    file.note(KeyError("y"))
    assert file.earlier() == "KeyError", "there is room for the next bug"
    file.end()


def test_a_home_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    for each in (CrashFile(tmp_path / "home"), Log(tmp_path / "home")):
        each.begin()
        each.end()


CHILD = """
import ctypes, resource, sys
from pathlib import Path
from mcassess.crash_file import CrashFile
from mcassess.hardening import keep_memory_private

keep_memory_private()
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
if sys.platform == "linux":
    assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0, "still dumpable"
CrashFile(Path(sys.argv[1])).begin()

def work(sentence):
    ctypes.string_at(0)

work("Ruth Nakamura reads aloud")
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_segmentation_fault_leaves_stack_lines_and_no_core(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGSEGV, done.stderr
    found = CrashFile(tmp_path).earlier()
    assert "Segmentation fault" in found
    assert "in work" in found
    assert "Ruth" not in found
    assert [path.name for path in tmp_path.iterdir()] == [CRASH_FILE]


def test_uncaught_exceptions_of_all_kinds_are_reported(capfd: pytest.CaptureFixture[str]) -> None:
    reported: list[BaseException] = []
    hooks = Hooks(reported.append)
    before = sys.excepthook
    hooks.put_up()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join(10)

        class Finalized:
            def __del__(self) -> None:
                raise KeyError(PLANTED)

        Finalized()
        error = raised(PLANTED)
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        hooks.take_down()
    assert sys.excepthook is before
    assert [type(each) for each in reported] == [ZeroDivisionError, KeyError, ValueError]
    assert "Ruth" not in "".join(capfd.readouterr())


def test_the_log_has_places_and_no_words(tmp_path: Path, expected_logs: list[str]) -> None:
    expected_logs.append("mcassess")
    log = Log(tmp_path)
    log.begin()
    error = raised(PLANTED)
    logging.getLogger("mcassess.ui.work").error("a bug", exc_info=error)
    logging.getLogger("mcassess.ui.work").info("not worth it")
    log.end()
    logging.getLogger("mcassess.ui.work").error("after the end")
    text = (tmp_path / LOG_FILE).read_text()
    assert "a bug" in text
    assert "test_crash.py" in text
    assert not any(word in text for word in ("Ruth", "not worth it", "after the end"))
    assert (tmp_path / LOG_FILE).stat().st_mode & 0o777 == 0o600


def test_the_log_stays_small(tmp_path: Path, expected_logs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    expected_logs.append("mcassess")
    monkeypatch.setattr(logs, "_MOST_BYTES", 1000)
    for _ in range(3):
        log = Log(tmp_path)
        log.begin()
        for _ in range(100):
            logging.getLogger("mcassess").warning("the same again")
        log.end()
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert all(900 < size < 1100 for size in sizes)


def test_the_stack_is_the_way_that_the_exception_came() -> None:
    lines = stack_lines(raised(PLANTED))
    assert lines[0] == "ValueError"
    assert lines[-1].endswith("in raised")


@pytest.mark.skipif(sys.platform != "linux", reason="prctl")
def test_every_command_keeps_its_memory_to_itself(tmp_path: Path) -> None:
    probe = (
        "import ctypes, resource, sys; import mcassess.cli.main as m; "
        "limit = lambda: resource.getrlimit(resource.RLIMIT_CORE); "
        "m.run = lambda *_: print(limit(), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)) or 0; "
        "from mcassess.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "(0, 0) 0", done.stderr
