"""What random series tried and what came of it: counted test by test, added up at the end of a run.

The counts travel with the tests' reports, so that they arrive from other processes too.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

PROPERTY = "tried"


class Tally:
    """Counts what one test tried."""

    def __init__(self, node: pytest.Item) -> None:
        self._counts: dict[str, dict[str, int]] = {}
        node.user_properties.append((PROPERTY, self._counts))

    def add(self, kind: str, what: str, count: int = 1) -> None:
        """Counts one more, or so many.

        Args:
            kind: Under which heading, such as "Kills".
            what: The named point, or the fault and what came of it.
            count: How many.
        """
        counts = self._counts.setdefault(kind, {})
        counts[what] = counts.get(what, 0) + count


def lines(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Yields the closing note: a line for each heading, and one for each thing that was tried under it."""
    total: dict[str, Counter[str]] = {}
    for report in reports:
        for name, counts in report.user_properties:
            if name == PROPERTY and report.when == "call":
                for kind, tried in counts.items():  # type: ignore[attr-defined]  # what Tally has put there
                    total.setdefault(kind, Counter()).update(tried)
    for kind, tried in sorted(total.items()):
        yield f"{kind}: {tried.total()}"
        yield from (f"  {count:>6}  {what}" for what, count in sorted(tried.items()))
