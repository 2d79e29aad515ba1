"""Commands about platforms: connect and sync."""

import argparse
import dataclasses
import signal
import sys
from types import FrameType

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.errors import ExitCode, UsageError, WorldError
from mcassess.jobs import fetching, keeping, syncing
from mcassess.jobs.finding import submission_key
from mcassess.store.edges import damaged
from mcassess.store.library import Library
from mcassess.sync.runner import Cancel, SyncEvent
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it
_MOST_TOKEN_BYTES = 1 << 16


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    connect = subparsers.add_parser("connect", help=tr("add an account on a platform"))
    connect.add_argument("url", help=tr("the platform's address"))
    connect.add_argument(
        "--token", required=True, metavar="T", help=tr("the access token; - reads it from standard input")
    )
    connect.set_defaults(run=_connect)
    sync = subparsers.add_parser("sync", help=tr("send decisions, fetch what is new, and verify it"))
    sync.add_argument("--no-evidence", action="store_true", help=tr("leave the evidence's files on the platform"))
    sync.add_argument(
        "--earlier",
        action="append",
        default=[],
        metavar="ID",
        help=tr("fetch the evidence of this submission's earlier attempts too, from now on"),
    )
    sync.set_defaults(run=_sync)


def _connect(arguments: argparse.Namespace, output: Output) -> None:
    token = arguments.token
    if token == "-":  # noqa: S105 - a sign, no token
        token = sys.stdin.buffer.readline(_MOST_TOKEN_BYTES).decode(errors="replace").strip()
    if not token:
        raise UsageError(tr("The token is empty."))
    with opened(arguments) as library:
        account = syncing.connect(library, arguments.url, token)
    document = {"url": account.url, "assessor": account.assessor_name, "programme": account.programme}
    output.result(document, tr("Connected as {name}.").format(name=account.assessor_name))


def _sync(arguments: argparse.Namespace, output: Output) -> ExitCode:
    cancel = Cancel()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        cancel.set()

    def progress(event: SyncEvent) -> None:
        output.message(event.text)

    before = signal.signal(signal.SIGINT, stop)
    try:
        with opened(arguments) as library:
            if not syncing.accounts(library):
                raise UsageError(tr("No platform is connected yet. 'mcassess connect URL --token T' connects one."))
            for name in arguments.earlier:
                fetching.want_earlier(library, submission_key(library, name))
            report = syncing.sync(library, evidence=not arguments.no_evidence, on_event=progress, cancel=cancel)
            _keep_safe(library, output)
    finally:
        signal.signal(signal.SIGINT, before)
    output.result(dataclasses.asdict(report), report.text())
    return report.exit_code()


def _keep_safe(library: Library, output: Output) -> None:
    """Makes the backup of the day and the check of the week; what goes wrong there undoes no sync."""
    try:
        if keeping.keep(library).faults:
            output.message(damaged(library.home).text)
    except WorldError as error:
        output.message(error.text)
