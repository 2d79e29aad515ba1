"""Commands that record a review: score, completeness, note, feedback, carry-over, undo, redo."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.domain.changes import ChangeKind
from mcassess.errors import UsageError, WorldError
from mcassess.jobs import carrying, finding, reviewing, showing
from mcassess.store.library import Library
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it
MAX_FEEDBACK_BYTES = 1 << 20


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    score = _command(subparsers, "score", tr("choose a level for a criterion"), _score)
    score.add_argument("criterion")
    score.add_argument("level")
    score.add_argument("--comment", metavar="TEXT", help=tr("replaces the comment"))
    score.add_argument(
        "--cite",
        action="append",
        metavar="CITATION",
        help=tr("EVIDENCE@00:07:14-00:07:48, EVIDENCE#page=2 or EVIDENCE#page=2&rect=x,y,w,h; replaces the citations"),
    )
    completeness = _command(subparsers, "completeness", tr("answer a completeness check"), _completeness)
    completeness.add_argument("check")
    completeness.add_argument("answer", choices=["yes", "no"])
    note = _command(subparsers, "note", tr("write the private note"), _note)
    note.add_argument("text")
    feedback = _command(subparsers, "feedback", tr("write the feedback to the educator"), _feedback)
    feedback.add_argument(
        "--file", type=Path, required=True, metavar="F", help=tr("text in UTF-8; - is standard input")
    )
    _command(subparsers, "carry-over", tr("take over what was met in the attempt before"), _carry_over)
    _command(subparsers, "undo", tr("take back the newest change of this review"), _undo)
    _command(subparsers, "redo", tr("bring back the change undone last"), _redo)


def _command(
    subparsers: "Subparsers[argparse.ArgumentParser]",
    name: str,
    text: str,
    act: Callable[[Library, int, argparse.Namespace], None],
) -> argparse.ArgumentParser:
    def run(arguments: argparse.Namespace, output: Output) -> None:
        with opened(arguments) as library:
            key = finding.submission_key(library, arguments.id)
            act(library, key, arguments)
            document = showing.submission(library, key)
        output.result({"id": document["submission"]["id"], "review": document["review"]}, tr("Saved."))

    parser = subparsers.add_parser(name, help=text)
    parser.add_argument("id", help=tr("the submission's id, or how it begins"))
    parser.set_defaults(run=run)
    return parser


def _score(library: Library, key: int, arguments: argparse.Namespace) -> None:
    reviewing.score(library, key, arguments.criterion, arguments.level, comment=arguments.comment, cite=arguments.cite)


def _completeness(library: Library, key: int, arguments: argparse.Namespace) -> None:
    reviewing.answer_check(library, key, arguments.check, answer=arguments.answer == "yes")


def _note(library: Library, key: int, arguments: argparse.Namespace) -> None:
    reviewing.write_text(library, key, ChangeKind.NOTE, arguments.text)


def _feedback(library: Library, key: int, arguments: argparse.Namespace) -> None:
    reviewing.write_text(library, key, ChangeKind.FEEDBACK, _text_of(arguments.file))


def _carry_over(library: Library, key: int, _: argparse.Namespace) -> None:
    carrying.carry_over(library, key)


def _undo(library: Library, key: int, _: argparse.Namespace) -> None:
    reviewing.undo(library, key)


def _redo(library: Library, key: int, _: argparse.Namespace) -> None:
    reviewing.redo(library, key)


def _text_of(path: Path) -> str:
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(MAX_FEEDBACK_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(MAX_FEEDBACK_BYTES + 1)
    except OSError as error:
        raise WorldError(tr("'{path}' cannot be read: {why}.").format(path=path, why=error.strerror)) from None
    if len(data) > MAX_FEEDBACK_BYTES:
        raise UsageError(tr("'{path}' is too long for a feedback.").format(path=path))
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n")
    except UnicodeDecodeError:
        raise WorldError(
            tr("'{path}' is not text in UTF-8. Save it as UTF-8 and try again.").format(path=path)
        ) from None
