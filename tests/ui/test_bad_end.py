"""After a bad end the window says so in a quiet line, which keeps to itself what lay open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QLabel

from mcassess.app import Application
from mcassess.crash_file import CrashFile
from mcassess.store.library import Library
from mcassess.ui.crash_line import CrashLine
from mcassess.ui.kit.buttons import Button
from tests.support.filled import key_of
from tests.support.library import TestClock
from tests.support.unlocking import KEYS, opened, pump, said


@contextmanager
def after_a_bad_end(home: Path, wait_until) -> Iterator[tuple[Application, CrashLine, CrashFile]]:
    """Opens the window as it opens after a fault in the program, until it shows the line."""
    crashes = CrashFile(home)
    (home / "crash.txt").write_text("Fatal Python error: Segmentation fault\n  File view.py, line 12 in open\n")
    crashes.begin()
    running = Application(home, TestClock(), audio_output="dummy", crashes=crashes)
    running.start()
    try:
        opened(running, wait_until)
        pump(wait_until, lambda: running.shell.findChild(CrashLine) is not None)
        yield running, running.shell.findChild(CrashLine), crashes
    finally:
        running.close()
        crashes.end()


def test_the_line_after_a_bad_end_names_what_was_played_and_keeps_it_to_itself(home: Path, wait_until) -> None:
    library = Library.open(home, KEYS, TestClock())
    with library.read() as reading:
        row = next(row for row in reading.evidence.states(key_of(library, "s-0001")).values() if row.role == "content")
    library.playing.begin(row.sha256)
    library.close()
    with after_a_bad_end(home, wait_until) as (_running, line, crashes):
        said_by_line = [label.text() for label in line.findChildren(QLabel)]
        assert any("while “" in text and "was open" in text for text in said_by_line), said_by_line
        assert "“" not in crashes.earlier()


def test_a_bad_end_is_a_quiet_line_until_it_is_forgotten(home: Path, wait_until) -> None:
    with after_a_bad_end(home, wait_until) as (running, line, crashes):
        assert line.isVisible()
        [_, forget] = line.findChildren(Button)
        forget.click()
        assert crashes.earlier() == ""
        running.report(ValueError("Ruth Nakamura"))
        pump(wait_until, lambda: any("bug of ours (ValueError" in text for text in said(running)))
        assert not any("Ruth" in text for text in said(running))
        assert running.lock()
        opened(running, wait_until)
        assert running.shell.findChild(CrashLine) is None
    assert "ValueError" in crashes.earlier()
    assert "Ruth" not in crashes.earlier()
