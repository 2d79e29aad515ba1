"""Reviews as they were last folded, so that one more change costs one more step and not the whole fold."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # not needed for the first picture
    from mcassess.domain.review import Review

_KEPT = 16


@dataclass(frozen=True, slots=True)
class Folded:
    """A review up to one of its changes.

    Attributes:
        row: The row of the last change that is in it; 0 for none.
        kept: How many changes its snapshot in the library is the fold of; 0 for none.
    """

    review: "Review"
    row: int = 0
    kept: int = 0


class Folds:
    """Keeps the latest reviews. Changes are only ever added, so what was committed once stays a true beginning."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Folded] = OrderedDict()

    def get(self, review: int) -> Folded | None:
        """Returns the review in this row as far as it is known here, or None."""
        with self._lock:
            return self._kept.get(review)

    def keep(self, folded: Mapping[int, Folded]) -> None:
        """Remembers reviews of a transaction that has been committed or has only read."""
        with self._lock:
            for review, each in folded.items():
                if review not in self._kept or self._kept[review].row <= each.row:
                    self._kept[review] = each
                self._kept.move_to_end(review)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
