"""Lives of a process that works on a library until it is killed (stretch.py), and what it told before."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TYPING_LIMIT_S = 0.3
ASLEEP_S = 0.05


@dataclass
class Life:
    """What one process told before it died."""

    lines: list[dict[str, Any]]
    died_at: float
    finished: bool

    def typed(self) -> tuple[str, str] | None:
        """Returns the submission and the text as far as it had to be on disk when death came, or None."""
        saving = None
        for line in self.lines:
            saving = line.get("saving", saving)
        # A write that the disk has not answered yet is the disk's time, not ours.
        later = min(self.died_at, saving or self.died_at)
        awake_s = 0.0
        for line in reversed([line for line in self.lines if "typed" in line]):
            # Longer between two keys the process did not run, since others had the processor.
            awake_s += min(max(0.0, later - line["at"]), ASLEEP_S)
            if awake_s >= TYPING_LIMIT_S:
                return line["typed"], line["text"]
            later = min(later, line["at"])
        return None


class Lives:
    """Lets one process after the other work until it dies. They are forked from one that has all modules ready."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "PYTHONWARNINGS": "ignore"}
        command = [sys.executable, "-m", "tests.support.stretch"]
        self._parent = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def close(self) -> None:
        """Ends the process that the others come from."""
        with self._parent as parent:
            assert parent.stdin is not None
            parent.stdin.close()

    def live(self, home: Path, work: str, seed: int, point: str, after: float) -> Life:
        """Lets a process work until it dies: at its point, or so many seconds after it has begun."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps([work, str(home), seed, point]) + "\n")
        self._parent.stdin.flush()
        lines: list[dict[str, Any]] = []
        killed_at: list[float] = []

        def kill(process: int) -> None:
            killed_at.append(time.monotonic())
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(process, signal.SIGKILL)

        guard: threading.Timer | None = None
        status = None
        for text in self._parent.stdout:
            with suppress(ValueError):  # a line in which death came
                lines.append(json.loads(text))
            if "ended" in lines[-1]:
                status = lines.pop()["ended"]
                break
            if "begun" in lines[-1]:
                guard = threading.Timer(after, kill, [lines[-1]["begun"]])
                guard.start()
        assert guard is not None
        guard.cancel()
        guard.join()
        finished = "finished" in lines[-1]
        assert finished or status == -signal.SIGKILL, f"it ended with {status}; what it said of it stands above"
        died = next((line["at"] for line in lines if "dying" in line), None)
        return Life(lines, died or (killed_at or [time.monotonic()])[0], finished)
