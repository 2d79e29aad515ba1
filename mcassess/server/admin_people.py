"""What whoever runs the platform does with people: roles, scopes, leaving and coming back, revoked devices."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, insert, select, update

from mcassess.clock import Clock
from mcassess.errors import UsageError
from mcassess.server import tables, tables_people
from mcassess.server.acting import Acting, acting
from mcassess.server.holding import touch
from mcassess.server.opening import opened_there
from mcassess.server.records import ROLES, Person, token_digest
from mcassess.texts import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """Somebody, as ``mcassess platform people`` lists her.

    Attributes:
        microcredentials: Those that she assesses; empty means all.
        left_at: When she left; None while she is here.
        claims: How many submissions she holds.
        revoked_devices: Ids of her libraries whose operations are not applied.
    """

    id: str
    name: str
    role: str
    microcredentials: list[str]
    left_at: str | None
    claims: int
    revoked_devices: list[str]


def people(data_dir: Path, clock: Clock | None = None) -> list[PersonRecord]:
    """Returns everybody, by name.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    table, claim, revoked = tables.person, tables_people.claim, tables_people.revoked_device
    scope = tables_people.scope
    with opened_there(data_dir, clock) as data, data.read() as connection:
        rows = connection.execute(select(table).order_by(table.c.name)).all()
        claims = list(connection.execute(select(claim.c.person_id)).scalars())
        devices = connection.execute(select(revoked).order_by(revoked.c.device_id)).all()
        scopes = connection.execute(select(scope).order_by(scope.c.microcredential_id)).all()
    return [
        PersonRecord(
            id=row.id,
            name=row.name,
            role=row.role,
            microcredentials=[each.microcredential_id for each in scopes if each.person_id == row.id],
            left_at=row.left_at,
            claims=claims.count(row.id),
            revoked_devices=[each.device_id for each in devices if each.person_id == row.id],
        )
        for row in rows
    ]


def set_role(data_dir: Path, name: str, role: str, *, by: str | None = None, clock: Clock | None = None) -> None:
    """Gives a person another role; her laptops read everything again. Her claims end.

    Raises:
        UsageError: Nobody has this name, or there is no such role.
    """
    if role not in ROLES:
        raise UsageError(tr("There is no role '{role}'; there are {roles}.").format(role=role, roles=", ".join(ROLES)))
    with acting(data_dir, by, clock) as act:
        person = act.person(name)
        if person.role == role:
            return
        _let_go(act, person)
        table = tables.person
        act.connection.execute(update(table).where(table.c.id == person.id).values(role=role))
        act.note("person.role", person=person.id, before=person.role, now=role)


def set_scope(
    data_dir: Path,
    name: str,
    microcredentials: Sequence[str],
    *,
    by: str | None = None,
    clock: Clock | None = None,
) -> None:
    """Says which micro-credentials a person assesses; none means all. Her laptops read everything again.

    Raises:
        UsageError: Nobody has this name, or there is no such micro-credential.
    """
    with acting(data_dir, by, clock) as act:
        person, table, known = act.person(name), tables_people.scope, tables.microcredential
        wanted = sorted(set(microcredentials))
        there = set(act.connection.execute(select(known.c.id).where(known.c.id.in_(wanted))).scalars())
        if missing := [each for each in wanted if each not in there]:
            raise UsageError(tr("There is no micro-credential '{id}'.").format(id=missing[0]))
        act.connection.execute(delete(table).where(table.c.person_id == person.id))
        rows = [{"person_id": person.id, "microcredential_id": each} for each in wanted]
        if rows:
            act.connection.execute(insert(table), rows)
            _let_go(act, person, outside=wanted)
        act.note("person.scope", person=person.id, microcredentials=wanted)


def remove_person(data_dir: Path, name: str, *, by: str | None = None, clock: Clock | None = None) -> int:
    """Notes that somebody has left: her claims end, and what she still sends is kept and not applied.

    Returns:
        How many claims ended.

    Raises:
        UsageError: Nobody has this name.
    """
    with acting(data_dir, by, clock) as act:
        person, table = act.person(name), tables.person
        if person.standing:
            return 0
        ended = _let_go(act, person)
        act.connection.execute(update(table).where(table.c.id == person.id).values(left_at=act.now))
        act.note("person.left", person=person.id, claims_ended=ended)
        return ended


def take_back_person(data_dir: Path, name: str, *, by: str | None = None, clock: Clock | None = None) -> str:
    """Takes somebody back who had left, and returns a new token for her.

    Raises:
        UsageError: Nobody has this name, or she has not left.
    """
    token = secrets.token_urlsafe(32)
    with acting(data_dir, by, clock) as act:
        person, table = act.person(name), tables.person
        if not person.standing:
            raise UsageError(tr("{name} has not left.").format(name=person.name))
        values = {"left_at": None, "token_sha256": token_digest(token)}
        act.connection.execute(update(table).where(table.c.id == person.id).values(**values))
        act.note("person.back", person=person.id)
    return token


def revoke_device(data_dir: Path, name: str, device: str, *, by: str | None = None, clock: Clock | None = None) -> None:
    """Revokes one of a person's libraries: its claims end, and what it still sends is kept and not applied.

    Args:
        device: The library's id, as operations and claims name it.

    Raises:
        UsageError: Nobody has this name, or the id is empty.
    """
    if not device.strip():
        raise UsageError(tr("Name the device."))
    with acting(data_dir, by, clock) as act:
        person, table = act.person(name), tables_people.revoked_device
        here = {"person_id": person.id, "device_id": device.strip()}
        if act.connection.execute(select(table).where(*(table.c[key] == here[key] for key in here))).first():
            return
        act.connection.execute(insert(table).values(**here, revoked_at=act.now))
        ended = _let_go(act, person, device=device.strip())
        act.note("device.revoked", person=person.id, device=device.strip(), claims_ended=ended)


def restore_device(
    data_dir: Path, name: str, device: str, *, by: str | None = None, clock: Clock | None = None
) -> None:
    """Takes a device's revocation back.

    Raises:
        UsageError: Nobody has this name, or the device was not revoked.
    """
    with acting(data_dir, by, clock) as act:
        person, table = act.person(name), tables_people.revoked_device
        mine = (table.c.person_id == person.id) & (table.c.device_id == device.strip())
        if not act.connection.execute(delete(table).where(mine)).rowcount:
            raise UsageError(tr("No device '{device}' of {name} was revoked.").format(device=device, name=person.name))
        act.note("device.restored", person=person.id, device=device.strip())


def _let_go(act: Acting, person: Person, *, device: str | None = None, outside: Sequence[str] | None = None) -> int:
    """Ends a person's claims: all, those of one device, or those outside some micro-credentials.

    What she was assigned goes too, unless it is about a device.
    """
    claim, submission, given = tables_people.claim, tables.submission, tables_people.assignment
    tables_of = [claim] if device is not None else [claim, given]
    ended: set[str] = set()
    claims = 0
    for table in tables_of:
        query = select(table.c.submission_id).where(table.c.person_id == person.id)
        if device is not None:
            query = query.where(table.c.device_id == device)
        if outside is not None:
            inside = select(submission.c.id).where(submission.c.microcredential_id.in_(outside))
            query = query.where(table.c.submission_id.not_in(inside))
        names = list(act.connection.execute(query).scalars())
        mine = (table.c.person_id == person.id) & table.c.submission_id.in_(names)
        act.connection.execute(delete(table).where(mine))
        claims += len(names) if table is claim else 0
        ended |= set(names)
    for name in sorted(ended):
        touch(act.connection, name, fence=True)
    return claims
