"""How soon the window shows its queue, and what it holds in memory, each against a bare PySide6 window."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.big_library import big_library


def _child(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.benchmarks.window_child", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def _until_painted(*arguments: str) -> float:
    begun = time.perf_counter()
    child = _child(*arguments)
    assert child.stdout is not None
    line = child.stdout.readline()
    seconds = time.perf_counter() - begun
    child.communicate("\n")
    if line.strip() != "painted":
        raise RuntimeError(f"the window did not come: {line!r}")
    return seconds * 1000


def _memory(*arguments: str) -> float:
    child = _child(*arguments)
    assert child.stdout is not None
    if child.stdout.readline().strip() != "painted":
        raise RuntimeError("the window did not come")
    time.sleep(2)  # until what follows the first picture is over, too
    status = Path(f"/proc/{child.pid}/status").read_text()
    child.communicate("\n")
    kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return kilobytes / 1024


@contextmanager
def _start(folder: Path, *, submissions: int) -> Iterator[tuple[Measure, Measure]]:
    home = folder / "home"
    big_library(home, submissions).close()
    yield partial(_until_painted, "ours", str(home)), partial(_until_painted, "bare")


@contextmanager
def _idle(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    home = folder / "home"
    big_library(home, 1000).close()
    yield partial(_memory, "ours", str(home)), partial(_memory, "bare-qt")


BENCHMARKS = (
    Benchmark(
        name="start-queue-1k",
        unit="ms",
        better="lower",
        text="Process start to the first painted queue of 1,000; against a bare window that imports SQLAlchemy.",
        prepare=partial(_start, submissions=1000),
        rounds=9,
    ),
    Benchmark(
        name="start-queue-100k",
        unit="ms",
        better="lower",
        text="The same with a queue of 100,000.",
        prepare=partial(_start, submissions=100_000),
        rounds=5,
    ),
    Benchmark(
        name="memory-idle",
        unit="MB",
        better="lower",
        text="Resident memory 2 s after the first picture of a queue of 1,000; against a bare PySide6 window.",
        prepare=_idle,
        rounds=5,
    ),
)
