"""Makes the files of the practice pack, and of the tiny pack that tests use. README.md says how."""

import argparse
from pathlib import Path

from documents import make_documents
from films import make_films
from pictures import make_pictures
from small import make_small

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Makes what is asked for, or everything."""
    parser = argparse.ArgumentParser(description="Makes the files of the practice pack and of the tests' tiny pack.")
    parser.add_argument("part", nargs="?", choices=["small", "films", "papers"], help="only this part")
    parser.add_argument("--only", default="", help="only films whose name begins so")
    options = parser.parse_args()
    files = HERE / "pack" / "files"
    files.mkdir(parents=True, exist_ok=True)
    if options.part in {None, "small"}:
        make_small(HERE.parents[1] / "tests" / "data" / "packs" / "small")
    if options.part in {None, "papers"}:
        make_pictures(files)
        make_documents(files)
    if options.part in {None, "films"}:
        make_films(files, options.only)


if __name__ == "__main__":
    main()
