"""Commands about what waits for the assessor: conflicts, resolve."""

import argparse
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.errors import UsageError
from mcassess.jobs import claiming, conflicts, resolving
from mcassess.jobs.conflicts import Conflict
from mcassess.sync.ways import Way
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    listing = subparsers.add_parser("conflicts", help=tr("list what needs you, with both sides and the ways on"))
    listing.set_defaults(run=_conflicts)
    resolve = subparsers.add_parser("resolve", help=tr("go one of the ways on that 'conflicts' lists"))
    resolve.add_argument("op", metavar="OP", help=tr("what 'conflicts' names, or how it begins"))
    resolve.add_argument("way", metavar="WAY", help=tr("one of its ways"))
    resolve.add_argument("--text", default="", metavar="TEXT", help=tr("for the coordinators, where they are asked"))
    resolve.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=tr("the file to write, where it is exported")
    )
    resolve.set_defaults(run=_resolve)


def _conflicts(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        waiting = conflicts.conflicts(library)
    text = "\n\n".join(_shown(each) for each in waiting) or tr("Nothing needs you.")
    output.result([conflicts.as_document(each) for each in waiting], text)


def _resolve(arguments: argparse.Namespace, output: Output) -> None:
    try:
        way = Way(arguments.way)
    except ValueError:
        known = ", ".join(Way)
        raise UsageError(
            tr("'{way}' is no way on. There is: {known}.").format(way=arguments.way, known=known)
        ) from None
    with opened(arguments) as library:
        resolving.resolve(
            library,
            arguments.op,
            way,
            text=arguments.text,
            output=arguments.output,
            claim=lambda key: claiming.claim_one(library, key),
        )
        left = len(conflicts.conflicts(library))
    output.result({"op": arguments.op, "way": way.value, "waiting": left}, tr("Done."))


def _shown(conflict: Conflict) -> str:
    lines = [
        conflict.title,
        f"  {conflict.text}",
        "  " + tr("Yours: {line}").format(line=conflict.mine),
        "  " + tr("On the platform: {line}").format(line=conflict.platform),
    ]
    lines += [f"  mcassess resolve {conflict.name} {each.way.value}  # {each.text}" for each in conflict.ways]
    return "\n".join(lines)
