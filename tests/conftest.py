"""The suite is intolerant: what a test leaves behind, or what is logged unasked, fails it."""

import gc
import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pydantic.fields  # noqa: F401 - whole before Qt: shiboken cannot take up a half-imported pydantic
import pytest
from hypothesis import HealthCheck, settings

from tests.support import series, tally
from tests.support.order import put_long_first

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LANGUAGE"] = "C"
for _name in ("MCASSESS_HOME", "MCASSESS_PASSPHRASE_FILE"):
    os.environ.pop(_name, None)
# The tests start the program hundreds of times, in several processes: it is compiled once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# On a busy machine an example takes what it takes: that is no failure.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

_DEADLINE_SECONDS = 20.0
_TEST_SECONDS = 300.0
_MEMORY = Path("/dev/shm")
_ROOMY = 4 << 30


def pytest_configure() -> None:
    """Lays the tests' files into memory where there is room: nobody waits for a disk there, and no test cuts power."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOMY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def pytest_collection_finish() -> None:
    """Takes what is loaded by now out of the collector's rounds: it stays, and each window's test asks for a round."""
    gc.collect()
    gc.freeze()


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with what takes long; gives tests that go on at random the time asked for, beyond the bound of all."""
    put_long_first(items)
    if series.MINUTES:
        for item in items:
            item.add_marker(pytest.mark.timeout(_TEST_SECONDS + 60 * series.MINUTES))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says at the end what the random series tried and what came of it."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    if noted := list(tally.lines(reports)):
        terminalreporter.section("tried, and what came of it")
        for line in noted:
            terminalreporter.write_line(line)


@pytest.fixture(name="tally")
def _tally(request: pytest.FixtureRequest) -> tally.Tally:
    """Counts what a test tries, for the note at the end of the run."""
    return tally.Tally(request.node)


@pytest.fixture
def expected_logs() -> list[str]:
    """Logger names whose warnings a test expects; it appends to this list."""
    return []


@pytest.fixture(autouse=True)
def _no_unexpected_log_records(expected_logs: list[str]) -> Iterator[None]:
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    stray = [r for r in collector.records if not any(r.name.startswith(name) for name in expected_logs)]
    assert not stray, f"unexpected log records: {[f'{r.name}: {r.getMessage()}' for r in stray]}"


def _children() -> set[int]:
    task = Path("/proc/self/task")
    if not task.exists():
        return set()
    found: set[int] = set()
    for thread in task.iterdir():
        try:
            found.update(int(pid) for pid in (thread / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@pytest.fixture(autouse=True)
def _nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    threads_before = set(threading.enumerate())
    children_before = _children()
    yield
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        threads = {t for t in threading.enumerate() if t not in threads_before and t.is_alive()}
        children = _children() - children_before
        if not threads and not children:
            break
        time.sleep(0.02)
    else:
        pytest.fail(f"left running: threads {sorted(t.name for t in threads)}, processes {sorted(children)}")


@pytest.fixture(autouse=True)
def _no_windows_or_timers_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "qtbot" not in request.fixturenames and "qapp" not in request.fixturenames:
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for widget in shown:
        widget.close()
    for widget in QApplication.topLevelWidgets():
        widget.deleteLater()  # else each change of the style would go through the screens of all tests before
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shown, f"left-over windows: {shown}"


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Waits on a condition, with a bounded deadline."""

    def wait(condition: Callable[[], object], seconds: float = _DEADLINE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail("the condition did not come true in time")
            time.sleep(0.005)

    return wait
