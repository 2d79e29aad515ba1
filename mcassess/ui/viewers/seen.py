"""What was really seen of a piece of evidence: stretches that played, pages that stayed on screen. Pure."""

from collections.abc import Iterable

PAGE_SECONDS = 1.0
_LEAP_MS = 1_000


def seen_value(*, ranges: Iterable[list[int]] = (), pages: Iterable[int] = ()) -> dict[str, list[object]]:
    """Returns what a viewer tells by ``seen``."""
    return {"ranges": list(ranges), "pages": list(pages)}


class PlayedRanges:
    """Joins the times of playing pictures to ranges; what was leapt over is not among them. Times are milliseconds."""

    def __init__(self) -> None:
        self._done: list[list[int]] = []
        self._from: int | None = None
        self._to = 0

    def played(self, at_ms: int) -> None:
        """Says that the picture at ``at_ms`` is playing."""
        if self._from is not None and not self._to <= at_ms <= self._to + _LEAP_MS:
            self.interrupt()
        if self._from is None:
            self._from = at_ms
        self._to = at_ms

    def interrupt(self) -> None:
        """Says that playing stopped, or goes on somewhere else."""
        if self._from is not None and self._to > self._from:
            self._done.append([self._from, self._to])
        self._from = None

    def take(self) -> list[list[int]]:
        """Returns what is new since the last time, while playing may go on."""
        on_from = self._to if self._from is not None else None
        self.interrupt()
        self._from = on_from
        done, self._done = self._done, []
        return done


class PagesOnScreen:
    """Notices which pages have been on screen long enough; each is told once. Moments are seconds of any clock."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}
        self._told: set[int] = set()

    def shown(self, pages: Iterable[int], at: float) -> list[int]:
        """Says which pages are on screen at a moment, and returns those newly seen."""
        now = set(pages)
        self._since = {page: self._since.get(page, at) for page in now}
        new = sorted(page for page in now - self._told if at - self._since[page] >= PAGE_SECONDS)
        self._told.update(new)
        return new
