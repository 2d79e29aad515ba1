"""The file that says how the program ended when it did not end well: lines of code, no word of what was worked on."""

import faulthandler
import os
import threading
from contextlib import suppress
from pathlib import Path

from mcassess.crash import stack_lines

CRASH_FILE = "crash.txt"
_SHOWN_BYTES = 64 << 10
_MOST_BYTES = 256 << 10


class CrashFile:
    """Takes stack lines from Python's fault handler and from exceptions nobody caught.

    Where the home cannot be written, it does nothing: the opening of the library says why soon enough.

    Args:
        home: The library's folder; made where there is none.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / CRASH_FILE
        self._descriptor: int | None = None
        self._lock = threading.Lock()

    def earlier(self) -> str:
        """Returns what earlier runs have left; empty where they ended well, or where it was forgotten."""
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, self._path.stat().st_size - _SHOWN_BYTES))
                return file.read().decode(errors="replace").strip()
        except OSError:
            return ""

    def begin(self) -> None:
        """Listens from now on."""
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            if self._path.stat().st_size > _MOST_BYTES:  # what ``earlier`` gave has been read by now
                os.truncate(self._path, 0)
            faulthandler.enable(self._descriptor, all_threads=True)

    def note(self, error: BaseException) -> None:
        """Writes down where an exception came from, and not what it says; from any thread. A full file stays full."""
        if self._descriptor is None:
            return
        with self._lock, suppress(OSError):
            if os.fstat(self._descriptor).st_size > _MOST_BYTES:
                return
            os.write(self._descriptor, ("\n".join(stack_lines(error)) + "\n\n").encode())

    def forget(self) -> None:
        """Empties the file."""
        with suppress(OSError):
            os.truncate(self._path, 0)

    def end(self) -> None:
        """Listens no more; a file in which nothing stands goes."""
        if self._descriptor is None:
            return
        faulthandler.disable()
        os.close(self._descriptor)
        self._descriptor = None
        with suppress(OSError):
            if self._path.stat().st_size == 0:
                self._path.unlink()
