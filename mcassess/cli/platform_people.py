"""mcassess platform people and kin: roles, scopes, leaving and coming back, revoked devices."""

import argparse

from mcassess.cli.output import Output
from mcassess.cli.platform_parts import add_command, print_done, print_list
from mcassess.errors import ExitCode
from mcassess.texts import tr

_ROLES = ("assessor", "approver", "coordinator")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands on people."""
    add_command(commands, "people", tr("List everybody, with role, claims and scope."), run_people, acts=False)

    role = add_command(commands, "role", tr("Give a person another role."), run_role)
    role.add_argument("name", metavar="NAME")
    role.add_argument("role", choices=_ROLES)

    text = tr("Say which micro-credentials a person assesses; without any, all.")
    scope = add_command(commands, "scope", text, run_scope)
    scope.add_argument("name", metavar="NAME")
    scope.add_argument("microcredentials", nargs="*", metavar="MICROCREDENTIAL")

    text = tr("Note that somebody has left: what she still sends is kept, and not applied.")
    remove = add_command(commands, "remove", text, run_remove)
    remove.add_argument("name", metavar="NAME")

    text = tr("Take somebody back who had left, and print a new token.")
    take_back = add_command(commands, "take-back", text, run_take_back)
    take_back.add_argument("name", metavar="NAME")

    text = tr("Revoke one library of a person: what it still sends is kept, and not applied.")
    revoke = add_command(commands, "revoke-device", text, run_revoke_device)
    revoke.add_argument("name", metavar="NAME")
    revoke.add_argument("device", metavar="DEVICE", help=tr("the library's id, as 'platform claims' shows it"))
    revoke.add_argument("--undo", action="store_true", help=tr("take the revocation back"))


def run_people(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Lists everybody."""
    from mcassess.server.admin_people import people  # noqa: PLC0415 - the platform's libraries are heavy

    print_list(output, people(arguments.data), tr("{name}: {role}, {claims} claims"))
    return None


def run_role(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Gives a person another role."""
    from mcassess.server.admin_people import set_role  # noqa: PLC0415 - the platform's libraries are heavy

    set_role(arguments.data, arguments.name, arguments.role, by=arguments.by)
    text = tr("{name} is {role} now.").format(name=arguments.name.strip(), role=arguments.role)
    print_done(output, text, name=arguments.name.strip(), role=arguments.role)
    return None


def run_scope(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Says which micro-credentials a person assesses."""
    from mcassess.server.admin_people import set_scope  # noqa: PLC0415 - the platform's libraries are heavy

    set_scope(arguments.data, arguments.name, arguments.microcredentials, by=arguments.by)
    named = ", ".join(arguments.microcredentials) or tr("all micro-credentials")
    text = tr("{name} assesses {list}.").format(name=arguments.name.strip(), list=named)
    print_done(output, text, name=arguments.name.strip(), microcredentials=arguments.microcredentials)
    return None


def run_remove(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Notes that somebody has left."""
    from mcassess.server.admin_people import remove_person  # noqa: PLC0415 - the platform's libraries are heavy

    ended = remove_person(arguments.data, arguments.name, by=arguments.by)
    text = tr("{name} has left; {count} of her claims ended.").format(name=arguments.name.strip(), count=ended)
    print_done(output, text, name=arguments.name.strip(), claims_ended=ended)
    return None


def run_take_back(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Takes somebody back; prints ``{"name","token"}`` on one line."""
    from mcassess.server.admin_people import take_back_person  # noqa: PLC0415 - the platform's libraries are heavy

    token = take_back_person(arguments.data, arguments.name, by=arguments.by)
    output.line({"name": arguments.name.strip(), "token": token})
    return None


def run_revoke_device(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Revokes a library, or takes that back."""
    from mcassess.server.admin_people import restore_device, revoke_device  # noqa: PLC0415 - heavy

    change = restore_device if arguments.undo else revoke_device
    change(arguments.data, arguments.name, arguments.device, by=arguments.by)
    text = tr("The device counts again.") if arguments.undo else tr("The device is revoked.")
    print_done(output, text, name=arguments.name.strip(), device=arguments.device, revoked=not arguments.undo)
    return None
