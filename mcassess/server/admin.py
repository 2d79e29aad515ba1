"""What whoever runs the platform does: load packs, add people, list decisions. Works while the platform serves."""

import secrets
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import insert, select, update

from mcassess.clock import Clock, written
from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import MicroCredential
from mcassess.errors import RefusedError, UsageError, WorldError
from mcassess.server import tables
from mcassess.server.audit import OPERATOR, note
from mcassess.server.data import PlatformData
from mcassess.server.files import FileChangedError
from mcassess.server.keeping import apply_returned
from mcassess.server.listing import decision_records
from mcassess.server.loading import LoadCounts, known_microcredentials, pack_conflicts, store_pack
from mcassess.server.opening import opened, opened_there
from mcassess.server.records import ROLES, lost_key, token_digest
from mcassess.server.sign_in import lose_sign_ins
from mcassess.sync.pack import Pack, PackError, read_pack
from mcassess.sync.wire import DecisionRecord
from mcassess.texts import tr


def load_pack(data_dir: Path, pack_path: Path, clock: Clock | None = None) -> LoadCounts:
    """Loads a pack whole, or nothing of it; loading it again changes nothing.

    Raises:
        PackError: The pack is wrong, or contradicts what the platform has.
        WorldError: The data folder cannot be used.
    """
    known: dict[str, tuple[MicroCredential, Rubric]] = {}
    if PlatformData.exists(data_dir):
        with opened(data_dir, clock) as data, data.read() as connection:
            known = known_microcredentials(connection)
    pack = read_pack(pack_path, known)
    with opened(data_dir, clock) as data:
        with data.read() as connection:
            faults = pack_conflicts(connection, pack)
        if faults:
            raise PackError(pack_path, faults)
        _store_files(data, pack)
        with data.write() as connection:
            # Again: what nothing needed until now may have been destroyed since.
            _store_files(data, pack)
            now = written(data.clock.now())
            counts = store_pack(connection, pack, now)
            applied = apply_returned(data, connection)
            note(connection, now, OPERATOR, "pack.loaded", **asdict(counts), applied=applied)
            return counts


def add_assessor(data_dir: Path, name: str, role: str = "assessor", clock: Clock | None = None) -> str:
    """Adds a person and returns her token; only its digest is kept.

    Raises:
        UsageError: The name is empty, or there is no such role.
        RefusedError: Somebody has this name already.
        WorldError: The data folder cannot be used.
    """
    name = name.strip()
    if not name or not name.isprintable():
        raise UsageError(tr("A name is a text of one line."))
    if role not in ROLES:
        raise UsageError(tr("There is no role '{role}'; there are {roles}.").format(role=role, roles=", ".join(ROLES)))
    token = secrets.token_urlsafe(32)
    table = tables.person
    with opened(data_dir, clock) as data, data.write() as connection:
        if connection.execute(select(table.c.id).where(table.c.name == name)).first() is not None:
            raise RefusedError(
                tr("There is somebody named '{name}' already. Decisions are listed by name, so take another.").format(
                    name=name
                )
            )
        identifier, now = data.clock.new_id(), written(data.clock.now())
        values = {"name": name, "role": role, "token_sha256": token_digest(token), "added_at": now}
        connection.execute(insert(table).values(id=identifier, **values))
        note(connection, now, OPERATOR, "person.added", person=identifier, role=role)
    return token


def lose_laptop(data_dir: Path, name: str, clock: Clock | None = None) -> str:
    """Notes that somebody's laptop is lost: at its next contact it destroys its evidence. Returns a new token for her.

    Raises:
        UsageError: Nobody has this name.
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    token = secrets.token_urlsafe(32)
    table = tables.person
    with opened_there(data_dir, clock) as data, data.write() as connection:
        person = connection.execute(select(table).where(table.c.name == name.strip())).one_or_none()
        if person is None:
            raise UsageError(tr("Nobody here is named '{name}'.").format(name=name.strip()))
        connection.execute(
            insert(tables.meta).values(key=lost_key(person.token_sha256), value=written(data.clock.now()))
        )
        lose_sign_ins(connection, person.id, data.clock.now())
        note(connection, written(data.clock.now()), OPERATOR, "laptop.lost", person=person.id)
        connection.execute(update(table).where(table.c.id == person.id).values(token_sha256=token_digest(token)))
    return token


def decisions(data_dir: Path, clock: Clock | None = None) -> list[DecisionRecord]:
    """Returns every accepted decision, in the order in which they were accepted.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    with opened_there(data_dir, clock) as data, data.read() as connection:
        return decision_records(connection)


def _store_files(data: PlatformData, pack: Pack) -> None:
    missing = [sha256 for sha256 in pack.files if not data.files.has(sha256)]
    if not missing:
        return
    try:
        with pack.read_files() as files:
            for sha256 in missing:
                data.files.add(sha256, files.blocks(sha256))
    except FileChangedError as error:
        changed = tr("'{name}' was altered while it was read").format(name=pack.files[str(error)])
        raise PackError(pack.path, [changed]) from error
    except OSError as error:
        raise WorldError(
            tr("The pack's files cannot be copied into {folder}: {reason}.").format(folder=data.folder, reason=error)
        ) from error
