"""Commands about platforms: connect and sync."""

import argparse
import dataclasses
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.errors import ExitCode, McassessError, UsageError, WorldError
from mcassess.jobs import fetching, keeping, syncing
from mcassess.jobs.finding import submission_key
from mcassess.store.accounts import Account
from mcassess.store.edges import damaged
from mcassess.store.library import Library
from mcassess.sync.platform import CancelledError
from mcassess.sync.runner import Cancel, SyncEvent
from mcassess.sync.signing_in import Invitation
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it
_MOST_TOKEN_BYTES = 1 << 16


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    connect = subparsers.add_parser("connect", help=tr("add an account on a platform"))
    connect.add_argument("url", help=tr("the platform's address"))
    connect.add_argument(
        "--token",
        metavar="T",
        help=tr("the access token; - reads it from standard input; without it, you sign in with a code on a page"),
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
    sync.add_argument(
        "--wait", type=int, default=0, metavar="SECONDS", help=tr("first wait until something is new, at most so long")
    )
    sync.set_defaults(run=_sync)


def _connect(arguments: argparse.Namespace, output: Output) -> None:
    if arguments.token is None:
        _sign_in(arguments, output)
        return
    token = arguments.token
    if token == "-":  # noqa: S105 - a sign, no token
        token = sys.stdin.buffer.readline(_MOST_TOKEN_BYTES).decode(errors="replace").strip()
    if not token:
        raise UsageError(tr("The token is empty."))
    with opened(arguments) as library:
        account = syncing.connect(library, arguments.url, token)
    _show_connected(account, output)


def _sign_in(arguments: argparse.Namespace, output: Output) -> None:
    def show(invitation: Invitation) -> None:
        text = tr("Open {page} in a browser, on any device, and agree to the code {code}.")
        output.message(text.format(page=invitation.page_with_code, code=invitation.code))

    with _stoppable() as cancel, opened(arguments) as library:
        account = syncing.sign_in(library, arguments.url, show=show, cancel=cancel)
    _show_connected(account, output)


def _show_connected(account: Account, output: Output) -> None:
    document = {"url": account.url, "assessor": account.assessor_name, "programme": account.programme}
    output.result(document, tr("Connected as {name}.").format(name=account.assessor_name))


@contextmanager
def _stoppable() -> Iterator[Cancel]:
    """Gives what Ctrl C sets while the block lasts.

    Raises:
        KeyboardInterrupt: It was set.
    """
    cancel = Cancel()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        cancel.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    except CancelledError:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)


def _sync(arguments: argparse.Namespace, output: Output) -> ExitCode:
    def progress(event: SyncEvent) -> None:
        output.message(event.text)

    with _stoppable() as cancel, opened(arguments) as library:
        if not syncing.accounts(library):
            raise UsageError(tr("No platform is connected yet. 'mcassess connect URL --token T' connects one."))
        for name in arguments.earlier:
            fetching.want_earlier(library, submission_key(library, name))
        if arguments.wait > 0:
            with suppress(McassessError, CancelledError):  # the sync that follows says what is wrong
                syncing.wait_for_news(library, arguments.wait, cancel)
        report = syncing.sync(library, evidence=not arguments.no_evidence, on_event=progress, cancel=cancel)
        _keep_safe(library, output)
    output.result(dataclasses.asdict(report), report.text())
    return report.exit_code()


def _keep_safe(library: Library, output: Output) -> None:
    """Makes the backup of the day and the check of the week; what goes wrong there undoes no sync."""
    try:
        if keeping.keep(library).faults:
            output.message(damaged(library.home).text)
    except WorldError as error:
        output.message(error.text)
