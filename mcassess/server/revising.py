"""``decision.revise``: whoever decided changes her decision; all versions form one chain."""

from typing import Any

from sqlalchemy import Row, and_, exists, select, update

from mcassess.domain.kinds import ReviseUntil, SubmissionState
from mcassess.server import tables
from mcassess.server.accepting import accept
from mcassess.server.checks import read_extras
from mcassess.server.deciding import UNDECIDED, attempt_problem, content_problem
from mcassess.server.problems import problem
from mcassess.server.work import Work
from mcassess.sync.wire import OpResult, Problem


def revise(work: Work) -> OpResult:
    """Settles a ``decision.revise``."""
    mine = _mine(work)
    extras = read_extras(work.op.body)
    fault = _conflict(work, mine) or (extras if isinstance(extras, Problem) else content_problem(work))
    if fault is not None or mine is None or isinstance(extras, Problem):
        return work.refused(fault or problem("policy"))
    if not _compare_and_set(work, mine):
        return work.refused(problem("already-decided"))
    return accept(work, extras.attachments, final=mine.final, version=mine.version + 1, replaces=mine.id, frees=False)


def _mine(work: Work) -> Row[Any] | None:
    table = tables.decision
    return work.connection.execute(
        select(table).where(
            table.c.submission_id == work.op.submission_id,
            table.c.attempt == work.op.base.attempt,
            table.c.person_id == work.person.id,
        )
    ).one_or_none()


def _conflict(work: Work, mine: Row[Any] | None) -> Problem | None:
    submission, base = work.stored.submission, work.op.base
    if (gone := attempt_problem(work)) is not None:
        return gone
    if mine is None:
        decided = submission.state is SubmissionState.DECIDED or work.person.id in work.involved.former
        return problem("already-decided") if decided else problem("policy", "there is no decision of hers to revise")
    if base.rubric.pin != submission.rubric:
        return problem("rubric-changed")
    if mine.appeal != work.involved.appeal or (submission.state is SubmissionState.DECIDED and not mine.final):
        return problem("already-decided")
    if base.decision_version != mine.version:
        last = {"decision": {"id": mine.id, "version": mine.version, "outcome": mine.outcome}}
        return problem("already-decided", "she has revised it meanwhile", current=last)
    return _policy_problem(work, mine)


def _policy_problem(work: Work, mine: Row[Any]) -> Problem | None:
    if work.policy.revise_until is ReviseUntil.NEVER:
        return problem("policy", "decisions are not revised here")
    if work.policy.revise_until is ReviseUntil.RELEASED and mine.released_at is not None:
        return problem("policy", "the educator has been told already")
    return None


def _compare_and_set(work: Work, mine: Row[Any]) -> bool:
    """The one statement in which a revision lands or does not: her decision is still the one that she revises."""
    table, made, op = tables.submission, tables.decision, work.op
    settled = and_(table.c.state == SubmissionState.DECIDED.value, table.c.decision_id == mine.id)
    waiting = and_(table.c.state.in_(UNDECIDED), table.c.decision_id.is_(None))
    values: dict[str, Any] = {"version": table.c.version + 1}
    if mine.final:
        values["decision_id"] = op.op_id
    done = work.connection.execute(
        update(table)
        .where(
            table.c.id == op.submission_id,
            table.c.attempt == op.base.attempt,
            table.c.appeal == mine.appeal,
            settled if mine.final else waiting,
            exists().where(made.c.id == mine.id, made.c.version > 0),
        )
        .values(values)
    )
    return done.rowcount == 1
