"""The command that writes review summaries."""

import argparse
from datetime import datetime
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.errors import UsageError
from mcassess.jobs import exporting, finding
from mcassess.texts import tr, tr_n

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    export = subparsers.add_parser("export", help=tr("write review summaries"))
    export.add_argument("ids", nargs="*", metavar="ID", help=tr("the submissions' ids, or how they begin"))
    export.add_argument("--all", action="store_true", help=tr("all sealed reviews"))
    export.add_argument("--since", type=_date, metavar="DATE", help=tr("only those sealed on this day or later"))
    export.add_argument("--format", choices=list(exporting.FORMATS), default="pdf")
    export.add_argument("--deidentify", action="store_true", help=tr("leave out who the educator and the assessor are"))
    export.add_argument("-o", "--output", type=Path, required=True, metavar="PATH")
    export.set_defaults(run=_export)


def _export(arguments: argparse.Namespace, output: Output) -> None:
    if bool(arguments.ids) == arguments.all or (arguments.since and not arguments.all):
        raise UsageError(tr("Name submissions, or say --all for all sealed reviews; --since goes with --all."))
    with opened(arguments) as library:
        if arguments.all:
            keys = exporting.sealed_keys(library, arguments.since)
        else:
            keys = [finding.submission_key(library, name) for name in arguments.ids]
        path = exporting.export(library, keys, arguments.format, arguments.output, deidentify=arguments.deidentify)
    text = tr_n("{count} summary written to {path}.", "{count} summaries written to {path}.", len(keys))
    output.result({"path": str(path), "summaries": len(keys)}, text.format(count=len(keys), path=path))


def _date(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("'{text}' is not a date such as 2026-11-22").format(text=text)) from None
    return moment.astimezone()  # a day without a zone is a day where the assessor is
