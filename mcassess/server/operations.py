"""The outbox's other end: each operation is one transaction, one compare-and-set, one stored result."""

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import OperationalError

from mcassess.clock import written
from mcassess.domain.kinds import SubmissionState
from mcassess.domain.submission import Policy, Submission
from mcassess.server import tables
from mcassess.server.checks import decision_problem, read_decision
from mcassess.server.data import PlatformData
from mcassess.server.feed import add_to_feed, votes_of
from mcassess.server.incoming import Incoming, read_incoming
from mcassess.server.problems import ProblemError, problem
from mcassess.server.records import Person, stored_microcredential, stored_rubric, stored_submission
from mcassess.server.views import Vote, awaits_approver, recommendations
from mcassess.sync.wire import Op, OpResult, OpResults, Problem, Receipt, sign_receipt

_LOG = logging.getLogger(__name__)
_UNDECIDED = (SubmissionState.OPEN.value, SubmissionState.CLAIMED.value)


def push(data: PlatformData, person: Person, raws: Sequence[Any]) -> OpResults:
    """Applies operations, each by itself, in the order of the device's numbers.

    Raises:
        ProblemError: The device is a copy of another (``device-fork``); what was not applied before is not applied.
    """
    incoming = [read_incoming(raw) for raw in raws]
    with data.read() as connection:
        for each in incoming:
            _refuse_fork(connection, person, each, incoming)
    results: dict[int, OpResult] = {}
    waiting: set[str] = set()
    for position in sorted(range(len(incoming)), key=lambda place: incoming[place].order):
        each = incoming[position]
        if each.submission_id and each.submission_id in waiting:
            results[position] = OpResult(op_id=each.op_id, status="blocked")
            continue
        try:
            with data.write() as connection:
                results[position] = _settle(data, connection, person, each)
        except OperationalError as error:
            # The disk is full or the database is busy: that passes, so nothing is stored.
            _LOG.warning("an operation has to wait: %s", error.orig)
            results[position] = OpResult(op_id=each.op_id, status="later")
            waiting.add(each.submission_id)
    return OpResults(results=[results[position] for position in range(len(incoming))])


def stored_results(data: PlatformData, person: Person, device_id: str, after: int) -> OpResults:
    """Returns what became of a device's operations after one of its numbers, at most 500 at a time."""
    table = tables.operation
    with data.read() as connection:
        rows = connection.execute(
            select(table.c.result)
            .where(table.c.person_id == person.id, table.c.device_id == device_id, table.c.device_seq > after)
            .order_by(table.c.device_seq)
            .limit(500)
        )
        return OpResults(results=[OpResult.model_validate_json(row.result) for row in rows])


def _settle(data: PlatformData, connection: Connection, person: Person, incoming: Incoming) -> OpResult:
    table = tables.operation
    stored = connection.execute(select(table).where(table.c.op_id == incoming.op_id)).one_or_none()
    if stored is not None:
        return _replay(stored, person, incoming)
    _refuse_fork(connection, person, incoming, ())
    if incoming.op is None:
        assert incoming.fault is not None, "what is not understood has a fault"
        result = _rejected(incoming.op_id, incoming.fault)
    else:
        result = _decide(data, connection, person, incoming, incoming.op)
    if not incoming.op_id or not incoming.device_id:
        return result  # nothing to store it by
    connection.execute(
        insert(table).values(
            op_id=incoming.op_id,
            person_id=person.id,
            device_id=incoming.device_id,
            device_seq=incoming.device_seq,
            payload_sha256=incoming.sha256,
            result=result.model_dump_json().encode(),
            stored_at=written(data.clock.now()),
        )
    )
    return result


def _replay(stored: Row[Any], person: Person, incoming: Incoming) -> OpResult:
    if stored.person_id != person.id or stored.payload_sha256 != incoming.sha256:
        return _rejected(incoming.op_id, problem("op-id-reused"))
    result = OpResult.model_validate_json(stored.result)
    return result.model_copy(update={"status": "duplicate"}) if result.status == "applied" else result


def _refuse_fork(connection: Connection, person: Person, incoming: Incoming, batch: Sequence[Incoming]) -> None:
    if incoming.device_seq is None:
        return
    table = tables.operation
    other = connection.execute(
        select(table.c.op_id).where(
            table.c.person_id == person.id,
            table.c.device_id == incoming.device_id,
            table.c.device_seq == incoming.device_seq,
            table.c.op_id != incoming.op_id,
        )
    ).first()
    same_number = [e for e in batch if (e.device_id, e.device_seq) == (incoming.device_id, incoming.device_seq)]
    if other is not None or any(each.op_id != incoming.op_id for each in same_number):
        raise ProblemError("device-fork", f"number {incoming.device_seq} was sent before under another id")


def _decide(data: PlatformData, connection: Connection, person: Person, incoming: Incoming, op: Op) -> OpResult:
    stored = stored_submission(connection, op.submission_id)
    if stored is None:
        return _refuse(data, connection, person, incoming, problem("attempt-unknown"), keep=True)
    submission = stored.submission
    policy = stored_microcredential(connection, submission.microcredential).policy
    votes = votes_of(connection, [submission]).get(submission.id, [])
    final = _is_final(person, policy, votes)
    fault = _not_her_turn(person, policy, submission, votes) or _content_problem(connection, submission, policy, op)
    # The compare-and-set alone decides whether it lands; what stood against it is asked only afterwards.
    if fault is not None or not _compare_and_set(connection, op, final=final):
        fault = _conflict(submission, op) or fault or problem("claim-lost")
    if fault is not None:
        current = _current(connection, submission, votes) | (fault.current or {})
        return _refuse(
            data,
            connection,
            person,
            incoming,
            fault.model_copy(update={"current": current}),
            keep=policy.keep_unapplied,
        )
    return _accept(data, connection, person, incoming, op, final=final, moved=submission.version)


