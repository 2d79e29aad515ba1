"""What keeps other programs from reading our memory: no core dumps, no attaching debuggers of the same account."""

import ctypes
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """Switches core dumps off for this process; on Linux other processes of the account cannot attach to it either.

    Child processes set their own limits; the one on core dumps is handed down.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - does not exist on Windows

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
