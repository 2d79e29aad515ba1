"""Makes the practice pack, and the tiny pack that tests use: python resources/practice/make.py [small|practice]."""

import argparse
from pathlib import Path

from small import make_small

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Makes what is asked for, or both."""
    parser = argparse.ArgumentParser(description="Makes the practice pack and the tests' tiny pack.")
    parser.add_argument("which", nargs="?", choices=["small", "practice"])
    which = parser.parse_args().which
    if which != "practice":
        make_small(HERE.parents[1] / "tests" / "data" / "packs" / "small")


if __name__ == "__main__":
    main()
