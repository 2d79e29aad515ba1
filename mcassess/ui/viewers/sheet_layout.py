"""Where sheets (pages, or one picture) lie below one another, and areas on them: pure geometry, paints nothing."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from mcassess.domain.citation import Area

ZOOM_STEPS = (0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0)
GAP = 14
MARGIN = 12
_LEAST_AREA = 0.004
_FAR = 1_000_000


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in device-independent pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """The row after the last."""
        return self.top + self.height


class SheetLayout:
    """Sheets of known sizes in one column, at one zoom.

    Args:
        sizes: Width and height of each sheet, in units of its own: points, or a picture's pixels.
    """

    def __init__(self, sizes: Sequence[tuple[float, float]] = ()) -> None:
        self._sizes = tuple(sizes)
        self._boxes: tuple[Box, ...] = ()
        self._tops: list[int] = []
        self.width = 0
        self.height = 0

    def __len__(self) -> int:
        return len(self._sizes)

    def size(self, index: int) -> tuple[float, float]:
        """Returns the size of a sheet in its own units."""
        return self._sizes[index]

    def zoom_for_width(self, width: int) -> float:
        """Returns the pixels a unit at which the widest sheet fills ``width`` pixels."""
        widest = max((size[0] for size in self._sizes), default=1.0)
        return max(width - 2 * MARGIN, 40) / max(widest, 1.0)

    def zoom_for_whole(self, width: int, height: int) -> float:
        """Returns the pixels a unit at which every sheet is to be seen whole."""
        tallest = max((size[1] for size in self._sizes), default=1.0)
        return min(self.zoom_for_width(width), max(height - 2 * MARGIN, 40) / max(tallest, 1.0))

    def arrange(self, zoom: float, room: tuple[int, int], only: int | None = None) -> None:
        """Lays the sheets out at so many pixels a unit, in the middle of a room of so many pixels.

        Args:
            zoom: Pixels a unit.
            room: Width and height of what can be seen at once.
            only: The one sheet that is to be seen; those before and after it lie out of sight.
        """
        shown = [(max(1, round(width * zoom)), max(1, round(height * zoom))) for width, height in self._sizes]
        seen = shown if only is None else shown[only : only + 1]
        self.width = max(max((width for width, _ in seen), default=0) + 2 * MARGIN, room[0])
        total = sum(height for _, height in seen) + GAP * max(len(seen) - 1, 0) + 2 * MARGIN
        self.height = max(total, room[1])
        top = MARGIN + max((room[1] - total) // 2, 0)
        if only is not None:
            self._set_boxes([_apart(size, index, only, top, self.width) for index, size in enumerate(shown)])
            return
        boxes = []
        for width, height in shown:
            boxes.append(Box((self.width - width) // 2, top, width, height))
            top += height + GAP
        self._set_boxes(boxes)

    def _set_boxes(self, boxes: list[Box]) -> None:
        self._boxes = tuple(boxes)
        self._tops = [box.top for box in boxes]

    def box(self, index: int) -> Box:
        """Returns where a sheet lies."""
        return self._boxes[index]

    def between(self, top: int, bottom: int) -> range:
        """Returns the sheets of which something lies between two rows."""
        first = max(bisect_right(self._tops, top) - 1, 0)
        while first < len(self._boxes) and self._boxes[first].bottom <= top:
            first += 1
        return range(first, bisect_left(self._tops, bottom))

    def at(self, y: int) -> int:
        """Returns the sheet at a row, or the nearest one before it; 0 before all."""
        return max(min(bisect_right(self._tops, y), len(self._tops)) - 1, 0)

    def on_screen(self, top: int, bottom: int) -> list[int]:
        """Returns the sheets of which enough to read is between two rows: half of the sheet, or half of the room."""
        found = []
        for index in self.between(top, bottom):
            box = self._boxes[index]
            shown = min(box.bottom, bottom) - max(box.top, top)
            if 2 * shown >= min(box.height, bottom - top):
                found.append(index)
        return found


def stepped_zoom(share: float, steps: int) -> float:
    """Returns the zoom so many steps further in, or out when negative; shares of the natural size."""
    for _ in range(abs(steps)):
        further = [step for step in ZOOM_STEPS if (step - share) * steps > 0.005]
        if not further:
            break
        share = further[0] if steps > 0 else further[-1]
    return share


def turned(area: Area, quarters: int) -> Area:
    """Returns where an area lies after its sheet was turned clockwise by so many quarters; negative turns it back."""
    x, y, width, height = area.x, area.y, area.width, area.height
    for _ in range(quarters % 4):
        x, y, width, height = max(1 - y - height, 0.0), x, height, width
    return Area(x=x, y=y, width=min(width, 1 - x), height=min(height, 1 - y))


def turned_point(x: float, y: float, quarters: int) -> tuple[float, float]:
    """Returns where a point lies after its sheet was turned clockwise by so many quarters."""
    for _ in range(quarters % 4):
        x, y = 1 - y, x
    return x, y


def _apart(size: tuple[int, int], index: int, only: int, top: int, width: int) -> Box:
    far = 0 if index == only else (index - only) * _FAR
    return Box((width - size[0]) // 2, top + far, size[0], size[1])


def area_between(box: Box, start: tuple[float, float], end: tuple[float, float]) -> Area | None:
    """Returns the area of a sheet between two points of its room, cut at its edges; None where hardly anything is."""
    xs = sorted(min(max((x - box.left) / box.width, 0.0), 1.0) for x in (start[0], end[0]))
    ys = sorted(min(max((y - box.top) / box.height, 0.0), 1.0) for y in (start[1], end[1]))
    width, height = xs[1] - xs[0], ys[1] - ys[0]
    if width < _LEAST_AREA or height < _LEAST_AREA:
        return None
    return Area(x=xs[0], y=ys[0], width=width, height=height)
