"""Commands about files that go up with a decision: attach, which lists them too, and detach."""

import argparse
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.errors import UsageError
from mcassess.jobs import attaching
from mcassess.jobs.finding import submission_key
from mcassess.jobs.sentences import bytes_text
from mcassess.store.library import Library
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    attach = subparsers.add_parser("attach", help=tr("attach a file to a decision, or list the files that go with it"))
    attach.add_argument("id", metavar="ID", help=tr("the submission"))
    given = attach.add_mutually_exclusive_group()
    text = tr("the file; it is kept encrypted until it is sent. Without one, the files are listed")
    given.add_argument("file", type=Path, nargs="?", metavar="FILE", help=text)
    text = tr("instead of a file, a copy of this evidence with what is marked on it")
    given.add_argument("--annotated", metavar="EVIDENCE", help=text)
    attach.add_argument("--for", dest="target", default="", metavar="EVIDENCE", help=tr("what the file was made of"))
    attach.set_defaults(run=_attach)
    detach = subparsers.add_parser("detach", help=tr("take a file from a decision that is not sealed"))
    detach.add_argument("id", metavar="ID", help=tr("the submission"))
    detach.add_argument("name", metavar="NAME", help=tr("the file's name"))
    detach.set_defaults(run=_detach)


def _attach(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        key = submission_key(library, arguments.id)
        if arguments.annotated is not None:
            attaching.attach_annotated(library, key, arguments.annotated)
        elif arguments.file is not None:
            attaching.attach(library, key, arguments.file, arguments.target)
        elif arguments.target:
            raise UsageError(tr("Name the file that was made of it: mcassess attach ID FILE --for EVIDENCE."))
        _show(library, key, output)


def _detach(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        key = submission_key(library, arguments.id)
        attaching.detach(library, key, arguments.name)
        _show(library, key, output)


def _show(library: Library, key: int, output: Output) -> None:
    files = attaching.attached_files(library, key)
    document = [
        {
            "name": each.name,
            "size": each.size,
            "media_type": each.media_type,
            "for": each.target,
            "state": each.state.value,
            "arrived": each.arrived,
        }
        for each in files
    ]
    lines = [f"{each.name} · {bytes_text(each.size)} · {attaching.file_state_text(each)}" for each in files]
    output.result(document, "\n".join(lines) or tr("No file goes with this decision."))
