"""From rows to domain objects, and the people who are signed in. Decides nothing."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from mcassess.domain.decision import Decision
from mcassess.domain.kinds import SubmissionState
from mcassess.domain.rubric import Rubric, RubricPin
from mcassess.domain.submission import MicroCredential, Submission
from mcassess.server import tables, tables_people
from mcassess.sync.wire import canonical, decision_adapter, digest, resource_adapter

ROLES = ("assessor", "approver", "coordinator")
ASSESSOR_REMOVED = "assessor-removed"
"""Standing of somebody who has left: what she did is kept, and nothing more of hers is applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a token.

    Attributes:
        scope: The micro-credentials that she assesses; None means all.
        standing: Empty, or the code of the problem by which everything is refused to her; her operations are still
            taken in, and kept without being applied.
    """

    id: str
    name: str
    role: str
    scope: frozenset[str] | None = None
    standing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSubmission:
    """A submission as the platform has it, names included, and the bytes it is stored as.

    Attributes:
        appeal: 0, or the number of the appeal that is being answered.
    """

    submission: Submission
    data: bytes
    appeal: int = 0


def token_digest(token: str) -> str:
    """Returns what is kept of a token: its SHA-256. Tokens are random, so that needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def person_of_token(connection: Connection, token: str) -> Person | None:
    """Returns whose token this is, or None."""
    table = tables.person
    row = connection.execute(select(table).where(table.c.token_sha256 == token_digest(token))).one_or_none()
    return None if row is None else _person(connection, row)


def person_of_id(connection: Connection, identifier: str) -> Person | None:
    """Returns the person with this id, or None."""
    table = tables.person
    row = connection.execute(select(table).where(table.c.id == identifier)).one_or_none()
    return None if row is None else _person(connection, row)


def names_of_people(connection: Connection) -> dict[str, str]:
    """Returns everybody's name, by id."""
    table = tables.person
    return {row.id: row.name for row in connection.execute(select(table.c.id, table.c.name))}


def select_with_name(table: Table) -> Select[Any]:
    """Returns a query for the rows of a table with ``name``, the name of the person whom each is of."""
    person = tables.person
    return select(table, person.c.name).join(person, person.c.id == table.c.person_id)


def person_of_name(connection: Connection, name: str) -> Person | None:
    """Returns the person with this name, or None; names are unique."""
    table = tables.person
    row = connection.execute(select(table).where(table.c.name == name)).one_or_none()
    return None if row is None else _person(connection, row)


def _person(connection: Connection, row: Row[Any]) -> Person:
    table = tables_people.scope
    scope = frozenset(
        connection.execute(select(table.c.microcredential_id).where(table.c.person_id == row.id)).scalars()
    )
    standing = ASSESSOR_REMOVED if row.left_at else ""
    return Person(id=row.id, name=row.name, role=row.role, scope=scope or None, standing=standing)


def is_revoked(connection: Connection, person: Person, device_id: str) -> bool:
    """Tells whether one of a person's devices was revoked."""
    table = tables_people.revoked_device
    mine = (table.c.person_id == person.id) & (table.c.device_id == device_id)
    return connection.execute(select(table.c.device_id).where(mine)).first() is not None


def is_of_lost_laptop(connection: Connection, token: str) -> bool:
    """Tells whether a token was on a laptop that was noted as lost."""
    table = tables.meta
    found = connection.execute(select(table.c.key).where(table.c.key == lost_key(token_digest(token))))
    return found.first() is not None


def lost_key(token_sha256: str) -> str:
    """Returns under which name it is noted that the laptop with a token is lost."""
    return f"lost:{token_sha256}"


def submission_of(row: Row[Any]) -> StoredSubmission:
    """Returns the submission of a row: its JSON, with what the columns know better."""
    loaded: Submission = resource_adapter("submission").validate_json(row.data)
    submission = replace(
        loaded,
        version=row.version,
        state=SubmissionState(row.state),
        attempt=row.attempt,
        rubric=RubricPin(id=row.rubric_id, version=row.rubric_version),
        fence=row.fence,
        decision_id=row.decision_id,
    )
    return StoredSubmission(submission=submission, data=row.data, appeal=row.appeal)


def stored_submission(connection: Connection, identifier: str) -> StoredSubmission | None:
    """Returns the submission with this id, or None."""
    table = tables.submission
    row = connection.execute(select(table).where(table.c.id == identifier)).one_or_none()
    return None if row is None else submission_of(row)


def microcredential_of(data: bytes) -> MicroCredential:
    """Reads a micro-credential as it is stored."""
    found: MicroCredential = resource_adapter("microcredential").validate_json(data)
    return found


def stored_microcredential(connection: Connection, identifier: str) -> MicroCredential:
    """Returns the micro-credential with this id; submissions name only known ones."""
    table = tables.microcredential
    return microcredential_of(connection.execute(select(table.c.data).where(table.c.id == identifier)).scalar_one())


def rubric_of(connection: Connection, pin: RubricPin) -> Rubric | None:
    """Returns one version of a rubric, or None where it is not known."""
    table = tables.rubric
    data = connection.execute(select(table.c.data).where(table.c.id == pin.id, table.c.version == pin.version)).scalar()
    if data is None:
        return None
    found: Rubric = resource_adapter("rubric").validate_json(data)
    return found


def rubric_digest(connection: Connection, pin: RubricPin) -> str | None:
    """Returns the SHA-256 over the canonical JSON of one version of a rubric, or None where it is not known."""
    table = tables.rubric
    data = connection.execute(select(table.c.data).where(table.c.id == pin.id, table.c.version == pin.version)).scalar()
    return None if data is None else digest(canonical(json.loads(data)))


def submission_json(submission: Submission) -> bytes:
    """Returns a submission as it is stored."""
    return resource_adapter("submission").dump_json(submission)


def decision_of(payload: bytes) -> Decision:
    """Reads the decision in an accepted operation."""
    return decision_adapter().validate_python(json.loads(payload)["body"])
