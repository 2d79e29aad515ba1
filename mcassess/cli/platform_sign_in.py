"""mcassess platform approve, devices, revoke, token: who is signed in, on which laptops."""

import argparse
from dataclasses import asdict
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.errors import ExitCode
from mcassess.texts import tr


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands to those of ``mcassess platform``."""
    text = tr("Sign in the laptop that shows a code; else the person agrees on the platform's page.")
    approve = commands.add_parser("approve", help=text, description=text)
    approve.add_argument("code", metavar="CODE", help=tr("what the laptop shows"))
    approve.add_argument("name", metavar="NAME", help=tr("whose laptop it is"))
    approve.set_defaults(run=run_approve)

    text = tr("List the laptops that were signed in by a code.")
    devices = commands.add_parser("devices", help=text, description=text)
    devices.add_argument("name", metavar="NAME", nargs="?", help=tr("only this person's"))
    devices.set_defaults(run=run_devices)

    text = tr("End the sign-in of a laptop; what it has not sent yet can be sent after it is signed in again.")
    revoke = commands.add_parser("revoke", help=text, description=text)
    revoke.add_argument("id", metavar="ID", help=tr("as 'platform devices' lists it"))
    revoke.set_defaults(run=run_revoke)

    text = tr("Print a new personal token, at which the person's earlier one stops counting.")
    token = commands.add_parser("token", help=text, description=text)
    token.add_argument("name", metavar="NAME")
    token.set_defaults(run=run_token)

    for parser in (approve, devices, revoke, token):
        parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=tr("folder of the platform's data"))


def run_approve(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Signs a laptop in; prints what it calls itself."""
    from mcassess.server.admin_sign_in import approve  # noqa: PLC0415 - the platform's libraries are heavy

    device = approve(arguments.data, arguments.code, arguments.name)
    name = arguments.name.strip()
    text = tr("“{device}” is signed in as {name}.").format(device=device or tr("The laptop"), name=name)
    output.result({"name": name, "device_name": device}, text)
    return None


def run_devices(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Lists the laptops."""
    from mcassess.server.admin_sign_in import devices  # noqa: PLC0415 - the platform's libraries are heavy

    found = [asdict(device) for device in devices(arguments.data, arguments.name)]
    lines = [
        tr("{id}: {person}, “{device_name}”, since {signed_in_at}, last renewed {used_at}").format(**device)
        + (tr(", ended: {why}").format(why=device["ended_by"]) if device["ended_by"] else "")
        for device in found
    ]
    output.result(found, "\n".join(lines) or tr("No laptop was signed in by a code."))
    return None


def run_revoke(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Ends a laptop's sign-in."""
    from mcassess.server.admin_sign_in import revoke_device  # noqa: PLC0415 - the platform's libraries are heavy

    revoke_device(arguments.data, arguments.id)
    output.result({"id": arguments.id}, tr("The laptop is signed in no more."))
    return None


def run_token(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Prints ``{"name","token"}`` on one line: the token that counts from now on."""
    from mcassess.server.admin_sign_in import new_token  # noqa: PLC0415 - the platform's libraries are heavy

    token = new_token(arguments.data, arguments.name)
    output.line({"name": arguments.name.strip(), "token": token})
    return None
