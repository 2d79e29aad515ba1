"""What coordinators do with submissions: assign, recuse, withdraw, move to another rubric, grant attempts, appeals."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, insert, select, update

from mcassess.clock import Clock
from mcassess.domain.kinds import SubmissionState
from mcassess.domain.submission import Submission
from mcassess.errors import RefusedError, UsageError
from mcassess.server import tables, tables_people
from mcassess.server.accepting import close_appeal, give_up_claims
from mcassess.server.acting import Acting, acting
from mcassess.server.holding import add_recusal, assign, recuse, touch, unassign
from mcassess.server.involved import COORDINATOR
from mcassess.server.records import Person, StoredSubmission
from mcassess.server.views import not_hers
from mcassess.texts import tr

_OPEN, _DECIDED, _WITHDRAWN = SubmissionState.OPEN, SubmissionState.DECIDED, SubmissionState.WITHDRAWN


def assign_submission(
    data_dir: Path, submission: str, names: Sequence[str], *, by: str | None = None, clock: Clock | None = None
) -> None:
    """Gives a submission to assessors or approvers by name; claims of others of their role end.

    Raises:
        UsageError: There is no such submission, or nobody of a name.
        RefusedError: The submission is not open, or one of them must not or cannot have it.
    """
    with acting(data_dir, by, clock) as act:
        for name in names:
            stored = _undecided(act, submission)
            person = act.person(name)
            _refuse_unless_fit(act, stored, person)
            assign(act.connection, stored, person, act.now, act.actor)


def unassign_submission(
    data_dir: Path, submission: str, names: Sequence[str], *, by: str | None = None, clock: Clock | None = None
) -> None:
    """Takes a submission from people again, their claims on it too.

    Raises:
        UsageError: There is no such submission, or nobody of a name.
    """
    with acting(data_dir, by, clock) as act:
        for name in names:
            unassign(act.connection, act.submission(submission), act.person(name), act.now, act.actor)


def recuse_person(
    data_dir: Path,
    name: str,
    *,
    submission: str | None = None,
    educator: str | None = None,
    reason: str = "",
    by: str | None = None,
    clock: Clock | None = None,
) -> int:
    """Keeps a submission, or all that an educator sends, from a person; returns how many submissions that changed.

    Raises:
        UsageError: Not exactly one of them is given, or they are not known.
    """
    if (submission is None) is (educator is None):
        raise UsageError(tr("Name either a submission or an educator."))
    with acting(data_dir, by, clock) as act:
        person = act.person(name)
        if submission is not None:
            recuse(act.connection, act.submission(submission), person, act.now, reason, act.actor)
            return 1
        table = tables.submission
        add_recusal(act.connection, person, "educator", educator or "", act.now, reason)
        act.note("recused", person=person.id, educator=educator, reason=reason)
        found = [act.submission(row.id) for row in act.connection.execute(select(table.c.id)).all()]
        hers = [stored for stored in found if stored.submission.educator.id == educator]
        for stored in hers:
            give_up_claims(act.connection, stored.submission.id, person.id)
            touch(act.connection, stored.submission.id, fence=True)
        return len(hers)


def withdraw_submission(
    data_dir: Path, submission: str, *, reason: str = "", by: str | None = None, clock: Clock | None = None
) -> None:
    """Notes that the educator took her submission back; laptops destroy its evidence at their next sync.

    Raises:
        UsageError: There is no such submission.
        RefusedError: It is decided, or withdrawn already.
    """
    with acting(data_dir, by, clock) as act:
        stored = _undecided(act, submission)
        _set_state(act, stored, _WITHDRAWN)
        give_up_claims(act.connection, submission, None)
        act.note("withdrawn", stored, reason=reason)
        touch(act.connection, submission, fence=True)


def reinstate_submission(data_dir: Path, submission: str, *, by: str | None = None, clock: Clock | None = None) -> None:
    """Takes a withdrawal back.

    Raises:
        UsageError: There is no such submission.
        RefusedError: It is not withdrawn.
    """
    with acting(data_dir, by, clock) as act:
        stored = act.submission(submission)
        if stored.submission.state is not _WITHDRAWN:
            raise RefusedError(tr("Submission '{id}' is not withdrawn.").format(id=submission))
        _set_state(act, stored, _OPEN)
        act.note("reinstated", stored)
        touch(act.connection, submission, fence=True)


def move_rubric(
    data_dir: Path, submission: str, version: int, *, by: str | None = None, clock: Clock | None = None
) -> None:
    """Has the present attempt judged by another version of its rubric than the one that it was submitted under.

    Whoever has scored by the former one may keep to it: her decision says so.

    Raises:
        UsageError: There is no such submission or version.
        RefusedError: The submission is not open.
    """
    with acting(data_dir, by, clock) as act:
        stored = _undecided(act, submission)
        pin, rubric, table = stored.submission.rubric, tables.rubric, tables.submission
        known = select(rubric.c.id).where(rubric.c.id == pin.id, rubric.c.version == version)
        if act.connection.execute(known).first() is None:
            raise UsageError(tr("Rubric '{id}' has no version {version}.").format(id=pin.id, version=version))
        if version == pin.version:
            return
        past = tables_people.earlier_pin
        here = {
            "submission_id": submission,
            "attempt": stored.submission.attempt,
            "rubric_id": pin.id,
            "rubric_version": pin.version,
        }
        if act.connection.execute(select(past).where(*(past.c[name] == here[name] for name in here))).first() is None:
            act.connection.execute(insert(past).values(**here, moved_at=act.now))
        act.connection.execute(update(table).where(table.c.id == submission).values(rubric_version=version))
        act.note("rubric.moved", stored, rubric=pin.id, before=pin.version, now=version)
        touch(act.connection, submission, fence=False)


def grant_attempts(
    data_dir: Path, submission: str, count: int = 1, *, by: str | None = None, clock: Clock | None = None
) -> int:
    """Lets an educator submit so many times more than the policy says; returns how many that makes in all.

    Raises:
        UsageError: There is no such submission, or the count is none.
    """
    if count < 1:
        raise UsageError(tr("Grant at least one attempt."))
    with acting(data_dir, by, clock) as act:
        stored, table = act.submission(submission), tables_people.more_attempts
        before = act.connection.execute(select(table.c.count).where(table.c.submission_id == submission)).scalar()
        if before is None:
            act.connection.execute(insert(table).values(submission_id=submission, count=count))
        else:
            raised = update(table).where(table.c.submission_id == submission).values(count=before + count)
            act.connection.execute(raised)
        act.note("attempts.granted", stored, count=count)
        return (before or 0) + count


def open_appeal(
    data_dir: Path,
    submission: str,
    *,
    reason: str = "",
    assessor: str | None = None,
    by: str | None = None,
    clock: Clock | None = None,
) -> int:
    """Opens a decided submission again, to be scored blind by somebody who has not; returns the appeal's number.

    Args:
        assessor: Name of who shall do it; None leaves it to whoever may.

    Raises:
        UsageError: There is no such submission, or nobody of this name.
        RefusedError: It is not decided, or the assessor must not or cannot do it.
    """
    with acting(data_dir, by, clock) as act:
        stored, table = act.submission(submission), tables.submission
        if stored.submission.state is not _DECIDED:
            raise RefusedError(tr("Submission '{id}' is not decided.").format(id=submission))
        number = _note_appeal(act, stored.submission, reason)
        values = {"state": _OPEN.value, "decision_id": None, "appeal": number}
        act.connection.execute(update(table).where(table.c.id == submission).values(**values))
        given = tables_people.assignment
        act.connection.execute(given.delete().where(given.c.submission_id == submission))
        act.note("appeal.opened", stored, number=number, decision=stored.submission.decision_id, reason=reason)
        touch(act.connection, submission, fence=True)
        if assessor is not None:
            fresh, person = act.submission(submission), act.person(assessor)
            _refuse_unless_fit(act, fresh, person)
            assign(act.connection, fresh, person, act.now, act.actor)
        return number


def cancel_appeal(data_dir: Path, submission: str, *, by: str | None = None, clock: Clock | None = None) -> None:
    """Calls an appeal off: the decision that it was against counts as before.

    Raises:
        UsageError: There is no such submission.
        RefusedError: No appeal is open.
    """
    with acting(data_dir, by, clock) as act:
        stored, table, appeal = act.submission(submission), tables.submission, tables_people.appeal
        row = act.connection.execute(
            select(appeal).where(
                appeal.c.submission_id == submission,
                appeal.c.attempt == stored.submission.attempt,
                appeal.c.closed_at.is_(None),
            )
        ).one_or_none()
        if row is None:
            raise RefusedError(tr("No appeal is open on submission '{id}'.").format(id=submission))
        decision = tables.decision
        before = act.connection.execute(select(decision.c.appeal).where(decision.c.id == row.decision_id)).scalar_one()
        values = {"state": _DECIDED.value, "decision_id": row.decision_id, "appeal": before}
        act.connection.execute(update(table).where(table.c.id == submission).values(**values))
        close_appeal(act.connection, submission, stored.submission.attempt, act.now, None)
        give_up_claims(act.connection, submission, None)
        act.note("appeal.cancelled", stored, number=row.number)
        touch(act.connection, submission, fence=True)


def _note_appeal(act: Acting, submission: Submission, reason: str) -> int:
    """Notes that an appeal was opened; returns its number among those on the attempt."""
    table = tables_people.appeal
    here = (table.c.submission_id == submission.id) & (table.c.attempt == submission.attempt)
    number = (act.connection.execute(select(func.max(table.c.number)).where(here)).scalar() or 0) + 1
    act.connection.execute(
        insert(table).values(
            submission_id=submission.id,
            attempt=submission.attempt,
            number=number,
            decision_id=submission.decision_id,
            reason=reason,
            opened_at=act.now,
        )
    )
    return number


def _undecided(act: Acting, submission: str) -> StoredSubmission:
    stored = act.submission(submission)
    if stored.submission.state in {_DECIDED, _WITHDRAWN}:
        raise RefusedError(
            tr("Submission '{id}' is {state}.").format(id=submission, state=stored.submission.state.value)
        )
    return stored


def _refuse_unless_fit(act: Acting, stored: StoredSubmission, person: Person) -> None:
    """Refuses to give a submission to somebody who must not assess it, or has done so."""
    found = act.involved(stored)
    if person.role == COORDINATOR or person.standing:
        why = tr("is no assessor or approver here")
    elif not_hers(person, stored.submission, found) is not None:
        why = tr("must not assess it")
    elif found.vote_of(person.id) is not None or person.id in found.former:
        why = tr("has decided on it already")
    else:
        return
    raise RefusedError(
        tr("Submission '{id}' cannot be given to {name}: she {why}.").format(
            id=stored.submission.id, name=person.name, why=why
        )
    )


def _set_state(act: Acting, stored: StoredSubmission, state: SubmissionState) -> None:
    table = tables.submission
    act.connection.execute(update(table).where(table.c.id == stored.submission.id).values(state=state.value))
