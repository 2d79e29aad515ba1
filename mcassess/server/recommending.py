"""What assessors have recommended, as whoever has to decide on it may read it."""

import json

from sqlalchemy import Connection, select

from mcassess.server import tables
from mcassess.server.data import PlatformData
from mcassess.server.feed import visible_submission
from mcassess.server.involved import ASSESSOR, involved
from mcassess.server.records import Person, stored_submission
from mcassess.sync.wire_records import Recommendation, Recommendations


def recommendations(
    data: PlatformData, connection: Connection, person: Person, submission: str
) -> Recommendations | None:
    """Returns the recommendations of the present round; None for whoever must not see them, or nothing of it."""
    if person.role == ASSESSOR or visible_submission(data, connection, person, submission) is None:
        return None
    stored = stored_submission(connection, submission)
    assert stored is not None, "what is visible is there"
    votes = {vote.id: vote for vote in involved(connection, stored).recommendations}
    table, by = tables.decision, tables.person
    rows = connection.execute(
        select(table.c.id, table.c.accepted_at, table.c.payload, by.c.name)
        .join(by, by.c.id == table.c.person_id)
        .where(table.c.id.in_(list(votes)))
        .order_by(table.c.accepted_at, table.c.id)
    ).all()
    found = [
        Recommendation(
            op_id=row.id,
            assessor=row.name,
            version=votes[row.id].version,
            accepted_at=row.accepted_at,
            decision=json.loads(row.payload)["body"],
        )
        for row in rows
    ]
    return Recommendations(submission=submission, attempt=stored.submission.attempt, recommendations=found)
