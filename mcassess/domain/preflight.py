"""What the program finds out about a piece of evidence on arrival. How it finds it out is in evidence/preflight.py."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing about a file that somebody should know.

    Attributes:
        code: One stable word for programs.
        text: One sentence for people.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found out about a file. None stands for what the file does not have by nature, or was not found out.

    Attributes:
        kind: ``video``, ``sound``, ``document``, ``image``, ``text``, ``link`` or ``unknown``.
        opens: Whether it can be shown at all.
        plays: Whether its pictures or its sound can be decoded.
        sound: Whether there is sound.
        loudness_db: How loud the sound is on the whole, in decibels below the loudest possible: -20 is usual.
        duration_ms: Stated length in milliseconds.
        width: Pixels in a row, upright.
        height: Rows of pixels, upright.
        pages: Number of pages.
        words: Number of words.
        problems: What is wrong, the gravest first.
    """

    kind: str
    opens: bool = False
    plays: bool | None = None
    sound: bool | None = None
    loudness_db: float | None = None
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    words: int | None = None
    problems: tuple[Problem, ...] = ()

    def has(self, *codes: str) -> bool:
        """Tells whether one of these problems was found."""
        return any(problem.code in codes for problem in self.problems)
