"""python -m mcassess, and the installed command. Only hands over."""

import sys
from collections.abc import Callable
from pathlib import Path

from mcassess import starting


def main() -> int:
    """Runs the command that was asked for and returns its exit code."""
    if sys.argv[1:2] == ["worker"] and len(sys.argv) == 3:
        # The isolated child processes import nothing but their own door.
        from mcassess.evidence.worker import worker_main  # noqa: PLC0415

        return worker_main(sys.argv[2])
    from mcassess.cli.main import run  # noqa: PLC0415
    from mcassess.hardening import keep_memory_private  # noqa: PLC0415

    keep_memory_private()
    return int(run(sys.argv[1:], _open_window))


def _open_window(home: Path | None, message: Callable[[str], None], account: tuple[str, str] | None) -> int:
    starting.begin()
    from mcassess.window import open_window  # noqa: PLC0415 - Qt only where a window is wanted

    return open_window(home, message, account=account)


if __name__ == "__main__":
    sys.exit(main())
