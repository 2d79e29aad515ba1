"""Film strips of videos and sounds, small stills of pictures: made once, kept in the vault, gone with the evidence."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence
from mcassess.jobs.opening_evidence import EvidenceOpener
from mcassess.store.evidence import CONTENT
from mcassess.store.library import Library
from mcassess.store.states import EvidenceState

if TYPE_CHECKING:
    from mcassess.evidence.film_strip import FilmStrip


_SHOWN = frozenset({EvidenceKind.VIDEO, EvidenceKind.AUDIO, EvidenceKind.IMAGE})


def has_film_strip(evidence: Evidence) -> bool:
    """Tells whether a film strip can be made of a piece of evidence: it plays, or is a picture: a strip of one."""
    return evidence.kind in _SHOWN and evidence.content is not None


def without_film_strip(library: Library, most: int = 200) -> list[str]:
    """Returns the files of open submissions that play and have no film strip yet, in the order of the queue.

    Args:
        library: Where they lie.
        most: How many submissions are looked at, from the top.
    """
    found: dict[str, None] = {}
    with library.read() as reading:
        for key in reading.queue.ids("open", limit=most):
            submission = reading.submissions.get(key).submission
            states = reading.evidence.states(key)
            for piece in submission.evidence:
                row = states.get((submission.attempt, piece.id, CONTENT))
                if has_film_strip(piece) and row is not None and row.state is EvidenceState.READY:
                    found[row.sha256] = None
    return [sha256 for sha256 in found if not library.vault.derived.has(sha256)]


def kept_film_strip(library: Library, sha256: str) -> "FilmStrip | None":
    """Returns the film strip that is kept of a file, None where there is none yet.

    Raises:
        WorldError: The disk does not give it.
    """
    content = library.vault.derived.get(sha256)
    if content is None:
        return None
    from mcassess.evidence.film_strip import FilmStrip  # noqa: PLC0415 - decoders only where there is something to read

    return FilmStrip.from_bytes(content)


def make_film_strip(library: Library, sha256: str, may_go_on: Callable[[], bool]) -> "FilmStrip | None":
    """Makes the film strip of a file that is here, or the still of a picture, and keeps it beside it.

    Args:
        library: Where the file lies. One that cannot be written keeps nothing; the strip is returned all the same.
        sha256: The file.
        may_go_on: Asked again and again; once it is false, the making ends.

    Returns:
        The strip; None if the making was ended, or the file was destroyed meanwhile.

    Raises:
        EvidenceError: The file cannot be opened as video, sound or picture.
        WorldError: It is not here, or the disk is full.
    """
    from mcassess.evidence import film_strip  # noqa: PLC0415 - as above
    from mcassess.evidence.kinds import FileKind, kind_of  # noqa: PLC0415 - as above

    reader = EvidenceOpener(library, sha256).open()
    strip: FilmStrip | None
    try:
        kind = kind_of(reader)
    except BaseException:
        reader.close()
        raise
    if kind is FileKind.IMAGE:
        strip = film_strip.make_picture_strip(reader)
    else:
        strip = film_strip.make_film_strip(reader, may_go_on)
    if strip is None or not may_go_on():
        return None
    if not library.read_only and not library.vault.derived.keep(sha256, strip.to_bytes()):
        return None
    return strip
