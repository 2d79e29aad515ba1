"""mcassess platform: what whoever runs the reference platform does with its data, while it serves or not."""

import argparse
from dataclasses import asdict
from pathlib import Path

from mcassess.cli import (
    platform_backup,
    platform_conformance,
    platform_people,
    platform_records,
    platform_sign_in,
    platform_submissions,
)
from mcassess.cli.output import Output
from mcassess.errors import ExitCode
from mcassess.texts import tr, tr_n

_ROLES = ("assessor", "approver", "coordinator")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command and its own commands."""
    text = tr("Look after the reference platform's data; works while it serves.")
    platform = subparsers.add_parser("platform", help=text, description=text)
    commands = platform.add_subparsers(dest="platform_command", metavar="COMMAND", required=True)

    text = tr("Load micro-credentials, rubrics, submissions and evidence from a pack; new attempts too.")
    load = commands.add_parser("load", help=text, description=text)
    load.add_argument("pack", type=Path, metavar="PACK", help=tr("a folder with a pack.json, or a zip of one"))
    load.set_defaults(run=run_load)

    text = tr("Add a person and print her token, which is shown this once.")
    assessor = commands.add_parser("assessor", help=text, description=text)
    assessor.add_argument("name", metavar="NAME")
    assessor.add_argument("--role", choices=_ROLES, default="assessor")
    assessor.set_defaults(run=run_assessor)

    text = tr("Note that somebody's laptop is lost: it destroys its evidence at its next contact. Prints a new token.")
    lost = commands.add_parser("lost-laptop", help=text, description=text)
    lost.add_argument("name", metavar="NAME")
    lost.set_defaults(run=run_lost_laptop)

    text = tr("List every accepted decision.")
    decisions = commands.add_parser("decisions", help=text, description=text)
    decisions.set_defaults(run=run_decisions)

    topics = (platform_backup, platform_sign_in, platform_people, platform_submissions, platform_records)
    for topic in (*topics, platform_conformance):
        topic.register(commands)
    for parser in (load, assessor, lost, decisions):
        parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=tr("folder of the platform's data"))


def run_load(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Loads a pack whole, or nothing of it."""
    from mcassess.server.admin import load_pack  # noqa: PLC0415 - the platform's libraries are heavy

    counts = asdict(load_pack(arguments.data, arguments.pack))
    new = sum(counts.values())
    text = tr("Nothing new: the platform has all of this pack.")
    if new:
        named = {
            tr("micro-credentials"): counts["microcredentials"],
            tr("rubrics"): counts["rubrics"],
            tr("submissions"): counts["submissions"],
            tr("new attempts"): counts["attempts"],
            tr("exemplars"): counts["exemplars"],
        }
        text = tr("Loaded: {list}.").format(list=", ".join(f"{name} {count}" for name, count in named.items() if count))
    output.result(counts, text)
    return None


def run_assessor(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Adds a person; prints ``{"name","token"}`` on one line, with and without ``--json``."""
    from mcassess.server.admin import add_assessor  # noqa: PLC0415 - the platform's libraries are heavy

    token = add_assessor(arguments.data, arguments.name, arguments.role)
    output.line({"name": arguments.name.strip(), "token": token})
    return None


def run_lost_laptop(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Notes a lost laptop; prints ``{"name","token"}`` on one line: the token that counts from now on."""
    from mcassess.server.admin import lose_laptop  # noqa: PLC0415 - the platform's libraries are heavy

    token = lose_laptop(arguments.data, arguments.name)
    output.line({"name": arguments.name.strip(), "token": token})
    return None


def run_decisions(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Lists every accepted decision."""
    from mcassess.server.admin import decisions  # noqa: PLC0415 - the platform's libraries are heavy

    records = [record.model_dump(mode="json") for record in decisions(arguments.data)]
    lines = [
        tr("{submission}, attempt {attempt}: {outcome}, {assessor}, {accepted_at}").format(**record)
        for record in records
    ]
    lines.append(tr_n("{count} decision", "{count} decisions", len(records)).format(count=len(records)))
    output.result(records, "\n".join(lines))
    return None
