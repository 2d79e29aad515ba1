"""A child process that works on a library and says what it was told is saved; what it works on may fail under it.

``python -m tests.support.faulty_work HOME ROUNDS``: each round notes, seals, fetches evidence, destroys it and backs
up, and prints one line for each thing that was saved. What the world did to it is printed as one line too; anything
else is a bug.
"""

import hashlib
import os
import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.submission import Evidence
from mcassess.errors import WorldError
from mcassess.jobs import keeping
from mcassess.store.library import Library
from mcassess.store.vault_format import CHUNK
from tests.support.library import open_library, video

PIECES = [random.Random(number).randbytes(CHUNK + 77) for number in range(4)]
DESTROYED = 0
"""Which of the pieces goes again."""


def digest(number: int) -> str:
    """Returns the SHA-256 of a piece of evidence."""
    return hashlib.sha256(PIECES[number]).hexdigest()


def evidence() -> tuple[Evidence, ...]:
    """Returns what the third submission has to be made with."""
    return tuple(video(digest(number), len(piece), f"v{number}") for number, piece in enumerate(PIECES))


def tell(*words: str) -> None:
    """Prints a line, with a system call that no test lets fail."""
    os.writev(1, [f"{' '.join(words)}\n".encode()])


def work(home: Path, rounds: int) -> None:
    """Opens the library and works through so many rounds, each step of which may fail."""
    try:
        library = open_library(home, SystemClock())  # type: ignore[arg-type]  # any clock does
    except WorldError as error:
        tell("REFUSED", error.text)
        return
    tell("OPENED")
    step("EXTENDED", library.extend_log)
    for number in range(rounds):
        step(f"NOTE {number}", partial(note, library, number))
        step(f"SEAL op-{number}", partial(_seal, library, number))
        piece, rest = divmod(number, 2)
        if not rest and piece < len(PIECES):
            step(f"FETCH {piece}", partial(fetch, library, piece))
        if number == 3:
            step(f"DESTROY {DESTROYED}", partial(library.vault.destroy, digest(DESTROYED), "wipe"))
        if number % 5 == 4:
            step(f"BACKUP {number}", library.back_up)
    step("KEPT", partial(keeping.keep, library))
    try:
        library.close()
    except WorldError as error:
        tell("FAILED", "close", error.text)
    tell("CLOSED")


def step(name: str, do: Callable[[], object]) -> None:
    """Does one thing and tells its name if it is done, or the sentence that says why it is not."""
    try:
        do()
    except WorldError as error:
        tell("FAILED", error.text)
    else:
        tell(name)


def note(library: Library, number: int) -> None:
    """Writes a note into the review of the first submission."""
    with library.write() as writing:
        writing.reviews.append(1, [Entry(kind=ChangeKind.NOTE, value=f"note {number} " + "x" * 300)])


def _seal(library: Library, number: int) -> None:
    with library.write() as writing:
        sequence = writing.outbox.next_device_seq()
        writing.outbox.add(2, 1, f"op-{number}", sequence, "comment.add", b"{}", None)


def fetch(library: Library, number: int) -> None:
    """Fetches a piece of evidence, as a sync does."""
    content = PIECES[number]
    writer = library.vault.writer(digest(number), len(content))
    try:
        while writer.offset < writer.size:
            writer.write(content[writer.offset : writer.until])
    except WorldError:
        writer.abort()
        raise
    writer.finish()


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
