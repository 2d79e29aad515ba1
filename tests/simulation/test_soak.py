"""Worlds made of seeds, one after the other for a time: whatever happens in them, the invariants hold."""

import time

import pytest

from tests.simulation.counting import note
from tests.simulation.world import run_seed
from tests.support.series import MINUTES
from tests.support.tally import Tally

SECONDS = 60 + 60 * MINUTES
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
    until, seed = time.monotonic() + SECONDS, 1_000
    counts: dict[str, int] = {}
    while time.monotonic() < until:
        world = run_seed(seed)
        for name, number in world.trace.counts.items():
            counts[name] = counts.get(name, 0) + number
        seed += 1
    note(tally, seed - 1_000, counts)
