"""Whose a submission is: taking claims away, giving it to somebody, keeping it from somebody. Granting is claims.py."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from mcassess.server import tables, tables_people
from mcassess.server.accepting import give_up_claims
from mcassess.server.audit import note
from mcassess.server.feed import add_to_feed
from mcassess.server.records import Person, StoredSubmission


class Changed(NamedTuple):
    """What a submission has come to: its version and fence, and the change's place in the feed."""

    version: int
    fence: int
    seq: int


def touch(connection: Connection, submission_id: str, *, fence: bool) -> Changed:
    """Gives a submission a new version and tells everybody; with ``fence``, no older decision lands any more."""
    table = tables.submission
    row = connection.execute(
        update(table)
        .where(table.c.id == submission_id)
        .values(version=table.c.version + 1, fence=table.c.fence + int(fence))
        .returning(table.c.version, table.c.fence)
    ).one()
    return Changed(row.version, row.fence, add_to_feed(connection, "submission", submission_id, row.version))


def give_back(connection: Connection, stored: StoredSubmission, person: Person, now: str, reason: str) -> Changed:
    """Takes a person's own claim away, as she asked for."""
    give_up_claims(connection, stored.submission.id, person.id)
    _forget_assignment(connection, stored.submission.id, person.id)
    note(connection, now, person.id, "claim.released", _about(stored), reason=reason)
    return touch(connection, stored.submission.id, fence=True)


def recuse(
    connection: Connection, stored: StoredSubmission, person: Person, now: str, reason: str, actor: str | None = None
) -> Changed:
    """Keeps a submission from a person, whatever becomes of it.

    Args:
        actor: Who says so; she herself where none is given.
    """
    add_recusal(connection, person, "submission", stored.submission.id, now, reason)
    give_up_claims(connection, stored.submission.id, person.id)
    _forget_assignment(connection, stored.submission.id, person.id)
    note(connection, now, actor or person.id, "recused", _about(stored), person=person.id, reason=reason)
    return touch(connection, stored.submission.id, fence=True)


def add_recusal(connection: Connection, person: Person, kind: str, target: str, now: str, reason: str) -> bool:
    """Notes a recusal; tells whether it is new."""
    table = tables_people.recusal
    here = {"person_id": person.id, "kind": kind, "target": target}
    if connection.execute(select(table).where(*(table.c[name] == here[name] for name in here))).first() is not None:
        return False
    connection.execute(insert(table).values(**here, reason=reason, recused_at=now))
    return True


def assign(connection: Connection, stored: StoredSubmission, person: Person, now: str, actor: str) -> Changed:
    """Gives a submission to a person; claims of others of her role come to an end with it.

    The caller has looked whether she may have it.
    """
    table, claim = tables_people.assignment, tables_people.claim
    name = stored.submission.id
    _forget_assignment(connection, name, person.id)
    connection.execute(
        insert(table).values(submission_id=name, person_id=person.id, stage=person.role, assigned_at=now)
    )
    given = select(table.c.person_id).where(table.c.submission_id == name)
    lost = connection.execute(
        delete(claim).where(
            claim.c.submission_id == name, claim.c.stage == person.role, claim.c.person_id.not_in(given)
        )
    ).rowcount
    note(connection, now, actor, "assigned", _about(stored), person=person.id, claims_ended=lost)
    return touch(connection, name, fence=True)


def unassign(connection: Connection, stored: StoredSubmission, person: Person, now: str, actor: str) -> Changed:
    """Takes a submission from a person again, and her claim with it."""
    _forget_assignment(connection, stored.submission.id, person.id)
    give_up_claims(connection, stored.submission.id, person.id)
    note(connection, now, actor, "unassigned", _about(stored), person=person.id)
    return touch(connection, stored.submission.id, fence=True)


def _forget_assignment(connection: Connection, submission_id: str, person_id: str) -> None:
    table = tables_people.assignment
    connection.execute(delete(table).where(table.c.submission_id == submission_id, table.c.person_id == person_id))


def _about(stored: StoredSubmission) -> tuple[str, int]:
    return stored.submission.id, stored.submission.attempt
