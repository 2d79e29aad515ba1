"""Commands that look after things: check, verify, doctor."""

import argparse
from pathlib import Path

from mcassess import paths
from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.errors import ExitCode, UsageError
from mcassess.jobs import arriving, finding, inspecting, proposing
from mcassess.jobs.sentences import bytes_text
from mcassess.sync.runner import Cancel
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    check = subparsers.add_parser("check", help=tr("tell what evidence holds and what is wrong with it"))
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help=tr("loose files, opened as evidence is"))
    check.add_argument("--submission", metavar="ID", help=tr("the evidence of a submission, and what it proposes"))
    check.set_defaults(run=_check)
    verify = subparsers.add_parser("verify", help=tr("check the whole library, every piece of evidence included"))
    verify.set_defaults(run=_verify)
    doctor = subparsers.add_parser("doctor", help=tr("tell what is here, what is missing, and how to get it"))
    doctor.set_defaults(run=_doctor)


def _check(arguments: argparse.Namespace, output: Output) -> None:
    if bool(arguments.files) == bool(arguments.submission):
        raise UsageError(tr("Name files to check, or a submission by --submission ID; one of the two."))
    if arguments.submission:
        _check_submission(arguments, output)
        return
    documents = inspecting.check_files(arguments.files)
    lines = []
    for document in documents:
        problems = "; ".join(problem["text"] for problem in document["problems"])
        lines.append(f"{document['path']}: {document['kind']}: {problems or tr('fine')}")
    output.result(documents, "\n".join(lines))


def _check_submission(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        key = finding.submission_key(library, arguments.submission)
        if not library.read_only:
            arriving.check_arrivals(library, Cancel(), only=proposing.files_of(library, [key]))
        document = proposing.checked_submission(library, key)
    lines = [f"{piece['title']}: {piece['text']}" for piece in document["evidence"]]
    lines += [slot["text"] for slot in document["slots"]]
    for check in document["checks"]:
        proposed = {True: tr("yes"), False: tr("no"), None: "–"}[check["proposed"]]
        lines.append(f"{check['text']}: {' '.join([proposed, *check['reasons']])}")
    output.result(document, "\n".join(lines))


def _verify(arguments: argparse.Namespace, output: Output) -> ExitCode:
    with opened(arguments) as library:
        document = inspecting.verify(library)
    evidence = document["evidence"]
    text = tr("Database: {database}. Evidence: {ok} sound, {missing} missing, {damaged} damaged.")
    output.result(document, text.format(database=document["database"], **evidence))
    sound = document["database"] == "ok" and not evidence["missing"] and not evidence["damaged"]
    return ExitCode.DONE if sound else ExitCode.WORLD


def _doctor(arguments: argparse.Namespace, output: Output) -> None:
    document = inspecting.doctor(paths.home(arguments.home))
    lines = [f"mcassess {document['mcassess']}, {document['system']}"]
    lines += [f"{part['name']}: {part['version'] or part['remedy']}" for part in document["parts"]]
    lines.append(tr("Display: {display}").format(display=document["display"] or tr("none")))
    lines.append(tr("Home: {home}").format(home=document["home"]))
    free = document["disk_free_bytes"]
    lines.append(tr("Free on the disk: {free}").format(free=tr("unknown") if free is None else bytes_text(free)))
    output.result(document, "\n".join(lines))
