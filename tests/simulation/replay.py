"""Runs one seed of the simulation again and prints what happened: python -m tests.simulation.replay SEED."""

import sys

from tests.simulation.world import run_seed

if __name__ == "__main__":
    world = run_seed(int(sys.argv[1]))
    print(world.trace.text())
    print(world.trace.digest())
