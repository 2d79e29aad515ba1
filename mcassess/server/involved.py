"""Who has to do with a submission in its present round: what was decided, who holds it, whose it is, who must not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from mcassess.domain.submission import Policy
from mcassess.server import tables, tables_people
from mcassess.server.records import Person, StoredSubmission

ASSESSOR, APPROVER, COORDINATOR = "assessor", "approver", "coordinator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """An accepted decision that counts: whose, and whether it settled the matter.

    Attributes:
        version: 1, and one more for each revision.
        appeal: The round in which it was made.
    """

    id: str
    person: str
    final: bool
    version: int
    appeal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A claim that was granted and not given back; it may have run out."""

    person: str
    stage: str
    device: str
    fence: int
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Involved:
    """All that is asked about people and one submission.

    Attributes:
        appeal: 0, or the number of the appeal that is being answered.
        votes: Of the present attempt, all rounds.
        former: Ids of those whose decision on this attempt another one took the place of.
        assigned: Person and stage.
        recused: Ids of those who must not assess it.
    """

    appeal: int = 0
    votes: tuple[Vote, ...] = ()
    former: frozenset[str] = frozenset()
    holds: tuple[Hold, ...] = ()
    assigned: frozenset[tuple[str, str]] = frozenset()
    recused: frozenset[str] = frozenset()

    @property
    def recommendations(self) -> tuple[Vote, ...]:
        """What assessors have recommended in this round."""
        return tuple(vote for vote in self.votes if not vote.final and vote.appeal == self.appeal)

    @property
    def settled(self) -> Vote | None:
        """The decision that settled this round."""
        return next((vote for vote in self.votes if vote.final and vote.appeal == self.appeal), None)

    def vote_of(self, person: str) -> Vote | None:
        """What a person has decided on this attempt, in whatever round: an appeal is for somebody else."""
        return next((vote for vote in self.votes if vote.person == person), None)

    def hold_of(self, person: str) -> Hold | None:
        """The claim that a person holds."""
        return next((hold for hold in self.holds if hold.person == person), None)

    def is_assigned(self, person: Person) -> bool:
        """Tells whether a coordinator gave it to this person."""
        return (person.id, person.role) in self.assigned

    def taken(self, person: Person) -> frozenset[str]:
        """Who else has a seat of a person's stage for good: by assignment, or by having recommended."""
        others = {who for who, stage in self.assigned if stage == person.role}
        if person.role == ASSESSOR:
            others |= {vote.person for vote in self.recommendations}
        return frozenset(others - {person.id} - self.recused)

    def held(self, person: Person, now: str = "") -> tuple[Hold, ...]:
        """Claims of others on a person's stage; with ``now`` only those that have not run out."""
        return tuple(
            hold
            for hold in self.holds
            if hold.person != person.id and hold.stage == person.role and hold.expires_at >= now
        )


def seats(role: str, policy: Policy, appeal: int) -> int:
    """Returns how many people of a role a submission needs; an appeal is answered by one assessor."""
    return policy.assessors if role == ASSESSOR and not appeal else 1


def awaits_approver(policy: Policy, involved: Involved) -> bool:
    """Tells whether all assessors are done and an approver has to decide."""
    return policy.approver and len(involved.recommendations) >= seats(ASSESSOR, policy, involved.appeal)


def involved_in(connection: Connection, submissions: Sequence[StoredSubmission]) -> dict[str, Involved]:
    """Returns who is involved in each of some submissions, by submission id."""
    attempts = {each.submission.id: each.submission.attempt for each in submissions}
    votes, former = _votes(connection, attempts), _former(connection, attempts)
    holds, assigned = _holds(connection, list(attempts)), _assigned(connection, list(attempts))
    recused = _recused(connection, submissions)
    return {
        name: Involved(
            appeal=each.appeal,
            votes=tuple(votes[name]),
            former=frozenset(former[name]),
            holds=tuple(holds[name]),
            assigned=frozenset(assigned[name]),
            recused=recused["submission", name] | recused["educator", each.submission.educator.id],
        )
        for each in submissions
        for name in [each.submission.id]
    }


def involved(connection: Connection, stored: StoredSubmission) -> Involved:
    """Returns who is involved in one submission."""
    return involved_in(connection, [stored])[stored.submission.id]


def _votes(connection: Connection, attempts: dict[str, int]) -> dict[str, list[Vote]]:
    table, found = tables.decision, defaultdict(list)
    columns = [table.c[name] for name in ("id", "submission_id", "attempt", "person_id", "final", "version", "appeal")]
    for row in connection.execute(select(*columns).where(table.c.submission_id.in_(list(attempts)))):
        if attempts[row.submission_id] == row.attempt:
            vote = Vote(id=row.id, person=row.person_id, final=row.final, version=row.version, appeal=row.appeal)
            found[row.submission_id].append(vote)
    return found


def _former(connection: Connection, attempts: dict[str, int]) -> dict[str, set[str]]:
    table, found = tables_people.former_decision, defaultdict(set)
    columns = (table.c.submission_id, table.c.attempt, table.c.person_id)
    for row in connection.execute(select(*columns).where(table.c.submission_id.in_(list(attempts)))):
        if attempts[row.submission_id] == row.attempt:
            found[row.submission_id].add(row.person_id)
    return found


def _holds(connection: Connection, ids: list[str]) -> dict[str, list[Hold]]:
    table, found = tables_people.claim, defaultdict(list)
    for row in connection.execute(select(table).where(table.c.submission_id.in_(ids))):
        hold = Hold(
            person=row.person_id, stage=row.stage, device=row.device_id, fence=row.fence, expires_at=row.expires_at
        )
        found[row.submission_id].append(hold)
    return found


def _assigned(connection: Connection, ids: list[str]) -> dict[str, set[tuple[str, str]]]:
    table, found = tables_people.assignment, defaultdict(set)
    for row in connection.execute(select(table).where(table.c.submission_id.in_(ids))):
        found[row.submission_id].add((row.person_id, row.stage))
    return found


def _recused(connection: Connection, submissions: Sequence[StoredSubmission]) -> dict[tuple[str, str], frozenset[str]]:
    """Who must not assess what, by kind and target."""
    table = tables_people.recusal
    found: dict[tuple[str, str], frozenset[str]] = defaultdict(frozenset)
    kinds = {
        "submission": {each.submission.id for each in submissions},
        "educator": {each.submission.educator.id for each in submissions},
    }
    for kind, targets in kinds.items():
        rows = connection.execute(select(table).where(table.c.kind == kind, table.c.target.in_(targets)))
        for row in rows:
            found[kind, row.target] |= {row.person_id}
    return found
