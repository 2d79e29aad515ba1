"""Commands about files that go up with a decision: attach and detach."""

import argparse
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.jobs import attaching
from mcassess.jobs.finding import submission_key
from mcassess.store.library import Library
from mcassess.texts import tr, tr_n

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    attach = subparsers.add_parser("attach", help=tr("attach a file, such as an annotated document, to a decision"))
    attach.add_argument("id", metavar="ID", help=tr("the submission"))
    attach.add_argument("file", type=Path, metavar="FILE", help=tr("the file; it is kept encrypted until it is sent"))
    attach.add_argument("--for", dest="target", default="", metavar="EVIDENCE", help=tr("what it was made of"))
    attach.set_defaults(run=_attach)
    detach = subparsers.add_parser("detach", help=tr("take a file from a decision that is not sealed"))
    detach.add_argument("id", metavar="ID", help=tr("the submission"))
    detach.add_argument("name", metavar="NAME", help=tr("the file's name"))
    detach.set_defaults(run=_detach)


def _attach(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        key = submission_key(library, arguments.id)
        attaching.attach(library, key, arguments.file, arguments.target)
        _show(library, key, output)


def _detach(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        key = submission_key(library, arguments.id)
        attaching.detach(library, key, arguments.name)
        _show(library, key, output)


def _show(library: Library, key: int, output: Output) -> None:
    files = attaching.attached(library, key)
    document = [
        {"name": each.name, "size": each.size, "media_type": each.media_type, "for": each.target} for each in files
    ]
    count = tr_n("{n} file goes up after the decision.", "{n} files go up after the decision.", len(files))
    output.result(document, count.format(n=len(files)))
