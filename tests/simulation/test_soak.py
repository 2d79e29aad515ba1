"""Worlds made of seeds, one after the other for a time: whatever happens in them, the invariants hold."""

import random
import time
from collections.abc import Iterator
from itertools import count

import pytest

from tests.simulation.counting import note
from tests.simulation.world import run_seed
from tests.support.series import MINUTES
from tests.support.tally import Tally

FIRST_SECONDS = 60
SECONDS = FIRST_SECONDS + 60 * MINUTES
WARNINGS = ("mcassess.server.framing", "mcassess.server.operations")
"""They say that the platform's disk is full; faults of its own fail the seed."""
REGRESSIONS = {
    10: "a platform of another version made a decision wait for the assessor, as if it had been refused",
    10_025: "evidence stayed until the next run where another step than signing in was told that it has to go",
    20_026: "a refused operation that was applied later was not asked about again after the asking had failed once",
}
"""Seeds that have found something, and what it was."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", list(REGRESSIONS))
def test_seeds_that_have_found_something_find_it_no_more(seed: int, expected_logs: list[str]) -> None:
    expected_logs += WARNINGS
    run_seed(seed)


@pytest.mark.timeout(120 + SECONDS)
def test_whatever_happens_nothing_is_lost_sent_twice_or_mixed_up(expected_logs: list[str], tally: Tally) -> None:
    expected_logs += WARNINGS
    counts: dict[str, int] = {}
    tried = 0
    for seed in seeds():
        for name, number in run_seed(seed).trace.counts.items():
            counts[name] = counts.get(name, 0) + number
        tried += 1
    note(tally, tried, counts)


def seeds() -> Iterator[int]:
    """Yields the same seeds in every run, then new ones for as long as it is asked for."""
    begun = time.monotonic()
    for first, seconds in ((1_000, FIRST_SECONDS), (random.randrange(10**6, 10**9), SECONDS)):
        for seed in count(first):
            if time.monotonic() - begun >= seconds:
                break
            yield seed
