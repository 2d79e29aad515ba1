"""The command that destroys evidence: wipe."""

import argparse

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.errors import UsageError
from mcassess.jobs import finding, retention
from mcassess.jobs.sentences import bytes_text
from mcassess.texts import tr, tr_n

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the command of this topic."""
    wipe = subparsers.add_parser("wipe", help=tr("destroy evidence on this laptop; your own words stay"))
    wipe.add_argument("ids", nargs="*", metavar="SUBMISSION", help=tr("the submission's id, or how it begins"))
    wipe.add_argument("--all", action="store_true", help=tr("all evidence in the library"))
    wipe.set_defaults(run=_wipe)


def _wipe(arguments: argparse.Namespace, output: Output) -> None:
    if bool(arguments.ids) == arguments.all:
        raise UsageError(tr("Name the submissions whose evidence is to be destroyed, or give --all."))
    with opened(arguments) as library:
        keys = None if arguments.all else [finding.submission_key(library, name) for name in arguments.ids]
        document = retention.wipe(library, keys)
    number = document["destroyed"]
    text = tr_n("{n} file of evidence destroyed", "{n} files of evidence destroyed", number).format(n=number)
    lines = [f"{text} ({bytes_text(document['bytes'])})."]
    if kept := document["kept"]:
        lines.append(
            tr_n(
                "{n} file stays, because another submission refers to it.",
                "{n} files stay, because other submissions refer to them.",
                kept,
            ).format(n=kept)
        )
    output.result(document, "\n".join(lines))
