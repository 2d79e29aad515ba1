"""The in and out marks of a video, and the captions at an instant. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from mcassess.domain.citation import Moment
from mcassess.evidence.captions import Caption


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Where the stretch in hand begins and ends, in milliseconds; each may be open."""

    in_ms: int | None = None
    out_ms: int | None = None

    def with_in(self, at_ms: int) -> "Marks":
        """Returns the marks with their beginning at ``at_ms``; an end that is not after it goes."""
        return Marks(in_ms=at_ms, out_ms=self.out_ms if self.out_ms is not None and self.out_ms > at_ms else None)

    def with_out(self, at_ms: int) -> "Marks":
        """Returns the marks with their end at ``at_ms``; a beginning that is not before it goes."""
        return Marks(in_ms=self.in_ms if self.in_ms is not None and self.in_ms < at_ms else None, out_ms=at_ms)

    @property
    def any(self) -> bool:
        """Whether there is a mark at all."""
        return self.in_ms is not None or self.out_ms is not None

    def stretch(self) -> tuple[int, int] | None:
        """Returns both ends, or None while one is open."""
        return None if self.in_ms is None or self.out_ms is None else (self.in_ms, self.out_ms)

    def moment(self, at_ms: int) -> Moment:
        """Returns what would be cited at ``at_ms``: the stretch, the one begun if it lies behind, else the instant."""
        start, end = at_ms, at_ms
        if self.in_ms is not None and (self.out_ms is not None or self.in_ms < at_ms):
            start = self.in_ms
            end = self.out_ms if self.out_ms is not None else at_ms
        return Moment(start_ms=start, end_ms=end)


def captions_at(captions: Sequence[Caption], at_ms: int) -> tuple[Caption, ...]:
    """Returns the captions that are to be read at an instant.

    Args:
        captions: In the order of their start.
        at_ms: The instant, in milliseconds.
    """
    begun = captions[: bisect_right(captions, at_ms, key=lambda caption: caption.start_ms)]
    return tuple(caption for caption in begun if at_ms < caption.end_ms)
