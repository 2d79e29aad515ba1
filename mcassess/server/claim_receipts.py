"""The platform's signed word that a claim was granted, and what it is good for after a backup was restored."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select

from mcassess.clock import written
from mcassess.server import tables_people
from mcassess.server.audit import note
from mcassess.server.data import PlatformData
from mcassess.server.records import Person
from mcassess.sync.wire_claims import ClaimReceipt
from mcassess.sync.wire_signatures import receipt_is_genuine, signature_of

FIRST_REFUSAL = timedelta(hours=24)
"""How long after a new epoch began a claim of before goes before one that was granted since."""
EPOCH_BEGAN = "epoch.began"
"""The line of the audit log by which it is known when that was."""


def sign_claim(data: PlatformData, receipt: ClaimReceipt) -> ClaimReceipt:
    """Returns the receipt with its signature; the one in it is not looked at."""
    signature = signature_of(receipt, data.sign_key())
    return receipt.model_copy(update={"signature": signature})


def fence_of_before(
    data: PlatformData, connection: Connection, person: Person, receipt: ClaimReceipt, submission: str, now: str
) -> int | None:
    """Returns the fence under which a person held a submission before a backup was restored; None if she did not.

    Args:
        receipt: What she shows for it; of another epoch than this.
        now: The platform's time, as it is written.
    """
    if receipt.expires_at < now:
        return None
    if (receipt.server_id, receipt.assessor, receipt.submission) != (data.server_id, person.id, submission):
        return None
    table = tables_people.audit
    query = select(table.c.at).where(table.c.action == EPOCH_BEGAN).order_by(table.c.number.desc()).limit(1)
    began = connection.execute(query).scalar()
    recent = began is not None and now <= written(datetime.fromisoformat(began) + FIRST_REFUSAL)
    return receipt.fence if recent and receipt_is_genuine(receipt, data.public_key) else None


def displace(connection: Connection, person: Person, submission: tuple[str, int], fence: int, now: str) -> bool:
    """Ends the claim of somebody who got the submission after the backup was restored; tells whether there is one.

    Args:
        submission: Its id and attempt.
        fence: Of the claim of before. Of two such claims the later one counts.
    """
    table = tables_people.claim
    weaker = or_(table.c.old_fence.is_(None), table.c.old_fence < fence)
    query = select(table.c.person_id).where(
        table.c.submission_id == submission[0], table.c.stage == person.role, table.c.person_id != person.id, weaker
    )
    other = connection.execute(query.order_by(table.c.granted_at.desc()).limit(1)).scalar()
    if other is None:
        return False
    connection.execute(delete(table).where(table.c.submission_id == submission[0], table.c.person_id == other))
    note(connection, now, person.id, "claim.displaced", submission, person=other, fence_of_before=fence)
    return True
