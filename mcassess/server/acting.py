"""Who acts on the platform's data from outside, in one transaction: the operator, or a coordinator by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from mcassess.clock import Clock
from mcassess.domain.submission import Policy
from mcassess.errors import RefusedError, UsageError
from mcassess.server import audit
from mcassess.server.data import PlatformData
from mcassess.server.involved import APPROVER, COORDINATOR, Involved, involved
from mcassess.server.opening import opened_there
from mcassess.server.records import (
    Person,
    StoredSubmission,
    person_of_name,
    stored_microcredential,
    stored_submission,
)
from mcassess.server.work import now_written
from mcassess.texts import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Somebody who changes the platform's data, and the transaction in which she does.

    Attributes:
        actor: Id of a person, or ``audit.OPERATOR``.
        now: The platform's time, as it is written.
    """

    data: PlatformData
    connection: Connection
    actor: str
    now: str

    def note(self, action: str, about: StoredSubmission | None = None, **detail: object) -> None:
        """Adds a line to the audit log."""
        place = None if about is None else (about.submission.id, about.submission.attempt)
        audit.note(self.connection, self.now, self.actor, action, place, **detail)

    def person(self, name: str) -> Person:
        """Returns somebody by name, whether she has left or not.

        Raises:
            UsageError: Nobody has this name.
        """
        found = person_of_name(self.connection, name.strip())
        if found is None:
            raise UsageError(tr("Nobody here is named '{name}'.").format(name=name.strip()))
        return found

    def submission(self, identifier: str) -> StoredSubmission:
        """Returns a submission.

        Raises:
            UsageError: There is none with this id.
        """
        found = stored_submission(self.connection, identifier)
        if found is None:
            raise UsageError(tr("There is no submission '{id}'.").format(id=identifier))
        return found

    def involved(self, stored: StoredSubmission) -> Involved:
        """Returns who has to do with a submission."""
        return involved(self.connection, stored)

    def policy(self, stored: StoredSubmission) -> Policy:
        """Returns the policy that a submission is under."""
        return stored_microcredential(self.connection, stored.submission.microcredential).policy


@contextmanager
def acting(
    data_dir: Path, by: str | None, clock: Clock | None = None, *, roles: tuple[str, ...] = (COORDINATOR,)
) -> Iterator[Acting]:
    """Opens the platform's data for one change.

    Args:
        by: Name of the person who acts; None means the operator.
        roles: Which roles may do this.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
        UsageError: Nobody has this name.
        RefusedError: The person may not do this.
    """
    with opened_there(data_dir, clock) as data, data.write() as connection:
        operator = Acting(data=data, connection=connection, actor=audit.OPERATOR, now=now_written(data))
        if by is None:
            yield operator
            return
        person = operator.person(by)
        if person.role not in roles or person.standing:
            raise RefusedError(
                tr("{name} may not do this; it takes one of these roles: {roles}.").format(
                    name=person.name, roles=", ".join(roles)
                )
            )
        yield Acting(data=data, connection=connection, actor=person.id, now=operator.now)


RELEASING = (COORDINATOR, APPROVER)
"""Who may release a decision."""
