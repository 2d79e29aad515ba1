"""Worlds made of seeds, one after the other for a time: whatever happens in them, the invariants hold."""

import os
import time

import pytest

from tests.simulation.world import run_seed

SECONDS = 60 + 60 * float(os.environ.get("MCASSESS_LONG_MINUTES") or 0)
REGRESSIONS = {
    22: "a run raised what the full disk said at its very end, instead of reporting it",
    51: "a hold that began under a clock ten years ahead lasted ten years",
    118: "a row that was set aside counted for ever, when a fresh reading did not show it any more",
    238: "a version of a rubric that a restored platform had lost counted for ever",
}
"""Seeds that have found something, and what it was."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", list(REGRESSIONS))
def test_seeds_that_have_found_something_find_it_no_more(seed: int) -> None:
    run_seed(seed)


@pytest.mark.timeout(120 + SECONDS)
def test_whatever_happens_nothing_is_lost_sent_twice_or_mixed_up() -> None:
    until, seed = time.monotonic() + SECONDS, 1_000
    counts: dict[str, int] = {}
    while time.monotonic() < until:
        world = run_seed(seed)
        for name, number in world.trace.counts.items():
            counts[name] = counts.get(name, 0) + number
        seed += 1
    faults = sum(number for name, number in counts.items() if name.startswith("fault"))
    print(f"{seed - 1_000} seeds, {faults} faults: {dict(sorted(counts.items()))}")
