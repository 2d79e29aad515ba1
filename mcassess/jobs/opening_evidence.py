"""The way to a file of evidence for who shows it: what ended processes twice stays shut, what plays is noted."""

from contextlib import suppress

from mcassess.crash_file import CRASH_FILE
from mcassess.errors import WorldError
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader, WatchedReader
from mcassess.store.library import Library
from mcassess.texts import tr

_FATAL = b"Fatal Python error"
_LOOKED_AT_BYTES = 64 << 10


class EvidenceOpener:
    """Opens a file of evidence again and again. Its methods may be called from any thread.

    Args:
        library: Where the file lies.
        sha256: Which one; empty for none.
        plays: Whether it is played inside the program, where its faults are the program's.
    """

    def __init__(self, library: Library, sha256: str, *, plays: bool = False) -> None:
        self._library = library
        self._sha256 = sha256
        self._plays = plays
        self._again = False

    def open(self) -> Reader:
        """Returns a reader of the file. Waits for the library.

        Raises:
            EvidenceError: ``marked``: opening it has ended two processes, and nobody has asked to try again.
            WorldError: It is not here, or damaged.
        """
        again, self._again = self._again, False
        with self._library.read() as reading:
            marked = reading.preflights.get(self._sha256).is_marked
        if marked and again:
            with self._library.write("preflight") as writing:
                writing.preflights.try_again(self._sha256)
        elif marked:
            raise EvidenceError("marked", marked_sentence())
        reader = self._library.vault.reader(self._sha256)
        closed = self._library.playing.begin(self._sha256) if self._plays else _nothing
        return WatchedReader(reader, self._note_kill, closed)

    def try_again(self) -> None:
        """Lets the next opening try a marked file."""
        self._again = True

    def _note_kill(self) -> None:
        with suppress(WorldError):  # a disk that is full now does not make the file any worse to look at
            note_kill(self._library, self._sha256)


def note_kill(library: Library, sha256: str) -> None:
    """Counts a process that a file has ended.

    Raises:
        WorldError: The library cannot be written.
    """
    if not library.read_only:
        with library.write("preflight") as writing:
            writing.preflights.note_kill(sha256)


def marked_sentence() -> str:
    """Returns why a file is not opened any more."""
    return tr("This file has twice ended the process that opened it, so it is not opened again by itself.")


def played_at_bad_end(library: Library) -> tuple[str, ...]:
    """Returns what was being played when the program ended by itself the last time, and counts it against the files.

    Each as ``“Lesson video” of Educator 7F3A``. To be asked once, at the start.

    Raises:
        WorldError: The library cannot be read.
    """
    files = library.playing.take_left(_crashed_at(library))
    for sha256 in files:
        note_kill(library, sha256)
    return tuple(name for sha256 in files for name in _names(library, sha256))


def _crashed_at(library: Library) -> float:
    crashes = library.home / CRASH_FILE
    with suppress(OSError):
        if _FATAL in crashes.read_bytes()[-_LOOKED_AT_BYTES:]:
            return crashes.stat().st_mtime
    return 0.0  # no bad end that is known of: marks that were left tell of a power cut, which is no file's fault


def _names(library: Library, sha256: str) -> list[str]:
    names = []
    with library.read() as reading:
        for key, attempt, evidence_id in reading.preflights.places_of(sha256):
            stored = reading.submissions.get(key)
            submission = stored.submission
            earlier = submission.earlier_attempt(attempt)
            pieces = submission.evidence if attempt == submission.attempt else earlier.evidence if earlier else ()
            educator = submission.educator.shown(blind=stored.microcredential.policy.blind)
            titles = [piece.title for piece in pieces if piece.id == evidence_id]
            names += [tr("“{title}” of {educator}").format(title=title, educator=educator) for title in titles]
    return names


def _nothing() -> None:
    pass
