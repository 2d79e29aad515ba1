"""A child process that works on a library and says what it was told is saved; what it works on may fail under it.

``python -m tests.support.faulty_work HOME ROUNDS``: each round notes, seals, takes back and backs up, and prints one
line for each thing that was saved. What the world did to it is printed as one line too; anything else is a bug.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import WorldError
from mcassess.jobs import keeping
from mcassess.store.library import Library
from tests.support.library import open_library


def work(home: Path, rounds: int) -> None:
    """Opens the library and works through so many rounds, each step of which may fail."""
    try:
        library = open_library(home, SystemClock())  # type: ignore[arg-type]  # any clock does
    except WorldError as error:
        print("REFUSED", error.text, flush=True)
        return
    print("OPENED", flush=True)
    for number in range(rounds):
        _step(f"NOTE {number}", lambda number=number: _note(library, number))  # type: ignore[misc]  # bound now
        _step(f"SEAL op-{number}", lambda number=number: _seal(library, number))  # type: ignore[misc]  # as above
        if number % 5 == 4:
            _step(f"BACKUP {number}", library.back_up)
    _step("KEPT", lambda: keeping.keep(library))
    try:
        library.close()
    except WorldError as error:
        print("FAILED close", error.text, flush=True)
    print("CLOSED", flush=True)


def _step(name: str, step: Callable[[], object]) -> None:
    try:
        step()
    except WorldError as error:
        print("FAILED", error.text, flush=True)
    else:
        print(name, flush=True)


def _note(library: Library, number: int) -> None:
    with library.write() as writing:
        writing.reviews.append(1, [Entry(kind=ChangeKind.NOTE, value=f"note {number} " + "x" * 300)])


def _seal(library: Library, number: int) -> None:
    with library.write() as writing:
        sequence = writing.outbox.next_device_seq()
        writing.outbox.add(2, 1, f"op-{number}", sequence, "comment.add", b"{}", None)


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
