"""mcassess platform assign and kin: what coordinators do with submissions and their evidence."""

import argparse
from dataclasses import asdict

from mcassess.cli.output import Output
from mcassess.cli.platform_parts import add_command, print_done
from mcassess.errors import ExitCode
from mcassess.texts import tr

_YES_NO = {"yes": True, "no": False}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands on submissions."""
    text = tr("Give a submission to assessors or approvers; claims of others of their role end.")
    assign = add_command(commands, "assign", text, run_assign)
    assign.add_argument("submission", metavar="SUBMISSION")
    assign.add_argument("names", nargs="+", metavar="NAME")
    assign.add_argument("--undo", action="store_true", help=tr("take it from them again"))

    text = tr("Keep a submission, or all that an educator sends, from a person.")
    recuse = add_command(commands, "recuse", text, run_recuse)
    recuse.add_argument("name", metavar="NAME")
    recuse.add_argument("submission", nargs="?", metavar="SUBMISSION")
    recuse.add_argument("--educator", metavar="ID", help=tr("the educator's id, as packs have it"))
    recuse.add_argument("--reason", default="", metavar="TEXT")

    text = tr("Note that the educator took her submission back: laptops destroy its evidence.")
    withdraw = add_command(commands, "withdraw", text, run_withdraw)
    withdraw.add_argument("submission", metavar="SUBMISSION")
    withdraw.add_argument("--reason", default="", metavar="TEXT")
    withdraw.add_argument("--undo", action="store_true", help=tr("take the withdrawal back"))

    text = tr("Have the present attempt judged by another version of its rubric.")
    move = add_command(commands, "move-rubric", text, run_move_rubric)
    move.add_argument("submission", metavar="SUBMISSION")
    move.add_argument("version", type=int, metavar="VERSION")

    text = tr("Let an educator submit more often than the policy says.")
    grant = add_command(commands, "grant-attempt", text, run_grant_attempt)
    grant.add_argument("submission", metavar="SUBMISSION")
    grant.add_argument("--count", type=int, default=1, metavar="N")

    text = tr("Open a decided submission again, to be scored blind by somebody else.")
    appeal = add_command(commands, "appeal", text, run_appeal)
    appeal.add_argument("submission", metavar="SUBMISSION")
    appeal.add_argument("--assessor", metavar="NAME", help=tr("who shall do it; without it, whoever may"))
    appeal.add_argument("--reason", default="", metavar="TEXT")
    appeal.add_argument("--cancel", action="store_true", help=tr("call an appeal off"))
    _register_evidence(commands)


def _register_evidence(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = tr("Record what a piece of evidence may be used for; without consent to scoring nobody gets it.")
    consent = add_command(commands, "consent", text, run_consent)
    text = tr("Withhold a piece of evidence from everybody.")
    withhold = add_command(commands, "withhold", text, run_withhold)
    for parser in (consent, withhold):
        parser.add_argument("submission", metavar="SUBMISSION")
        parser.add_argument("evidence", metavar="EVIDENCE")
        parser.add_argument("--attempt", type=int, metavar="N", help=tr("the present one where it is left out"))
    for purpose in ("scoring", "training"):
        consent.add_argument(f"--{purpose}", choices=tuple(_YES_NO))
    after = withhold.add_mutually_exclusive_group()
    after.add_argument("--undo", action="store_true", help=tr("give it back, after somebody has looked"))
    after.add_argument("--destroy", action="store_true", help=tr("destroy it for good, file and words"))

    text = tr("Destroy evidence whose time is over by the policy, or whose submission was withdrawn.")
    retention = add_command(commands, "retention", text, run_retention)
    retention.add_argument("--only-look", action="store_true", help=tr("say what would go, and leave it"))


def run_assign(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Gives a submission to people, or takes it from them."""
    from mcassess.server.admin_submissions import assign_submission, unassign_submission  # noqa: PLC0415 - heavy

    change = unassign_submission if arguments.undo else assign_submission
    change(arguments.data, arguments.submission, arguments.names, by=arguments.by)
    text = tr("{submission}: taken from {names}.") if arguments.undo else tr("{submission}: given to {names}.")
    named = text.format(submission=arguments.submission, names=", ".join(arguments.names))
    print_done(output, named, submission=arguments.submission, names=arguments.names, assigned=not arguments.undo)
    return None


