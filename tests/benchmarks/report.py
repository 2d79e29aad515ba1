"""How long a review summary takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.jobs.exporting import export
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.big_library import big_library


@contextmanager
def _summary(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    library = big_library(folder / "home", 1)
    with library.write() as writing:
        key = writing.queue.ids()[0]
        entries = []
        for number in range(5):
            entries.append(Entry(kind=ChangeKind.SCORE, target=f"c{number}", value="l1"))
            entries.append(Entry(kind=ChangeKind.COMMENT, target=f"c{number}", value="The pair talk was clear. " * 12))
        entries.append(Entry(kind=ChangeKind.FEEDBACK, value="Thank you for what you show here. " * 60))
        writing.reviews.append(key, entries)

    def ours() -> float:
        begun = time.perf_counter()
        export(library, [key], "pdf", folder / "summary.pdf")
        return time.perf_counter() - begun

    try:
        yield ours, lambda: 1.0
    finally:
        library.close()


BENCHMARKS = (
    Benchmark(
        name="summary-pdf",
        unit="s",
        better="lower",
        text="One review summary, read from the library and written as PDF, after the first; against one second.",
        prepare=_summary,
    ),
)
