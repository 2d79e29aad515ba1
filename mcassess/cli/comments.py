"""Commands about comments beside or after a decision: comment, comment-amend, comment-remove."""

import argparse

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.jobs import commenting, finding, showing
from mcassess.store.library import Library
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    comment = subparsers.add_parser("comment", help=tr("add a comment beside or after a decision"))
    comment.add_argument("id", help=tr("the submission's id, or how it begins"))
    comment.add_argument("text")
    comment.add_argument("--criterion", metavar="C", help=tr("the criterion that it is about"))
    comment.add_argument("--cite", metavar="CITATION", help=tr("a place in the evidence"))
    comment.set_defaults(run=_add)
    amend = subparsers.add_parser("comment-amend", help=tr("put a comment of yours in other words"))
    amend.add_argument("op", metavar="OP", help=tr("the comment's operation, or how its id begins"))
    amend.add_argument("text")
    amend.set_defaults(run=_amend)
    remove = subparsers.add_parser("comment-remove", help=tr("take a comment of yours back"))
    remove.add_argument("op", metavar="OP", help=tr("the comment's operation, or how its id begins"))
    remove.add_argument("--reason", default="", metavar="TEXT", help=tr("why"))
    remove.set_defaults(run=_remove)


def _add(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        key = finding.submission_key(library, arguments.id)
        op_id = commenting.add(library, key, arguments.text, criterion=arguments.criterion, cite=arguments.cite)
        _tell(library, op_id, output)


def _amend(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        _tell(library, commenting.amend(library, arguments.op, arguments.text), output)


def _remove(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        _tell(library, commenting.remove(library, arguments.op, arguments.reason), output)


def _tell(library: Library, op_id: str, output: Output) -> None:
    document = next(row for row in showing.outbox(library) if row["op_id"] == op_id)
    output.result(document, tr("Noted. It is sent at the next sync."))
