"""The command line's parser, and the way from an error to its sentence and exit code."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from mcassess import __version__
from mcassess.cli.output import Output
from mcassess.crash import describe
from mcassess.errors import ExitCode, McassessError, RefusedError, UsageError
from mcassess.texts import tr

OpenWindow = Callable[[Path | None, Callable[[str], None], tuple[str, str] | None], int]
"""Takes the home as it was given, what says something to the person, and a platform's address and token, if any."""


def run(words: Sequence[str], open_window: OpenWindow) -> ExitCode:
    """Runs one command line and returns what to exit with. Without a command it opens the window.

    Args:
        words: What was typed after the program's name.
        open_window: Opens the window and returns when it is closed; it is above this room.

    Raises:
        SystemExit: Help or the version was asked for, and printed.
    """
    output = Output(json="--json" in words)
    try:
        arguments = _parsed(words)
        output.json, arguments.open_window = arguments.json, open_window
        code: ExitCode | None = arguments.run(arguments, output)
    except McassessError as error:
        output.failure(error.exit_code, error.text, error.reasons if isinstance(error, RefusedError) else ())
        return error.exit_code
    except KeyboardInterrupt:
        output.failure(ExitCode.WORLD, tr("Stopped."))
        return ExitCode.WORLD
    except BrokenPipeError:
        # Whoever read our output has gone; what Python has still in hand for it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.WORLD
    except Exception as error:  # noqa: BLE001 - the last place where a bug can become one sentence
        if isinstance(error, UnicodeEncodeError) and not all(map(_is_text, words)):
            output.failure(ExitCode.USAGE, tr("The command holds bytes that are not characters in UTF-8."))
            return ExitCode.USAGE
        output.failure(ExitCode.BUG, describe(error))
        return ExitCode.BUG
    return code or ExitCode.DONE


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints go the way of all errors, and which takes no option for another one's beginning."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as argparse has them
        super().__init__(**options, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise UsageError(tr("{message}. '{program} --help' tells how.").format(message=message, program=self.prog))


class _CommandParser(_Parser):
    """A command's parser: takes the common options too."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as argparse has them
        super().__init__(**options)
        _add_common(self)


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="mcassess", description=tr("The desk of an assessor of micro-credentials."))
    parser.add_argument("--version", action="version", version=f"mcassess {__version__}")
    _add_common(parser, default=True)
    # The window is there the sooner for not importing what the commands need.
    if any(not word.startswith("-") for word in _without_values(words)) or {"-h", "--help"} & set(words):
        _add_commands(parser)
    return parser.parse_args(_with_token(words))


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
        annotations,
        attaching,
        backup,
        claims,
        comments,
        conflicts,
        export,
        fetching,
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
    for topic in (
        library,
        review,
        outbox,
        comments,
        conflicts,
        claims,
        attaching,
        sync,
        fetching,
        wipe,
        key,
        export,
        annotations,
        backup,
        inspect,
        practice,
        serve,
        platform,
    ):
        topic.register(subparsers)


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _with_token(words: Sequence[str]) -> list[str]:
    """Returns the words with each token joined to its option: one that begins with a dash is no option."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "--token" and "--" not in joined:
            joined[-1] = f"--token={word}"
        else:
            joined.append(word)
    return joined


def _without_values(words: Sequence[str]) -> list[str]:
    """Returns the words less the value of --home, so that a folder is not taken for a command."""
    return [word for before, word in zip(["", *words], words, strict=False) if before != "--home"]


def _window(arguments: argparse.Namespace, output: Output) -> ExitCode:
    return ExitCode(arguments.open_window(arguments.home, output.message, None))
