"""Claims: granting, renewing, giving back, handing over. A grant is one statement; answers are stored and replayed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, Select, delete, func, insert, or_, select, update

from mcassess.clock import written
from mcassess.domain.kinds import SubmissionState
from mcassess.domain.submission import Policy
from mcassess.server import tables, tables_people
from mcassess.server.audit import note
from mcassess.server.claim_receipts import displace, fence_of_before, sign_claim
from mcassess.server.data import PlatformData
from mcassess.server.deciding import UNDECIDED
from mcassess.server.epochs import epoch_of
from mcassess.server.holding import Changed, assign, give_back, recuse, touch
from mcassess.server.involved import COORDINATOR, Hold, Involved, involved, seats
from mcassess.server.problems import ProblemError, problem
from mcassess.server.records import (
    Person,
    StoredSubmission,
    microcredential_of,
    person_of_name,
    stored_microcredential,
    stored_submission,
)
from mcassess.server.seating import has_seat, may_wait
from mcassess.server.views import not_hers, sight
from mcassess.sync.wire import Problem, canonical, digest
from mcassess.sync.wire_claims import (
    DEFAULT_TTL_S,
    MAX_CLAIMS,
    MAX_TTL_S,
    ClaimFilter,
    ClaimGrant,
    ClaimReceipt,
    ClaimRefused,
    ClaimRequest,
    ClaimResults,
)

KEPT_DAYS = 30
"""How long an answer is replayed."""
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request in hand."""

    data: PlatformData
    connection: Connection
    person: Person
    device: str
    request: ClaimRequest
    now: datetime
    epoch: str

    @property
    def at(self) -> str:
        return written(self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One submission that is asked for, as she may see it."""

    stored: StoredSubmission
    policy: Policy
    involved: Involved

    @property
    def id(self) -> str:
        return self.stored.submission.id


_Answer = ClaimGrant | Problem | str
"""A grant, a refusal, or the id of what was released."""


def claims(data: PlatformData, person: Person, device: str, request: ClaimRequest) -> ClaimResults:
    """Answers a request for claims; the same request gives the same answer for 30 days.

    Raises:
        ProblemError: The request's id was used for another one, it is of another epoch, or it names nothing.
    """
    sha256 = digest(canonical({"device": device, **request.model_dump(mode="json")}))
    table = tables_people.claim_request
    with data.write() as connection:
        asked = _Asked(
            data=data,
            connection=connection,
            person=person,
            device=device,
            request=request,
            now=data.clock.now(),
            epoch=epoch_of(connection),
        )
        if request.epoch not in {None, asked.epoch}:
            raise ProblemError("epoch-changed", "read what the platform has now, and ask anew")
        before = written(asked.now - timedelta(days=KEPT_DAYS))
        connection.execute(delete(table).where(table.c.person_id == person.id, table.c.stored_at < before))
        mine = (table.c.person_id == person.id) & (table.c.request_id == request.request_id)
        stored = connection.execute(select(table).where(mine)).one_or_none()
        if stored is not None:
            if stored.request_sha256 != sha256:
                raise ProblemError("request-id-reused")
            return ClaimResults.model_validate_json(stored.result)
        results = _answered(asked)
        connection.execute(
            insert(table).values(
                person_id=person.id,
                request_id=request.request_id,
                request_sha256=sha256,
                result=results.model_dump_json().encode(),
                stored_at=asked.at,
            )
        )
    return results


def _answered(asked: _Asked) -> ClaimResults:
    request = asked.request
    if request.action == "take":
        granted = list(_taken(asked, request.count or 1, request.filter or ClaimFilter()))
        return ClaimResults(claims=granted)
    names = list(dict.fromkeys([*([request.submission_id] if request.submission_id else []), *request.submission_ids]))
    if not names:
        raise ProblemError("bad-request", "the request names no submission")
    handlers: dict[str, Callable[[_Asked, _Place], _Answer]] = {
        "claim": _claim,
        "renew": _renew,
        "release": _release,
        "hand_over": _hand_over,
    }
    claims, refused, released = [], [], []
    for name in names:
        place = _place(asked, name)
        answer = place if isinstance(place, Problem) else handlers[request.action](asked, place)
        if isinstance(answer, ClaimGrant):
            claims.append(answer)
        elif isinstance(answer, Problem):
            refused.append(ClaimRefused(submission_id=name, problem=answer))
        else:
            released.append(name)
    return ClaimResults(claims=claims, refused=refused, released=released)


def _place(asked: _Asked, name: str) -> _Place | Problem:
    """Returns a submission that she may claim, or why there is nothing to claim for her."""
    stored = stored_submission(asked.connection, name)
    if stored is None or asked.person.role == COORDINATOR:
        return problem("not-found")
    policy = stored_microcredential(asked.connection, stored.submission.microcredential).policy
    place = _Place(stored=stored, policy=policy, involved=involved(asked.connection, stored))
    if asked.request.action == "release" and not_hers(asked.person, stored.submission, place.involved) is None:
        return place
    seen = sight(asked.person, stored.submission, policy, place.involved)
    if seen == "reassigned" and asked.request.action == "renew":
        return problem("claim-lost")
    if isinstance(seen, str):
        return problem({"decided_elsewhere": "already-decided", "withdrawn": "withdrawn"}.get(seen, "not-found"))
    return problem("already-decided") if seen.state is SubmissionState.DECIDED else place


def _claim(asked: _Asked, place: _Place) -> _Answer:
    held = place.involved.hold_of(asked.person.id)
    if held is not None and held.device == asked.device:
        return _extended(asked, place)
    if held is not None and not asked.request.take_over:
        return problem("claimed-on-other-device")
    if held is None and _count(asked) >= MAX_CLAIMS:
        return problem("claim-limit", f"at most {MAX_CLAIMS} at a time")
    receipt = asked.request.receipts.get(place.id)
    before = None
    if receipt is not None and receipt.epoch != asked.epoch:
        before = fence_of_before(asked.data, asked.connection, asked.person, receipt, place.id, asked.at)
    about = (place.id, place.stored.submission.attempt)
    changed = _grant(asked, place)
    if changed is None and before is not None and displace(asked.connection, asked.person, about, before, asked.at):
        changed = _grant(asked, place)
    if changed is None:
        return problem("claimed")
    _make_room(asked, place)
    expires_at, ttl_s = _lease(asked, place.policy)
    table = tables_people.claim
    mine = (table.c.submission_id == place.id) & (table.c.person_id == asked.person.id)
    connection = asked.connection
    connection.execute(delete(table).where(mine))
    connection.execute(
        insert(table).values(
            submission_id=place.id,
            person_id=asked.person.id,
            stage=asked.person.role,
            device_id=asked.device,
            fence=changed.fence,
            granted_at=asked.at,
            expires_at=expires_at,
            ttl_s=ttl_s,
            old_fence=before,
        )
    )
    _note(asked, place, "claim.taken_over" if held else "claim.granted", fence=changed.fence, expires_at=expires_at)
    return _told(asked, place, changed, expires_at, ttl_s)


def _grant(asked: _Asked, place: _Place) -> Changed | None:
    """The one statement by which a claim is granted or not."""
    table, submission = tables.submission, place.stored.submission
    row = asked.connection.execute(
        update(table)
        .where(
            table.c.id == submission.id,
            table.c.attempt == submission.attempt,
            table.c.state.in_(UNDECIDED),
            table.c.decision_id.is_(None),
            has_seat(asked.person, submission, place.policy, place.involved, asked.at),
        )
        .values(fence=table.c.fence + 1)
        .returning(table.c.fence)
    ).one_or_none()
    return None if row is None else touch(asked.connection, submission.id, fence=False)


def _make_room(asked: _Asked, place: _Place) -> None:
    """Ends claims that have run out, as many as the new one takes the seats of, the oldest first."""
    taken = place.involved.taken(asked.person)
    others = [hold for hold in place.involved.held(asked.person) if hold.person not in taken]
    excess = len(taken) + len(others) + 1 - seats(asked.person.role, place.policy, place.involved.appeal)
    over = sorted((hold for hold in others if hold.expires_at < asked.at), key=_end_of)[: max(excess, 0)]
    table = tables_people.claim
    for hold in over:
        here = (table.c.submission_id == place.id) & (table.c.person_id == hold.person)
        asked.connection.execute(delete(table).where(here))
        note(asked.connection, asked.at, hold.person, "claim.ran_out", (place.id, place.stored.submission.attempt))


def _end_of(hold: Hold) -> str:
    return hold.expires_at


def _renew(asked: _Asked, place: _Place) -> _Answer:
    held = place.involved.hold_of(asked.person.id)
    if held is None:
        return problem("claim-lost")
    return _extended(asked, place) if held.device == asked.device else problem("claimed-on-other-device")


def _extended(asked: _Asked, place: _Place) -> ClaimGrant:
    """Lets her claim last from now on; the fence stays."""
    table = tables_people.claim
    expires_at, ttl_s = _lease(asked, place.policy)
    fence = asked.connection.execute(
        update(table)
        .where(table.c.submission_id == place.id, table.c.person_id == asked.person.id)
        .values(expires_at=expires_at, ttl_s=ttl_s)
        .returning(table.c.fence)
    ).scalar_one()
    _note(asked, place, "claim.renewed", fence=fence, expires_at=expires_at)
    changed = touch(asked.connection, place.id, fence=False)
    return _told(asked, place, Changed(changed.version, fence, changed.seq), expires_at, ttl_s)


def _release(asked: _Asked, place: _Place) -> _Answer:
    request = asked.request
    if request.recuse:
        recuse(asked.connection, place.stored, asked.person, asked.at, request.reason)
        return place.id
    held = place.involved.hold_of(asked.person.id)
    if held is None or (held.device != asked.device and not request.take_over):
        return problem("claim-lost" if held is None else "claimed-on-other-device")
    give_back(asked.connection, place.stored, asked.person, asked.at, request.reason)
    return place.id


def _hand_over(asked: _Asked, place: _Place) -> _Answer:
    held = place.involved.hold_of(asked.person.id)
    if held is None and not place.involved.is_assigned(asked.person):
        return problem("claim-lost")
    to = person_of_name(asked.connection, (asked.request.to or "").strip())
    if to is None or to.standing or to.role != asked.person.role or to.id == asked.person.id:
        return problem("policy", "there is nobody of this name who could go on with it")
    seen = sight(to, place.stored.submission, place.policy, place.involved)
    if (isinstance(seen, str) and seen != "reassigned") or to.id in place.involved.recused:
        return problem("policy", "she must not assess it, or has done so")
    if not isinstance(seen, str) and seen.state is SubmissionState.DECIDED:
        return problem("policy", "she has decided on it already")
    give_back(asked.connection, place.stored, asked.person, asked.at, asked.request.reason)
    assign(asked.connection, place.stored, to, asked.at, asked.person.id)
    return place.id


def _taken(asked: _Asked, count: int, wanted: ClaimFilter) -> Iterator[ClaimGrant]:
    """Grants what waits for her: what she was given first, then what is due first."""
    left = min(count, MAX_CLAIMS - _count(asked))
    if left <= 0:
        return
    for name in _waiting(asked, wanted):
        place = _place(asked, name)
        answer = place if isinstance(place, Problem) else _claim(asked, place)
        if isinstance(answer, ClaimGrant):
            yield answer
            left -= 1
            if not left:
                return


def _waiting(asked: _Asked, wanted: ClaimFilter) -> Iterator[str]:
    """Yields what may wait for her, in its order; the database reads no more than is used."""
    table, given = tables.submission, tables_people.assignment
    query = select(table.c.id, table.c.due_at).where(
        table.c.state == SubmissionState.OPEN.value, *may_wait(asked.person, _for_several(asked), asked.at)
    )
    if wanted.microcredential is not None:
        query = query.where(table.c.microcredential_id == wanted.microcredential)
    if wanted.due_before is not None:
        query = query.where(table.c.due_at < written(wanted.due_before))
    assigned = select(given.c.submission_id).where(given.c.person_id == asked.person.id)
    hers = asked.connection.execute(assigned).scalars().all()
    # Three questions rather than one: the latter two are answered from the index, in its order.
    dated, undated = query.where(table.c.due_at.is_not(None)), query.where(table.c.due_at.is_(None))
    for some in (*([query.where(table.c.id.in_(hers))] if hers else []), dated, undated):
        yield from _in_blocks(asked, some.order_by(table.c.due_at, table.c.id))


def _in_blocks(asked: _Asked, query: Select[tuple[str, str | None]]) -> Iterator[str]:
    """Yields ids, a block at a time; each block goes on behind the last one, for what is granted leaves the list."""
    table = tables.submission
    names: list[Row[tuple[str, str | None]]] = list(asked.connection.execute(query.limit(_LOOKED_AT)))
    while names:
        yield from (row.id for row in names)
        if len(names) < _LOOKED_AT:
            return
        last = names[-1]
        behind = table.c.id > last.id
        if last.due_at is not None:
            behind = or_(table.c.due_at > last.due_at, (table.c.due_at == last.due_at) & behind)
        names = list(asked.connection.execute(query.where(behind).limit(_LOOKED_AT)))


def _for_several(asked: _Asked) -> list[str]:
    """Returns the micro-credentials that more than one assesses: a claim of one leaves seats there."""
    rows = asked.connection.execute(select(tables.microcredential.c.id, tables.microcredential.c.data))
    return [row.id for row in rows if microcredential_of(row.data).policy.assessors > 1]


def _count(asked: _Asked) -> int:
    table = tables_people.claim
    mine = select(func.count()).select_from(table).where(table.c.person_id == asked.person.id)
    return int(asked.connection.execute(mine.where(table.c.expires_at >= asked.at)).scalar_one())


def _lease(asked: _Asked, policy: Policy) -> tuple[str, int]:
    """Returns when the claim runs out, and the seconds until then."""
    ttl_s = min(asked.request.ttl_s or policy.lease_ttl_s or DEFAULT_TTL_S, MAX_TTL_S)
    return written(asked.now + timedelta(seconds=ttl_s)), ttl_s


def _told(asked: _Asked, place: _Place, changed: Changed, expires_at: str, ttl_s: int) -> ClaimGrant:
    receipt = sign_claim(
        asked.data,
        ClaimReceipt(
            server_id=asked.data.server_id,
            epoch=asked.epoch,
            submission=place.id,
            assessor=asked.person.id,
            device=asked.device,
            fence=changed.fence,
            granted_at=asked.at,
            expires_at=expires_at,
            signature="",
        ),
    )
    return ClaimGrant(
        submission_id=place.id,
        fence=changed.fence,
        expires_at=expires_at,
        ttl_s=ttl_s,
        submission_version=changed.version,
        receipt=receipt,
    )


def _note(asked: _Asked, place: _Place, action: str, **detail: object) -> None:
    about = (place.id, place.stored.submission.attempt)
    note(asked.connection, asked.at, asked.person.id, action, about, device=asked.device, **detail)
