"""``claim.release``: a claim given back, and, if she must not assess the submission, kept from her from then on."""

from mcassess.server.checks import read_body
from mcassess.server.holding import give_back, recuse
from mcassess.server.work import Work
from mcassess.sync.wire import OpResult, Problem
from mcassess.sync.wire_operations import ClaimRelease


def release_claim(work: Work) -> OpResult:
    """Settles a ``claim.release``. Where there is no claim of hers any more, that is as good."""
    body = read_body(ClaimRelease, work.op.body)
    if isinstance(body, Problem):
        return work.refused(body)
    held = work.involved.hold_of(work.person.id)
    hers = held is not None and held.device == work.op.device_id and held.fence == work.op.base.fence
    if body.recuse:
        changed = recuse(work.connection, work.stored, work.person, work.now, body.reason)
    elif hers:
        changed = give_back(work.connection, work.stored, work.person, work.now, body.reason)
    else:
        return work.applied(note="not-held")
    return work.applied(
        seq=changed.seq, entities=[work.submission_entity(changed.version)], note=None if hers else "not-held"
    )
