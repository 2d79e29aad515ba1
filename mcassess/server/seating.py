"""Which submissions have a seat for somebody, as conditions that are tested in the statements that look or take."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select, union

from mcassess.domain.submission import Policy, Submission
from mcassess.server import tables, tables_people
from mcassess.server.involved import APPROVER, ASSESSOR, Involved, seats
from mcassess.server.records import Person


def has_seat(
    person: Person, submission: Submission, policy: Policy, involved: Involved, now: str
) -> ColumnElement[bool]:
    """Returns the condition that fewer others than there are seats have recommended, hold it, or had it assigned.

    A claim that has run out keeps nobody away. Whoever has it assigned has her seat whatever else is assigned.
    """
    claim, given, vote = tables_people.claim, tables_people.assignment, tables.decision
    name, stage = submission.id, person.role
    others = [
        select(claim.c.person_id).where(
            claim.c.submission_id == name,
            claim.c.stage == stage,
            claim.c.person_id != person.id,
            claim.c.expires_at >= now,
        )
    ]
    if stage == ASSESSOR:
        others.append(
            select(vote.c.person_id).where(
                vote.c.submission_id == name,
                vote.c.attempt == submission.attempt,
                vote.c.appeal == involved.appeal,
                vote.c.final.is_(False),
            )
        )
    if not involved.is_assigned(person):
        others.append(
            select(given.c.person_id).where(
                given.c.submission_id == name,
                given.c.stage == stage,
                given.c.person_id != person.id,
                given.c.person_id.not_in(list(involved.recused)),
            )
        )
    taken = union(*others).subquery() if len(others) > 1 else others[0].subquery()
    count = select(func.count()).select_from(taken).scalar_subquery()
    return count < seats(stage, policy, involved.appeal)


def may_wait(person: Person, for_several: Sequence[str], now: str) -> list[ColumnElement[bool]]:
    """Returns conditions on the rows of submissions that leave out most of what cannot wait for a person.

    Args:
        for_several: The micro-credentials that more than one assesses: there one of them leaves seats for others.
    """
    table, claim, given = tables.submission, tables_people.claim, tables_people.assignment
    vote, several = tables.decision, tables.submission.c.microcredential_id.in_(for_several)
    held = (claim.c.submission_id == table.c.id) & (claim.c.stage == person.role)
    assigned = (given.c.submission_id == table.c.id) & (given.c.stage == person.role)
    voted = (vote.c.submission_id == table.c.id) & (vote.c.attempt == table.c.attempt)
    hers = exists().where(assigned, given.c.person_id == person.id)
    conditions = [
        ~exists().where(held, claim.c.person_id == person.id),
        ~exists().where(voted, vote.c.person_id == person.id),
        or_(several, ~exists().where(held, claim.c.expires_at >= now)),
        or_(several, hers, ~exists().where(assigned)),
    ]
    if person.role == APPROVER:
        conditions.append(exists().where(voted, vote.c.appeal == table.c.appeal))
    if person.scope is not None:
        conditions.append(table.c.microcredential_id.in_(sorted(person.scope)))
    return conditions
