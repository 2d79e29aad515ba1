"""What a process and all that it started hold open or mapped, deleted files and shared memory included. From /proc."""

import sys
from contextlib import suppress
from pathlib import Path

import pytest

NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed in /proc")
_ELSEWHERE = ("/memfd:", "/usr/", "/lib", *(f"{Path(each).resolve()}/" for each in (sys.prefix, sys.base_prefix)))
"""What is installed; and memory without a name, which ends with its processes and which nobody else can open."""


def family(process: int) -> list[int]:
    """Returns a process and all that it started, directly or not.

    A database server is left out: it is no part of what is looked at, and other tests in this process may use one.
    """
    found = [process]
    for each in found:
        for path in Path(f"/proc/{each}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                found += [child for child in map(int, path.read_text().split()) if not _is_database_server(child)]
    return found


def _is_database_server(process: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/comm").read_text().strip() == "postgres"
    return False


def held(process: int) -> dict[str, Path]:
    """Returns name and a way to the bytes of each regular file that they have open or mapped; no anonymous memory.

    A deleted file has a name that ends so, and its bytes can still be read. What is installed is left out, and what
    may not be looked into: a confined child is closed to everybody but an administrator.
    """
    found: dict[str, Path] = {}
    for each in family(process):
        found |= _links(Path(f"/proc/{each}/fd")) | _links(Path(f"/proc/{each}/map_files"))
    return found


def _links(folder: Path) -> dict[str, Path]:
    found = {}
    try:
        for link in folder.iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):  # closed meanwhile
                name = str(link.readlink())
                if name.startswith("/") and not name.startswith(_ELSEWHERE) and link.is_file():
                    found[name] = link
    except (PermissionError, FileNotFoundError, ProcessLookupError):
        return found
    return found


def named_shared_memory(process: int, but: Path) -> list[str]:
    """Returns the names of shared memory that they hold and that any other process of the account could open.

    Args:
        process: The first of them.
        but: A folder that is no shared memory, even where the system keeps it in its place for that.
    """
    names = [name for name in held(process) if name.startswith("/dev/shm/") and not name.startswith(f"{but}/")]
    system_v = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    makers = {int(line.split()[4]): line.split()[1] for line in system_v}
    return sorted(names) + [f"System V {makers[each]}" for each in family(process) if each in makers]
