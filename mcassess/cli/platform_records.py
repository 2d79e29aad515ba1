"""mcassess platform outcomes and kin: what the platform has on record, and settling what waits there."""

import argparse

from mcassess.cli.output import Output
from mcassess.cli.platform_parts import add_command, print_done, print_list
from mcassess.errors import ExitCode
from mcassess.texts import tr


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands on records."""
    text = tr("List what educators may be told: decisions that count and are released.")
    add_command(commands, "outcomes", text, run_outcomes, acts=False)

    text = tr("Release a decision to the educator, although attachments have not arrived.")
    release = add_command(commands, "release", text, run_release)
    release.add_argument("submission", metavar="SUBMISSION")

    text = tr("List what was sent and could not be applied, as it was kept.")
    add_command(commands, "unapplied", text, run_unapplied, acts=False)

    text = tr("Apply something that was kept, as if it came now.")
    apply = add_command(commands, "apply", text, run_apply)
    apply.add_argument("id", metavar="OP", help=tr("the operation's id"))

    text = tr("List comments, second opinions, requests for a review, and reports on evidence.")
    remarks = add_command(commands, "remarks", text, run_remarks, acts=False)
    remarks.add_argument("--open", action="store_true", help=tr("only requests and reports without an answer"))

    text = tr("Note what was made of a request or a report.")
    answer = add_command(commands, "answer", text, run_answer)
    answer.add_argument("id", metavar="OP", help=tr("the operation's id"))
    answer.add_argument("text", metavar="TEXT")

    add_command(commands, "claims", tr("List who holds which submission."), run_claims, acts=False)

    text = tr("Take a claim away from somebody; what she still sends under it is kept.")
    end = add_command(commands, "end-claim", text, run_end_claim)
    end.add_argument("submission", metavar="SUBMISSION")
    end.add_argument("name", metavar="NAME")

    text = tr("Show the audit log, and whether it is whole.")
    audit = add_command(commands, "audit", text, run_audit, acts=False)
    audit.add_argument("submission", nargs="?", metavar="SUBMISSION")


def run_outcomes(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Lists what educators may be told."""
    from mcassess.server.admin_records import outcomes  # noqa: PLC0415 - the platform's libraries are heavy

    print_list(output, outcomes(arguments.data), tr("{submission}, attempt {attempt}: {outcome}, {released_at}"))
    return None


def run_release(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Releases a decision."""
    from mcassess.server.admin_records import release_decision  # noqa: PLC0415 - the platform's libraries are heavy

    missing = release_decision(arguments.data, arguments.submission, by=arguments.by)
    text = tr("Released, without {count} attachments.").format(count=len(missing))
    print_done(output, text, submission=arguments.submission, missing=missing)
    return None


def run_unapplied(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Lists what was kept."""
    from mcassess.server.admin_records import unapplied  # noqa: PLC0415 - the platform's libraries are heavy

    print_list(output, unapplied(arguments.data), tr("{op_id}: {person}, {submission}, attempt {attempt}: {code}"))
    return None


def run_apply(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Applies something that was kept."""
    from mcassess.server.admin_records import apply_unapplied  # noqa: PLC0415 - the platform's libraries are heavy

    result = apply_unapplied(arguments.data, arguments.id, by=arguments.by)
    print_done(output, tr("Applied."), **result.model_dump(mode="json"))
    return None


def run_remarks(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Lists what people said."""
    from mcassess.server.admin_records import remarks  # noqa: PLC0415 - the platform's libraries are heavy

    line = tr("{op_id}: {kind}, {person}, {submission}, attempt {attempt}")
    print_list(output, remarks(arguments.data, only_open=arguments.open), line)
    return None


def run_answer(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Notes an answer."""
    from mcassess.server.admin_records import answer_remark  # noqa: PLC0415 - the platform's libraries are heavy

    answer_remark(arguments.data, arguments.id, arguments.text, by=arguments.by)
    print_done(output, tr("Noted."), id=arguments.id)
    return None


def run_claims(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Lists claims."""
    from mcassess.server.admin_records import held_claims  # noqa: PLC0415 - the platform's libraries are heavy

    print_list(output, held_claims(arguments.data), tr("{submission}: {person} ({device}), until {expires_at}"))
    return None


def run_end_claim(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Takes a claim away."""
    from mcassess.server.admin_records import end_claim  # noqa: PLC0415 - the platform's libraries are heavy

    end_claim(arguments.data, arguments.submission, arguments.name, by=arguments.by)
    text = tr("{name} holds {submission} no more.").format(name=arguments.name.strip(), submission=arguments.submission)
    print_done(output, text, submission=arguments.submission, name=arguments.name.strip())
    return None


def run_audit(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Shows the audit log; ends with 4 where it is not whole."""
    from mcassess.server.admin_records import audit_is_whole, audit_log  # noqa: PLC0415 - heavy

    print_list(output, audit_log(arguments.data, submission=arguments.submission), "{number} {at} {actor}: {action}")
    broken = audit_is_whole(arguments.data)
    if broken is None:
        return None
    output.message(
        tr("The log is not whole: line {number} was altered, or one before it is gone.").format(number=broken)
    )
    return ExitCode.REFUSED
