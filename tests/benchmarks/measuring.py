"""How a benchmark is measured: ours and its baseline in turns, medians of each, and their ratio."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Measure = Callable[[], float]
Prepared = Iterator[tuple[Measure, Measure]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One benchmark.

    Attributes:
        text: One line: what is counted, and what is not.
        prepare: Prepares in a folder of its own and gives what measures us, and what measures the baseline.
        rounds: How often each is measured; at least five.
        warm_up: Whether each runs once before anything counts; not worth it where that takes a minute.
    """

    name: str
    unit: str
    better: Literal["lower", "higher"]
    text: str
    prepare: Callable[[Path], AbstractContextManager[tuple[Measure, Measure]]]
    rounds: int = 7
    warm_up: bool = True


def run(benchmark: Benchmark, folder: Path) -> dict[str, Any]:
    """Returns the benchmark's row: medians, and value by baseline."""
    values, baselines = [], []
    with benchmark.prepare(folder) as (ours, bare):
        if benchmark.warm_up:
            ours()
            bare()
        for _ in range(benchmark.rounds):
            values.append(ours())
            baselines.append(bare())
    value, baseline = statistics.median(values), statistics.median(baselines)
    return {
        "name": benchmark.name,
        "value": value,
        "unit": benchmark.unit,
        "baseline": baseline,
        "ratio": value / baseline,
        "better": benchmark.better,
        "text": benchmark.text,
    }
