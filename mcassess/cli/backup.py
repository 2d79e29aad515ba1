"""Commands that keep the library safe: backup, restore and recover."""

import argparse
from pathlib import Path

from mcassess import paths
from mcassess.cli.output import Output
from mcassess.cli.session import ask, opened
from mcassess.clock import SystemClock
from mcassess.errors import ExitCode
from mcassess.jobs import keeping
from mcassess.store.keys import choose_keys
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    backup = subparsers.add_parser("backup", help=tr("write a backup: encrypted, without the evidence's keys"))
    backup.add_argument("file", type=Path, metavar="FILE", help=tr("where to"))
    backup.set_defaults(run=_backup)
    restore = subparsers.add_parser("restore", help=tr("go back to a backup; evidence is fetched again"))
    restore.add_argument("file", type=Path, metavar="FILE", help=tr("the backup"))
    restore.add_argument("--lose", action="store_true", help=tr("even if work that is newer than the backup is lost"))
    restore.set_defaults(run=_restore)
    recover = subparsers.add_parser("recover", help=tr("say what can be brought back of a damaged library"))
    recover.add_argument("--yes", action="store_true", help=tr("do it; the damaged files are set aside"))
    recover.set_defaults(run=_recover)


def _backup(arguments: argparse.Namespace, output: Output) -> None:
    target: Path = arguments.file.expanduser().absolute()
    with opened(arguments) as library:
        keeping.back_up(library, target)
    document = {"file": str(target), "bytes": target.stat().st_size}
    output.result(document, tr("The backup is in {path}.").format(path=target))


def _restore(arguments: argparse.Namespace, output: Output) -> None:
    home = paths.home(arguments.home)
    backup: Path = arguments.file.expanduser().absolute()
    done = keeping.restore(home, choose_keys(home, ask), SystemClock(), backup, lose=arguments.lose)
    output.result({"restored": str(backup), "text": done}, done)


def _recover(arguments: argparse.Namespace, output: Output) -> ExitCode:
    home = paths.home(arguments.home)
    found = keeping.recover(home, choose_keys(home, ask), SystemClock(), act=arguments.yes)
    text = keeping.recovery_text(found)
    waits = found is not None and not arguments.yes
    if waits:
        text = f"{text} {tr('Nothing was changed yet: recover --yes does it.')}"
    document = {
        "sound": found is None,
        "done": found is not None and arguments.yes,
        "backup": None if found is None else found.day or None,
        "changes": 0 if found is None else found.merged.changes,
        "decisions": 0 if found is None else found.merged.operations,
        "incomplete": [] if found is None else list(found.incomplete),
        "set_aside": None if found is None or found.aside is None else str(found.aside),
        "text": text,
    }
    output.result(document, text)
    return ExitCode.REFUSED if waits else ExitCode.DONE
