"""The reference platform as a process of its own, as people run it: stopped and started under the same address."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mcassess.server.admin import add_assessor, load_pack

_STOP_SECONDS = 15


class PlatformProcess:
    """A platform that can be taken away and brought back.

    Attributes:
        url: The same after every start.
        token: Signs an assessor named Ada in.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.url = ""
        self.token = add_assessor(data, "Ada", "assessor")
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Starts serving and waits until it is ready."""
        command = [sys.executable, "-m", "mcassess", "serve", "--data", str(self.data), "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ})
        assert self._process.stdout is not None
        self.url = json.loads(self._process.stdout.readline())["url"]
        self._port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """Stops serving; does nothing where it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Lets it die in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        self._process.wait(_STOP_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None


@contextmanager
def platform_process(data: Path, pack: Path) -> Iterator[PlatformProcess]:
    """Runs a platform with a pack loaded until the block ends."""
    load_pack(data, pack)
    platform = PlatformProcess(data)
    platform.start()
    try:
        yield platform
    finally:
        platform.stop()
