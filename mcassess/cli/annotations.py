"""Commands that mark documents and pictures, and write a copy with the marks burnt in."""

import argparse
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.domain.annotation import AnnotationStyle
from mcassess.errors import UsageError
from mcassess.jobs import annotating, finding, showing
from mcassess.texts import tr, tr_n

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    annotate = subparsers.add_parser("annotate", help=tr("mark a place in a document or picture"))
    annotate.add_argument("id", help=tr("the submission's id, or how it begins"))
    annotate.add_argument(
        "place",
        metavar="PLACE",
        help=tr("EVIDENCE#page=2, EVIDENCE#page=2&rect=x,y,w,h or EVIDENCE#rect=x,y,w,h"),
    )
    annotate.add_argument("--style", choices=[style.value for style in AnnotationStyle], help=tr("how it is drawn"))
    annotate.add_argument("--text", default="", metavar="TEXT", help=tr("what you say about it"))
    annotate.set_defaults(run=_annotate)
    copy = subparsers.add_parser(
        "annotated-copy", help=tr("write a PDF of a document or picture with what you marked, for the educator")
    )
    copy.add_argument("id", help=tr("the submission's id, or how it begins"))
    copy.add_argument("evidence", metavar="EVIDENCE", help=tr("the evidence's id, or how it begins"))
    copy.add_argument("-o", "--output", type=Path, required=True, metavar="PATH")
    copy.set_defaults(run=_copy)


def _annotate(arguments: argparse.Namespace, output: Output) -> None:
    style = AnnotationStyle(arguments.style) if arguments.style else None
    with opened(arguments) as library:
        key = finding.submission_key(library, arguments.id)
        with library.read() as reading:
            evidence, place = finding.citation(reading.submissions.get(key), arguments.place)
        if not isinstance(place, annotating.Marked):
            raise UsageError(tr("Only pages of documents and areas of pictures can be marked."))
        annotating.annotate(library, key, evidence, place, style=style, text=arguments.text)
        document = showing.submission(library, key)
    output.result({"id": document["submission"]["id"], "review": document["review"]}, tr("Saved."))


def _copy(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        key = finding.submission_key(library, arguments.id)
        with library.read() as reading:
            evidence = finding.evidence_id(reading.submissions.get(key), arguments.evidence)
        copy = annotating.save_annotated_copy(library, key, evidence, arguments.output)
    text = tr_n("{count} mark written to {path}.", "{count} marks written to {path}.", copy.annotations)
    document = {"path": str(arguments.output), "evidence": copy.evidence, "annotations": copy.annotations}
    output.result(document, text.format(count=copy.annotations, path=arguments.output))
