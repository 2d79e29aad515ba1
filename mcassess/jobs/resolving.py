"""Going one of the named ways on from a refused operation. Its bytes stay as they are on every one of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mcassess.domain.carrying import draft_entries, moving_entries
from mcassess.domain.changes import Entry
from mcassess.errors import RefusedError, UsageError, WorldError
from mcassess.jobs import outgoing
from mcassess.jobs.conflicts import Conflict, conflicts, refusal_of
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.outbox import OutboxRow
from mcassess.store.sessions import Writing
from mcassess.store.submissions import StoredSubmission
from mcassess.sync.operations import DECISION_REVISE, REVIEW_REQUEST, SECOND_OPINION, freeze
from mcassess.sync.ways import Way, ways_on
from mcassess.sync.wire import NamedRubric, OpBase
from mcassess.texts import tr

Document = dict[str, Any]


def resolve(
    library: Library, name: str, way: Way, *, text: str = "", output: Path | None = None, claim: Callable[[int], None]
) -> ChangeSet:
    """Goes a way on.

    Args:
        library: Where it waits.
        name: Of the conflict, or how it begins.
        way: One of those that the conflict offers.
        text: For the coordinators, where they are asked.
        output: The file to write, where it is exported.
        claim: Claims the submission with this key on the platform, and brings its new fence.

    Raises:
        UsageError: There is no such conflict, or it does not offer this way.
        RefusedError: It was resolved meanwhile, or something has to come first.
        WorldError: The world stands in the way; it still waits as before.
    """
    found = _find(library, name)
    offered = [each.way for each in found.ways]
    if way not in offered:
        raise UsageError(tr("'{way}' is no way on here. There is: {known}.").format(way=way, known=", ".join(offered)))
    if found.key is None:
        return _answer_removal(library, int(found.name.partition(":")[2]), meant=way is Way.REMOVE)
    if way is Way.EXPORT:
        return _export(library, found.name, output)
    if way is Way.CLAIM_AGAIN:
        claim(found.key)
    with library.write("resolve") as writing:
        row = writing.outbox.get(found.name)
        if way not in ways_on(refusal_of(writing, row)):
            raise RefusedError(tr("This was resolved meanwhile."))
        _go(library, writing, row, way, text)
    return writing.change_set


def _find(library: Library, name: str) -> Conflict:
    waiting = conflicts(library)
    found = [each for each in waiting if each.name == name] or [
        each for each in waiting if name and each.name.startswith(name)
    ]
    if len(found) != 1:
        text = tr("'{name}' names no conflict, or several. 'mcassess conflicts' lists them.")
        raise UsageError(text.format(name=name))
    return found[0]


def _go(library: Library, writing: Writing, row: OutboxRow, way: Way, text: str) -> None:
    match way:
        case Way.RECORD | Way.EDIT:
            writing.outbox.keep(row.op_id, way)
            revised = writing.answered.reopened(row.key, row.attempt)
            if way is Way.RECORD and row.kind == DECISION_REVISE and revised is not None:
                writing.outbox.reopen(revised.op_id, None)
        case Way.CARRY:
            writing.outbox.keep(row.op_id, way)
            stored = writing.submissions.get(row.key)
            if entries := _carried(library, writing, row, stored):
                writing.reviews.append(row.key, entries)
        case Way.ASK:
            body = {"text": text.strip() or _asked(row)}
            _follow(library, writing, row, way, body, kind=REVIEW_REQUEST)
        case Way.SECOND_OPINION:
            _follow(library, writing, row, way, _body(row), kind=SECOND_OPINION)
        case Way.KEEP_RUBRIC:
            _follow(library, writing, row, way, _body(row) | {"keep_rubric": True})
        case Way.OLD_ATTEMPT:
            _follow(library, writing, row, way, _body(row) | {"old_attempt": True})
        case _:
            _follow(library, writing, row, way, _body(row))


def _follow(
    library: Library, writing: Writing, row: OutboxRow, way: Way, body: Document, *, kind: str | None = None
) -> None:
    """Puts an operation in the place of a refused one: on the same attempt and rubric, under the fence of now."""
    stored = writing.submissions.get(row.key)
    before = OpBase.model_validate(json.loads(row.payload)["base"])
    base = before.model_copy(update={"submission_version": stored.submission.version, "fence": stored.submission.fence})
    if kind is not None:
        base = base.model_copy(update={"decision_version": None})  # only a revision rests on one
    sender = outgoing.sender_of(library, writing, row.account)
    operation = freeze(kind or row.kind, body, base, row.submission_id, sender)
    writing.outbox.keep(row.op_id, way, operation.op_id)
    outgoing.put(writing, stored, row.attempt, operation, outcome=row.outcome if kind is None else None)


def _body(row: OutboxRow) -> Document:
    body: Document = json.loads(row.payload)["body"]
    return body


def _asked(row: OutboxRow) -> str:
    text = tr("My decision on attempt {attempt} was not accepted ({reason}). Please look at it: operation {op}.")
    return text.format(attempt=row.attempt, reason=row.last_error, op=row.op_id)


def _carried(library: Library, writing: Writing, row: OutboxRow, stored: StoredSubmission) -> tuple[Entry, ...]:
    submission, own = stored.submission, writing.reviews.get(row.key, row.attempt)
    if submission.attempt == row.attempt:
        mine = NamedRubric.model_validate(json.loads(row.payload)["base"]["rubric"])
        if mine.pin == submission.rubric and mine.sha256 in {None, stored.rubric_sha256}:
            raise _sync_first()
        return moving_entries(own, writing.rubrics.get(row.account, mine.pin, mine.sha256), stored.rubric)
    if submission.attempt < row.attempt:
        raise _sync_first()
    policy = stored.microcredential.policy
    present = writing.reviews.get(row.key)
    return draft_entries(
        submission, stored.rubric, policy, attempt=row.attempt, own=own, present=present, new_id=library.clock.new_id
    )


def _sync_first() -> RefusedError:
    return RefusedError(tr("What the platform has now has not come yet. Sync first, then carry your scores over."))


def _answer_removal(library: Library, account: int, *, meant: bool) -> ChangeSet:
    with library.write("resolve") as writing:
        removal = writing.mass_removals.get(account)
        if removal is not None and meant:
            writing.mass_removals.set(replace(removal, confirmed=True))
        else:
            writing.mass_removals.forget(account)
    return writing.change_set


def _export(library: Library, op_id: str, output: Path | None) -> ChangeSet:
    if output is None:
        raise UsageError(tr("Name the file to write: --output FILE."))
    with library.read() as reading:
        row = reading.outbox.get(op_id)
    document = {"operation": json.loads(row.payload), "result": row.result}
    try:
        output.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise WorldError(tr("'{path}' cannot be written: {why}.").format(path=output, why=error.strerror)) from None
    return ChangeSet(initiator="resolve")
