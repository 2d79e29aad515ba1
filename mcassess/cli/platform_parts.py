"""What the commands of mcassess platform share: the folder, the person who acts, and printing lists."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mcassess.cli.output import Output
from mcassess.errors import ExitCode
from mcassess.texts import tr, tr_n

Run = Callable[[argparse.Namespace, Output], ExitCode | None]


def add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    run: Run,
    *,
    acts: bool = True,
) -> argparse.ArgumentParser:
    """Adds a command on the platform's data and returns its parser.

    Args:
        acts: Whether it changes something, so that it is asked who does.
    """
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=tr("folder of the platform's data"))
    if acts:
        parser.add_argument("--by", metavar="NAME", help=tr("who does it, for the audit log; without it the operator"))
    parser.set_defaults(run=run)
    return parser


def print_list(output: Output, records: Sequence[Any], line: str) -> None:
    """Prints dataclasses: as JSON, or a line each, made by filling their fields into ``line``."""
    documents = [asdict(record) for record in records]
    lines = [line.format(**document) for document in documents]
    lines.append(tr_n("{count} in all", "{count} in all", len(lines)).format(count=len(lines)))
    output.result(documents, "\n".join(lines))


def print_done(output: Output, text: str, **document: object) -> None:
    """Prints that something was done: what it was about as JSON, or a sentence."""
    output.result(document, text)
