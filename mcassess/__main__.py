"""python -m mcassess, and the installed command. Only hands over."""

import sys


def main() -> int:
    """Runs the command that was asked for and returns its exit code."""
    if sys.argv[1:2] == ["worker"] and len(sys.argv) == 3:
        # The isolated child processes import nothing but their own door.
        from mcassess.evidence.worker import worker_main  # noqa: PLC0415

        return worker_main(sys.argv[2])
    from mcassess.cli.main import run  # noqa: PLC0415

    return int(run(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
