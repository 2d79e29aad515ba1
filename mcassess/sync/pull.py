"""Changes in: a page and its cursor in one transaction; what cannot be read is set aside and holds nothing up."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import to_json

from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import MicroCredential, Submission
from mcassess.store.changes import ChangeSet
from mcassess.store.sessions import Reading, Writing
from mcassess.sync.drafts import carry_draft, move_drafts
from mcassess.sync.plan import MASS_REMOVAL_MORE_THAN, is_mass_removal, rows_in_order
from mcassess.sync.platform import CursorExpiredError, MassRemovalError, UnreadableAnswerError
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.sync.wire import MAX_PAGE, ChangeRow, StateDigest, TypeDigest, resource_adapter, state_digest
from mcassess.texts import tr

_Name = tuple[str, str, int]
_KINDS = ("rubric", "microcredential", "submission")
_LARGEST = 2**53
_LONGEST_ERROR = 1000
_ODD_NUMBER = re.compile(r"[0-9]{16}|NaN|Infinity", re.ASCII)
"""Stands in every JSON text with a number that is too large or none; to look at each value is dear."""
_OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A row of the feed, its data as JSON, and what was made of it: the resource, a removal (neither), or an error."""

    row: ChangeRow
    raw: str = ""
    resource: Rubric | MicroCredential | Submission | None = None
    error: str | None = None


def pull(run: Run, *, afresh: bool) -> bool:
    """Brings the library up to what the platform shows, and tells whether anything came.

    Args:
        afresh: Read everything, instead of what is new: the platform's history is another one now.

    Raises:
        MassRemovalError: Most of the queue would go; nothing of that page was applied.
        McassessError: The platform cannot be read now. Every page that came is stored with its cursor.
        CancelledError: The run should end.
    """
    before, run.changed = run.changed, ChangeSet()
    try:
        if afresh:
            _snapshot(run, anew=True)
        else:
            _feed(run)
    except CursorExpiredError:
        _snapshot(run)
    finally:
        came = bool(run.changed)
        run.changed = before | run.changed
    return came


def repair(run: Run) -> bool:
    """Compares what the library holds with what the platform shows; reads everything again where they differ.

    Returns:
        Whether they are the same in the end.

    Raises:
        McassessError: The platform cannot be read now.
        CancelledError: The run should end.
    """
    if _agrees(run):
        return True
    run.tell(Step.VERIFY, tr("The library differs from the platform, so everything is read again."))
    _snapshot(run)
    return _agrees(run)


def _feed(run: Run) -> None:
    with run.library.read() as reading:
        cursor = reading.accounts.get(run.account.key).cursor
    seen, rows = {cursor}, 0
    while True:
        at = cursor
        page = run.tried(lambda at=at: run.platform.changes(at, MAX_PAGE))  # type: ignore[misc]  # bound for this round
        if page.more and page.next in seen:
            raise _in_circles()
        if page.changes or page.next != cursor:
            rows += len(page.changes)
            applied = _apply(run, page.changes, cursor=page.next)
            run.tell(Step.PULL, tr("Changes: {done}").format(done=rows), rows, changed=applied)
        if not page.more:
            return
        cursor = page.next
        seen.add(cursor)


def _snapshot(run: Run, *, anew: bool = False) -> None:
    """Reads everything; ``anew`` takes it over whatever version is here: the platform's history is another one."""
    seen: set[_Name] = set()
    page_token: str | None = None
    tokens: set[str | None] = {None}
    while True:
        at = page_token
        page = run.tried(lambda at=at: run.platform.snapshot(at))  # type: ignore[misc]  # bound for this round
        seen.update(_name(row.type, row.id, row.version) for row in page.changes)
        applied = _apply(run, page.changes, cursor=None, anew=anew)
        run.tell(Step.PULL, tr("Reading everything again: {done}").format(done=len(seen)), len(seen), changed=applied)
        if page.page is None:
            break
        page_token = page.page
        if page_token in tokens:
            raise _in_circles()
        tokens.add(page_token)
    if page.cursor is None:
        raise _in_circles()
    _sweep(run, seen, page.cursor)


def _name(kind: str, identifier: str, version: int) -> _Name:
    """Returns what tells a resource from others; versions of a rubric stand side by side."""
    return kind, identifier, version if kind == "rubric" else 0


def _sweep(run: Run, seen: set[_Name], cursor: str) -> None:
    """Takes away what the platform does not show any more, and stores where the feed goes on.

    A rubric that is taken away, as a restored platform may have lost one, is still there for what is pinned to it.
    """
    with run.library.write(INITIATOR) as writing:
        known = writing.submissions.known(run.account.key)
        gone = [each for each in known if _name(*each) not in seen]
        _stop_mass_removal(run, [identifier for kind, identifier, _ in gone if kind == "submission"], writing)
        for kind, identifier, version in gone:
            writing.submissions.remove(run.account.key, kind, identifier, version, _OUT_OF_SCOPE)
        for each in writing.submissions.quarantined(run.account.key):
            if _name(each.type, each.id, each.version) not in seen:  # else it would count for ever
                writing.submissions.release(run.account.key, each.type, each.id)
        writing.accounts.update(run.account.key, cursor=cursor)
    run.changed |= writing.change_set