def run_recuse(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Keeps submissions from a person."""
    from mcassess.server.admin_submissions import recuse_person  # noqa: PLC0415 - the platform's libraries are heavy

    count = recuse_person(
        arguments.data,
        arguments.name,
        submission=arguments.submission,
        educator=arguments.educator,
        reason=arguments.reason,
        by=arguments.by,
    )
    text = tr("{name} does not assess it: {count} submissions.").format(name=arguments.name.strip(), count=count)
    print_done(output, text, name=arguments.name.strip(), submissions=count)
    return None


def run_withdraw(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Notes a withdrawal, or takes it back."""
    from mcassess.server.admin_submissions import reinstate_submission, withdraw_submission  # noqa: PLC0415 - heavy

    if arguments.undo:
        reinstate_submission(arguments.data, arguments.submission, by=arguments.by)
        text = tr("{submission} is open again.")
    else:
        withdraw_submission(arguments.data, arguments.submission, reason=arguments.reason, by=arguments.by)
        text = tr("{submission} is withdrawn.")
    named = text.format(submission=arguments.submission)
    print_done(output, named, submission=arguments.submission, withdrawn=not arguments.undo)
    return None


def run_move_rubric(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Moves the present attempt to another version of its rubric."""
    from mcassess.server.admin_submissions import move_rubric  # noqa: PLC0415 - the platform's libraries are heavy

    move_rubric(arguments.data, arguments.submission, arguments.version, by=arguments.by)
    text = tr("{submission} is judged by version {version} of its rubric.").format(
        submission=arguments.submission, version=arguments.version
    )
    print_done(output, text, submission=arguments.submission, version=arguments.version)
    return None


def run_grant_attempt(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Grants further attempts."""
    from mcassess.server.admin_submissions import grant_attempts  # noqa: PLC0415 - the platform's libraries are heavy

    granted = grant_attempts(arguments.data, arguments.submission, arguments.count, by=arguments.by)
    text = tr("{submission}: {count} more than the policy says.").format(submission=arguments.submission, count=granted)
    print_done(output, text, submission=arguments.submission, granted=granted)
    return None


def run_appeal(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Opens an appeal, or calls it off."""
    from mcassess.server.admin_submissions import cancel_appeal, open_appeal  # noqa: PLC0415 - heavy

    if arguments.cancel:
        cancel_appeal(arguments.data, arguments.submission, by=arguments.by)
        text = tr("{submission}: the decision counts as before.").format(submission=arguments.submission)
        print_done(output, text, submission=arguments.submission, appeal=None)
        return None
    number = open_appeal(
        arguments.data, arguments.submission, reason=arguments.reason, assessor=arguments.assessor, by=arguments.by
    )
    text = tr("{submission}: appeal {number} waits for somebody who has not decided on it.").format(
        submission=arguments.submission, number=number
    )
    print_done(output, text, submission=arguments.submission, appeal=number)
    return None


def run_consent(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Records consent."""
    from mcassess.server.admin_evidence import EvidencePlace, set_consent  # noqa: PLC0415 - heavy

    scoring, training = _YES_NO.get(arguments.scoring), _YES_NO.get(arguments.training)
    place = EvidencePlace(arguments.submission, arguments.evidence, arguments.attempt)
    set_consent(arguments.data, place, scoring=scoring, training=training, by=arguments.by)
    about = {"submission": arguments.submission, "evidence": arguments.evidence}
    print_done(output, tr("Recorded."), **about, scoring=scoring, training=training)
    return None


def run_withhold(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Withholds evidence, gives it back, or destroys it."""
    from mcassess.server.admin_evidence import (  # noqa: PLC0415 - heavy
        EvidencePlace,
        destroy_evidence,
        withhold_evidence,
    )

    place = EvidencePlace(arguments.submission, arguments.evidence, arguments.attempt)
    if arguments.destroy:
        destroy_evidence(arguments.data, place, by=arguments.by)
    else:
        withhold_evidence(arguments.data, place, give_back=arguments.undo, by=arguments.by)
    text = tr("It is given back.") if arguments.undo else tr("Nobody gets it any more.")
    about = {"submission": arguments.submission, "evidence": arguments.evidence}
    print_done(output, text, **about, withheld=not arguments.undo)
    return None


def run_retention(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Destroys evidence whose time is over."""
    from mcassess.server.admin_evidence import destroy_old_evidence  # noqa: PLC0415 - the platform's libraries are heavy

    found = destroy_old_evidence(arguments.data, only_look=arguments.only_look, by=arguments.by)
    text = tr("{count} pieces of evidence would go.") if arguments.only_look else tr("{count} pieces of evidence went.")
    output.result(asdict(found), text.format(count=len(found.evidence)))
    return None
