"""Commands about claims: claim, release."""

import argparse
from typing import Any

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.errors import ExitCode, UsageError
from mcassess.jobs import claiming, finding
from mcassess.jobs.claiming import ClaimWish
from mcassess.sync.platform import OfflineError
from mcassess.sync.wire_claims import MAX_CLAIMS, ClaimAction
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    claim = subparsers.add_parser("claim", help=tr("have submissions promised to you for some days"))
    claim.add_argument("ids", nargs="*", metavar="ID", help=tr("the submission's id, or how it begins"))
    claim.add_argument("--next", type=int, metavar="N", help=tr("the N that are due next"))
    claim.add_argument("--days", type=int, metavar="D", help=tr("for so many days, at most 30"))
    claim.add_argument("--renew", action="store_true", help=tr("lengthen what you hold"))
    claim.add_argument("--take-over", action="store_true", help=tr("from another of your laptops"))
    claim.set_defaults(run=_claim)
    release = subparsers.add_parser("release", help=tr("give claims back, or hand them over"))
    release.add_argument("ids", nargs="+", metavar="ID", help=tr("the submission's id, or how it begins"))
    release.add_argument("--to", metavar="NAME", help=tr("the assessor who goes on"))
    release.add_argument("--recuse", action="store_true", help=tr("you must not assess it"))
    release.add_argument("--reason", default="", metavar="TEXT", help=tr("why"))
    release.set_defaults(run=_release)


def _claim(arguments: argparse.Namespace, output: Output) -> ExitCode:
    if bool(arguments.ids) == (arguments.next is not None):
        raise UsageError(tr("Name the submissions, or give --next N."))
    if arguments.next is not None and not 1 <= arguments.next <= MAX_CLAIMS:
        raise UsageError(tr("--next takes 1 to {most}.").format(most=MAX_CLAIMS))
    if arguments.days is not None and not 1 <= arguments.days <= 30:
        raise UsageError(tr("--days takes 1 to 30."))
    wish = ClaimWish(days=arguments.days, take_over=arguments.take_over)
    with opened(arguments) as library:
        if arguments.next is not None:
            done = claiming.take_next(library, arguments.next, wish)
        else:
            keys = [finding.submission_key(library, name) for name in arguments.ids]
            done = claiming.change_claims(library, keys, "renew" if arguments.renew else "claim", wish)
    return _tell(done, output)


def _release(arguments: argparse.Namespace, output: Output) -> ExitCode:
    action: ClaimAction = "hand_over" if arguments.to else "release"
    wish = ClaimWish(to=arguments.to, recuse=arguments.recuse, reason=arguments.reason)
    with opened(arguments) as library:
        keys = [finding.submission_key(library, name) for name in arguments.ids]
        try:
            done = claiming.change_claims(library, keys, action, wish)
        except OfflineError:
            if arguments.to:
                raise
            done = claiming.release_later(library, keys, wish)
            output.message(tr("There is no connection now; the next sync gives it back."))
    return _tell(done, output)


def _tell(done: list[dict[str, Any]], output: Output) -> ExitCode:
    lines = []
    for each in done:
        if each["problem"] is not None:
            lines.append(f"{each['submission']}: {each['problem']['title']}")
        elif each["claimed"]:
            text = tr("{id}: yours until {time}")
            lines.append(text.format(id=each["submission"], time=each["expires_at"]))
        else:
            lines.append(tr("{id}: given back").format(id=each["submission"]))
    output.result(done, "\n".join(lines) or tr("There is nothing to claim."))
    return ExitCode.REFUSED if any(each["problem"] for each in done) else ExitCode.DONE