def _apply(run: Run, rows: Sequence[ChangeRow], *, cursor: str | None, anew: bool = False) -> ChangeSet:
    """Stores a page, and its cursor if it has one, in one transaction; reading the rows comes before it."""
    account = run.account.key
    read = [readable(row) for row in rows_in_order(rows)]
    with run.library.write(INITIATOR) as writing:
        removals = [each.row.id for each in read if each.row.op == "remove" and each.row.type == "submission"]
        _stop_mass_removal(run, removals, writing)
        aside = {(each.type, each.id) for each in writing.submissions.quarantined(account)}
        arrived = [
            (each.resource, each.row.version, each.raw) for each in read if isinstance(each.resource, Submission)
        ]
        for each in read:
            if not isinstance(each.resource, Submission):
                store_row(writing, account, each, anew=anew)
        again = [submission.id for submission, _, _ in arrived if submission.attempt > 1]
        before = writing.submissions.attempts(account, again) if again else {}
        writing.submissions.put_submissions(account, arrived, anew=anew)  # what they refer to is there by now
        for key, attempt in before.items():
            carry_draft(writing, key, attempt, run.library.clock.new_id)
        for each in read:
            if each.error is None and (each.row.type, each.row.id) in aside:
                writing.submissions.release(account, each.row.type, each.row.id)
        if cursor is not None:
            writing.accounts.update(account, cursor=cursor)
    run.changed |= writing.change_set
    return writing.change_set


def store_row(writing: Writing, account: int, read: ReadRow, *, anew: bool = False) -> None:
    """Stores what could be made of a row; what could not be read is set aside."""
    row, submissions = read.row, writing.submissions
    match read.resource:
        case _ if read.error is not None:
            submissions.quarantine(account, row.type, row.id, row.version, read.raw, read.error)
        case Rubric() as rubric:
            former = writing.rubrics.put(account, rubric, read.raw)
            if former is not None:
                move_drafts(writing, account, former, rubric)
        case MicroCredential() as microcredential:
            submissions.put_microcredential(account, microcredential, row.version, read.raw, anew=anew)
        case Submission() as submission:
            submissions.put_submission(account, submission, row.version, read.raw, anew=anew)
        case None:
            submissions.remove(account, row.type, row.id, row.version, row.reason or _OUT_OF_SCOPE)


def readable(row: ChangeRow) -> ReadRow:
    """Returns what can be made of a row; pure."""
    if not 0 <= row.version < _LARGEST:
        return _unreadable(row.model_copy(update={"version": 0}), "the version is not a version")
    if row.op == "remove":
        return ReadRow(row=row)
    if row.type not in _KINDS:
        return _unreadable(row, "the type is not known to this program")
    raw = to_json(row.data, inf_nan_mode="constants").decode()
    if _ODD_NUMBER.search(raw) and not _is_storable(row.data):
        return _unreadable(row.model_copy(update={"data": {"text": repr(row.data)}}), "a number is out of range")
    try:
        resource = resource_adapter(row.type).validate_python(row.data)
    except (ValidationError, RecursionError) as error:
        return _unreadable(row, _kinds_of_fault(error))
    named = (resource.id, resource.version if row.type == "rubric" else row.version)
    if named != (row.id, row.version):
        return _unreadable(row, "the row is named otherwise than what is in it")
    return ReadRow(row=row, raw=raw, resource=resource)


def _unreadable(row: ChangeRow, error: str) -> ReadRow:
    return ReadRow(row=row, raw=json.dumps(row.data, ensure_ascii=False), error=error)


def _kinds_of_fault(error: Exception) -> str:
    # The places and kinds of the faults, never the values: those are educators' words.
    if not isinstance(error, ValidationError):
        return type(error).__name__
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in faults)[:_LONGEST_ERROR]


def _is_storable(value: object) -> bool:
    """Tells whether the database and RFC 8785 can hold all numbers in a JSON document."""
    match value:
        case bool() | None | str():
            return True
        case int():
            return -_LARGEST < value < _LARGEST
        case float():
            return math.isfinite(value)
        case dict():
            return all(map(_is_storable, value.values()))
        case list():
            return all(map(_is_storable, value))
        case _:
            return False


def _stop_mass_removal(run: Run, removals: Sequence[str], reading: Reading) -> None:
    if run.options.removals_confirmed or len(removals) <= MASS_REMOVAL_MORE_THAN:
        return
    known = reading.submissions.known(run.account.key)
    local = {identifier for kind, identifier, _ in known if kind == "submission"}
    going = local.intersection(removals)
    asked = reading.mass_removals.get(run.account.key)
    agreed = asked.count if asked is not None and asked.confirmed else 0
    if len(going) > agreed and is_mass_removal(len(going), len(local)):
        raise MassRemovalError(
            tr(
                "The platform wants to take {count} of your {all} submissions away. Nothing was removed: ask your "
                "programme whether that is meant, and confirm it then."
            ).format(count=len(going), all=len(local)),
            len(going),
            len(local),
        )


def _agrees(run: Run) -> bool:
    with run.library.read() as reading:
        cursor = reading.accounts.get(run.account.key).cursor or ""
        known = reading.submissions.known(run.account.key)
        aside = {(each.type, each.id): each.version for each in reading.submissions.quarantined(run.account.key)}
    there = run.tried(lambda: run.platform.digest(cursor))
    # What was set aside stands in for the version before it, which the library goes on with.
    names = {(kind, name, version) for kind, name, version in known if kind == "rubric" or (kind, name) not in aside}
    names |= {(kind, name, version) for (kind, name), version in aside.items()}
    return not there.caught_up or _same(there, names)


def _same(there: StateDigest, names: set[tuple[str, str, int]]) -> bool:
    here, nothing = state_digest(names), TypeDigest(count=0, xor="0" * 64)
    return all(there.types[kind] == here.get(kind, nothing) for kind in there.types)


def _in_circles() -> UnreadableAnswerError:
    return UnreadableAnswerError(tr("The platform's list of changes does not come to an end. Tell your programme."))
