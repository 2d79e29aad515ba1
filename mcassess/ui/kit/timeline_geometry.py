"""Where things of a timeline lie: pure functions from milliseconds to pixels and back. Paints nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

_STEPS_MS = (1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000)
_LEAST_RANGE_PIXELS = 4.0
_LEAST_WINDOW_MS = 5_000


class RangeKind(StrEnum):
    """Whether a range supports a score already (drawn filled) or is only marked (drawn as an outline)."""

    CITATION = "citation"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRange:
    """A stretch of time on the line.

    Attributes:
        id: By what signals name it.
        start_ms: Its beginning, in milliseconds.
        end_ms: Its end, in milliseconds.
        label: What it is, translated; shown under the pointer.
        kind: Citation or moment.
        criterion: The place (from 0) of the criterion whose colour it has; None for a moment of no criterion.
    """

    id: str
    start_ms: int
    end_ms: int
    label: str
    kind: RangeKind = RangeKind.CITATION
    criterion: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePointer:
    """The educator's own hint at one instant: ``at_ms`` in milliseconds, a translated label, perhaps a criterion."""

    at_ms: int
    label: str
    criterion: int | None = None


class Grip(StrEnum):
    """By what a range is held while it is dragged."""

    START = "start"
    END = "end"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of pixels that shows a length of time, or a window of it.

    Attributes:
        left: The pixel of the window's beginning.
        width: The pixels of the window.
        duration_ms: The whole length; nought where it is not known yet.
        from_ms: Where the window begins.
        to_ms: Where it ends; None for the end of the whole length.
    """

    left: float
    width: float
    duration_ms: int
    from_ms: int = 0
    to_ms: int | None = None

    @property
    def end_ms(self) -> int:
        """Where the window ends."""
        return self.duration_ms if self.to_ms is None else self.to_ms

    @property
    def shown_ms(self) -> int:
        """The length of the window."""
        return self.end_ms - self.from_ms

    def x(self, at_ms: int) -> float:
        """Returns the pixel of an instant, kept on the whole line; outside the window it lies beside the pixels."""
        if self.duration_ms <= 0 or self.shown_ms <= 0:
            return self.left
        return self.left + self.width * (min(max(at_ms, 0), self.duration_ms) - self.from_ms) / self.shown_ms

    def ms(self, x: float) -> int:
        """Returns the instant at a pixel, kept in the window."""
        if self.duration_ms <= 0 or self.width <= 0:
            return 0
        return self.from_ms + round(self.shown_ms * min(max((x - self.left) / self.width, 0.0), 1.0))

    def span(self, start_ms: int, end_ms: int) -> tuple[float, float]:
        """Returns left and width of a range, never too thin to be seen and hit."""
        left = self.x(start_ms)
        return left, max(self.x(end_ms) - left, _LEAST_RANGE_PIXELS)

    def length_ms(self, pixels: float) -> int:
        """Returns how long so many pixels are."""
        return round(self.shown_ms * pixels / self.width) if self.width > 0 else 0

    def tick_ms(self, least_pixels: float) -> int:
        """Returns the round step of time whose ticks stand at least so many pixels apart."""
        for step in _STEPS_MS:
            if self.duration_ms <= 0 or step * self.width / self.shown_ms >= least_pixels:
                return step
        return _STEPS_MS[-1]

    def zoomed(self, factor: float, around_ms: int) -> "Scale":
        """Returns the scale with a window ``factor`` times as short, in which ``around_ms`` keeps its pixel."""
        shown = min(max(round(self.shown_ms / factor), min(_LEAST_WINDOW_MS, self.duration_ms)), self.duration_ms)
        share = (around_ms - self.from_ms) / self.shown_ms if self.shown_ms else 0.0
        return self._window(round(around_ms - shown * share), shown)

    def moved(self, by_ms: int) -> "Scale":
        """Returns the scale with its window moved on, or back when negative, as far as there is something."""
        return self._window(self.from_ms + by_ms, self.shown_ms)

    def _window(self, from_ms: int, shown_ms: int) -> "Scale":
        begin = min(max(from_ms, 0), self.duration_ms - shown_ms)
        return replace(self, from_ms=begin, to_ms=begin + shown_ms)


def grip_at(
    ranges: Sequence[TimelineRange], x: float, scale: Scale, selected: str | None, edge_pixels: float
) -> tuple[TimelineRange, Grip] | None:
    """Returns which range is held at a pixel, and by what; the range in hand goes before others.

    Every range is held by its edges; by its middle only the one in hand, so that a click elsewhere still seeks.
    """
    for each in sorted(ranges, key=lambda each: (each.id != selected, each.end_ms - each.start_ms)):
        left, width = scale.span(each.start_ms, each.end_ms)
        from_start, from_end = abs(x - left), abs(x - left - width)
        if min(from_start, from_end) <= min(edge_pixels, max(width / 3, _LEAST_RANGE_PIXELS / 2)):
            return each, Grip.START if from_start < from_end else Grip.END
        if each.id == selected and left <= x <= left + width:
            return each, Grip.WHOLE
    return None


def dragged(given: TimelineRange, grip: Grip, by_ms: int, duration_ms: int) -> tuple[int, int]:
    """Returns start and end of a range that was dragged by so much: ends do not cross, and nothing leaves the line."""
    start, end = given.start_ms, given.end_ms
    if grip is Grip.START:
        return min(max(start + by_ms, 0), end), end
    if grip is Grip.END:
        return start, max(min(end + by_ms, duration_ms), start)
    by_ms = min(max(by_ms, -start), max(duration_ms - end, 0))
    return start + by_ms, end + by_ms


@dataclass(frozen=True, slots=True)
class Lane:
    """The share of the height that a range has: the ``index``-th (from 0) of ``count`` equal ones."""

    index: int
    count: int


def lanes_of(ranges: Sequence[TimelineRange]) -> dict[str, Lane]:
    """Returns the lane of each range by id: overlapping ones share the height, one that stands alone has all of it."""
    lanes: dict[str, Lane] = {}
    cluster: dict[str, int] = {}
    free_from: list[int] = []
    for given in sorted(ranges, key=lambda each: (each.start_ms, -each.end_ms, each.id)):
        if all(end <= given.start_ms for end in free_from):
            lanes |= {each: Lane(index, len(free_from)) for each, index in cluster.items()}
            cluster, free_from = {}, []
        lane = next((i for i, end in enumerate(free_from) if end <= given.start_ms), len(free_from))
        if lane == len(free_from):
            free_from.append(0)
        free_from[lane] = max(given.end_ms, given.start_ms + 1)
        cluster[given.id] = lane
    return lanes | {each: Lane(index, len(free_from)) for each, index in cluster.items()}


def range_at(ranges: Sequence[TimelineRange], at_ms: int, tolerance_ms: int = 0) -> TimelineRange | None:
    """Returns the shortest range that holds an instant, or None."""
    held = [each for each in ranges if each.start_ms - tolerance_ms <= at_ms <= each.end_ms + tolerance_ms]
    return min(held, key=lambda each: (each.end_ms - each.start_ms, each.id), default=None)


def clock_text(at_ms: int, *, hundredths: bool = False) -> str:
    """Returns an instant as people read it: ``07:41``, ``1:07:41``, with hundredths ``07:41.20``."""
    seconds, rest = divmod(max(at_ms, 0), 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute:02d}:{second:02d}"
    return f"{text}.{rest // 10:02d}" if hundredths else text
