"""Commands that destroy evidence: wipe, withhold."""

import argparse

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.domain.kinds import DestroyReason
from mcassess.errors import UsageError
from mcassess.jobs import finding, retention, withholding
from mcassess.jobs.sentences import bytes_text
from mcassess.texts import tr, tr_n

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    wipe = subparsers.add_parser("wipe", help=tr("destroy evidence on this laptop; your own words stay"))
    wipe.add_argument("ids", nargs="*", metavar="SUBMISSION", help=tr("the submission's id, or how it begins"))
    wipe.add_argument("--all", action="store_true", help=tr("all evidence in the library"))
    wipe.set_defaults(run=_wipe)
    withhold = subparsers.add_parser(
        "withhold", help=tr("destroy evidence here that must not be seen, and report it to the programme")
    )
    withhold.add_argument("id", metavar="SUBMISSION", help=tr("the submission's id, or how it begins"))
    withhold.add_argument("evidence", metavar="EVIDENCE", help=tr("the evidence's id, or how it begins"))
    withhold.add_argument("--attempt", type=int, metavar="N", help=tr("of an earlier attempt"))
    withhold.add_argument(
        "--safety", action="store_true", help=tr("for a worry about a child's safety, not a breach of privacy")
    )
    withhold.add_argument("--text", default="", metavar="TEXT", help=tr("what the programme should know"))
    withhold.set_defaults(run=_withhold)


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


def _withhold(arguments: argparse.Namespace, output: Output) -> None:
    reason = DestroyReason.SAFETY if arguments.safety else DestroyReason.PRIVACY_BREACH
    with opened(arguments) as library:
        key = finding.submission_key(library, arguments.id)
        with library.read() as reading:
            stored = reading.submissions.get(key)
        evidence = finding.evidence_id(stored, arguments.evidence, arguments.attempt)
        changes = withholding.withhold(
            library, key, evidence, reason=reason, text=arguments.text, attempt=arguments.attempt
        )
    guidance = stored.microcredential.policy.reporting_text
    document = {
        "submission": stored.submission.id,
        "evidence": evidence,
        "reason": reason.value,
        "destroyed": len(changes.evidence),
        "guidance": guidance,
    }
    done = tr("Withheld: it is destroyed on this laptop, and the next sync reports it to the programme.")
    output.result(document, f"{done}\n{guidance}".rstrip())
