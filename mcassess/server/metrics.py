"""What was asked of the platform, counted; every worker process writes its own part of one shared table."""

from collections.abc import Iterator, MutableSequence
from typing import NamedTuple

MAX_ROUTES = 64
_CLASSES = 5
_COLUMNS = _CLASSES + 1
CELLS = MAX_ROUTES * _COLUMNS
"""How many numbers one worker's part has: for each route a count by class of status, and seconds in all."""


class Asked(NamedTuple):
    """What was asked of one route.

    Attributes:
        counts: How many answers of each class of status, ``1xx`` to ``5xx``.
        seconds: Spent on them in all.
    """

    route: str
    counts: tuple[int, ...]
    seconds: float


class Metrics:
    """Counts requests by route and class of status."""

    def __init__(self, cells: MutableSequence[float] | None = None, part: int = 0) -> None:
        """Takes the shared table, and says which part of it is ours; without one it counts for this process alone."""
        self._cells: MutableSequence[float] = [0.0] * CELLS if cells is None else cells
        self._begin = part * CELLS
        self._routes: dict[str, int] = {"other": 0}

    def know(self, routes: list[str]) -> None:
        """Says which routes there are: the same in every process, in the same order."""
        for route in routes[: MAX_ROUTES - 1]:
            self._routes.setdefault(route, len(self._routes))

    def count(self, route: str, status: int, seconds: float) -> None:
        """Counts one answer."""
        begin = self._begin + self._routes.get(route, 0) * _COLUMNS
        self._cells[begin + min(max(status // 100, 1), _CLASSES) - 1] += 1
        self._cells[begin + _CLASSES] += seconds

    def asked(self) -> Iterator[Asked]:
        """Yields what was asked of each route, in all processes together."""
        for route, number in self._routes.items():
            parts = range(number * _COLUMNS, len(self._cells), CELLS)
            totals = [sum(self._cells[part + column] for part in parts) for column in range(_COLUMNS)]
            if any(totals):
                yield Asked(route, tuple(int(count) for count in totals[:_CLASSES]), totals[_CLASSES])
