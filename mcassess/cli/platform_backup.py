"""mcassess platform backup, restore: a copy of the whole platform, and back."""

import argparse
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.errors import ExitCode
from mcassess.texts import tr


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands to those of ``mcassess platform``."""
    text = tr("Write a copy of the whole platform, its signing key included, into one file.")
    backup = commands.add_parser("backup", help=text, description=text)
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.add_argument("--no-files", action="store_true", help=tr("without evidence and attachments"))
    backup.set_defaults(run=run_backup)

    text = tr("Put a copy back and begin a new epoch: laptops read all again, and send what the copy has forgotten.")
    restore = commands.add_parser("restore", help=text, description=text)
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--database", metavar="URL", help=tr("a PostgreSQL database to put it into"))
    restore.set_defaults(run=run_restore)

    for parser in (backup, restore):
        parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=tr("folder of the platform's data"))


def run_backup(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Writes a backup; prints what it says of itself."""
    from mcassess.server.backup import write_backup  # noqa: PLC0415 - the platform's libraries are heavy

    description = write_backup(arguments.data, arguments.file, files=not arguments.no_files)
    text = tr("{file} holds the platform as of {written_at}. Whoever has it can sign receipts: keep it safe.")
    output.result(description, text.format(file=arguments.file, written_at=description["written_at"]))
    return None


def run_restore(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Puts a backup back; prints what it says of itself and the new epoch."""
    from mcassess.server.restore import restore_backup  # noqa: PLC0415 - the platform's libraries are heavy

    description = restore_backup(arguments.data, arguments.file, database=arguments.database)
    text = tr("The platform is as of {written_at}, in the new epoch {epoch}.")
    output.result(description, text.format(**description))
    return None
