"""The command line's parser, and the way from an error to its sentence and exit code."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mcassess import __version__
from mcassess.cli.output import Output
from mcassess.crash import describe
from mcassess.errors import ExitCode, McassessError, RefusedError
from mcassess.texts import tr

OpenWindow = Callable[[Path | None, Callable[[str], None], tuple[str, str] | None], int]
"""Takes the home as it was given, what says something to the person, and a platform's address and token, if any."""


def run(words: Sequence[str], open_window: OpenWindow) -> ExitCode:
    """Runs one command line and returns what to exit with. Without a command it opens the window.

    Args:
        words: The command line, without the program's name.
        open_window: Opens the window and returns what to exit with once it is closed.
    """
    parser = argparse.ArgumentParser(prog="mcassess", description=tr("The desk of an assessor of micro-credentials."))
    parser.add_argument("--version", action="version", version=f"mcassess {__version__}")
    _add_common(parser, default=True)
    if any(not word.startswith("-") for word in _without_values(words)) or {"-h", "--help"} & set(words):
        _add_commands(parser)
    parser.set_defaults(open_window=open_window)
    arguments = parser.parse_args(words)
    output = Output(json=arguments.json)
    try:
        code: ExitCode | None = arguments.run(arguments, output)
    except McassessError as error:
        output.message(error.text)
        if isinstance(error, RefusedError):
            for reason in error.reasons:
                if reason not in error.text:
                    output.message(f"- {reason}")
        return error.exit_code
    except KeyboardInterrupt:
        output.message(tr("Stopped."))
        return ExitCode.WORLD
    except BrokenPipeError:
        # Whoever read our output has gone; the rest of it is of no use to anybody.
        sys.stdout = None  # Python would write its buffer to the closed pipe at the end
        return ExitCode.WORLD
    except Exception as error:  # noqa: BLE001 - the last place where a bug can become one sentence
        output.message(describe(error))
        return ExitCode.BUG
    return code or ExitCode.DONE


def _add_common(parser: argparse.ArgumentParser, *, default: bool = False) -> None:
    # Both places, before and after the command; the later one must not undo the earlier with its default.
    nothing = None if default else argparse.SUPPRESS
    parser.add_argument("--home", type=Path, default=nothing, metavar="DIR", help=tr("where the library lies"))
    parser.add_argument(
        "--json",
        action="store_true",
        default=False if default else argparse.SUPPRESS,
        help=tr("print one JSON document"),
    )
    if default:
        parser.set_defaults(run=_window)


def _add_commands(parser: argparse.ArgumentParser) -> None:
    from mcassess.cli import (  # noqa: PLC0415
        backup,
        export,
        inspect,
        key,
        library,
        outbox,
        platform,
        practice,
        review,
        serve,
        sync,
        wipe,
    )

    subparsers = parser.add_subparsers(metavar=tr("COMMAND"), parser_class=_CommandParser)
    for topic in (library, review, outbox, sync, wipe, key, export, backup, inspect, practice, serve, platform):
        topic.register(subparsers)


class _CommandParser(argparse.ArgumentParser):
    """A command's parser: takes the common options too."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as argparse has them
        super().__init__(*arguments, **options)
        _add_common(self)


def _without_values(words: Sequence[str]) -> list[str]:
    """Returns the words less the value of --home, so that a folder is not taken for a command."""
    return [word for before, word in zip(["", *words], words, strict=False) if before != "--home"]


def _window(arguments: argparse.Namespace, output: Output) -> ExitCode:
    return ExitCode(arguments.open_window(arguments.home, output.message, None))
