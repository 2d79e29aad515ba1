"""Lives of a process that works on a library until it is killed (stretch.py), and what it told before."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TYPING_LIMIT_S = 0.3
START_S = 30.0


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
        limit = min(self.died_at, saving or self.died_at) - TYPING_LIMIT_S
        due = [line for line in self.lines if "typed" in line and line["at"] <= limit]
        return (due[-1]["typed"], due[-1]["text"]) if due else None


def live(home: Path, work: str, seed: int, point: str, after: float) -> Life:
    """Lets a process work until it dies: at its point, or so many seconds after it has begun."""
    command = [sys.executable, "-m", "tests.support.stretch", work, str(home), str(seed), point]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "PYTHONWARNINGS": "ignore"}
    lines: list[dict[str, Any]] = []
    killed_at: list[float] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as child:

        def kill() -> None:
            killed_at.append(time.monotonic())
            child.send_signal(signal.SIGKILL)

        guard = threading.Timer(START_S, kill)
        guard.start()
        assert child.stdout is not None
        for line in child.stdout:
            if line.endswith("\n"):
                lines.append(json.loads(line))
            if "begun" in lines[-1]:
                guard.cancel()
                guard = threading.Timer(after, kill)
                guard.start()
        child.wait()
        guard.cancel()
        guard.join()
        assert child.stderr is not None
        errors = child.stderr.read()
    finished = "finished" in lines[-1]
    assert finished or child.returncode == -signal.SIGKILL, errors
    died = next((line["at"] for line in lines if "dying" in line), None)
    return Life(lines, died or (killed_at or [time.monotonic()])[0], finished)
