"""Real keys on a real disk: what was typed is on it 300 ms later, of which the disk has 200 for itself.

Time is given by the tests, so that a busy machine changes nothing; tests/crash looks at the same with a real clock.
"""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Moment
from mcassess.store.library import Library
from mcassess.ui.desk import kept_texts
from tests.support.filled import key_of
from tests.support.given_time import GivenTimer
from tests.support.library import open_library

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

LIMIT_MS = 300
DISK_MS = 200
NEVER_MS = 3_600_000
ARRIVES_MS = 20_000
"""What a disk may take in a test; of no importance to what is tested."""


@pytest.fixture
def other(bench) -> Iterator[Library]:
    """The library as another process has it open: it sees what is on disk, and nothing else."""
    library = open_library(bench.library.home)
    yield library
    library.close()


def on_disk(library: Library, kind: ChangeKind, target: str) -> str:
    with library.read() as reading:
        value = reading.reviews.get(key_of(library, "s-0001")).values.get((kind, target))
        return str((value.get("title") if isinstance(value, dict) else value) or "")


def into_comment(bench) -> tuple[ChangeKind, str]:
    bench.press(Qt.Key.Key_Return)
    return ChangeKind.COMMENT, "c1"


def into_note(bench) -> tuple[ChangeKind, str]:
    bench.desk.right.tabs.set_chosen("notes")
    bench.desk.right.notes.page.setFocus()
    return ChangeKind.NOTE, ""


def into_title(bench) -> tuple[ChangeKind, str]:
    bench.video.go(Moment(start_ms=5_000, end_ms=9_000))
    bench.press(Qt.Key.Key_M)
    bench.desk.area.moments.findChild(QLineEdit).setFocus()
    return ChangeKind.MOMENT, bench.review().moments[0].id


@pytest.mark.parametrize("pause_ms", [8, 60, 140])
@pytest.mark.parametrize("field", [into_comment, into_note, into_title])
def test_a_key_is_on_disk_in_time_even_for_someone_who_never_pauses(
    bench, other: Library, field: Callable[..., tuple[ChangeKind, str]], pause_ms: int
) -> None:
    bench.open()
    slot = field(bench)
    texts = bench.presenter.texts
    timer = texts._timer = GivenTimer(texts.flush)
    text, unsaved, writes = "", dict[str, int](), 0
    for _ in range(40):
        text += "x"
        unsaved[text] = timer.now_ms
        bench.write("x")
        for _ in range(pause_ms):
            timer.give(1)
            if texts._on_way:  # no time is given until it is on the disk: nothing on the way there waits for any
                sent = text
                bench.qtbot.waitUntil(lambda: on_disk(other, *slot) == sent, timeout=ARRIVES_MS)  # noqa: B023 - at once
                bench.qtbot.waitUntil(lambda: not texts._on_way, timeout=ARRIVES_MS)
                unsaved.clear()
                writes += 1
            waits = [timer.now_ms - typed for typed in unsaved.values()]
            assert all(wait <= LIMIT_MS - DISK_MS for wait in waits)
    assert 0 < writes <= 40
    assert writes <= 40 * pause_ms / 50 + 1, "keys are gathered, not written one by one"


def test_the_timer_of_the_window_goes_off_by_itself(bench, other: Library) -> None:
    bench.open()
    slot = into_note(bench)
    bench.write("x")
    timer = bench.presenter.texts._timer
    assert timer.isSingleShot()
    assert 0 < timer.interval() <= LIMIT_MS - DISK_MS
    bench.write("y")
    assert timer.interval() <= LIMIT_MS - DISK_MS
    bench.qtbot.waitUntil(lambda: on_disk(other, *slot) == "xy", timeout=ARRIVES_MS)
    bench.settle()


@pytest.mark.parametrize("field", [into_comment, into_note, into_title])
def test_losing_the_focus_writes_at_once(
    bench, other: Library, monkeypatch, field: Callable[..., tuple[ChangeKind, str]]
) -> None:
    monkeypatch.setattr(kept_texts, "DELAY_MS", NEVER_MS)
    bench.open()
    slot = field(bench)
    bench.write("half a wo")
    editor = QApplication.focusWidget()
    assert editor is not None
    editor.clearFocus()
    bench.qtbot.waitUntil(lambda: on_disk(other, *slot) == "half a wo", timeout=ARRIVES_MS)
    bench.settle()
