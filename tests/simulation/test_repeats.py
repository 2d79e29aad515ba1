"""The same seed makes the same world, in another process too; and nobody's clock decides anything."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.simulation.setting import Setting
from tests.simulation.world import run_seed, world_of

WARNINGS = ("mcassess.server.framing", "mcassess.server.operations")
SEED = 7
CALM = Setting(submissions=5, assessors=2, devices=2, trouble=0.15, deaths=0.0, steps=36, together=False)


@pytest.mark.timeout(300)
def test_the_same_seed_leaves_the_same_trace_in_another_process_with_other_hashes(expected_logs: list[str]) -> None:
    expected_logs += WARNINGS
    here = run_seed(SEED).trace.digest()
    command = [sys.executable, "-m", "tests.simulation.replay", str(SEED)]
    other = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=280, env={**os.environ, "PYTHONHASHSEED": "1"}
    )
    assert other.stdout.split()[-1] == here


@pytest.mark.timeout(300)
def test_the_platform_comes_to_the_same_state_whatever_the_laptops_clocks_say(expected_logs: list[str]) -> None:
    expected_logs += WARNINGS
    states = []
    clocks = (timedelta(0), timedelta(days=3653), timedelta(days=-1))
    for turn in range(2):
        setting = Setting(**{**_fields(CALM), "offsets": clocks[turn:] + clocks[:turn]})
        with world_of(SEED, setting) as world:
            world.run()
            states.append(world.oracle.state(of_content=True))
    assert states[0]["decisions"], "something was decided"
    assert states[0] == states[1]


def _fields(setting: Setting) -> dict:
    return {name: getattr(setting, name) for name in Setting.__dataclass_fields__}
