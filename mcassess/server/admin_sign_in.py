"""What whoever runs the platform does about signing in: agree for a person, list laptops, end a sign-in, new tokens."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select, update

from mcassess.clock import Clock, written
from mcassess.errors import RefusedError, UsageError
from mcassess.server import sign_in, tables
from mcassess.server.audit import OPERATOR, note
from mcassess.server.opening import opened_there
from mcassess.server.records import names_of_people, token_digest
from mcassess.texts import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInDevice:
    """A laptop that is, or was, signed in by device flow.

    Attributes:
        used_at: When its sign-in was last renewed.
        ended_by: ``revoked``, ``reused`` or ``lost``; None where it counts.
    """

    id: str
    person: str
    device: str
    device_name: str
    signed_in_at: str
    used_at: str
    ended_at: str | None
    ended_by: str | None


def approve(data_dir: Path, user_code: str, name: str, clock: Clock | None = None) -> str:
    """Signs the laptop that shows a code in as a person; returns what it calls itself.

    Raises:
        UsageError: Nobody has this name.
        RefusedError: No laptop that shows this code is waiting.
        WorldError: The data cannot be used.
    """
    with opened_there(data_dir, clock) as data:
        with data.read() as connection:
            person = _person_id(connection, name)
        device = sign_in.answer(data, user_code, person, agreed=True, actor=OPERATOR)
    if device is None:
        raise RefusedError(
            tr("No laptop that shows the code {code} is waiting; a code lives 15 minutes.").format(code=user_code)
        )
    return device


def devices(data_dir: Path, name: str | None = None, clock: Clock | None = None) -> list[SignedInDevice]:
    """Returns the laptops that were signed in by device flow, newest first; of one person where she is named.

    Raises:
        UsageError: Nobody has this name.
        WorldError: The data cannot be used.
    """
    with opened_there(data_dir, clock) as data, data.read() as connection:
        wanted = None if name is None else _person_id(connection, name)
        names = names_of_people(connection)
        rows = sign_in.sign_ins(connection, wanted)
    return [
        SignedInDevice(
            id=row.id,
            person=names[row.person_id],
            device=row.device_id,
            device_name=row.device_name,
            signed_in_at=row.signed_in_at,
            used_at=row.used_at,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
        )
        for row in rows
    ]


def revoke_device(data_dir: Path, identifier: str, clock: Clock | None = None) -> None:
    """Ends a laptop's sign-in; its evidence stays until it is noted as lost.

    Raises:
        RefusedError: There is no such sign-in, or it has ended.
        WorldError: The data cannot be used.
    """
    with opened_there(data_dir, clock) as data, data.write() as connection:
        if not sign_in.end_sign_in(connection, identifier, data.clock.now(), OPERATOR):
            raise RefusedError(tr("There is no sign-in {id} that counts.").format(id=identifier))


def new_token(data_dir: Path, name: str, clock: Clock | None = None) -> str:
    """Gives a person another personal token, at which the earlier one stops counting, and returns it.

    Raises:
        UsageError: Nobody has this name.
        WorldError: The data cannot be used.
    """
    token = secrets.token_urlsafe(32)
    table = tables.person
    with opened_there(data_dir, clock) as data, data.write() as connection:
        person = _person_id(connection, name)
        connection.execute(update(table).where(table.c.id == person).values(token_sha256=token_digest(token)))
        note(connection, written(data.clock.now()), OPERATOR, "token.renewed", person=person)
    return token


def _person_id(connection: Connection, name: str) -> str:
    table = tables.person
    found: str | None = connection.execute(select(table.c.id).where(table.c.name == name.strip())).scalar()
    if found is None:
        raise UsageError(tr("Nobody here is named '{name}'.").format(name=name.strip()))
    return found
