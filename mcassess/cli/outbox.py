"""Commands about decisions: seal, take-back, outbox."""

import argparse

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.domain.kinds import Condition, Outcome
from mcassess.errors import UsageError
from mcassess.jobs import finding, revising, sealing, showing
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it

_OUTCOMES = {"award": Outcome.AWARD, "not-yet": Outcome.NOT_YET, "return": Outcome.RETURNED}


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    seal = subparsers.add_parser("seal", help=tr("freeze the decision; it is sent at the next sync"))
    seal.add_argument("id", help=tr("the submission's id, or how it begins"))
    seal.add_argument("outcome", choices=list(_OUTCOMES))
    seal.add_argument("--condition", metavar="C", help=tr("condition code: {codes}").format(codes=", ".join(Condition)))
    seal.set_defaults(run=_seal)
    seal.add_argument("--reason", default="", metavar="TEXT", help=tr("why a decision is revised"))
    revise = subparsers.add_parser("revise", help=tr("open the review of a decision that has arrived, to revise it"))
    revise.add_argument("id", help=tr("the submission's id, or how it begins"))
    revise.add_argument("--give-up", action="store_true", help=tr("let the decision stand after all"))
    revise.set_defaults(run=_revise)
    back = subparsers.add_parser("take-back", help=tr("withdraw a sealed decision that was never tried to be sent"))
    back.add_argument("id", help=tr("the submission's id, or how it begins"))
    back.set_defaults(run=_take_back)
    outbox = subparsers.add_parser("outbox", help=tr("list what waits to be sent"))
    outbox.add_argument("--settled", action="store_true", help=tr("also what has arrived"))
    outbox.set_defaults(run=_outbox)


def _seal(arguments: argparse.Namespace, output: Output) -> None:
    condition = _condition(arguments.condition)
    with opened(arguments) as library:
        key = finding.submission_key(library, arguments.id)
        sealing.seal_decision(library, key, _OUTCOMES[arguments.outcome], condition=condition, reason=arguments.reason)
        document = showing.submission(library, key)["review"]["sealed"]
    output.result(document, tr("Sealed. It is sent at the next sync."))


def _revise(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        key = finding.submission_key(library, arguments.id)
        if arguments.give_up:
            revising.give_up(library, key)
        else:
            revising.reopen(library, key)
        document = showing.submission(library, key)
    text = tr("The decision stands.") if arguments.give_up else tr("Open again. Sealing it revises the decision.")
    output.result({"id": document["submission"]["id"], "state": document["review"]["state"]}, text)


def _take_back(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        key = finding.submission_key(library, arguments.id)
        sealing.take_back(library, key)
        document = showing.submission(library, key)
    output.result(
        {"id": document["submission"]["id"], "state": document["review"]["state"]},
        tr("Taken back. The review can be changed again."),
    )


def _outbox(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        rows = showing.outbox(library, settled=arguments.settled)
    lines = [
        f"{row['submission']}  {row['kind']}  {row['state']}" + (f"  {row['last_error']}" if row["last_error"] else "")
        for row in rows
    ]
    output.result(rows, "\n".join(lines) or tr("Nothing waits to be sent."))


def _condition(text: str | None) -> Condition | None:
    if text is None:
        return None
    try:
        return Condition(text.replace("-", "_").lower())
    except ValueError:
        known = ", ".join(Condition)
        raise UsageError(
            tr("'{text}' is no condition code. There is: {known}.").format(text=text, known=known)
        ) from None
