"""Whether a submission still has a seat for somebody, as a condition that is tested in the statement that takes it."""

from sqlalchemy import ColumnElement, func, select, union

from mcassess.domain.submission import Policy, Submission
from mcassess.server import tables, tables_people
from mcassess.server.involved import ASSESSOR, Involved, seats
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
