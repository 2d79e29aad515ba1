"""Sudden death at every line: a forked child works, and kills itself with SIGKILL when it reaches the nth line."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, ModuleType


def deaths(work: Callable[[], object], *modules: ModuleType, every: int = 1) -> Iterator[int]:
    """Runs ``work`` in children that die at one line after the other; yields after each; ends when one survives.

    Args:
        work: What to do; what it did before must have been set back by the caller.
        modules: Whose lines count.
        every: Steps over lines, where not each of them is to be tried.
    """
    files = frozenset(str(Path(module.__file__ or "")) for module in modules)
    line = 1
    while _dies(work, files, line):
        yield line
        line += every


def _dies(work: Callable[[], object], files: frozenset[str], last: int) -> bool:
    child = os.fork()
    if child == 0:
        try:
            sys.settrace(_tracer(files, last))
            work()
            os._exit(0)
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the work itself failed"
    return False


def _tracer(files: frozenset[str], last: int) -> Callable[..., object]:
    seen = 0

    def trace(frame: FrameType, event: str, _value: object) -> object:
        nonlocal seen
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace
