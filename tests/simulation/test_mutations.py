"""The simulation is itself put to the test: whatever is broken on purpose, some seed soon notices."""

from collections.abc import Callable

import pytest

import tests.simulation.mutations_of_files  # noqa: F401 - registers its own
from tests.simulation.mutations import MUTATIONS
from tests.simulation.oracle import SeedFailedError
from tests.simulation.world import run_seed

MOST_SEEDS = 25


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", list(MUTATIONS))
def test_what_is_broken_on_purpose_is_noticed(
    name: str, record_property: Callable[[str, object], None], expected_logs: list[str]
) -> None:
    expected_logs.append("mcassess.server")  # a platform that is broken may well complain
    for seed in range(1, MOST_SEEDS + 1):
        try:
            run_seed(seed, MUTATIONS[name].setting, MUTATIONS[name].broken)
        except SeedFailedError as failed:
            record_property("seeds", seed)
            print(f"{name}: seed {seed}: {str(failed).splitlines()[-2]}")
            return
    pytest.fail(f"{MOST_SEEDS} seeds have not noticed it")
