"""``decision.submit``: one compare-and-set decides whether it lands; what stood against it is asked afterwards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, or_, select, true, update

from mcassess.domain.kinds import SubmissionState
from mcassess.domain.submission import Evidence
from mcassess.server import tables, tables_people
from mcassess.server.accepting import accept, close_appeal
from mcassess.server.checks import attachment_problem, decision_problem, read_decision, read_extras
from mcassess.server.involved import APPROVER, ASSESSOR, COORDINATOR, Involved, awaits_approver, seats
from mcassess.server.past import with_past_decision
from mcassess.server.problems import problem
from mcassess.server.records import rubric_digest, rubric_of
from mcassess.server.seating import has_seat
from mcassess.server.work import Work
from mcassess.sync.wire import OpResult, Problem, evidence_digest
from mcassess.sync.wire_operations import DecisionExtras

UNDECIDED = (SubmissionState.OPEN.value, SubmissionState.CLAIMED.value)


def submit(work: Work) -> OpResult:
    """Settles a ``decision.submit``."""
    extras = read_extras(work.op.body)
    if isinstance(extras, Problem):
        return work.refused(conflict(work, DecisionExtras()) or extras)
    if extras.old_attempt and work.op.base.attempt < work.stored.submission.attempt:
        return _submit_for_the_past(work, extras)
    final = _is_final(work)
    fault = content_problem(work)
    if fault is not None or not _compare_and_set(work, extras, final=final):
        fault = conflict(work, extras) or fault or problem("claim-lost")
        return work.refused(fault)
    held = work.involved.hold_of(work.person.id)
    late = held is not None and held.expires_at < work.now
    if not final or not work.involved.appeal:
        return accept(work, extras.attachments, final=final, late_lease=late)
    answered = _appealed_decision(work)
    close_appeal(work.connection, work.op.submission_id, work.op.base.attempt, work.now, work.op.op_id)
    return accept(work, extras.attachments, final=True, replaces=answered, late_lease=late)


def _submit_for_the_past(work: Work, extras: DecisionExtras) -> OpResult:
    """Decides an attempt that a newer one has taken the place of; the newer one stays as it is."""
    submission, base = work.stored.submission, work.op.base
    past = submission.earlier_attempt(base.attempt)
    alone = work.policy.assessors == 1 and not work.policy.approver
    if not (work.policy.allow_old_attempt and alone and past is not None and past.decision is None):
        return work.refused(problem("attempt-superseded"))
    if work.person.role != ASSESSOR or submission.state is SubmissionState.WITHDRAWN:
        return work.refused(conflict(work, extras) or problem("policy", "only an assessor decides"))
    decision = read_decision(work.op.body)
    if (fault := content_problem(work)) is not None or isinstance(decision, Problem):
        return work.refused(fault or problem("schema"))
    table, made = tables.submission, tables.decision
    done = work.connection.execute(
        update(table)
        .where(
            table.c.id == submission.id,
            table.c.attempt == submission.attempt,
            ~exists().where(made.c.submission_id == submission.id, made.c.attempt == base.attempt),
        )
        .values(version=table.c.version + 1, data=with_past_decision(submission, base.attempt, decision, work.now))
    )
    if not done.rowcount:
        return work.refused(problem("already-decided"))
    return accept(replace(work, involved=Involved()), extras.attachments, final=True, frees=False)


def content_problem(work: Work) -> Problem | None:
    """Returns what the form, the rubric or the policy has against a decision, whatever has become of its submission."""
    decision = read_decision(work.op.body)
    if isinstance(decision, Problem):
        return decision
    judged = work.op.base.evidence_sha256
    if judged is not None and judged != evidence_digest(_evidence(work)):
        return problem("evidence-changed", "another attempt was sent under this number")
    named = work.op.base.rubric
    if named.sha256 is not None and rubric_digest(work.connection, named.pin) not in {None, named.sha256}:
        return problem("rubric-changed", "this version says something else here than what she judged by")
    rubric = rubric_of(work.connection, named.pin) or rubric_of(work.connection, work.stored.submission.rubric)
    assert rubric is not None, "a submission is pinned to a rubric that is known"
    extras = read_extras(work.op.body)
    if isinstance(extras, Problem):
        return extras
    return decision_problem(decision, rubric, work.policy) or attachment_problem(extras, work.policy)


def _evidence(work: Work) -> Sequence[Evidence]:
    """The evidence of the attempt that an operation is about."""
    submission, attempt = work.stored.submission, work.op.base.attempt
    past = None if attempt == submission.attempt else submission.earlier_attempt(attempt)
    return past.evidence if past is not None else submission.evidence


def conflict(work: Work, extras: DecisionExtras) -> Problem | None:
    """Returns what stands against a decision's landing; the answers are those of the protocol's conflict table."""
    submission, base, involved = work.stored.submission, work.op.base, work.involved
    if (gone := attempt_problem(work)) is not None:
        return gone
    if base.rubric.pin != submission.rubric and not (extras.keep_rubric and _was_pinned(work)):
        return problem("rubric-changed")
    voted = involved.vote_of(work.person.id) is not None or work.person.id in involved.former
    if submission.state is SubmissionState.DECIDED or voted:
        return problem("already-decided")
    if work.person.role == COORDINATOR:
        return problem("policy", "coordinators do not decide")
    if work.person.role == APPROVER and not awaits_approver(work.policy, involved):
        return problem("policy", "the assessors have not all recommended yet")
    if work.person.role == ASSESSOR and len(involved.recommendations) >= work.places:
        return problem("already-decided")
    return None if work.receipt is not None else _claim_conflict(work)


def attempt_problem(work: Work) -> Problem | None:
    """Returns what is wrong with the attempt that an operation is about."""
    submission, base = work.stored.submission, work.op.base
    if submission.state is SubmissionState.WITHDRAWN:
        return problem("withdrawn")
    if base.attempt == submission.attempt:
        return None
    return problem("attempt-unknown" if base.attempt > submission.attempt else "attempt-superseded")


def _claim_conflict(work: Work) -> Problem | None:
    held, base = work.involved.hold_of(work.person.id), work.op.base
    if held is None:
        if work.policy.claim_required:
            return problem("claim-lost", "the policy wants a claim")
        return None if work.kept or base.fence == work.stored.submission.fence else problem("claim-lost")
    if held.device != work.op.device_id:
        return problem("claim-lost", "she holds it on another of her devices")
    if held.fence != base.fence:
        return problem("claim-lost")
    strict = work.policy.strict_lease and held.expires_at < work.now
    return problem("lease-expired") if strict else None


def _is_final(work: Work) -> bool:
    if work.person.role == APPROVER:
        return True
    return not work.policy.approver and len(work.involved.recommendations) + 1 >= work.places


def _compare_and_set(work: Work, extras: DecisionExtras, *, final: bool) -> bool:
    """The one statement in which a decision lands or does not."""
    table, op = tables.submission, work.op
    values: dict[str, Any] = {"version": table.c.version + 1}
    if final:
        values |= {"state": SubmissionState.DECIDED.value, "decision_id": op.op_id}
    pinned = and_(table.c.rubric_id == op.base.rubric.id, table.c.rubric_version == op.base.rubric.version)
    if extras.keep_rubric:
        values |= {"rubric_id": op.base.rubric.id, "rubric_version": op.base.rubric.version}
        pinned = or_(pinned, _pinned_before(work))
    done = work.connection.execute(
        update(table)
        .where(
            table.c.id == op.submission_id,
            table.c.attempt == op.base.attempt,
            table.c.appeal == work.involved.appeal,
            table.c.state.in_(UNDECIDED),
            table.c.decision_id.is_(None),
            pinned,
            _is_her_turn(work),
            true() if work.receipt is not None else or_(_holds(work), _is_free(work)),
        )
        .values(values)
    )
    return done.rowcount == 1


def _is_her_turn(work: Work) -> ColumnElement[bool]:
    """She has not decided on this attempt, and somebody of her role still has to."""
    table, past = tables.decision, tables_people.former_decision
    here = (table.c.submission_id == work.op.submission_id) & (table.c.attempt == work.op.base.attempt)
    before = (past.c.submission_id == work.op.submission_id) & (past.c.attempt == work.op.base.attempt)
    votes = (
        select(func.count())
        .select_from(table)
        .where(here, table.c.appeal == work.involved.appeal, table.c.final.is_(False))
        .scalar_subquery()
    )
    turn = {
        ASSESSOR: votes < work.places,
        APPROVER: and_(
            true() if work.policy.approver else false(), votes >= seats(ASSESSOR, work.policy, work.involved.appeal)
        ),
    }.get(work.person.role, false())
    return and_(
        ~exists().where(here, table.c.person_id == work.person.id),
        ~exists().where(before, past.c.person_id == work.person.id),
        turn,
    )


def _holds(work: Work) -> ColumnElement[bool]:
    """She holds a claim under the fence that she names; one that has run out is as good, unless leases are strict."""
    table, op = tables_people.claim, work.op
    found = and_(
        table.c.submission_id == op.submission_id,
        table.c.person_id == work.person.id,
        table.c.device_id == op.device_id,
        table.c.fence == op.base.fence,
    )
    if work.policy.strict_lease:
        found = and_(found, table.c.expires_at >= work.now)
    return exists().where(found)


def _is_free(work: Work) -> ColumnElement[bool]:
    """Nobody has a claim that keeps it from her, and nobody had one since she pulled it."""
    if work.policy.claim_required:
        return false()
    claim = tables_people.claim
    fence = true() if work.kept else tables.submission.c.fence == work.op.base.fence
    mine = exists().where(claim.c.submission_id == work.op.submission_id, claim.c.person_id == work.person.id)
    seat = has_seat(work.person, work.stored.submission, work.policy, work.involved, work.now)
    return and_(fence, ~mine, seat)


def _was_pinned(work: Work) -> bool:
    return work.connection.execute(select(literal(1)).where(_pinned_before(work))).first() is not None


def _pinned_before(work: Work) -> ColumnElement[bool]:
    """The attempt was once pinned to the version of the rubric that the operation names."""
    table, base = tables_people.earlier_pin, work.op.base
    return exists().where(
        table.c.submission_id == work.op.submission_id,
        table.c.attempt == base.attempt,
        table.c.rubric_id == base.rubric.id,
        table.c.rubric_version == base.rubric.version,
    )


def _appealed_decision(work: Work) -> str:
    table = tables.decision
    return str(
        work.connection.execute(
            select(table.c.id).where(
                table.c.submission_id == work.op.submission_id,
                table.c.attempt == work.op.base.attempt,
                table.c.final.is_(True),
            )
        ).scalar_one()
    )
