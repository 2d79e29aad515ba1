"""Random series: the same rounds in every run, then new ones for as long as ``dev.py test --long`` asks for."""

import os
import random
import time
from collections.abc import Iterator

MINUTES = float(os.environ.get("MCASSESS_LONG_MINUTES") or 0)


def rounds(least: int, seed: int, share: float = 1.0) -> Iterator[random.Random]:
    """Yields a source of chance for each round; prints what it is made of, so that a failing round can be had again.

    Args:
        least: How many rounds there are in any case, always the same ones.
        seed: Of the first of them; the others count on from it.
        share: Which part of the asked for minutes goes to new rounds, each from a seed of its own.
    """
    until = time.monotonic() + 60 * MINUTES * share
    number = 0
    while number < least or time.monotonic() < until:
        chosen = seed + number if number < least else random.randrange(10**9)
        print(f"round {number + 1}, random.Random({chosen})")
        yield random.Random(chosen)
        number += 1
