"""The kinds of failure a person can meet, and their exit codes. Anything else that is raised is a bug of ours.

    McassessError
    ├── UsageError      the command is wrong                                                     exit 2
    ├── WorldError      the world: disk full, offline, locked, wrong passphrase, broken file     exit 3
    └── RefusedError    the platform refused, or something needs the assessor                    exit 4

Each carries one text for a person: what happened, why, and what to do.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line ends with."""

    DONE = 0
    BUG = 1
    USAGE = 2
    WORLD = 3
    REFUSED = 4


class McassessError(Exception):
    """A failure that a person can understand and act on.

    Attributes:
        text: One clear sentence or two: what, why, what to do.
    """

    exit_code = ExitCode.BUG

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class UsageError(McassessError):
    """The command or a value given with it is wrong."""

    exit_code = ExitCode.USAGE


class WorldError(McassessError):
    """Something outside the program stands in the way."""

    exit_code = ExitCode.WORLD


class RefusedError(McassessError):
    """The platform refused, or something waits for the assessor.

    Attributes:
        reasons: Each thing that is missing or wrong, one sentence a piece; may be empty.
    """

    exit_code = ExitCode.REFUSED

    def __init__(self, text: str, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.reasons = reasons
