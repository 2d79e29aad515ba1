"""Commands about what the library is locked with: key passphrase, keyring, recovery-code, recover, lock-after."""

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from mcassess import paths
from mcassess.cli.output import Output
from mcassess.cli.session import ask, opened
from mcassess.clock import SystemClock
from mcassess.errors import UsageError, WorldError
from mcassess.jobs import locking
from mcassess.store.keys import read_passphrase_file
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    key = subparsers.add_parser("key", help=tr("change what the library is locked with"))
    ways = key.add_subparsers(metavar=tr("WAY"), required=True)
    passphrase = ways.add_parser("passphrase", help=tr("lock it with a new passphrase"))
    _add_new(passphrase)
    passphrase.set_defaults(run=_passphrase)
    keyring = ways.add_parser("keyring", help=tr("keep its key in the desktop's keyring"))
    keyring.set_defaults(run=_keyring)
    code = ways.add_parser("recovery-code", help=tr("make a recovery code to print; the one before counts no more"))
    code.set_defaults(run=_recovery_code)
    recover = ways.add_parser("recover", help=tr("open it with the recovery code, and lock it anew"))
    recover.add_argument("--code", metavar="FILE", help=tr("a file that holds the code; - reads standard input"))
    _add_new(recover)
    recover.set_defaults(run=_recover)
    after = ways.add_parser("lock-after", help=tr("lock the window after so many idle minutes"))
    after.add_argument("minutes", type=int, choices=range(1441), metavar="MINUTES", help=tr("0 for never"))
    after.set_defaults(run=_lock_after)


def _add_new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new", type=Path, metavar="FILE", help=tr("a file that holds the new passphrase, readable by nobody else")
    )


def _passphrase(arguments: argparse.Namespace, output: Output) -> None:
    document = locking.to_passphrase(paths.home(arguments.home), ask, _new_passphrase(arguments.new), SystemClock())
    output.result(document, tr("The library is locked with the new passphrase."))


def _keyring(arguments: argparse.Namespace, output: Output) -> None:
    document = locking.to_keyring(paths.home(arguments.home), ask, SystemClock())
    text = tr("The keyring keeps the library's key.")
    if not document["recovery_code_valid"]:
        text += " " + tr("There is no recovery code now: make one with 'mcassess key recovery-code'.")
    output.result(document, text)


def _recovery_code(arguments: argparse.Namespace, output: Output) -> None:
    document = locking.make_recovery_code(paths.home(arguments.home), ask)
    output.message(
        tr("Print or write down this code and keep it away from the laptop. It is not shown again; earlier ones end.")
    )
    output.result(document, document["recovery_code"])


def _recover(arguments: argparse.Namespace, output: Output) -> None:
    code = _code(arguments.code)
    new = _new_passphrase(arguments.new)
    home = paths.home(arguments.home)
    document = locking.recover(home, code, new, SystemClock(), anew=arguments.new is not None)
    text = tr("The library opens again.")
    if document["evidence"] != "kept":
        text += " " + tr("All that you wrote is there; the next sync fetches the evidence again.")
    output.result(document, text)


def _lock_after(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        document = locking.lock_after(library, arguments.minutes)
    demanded = document["demanded"]
    text = tr("Kept; it counts from the next unlocking on.")
    if demanded is not None:
        text += " " + tr("Your programme demands {count} minutes at most.").format(count=demanded)
    output.result(document, text)


def _code(named: str | None) -> str:
    if named == "-":
        return sys.stdin.readline()
    if named is not None:
        return read_passphrase_file(Path(named))
    return ask(tr("Recovery code:"))


def _new_passphrase(named: Path | None) -> Callable[[], str]:
    def given() -> str:
        if named is not None:
            return read_passphrase_file(named)
        if not sys.stdin.isatty():
            raise WorldError(tr("Nobody can be asked for the new passphrase. Name a file that holds it with --new."))
        first = getpass.getpass(tr("New passphrase:") + " ")
        if getpass.getpass(tr("The same again:") + " ") != first:
            raise UsageError(tr("The two are not the same. Nothing was changed."))
        return first

    return given