def _is_final(person: Person, policy: Policy, votes: Sequence[Vote]) -> bool:
    if person.role == "approver":
        return True
    return not policy.approver and recommendations(votes) + 1 >= policy.assessors


def _content_problem(connection: Connection, submission: Submission, policy: Policy, op: Op) -> Problem | None:
    decision = read_decision(op.body)
    if isinstance(decision, Problem):
        return decision
    return decision_problem(decision, stored_rubric(connection, submission.rubric), policy)


def _not_her_turn(person: Person, policy: Policy, submission: Submission, votes: Sequence[Vote]) -> Problem | None:
    """Says what stands against a person's deciding, apart from the submission's state."""
    if any(vote.person == person.id for vote in votes):
        return problem("already-decided")
    if person.role == "coordinator":
        return problem("policy", "coordinators do not decide")
    if person.role == "approver" and not awaits_approver(policy, votes):
        return problem("policy", "the assessors have not all recommended yet")
    if person.role == "assessor" and recommendations(votes) >= policy.assessors:
        return problem("already-decided")
    if policy.claim_required and submission.state is SubmissionState.OPEN:
        return problem("claim-lost", "the policy wants a claim")
    return None


def _conflict(submission: Submission, op: Op) -> Problem | None:
    """Names what in the submission's state stands against an operation; None if nothing does."""
    if submission.state is SubmissionState.WITHDRAWN:
        return problem("withdrawn")
    if op.base.attempt != submission.attempt:
        return problem("attempt-unknown" if op.base.attempt > submission.attempt else "attempt-superseded")
    if op.base.rubric != submission.rubric:
        return problem("rubric-changed")
    if submission.state is SubmissionState.DECIDED:
        return problem("already-decided")
    return problem("claim-lost") if op.base.fence != submission.fence else None


def _compare_and_set(connection: Connection, op: Op, *, final: bool) -> bool:
    table = tables.submission
    values: dict[str, Any] = {"version": table.c.version + 1}
    if final:
        values |= {"state": SubmissionState.DECIDED.value, "decision_id": op.op_id}
    done = connection.execute(
        update(table)
        .where(
            table.c.id == op.submission_id,
            table.c.attempt == op.base.attempt,
            table.c.state.in_(_UNDECIDED),
            table.c.rubric_id == op.base.rubric.id,
            table.c.rubric_version == op.base.rubric.version,
            table.c.fence == op.base.fence,
            table.c.decision_id.is_(None),
        )
        .values(values)
    )
    return done.rowcount == 1


def _accept(
    data: PlatformData,
    connection: Connection,
    person: Person,
    incoming: Incoming,
    op: Op,
    *,
    final: bool,
    moved: int,
) -> OpResult:
    accepted_at = written(data.clock.now())
    receipt = sign_receipt(
        Receipt(
            server_id=data.server_id,
            op_id=op.op_id,
            payload_sha256=incoming.sha256,
            submission=op.submission_id,
            attempt=op.base.attempt,
            accepted_at=accepted_at,
            signature="",
        ),
        data.sign_key(),
    )
    connection.execute(
        insert(tables.decision).values(
            id=op.op_id,
            submission_id=op.submission_id,
            attempt=op.base.attempt,
            person_id=person.id,
            final=final,
            outcome=op.body["outcome"],
            accepted_at=accepted_at,
            payload=incoming.payload,
            receipt=receipt.model_dump_json().encode(),
        )
    )
    seq = add_to_feed(connection, "submission", op.submission_id, moved + 1)
    note = None if op.base.submission_version == moved else "base-moved"
    return OpResult(op_id=op.op_id, status="applied", seq=seq, receipt=receipt, note=note)


def _refuse(
    data: PlatformData, connection: Connection, person: Person, incoming: Incoming, why: Problem, *, keep: bool
) -> OpResult:
    if keep and incoming.op is not None:
        connection.execute(
            insert(tables.unapplied).values(
                op_id=incoming.op_id,
                person_id=person.id,
                submission_id=incoming.submission_id,
                attempt=incoming.op.base.attempt,
                code=why.code,
                payload=incoming.payload,
                kept_at=written(data.clock.now()),
            )
        )
    return _rejected(incoming.op_id, why)


def _rejected(op_id: str, why: Problem) -> OpResult:
    return OpResult(op_id=op_id, status="rejected", problem=why.model_copy(update={"op_id": op_id}))


def _current(connection: Connection, submission: Submission, votes: Sequence[Vote]) -> dict[str, Any]:
    """The submission's fresh state for the one who was refused; others' recommendations stay hidden from her."""
    current: dict[str, Any] = {
        "version": submission.version,
        "state": submission.state.value,
        "attempt": submission.attempt,
        "rubric": {"id": submission.rubric.id, "version": submission.rubric.version},
        "fence": submission.fence,
    }
    settled = next((vote for vote in votes if vote.final), None)
    if settled is not None:
        table = tables.decision
        row = connection.execute(
            select(table.c.outcome, table.c.accepted_at, tables.person.c.name)
            .join(tables.person, tables.person.c.id == table.c.person_id)
            .where(table.c.id == settled.id)
        ).one()
        current["decision"] = {
            "id": settled.id,
            "outcome": row.outcome,
            "assessor": row.name,
            "accepted_at": row.accepted_at,
        }
    return current
