"""Comments beside or after a decision: added, put in other words, taken back. Each is an operation of its own."""

from typing import Any

from mcassess.domain.citation import format_citation
from mcassess.errors import RefusedError, UsageError
from mcassess.jobs import finding, outgoing
from mcassess.store.library import Library
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.store.sessions import Writing
from mcassess.store.submissions import StoredSubmission
from mcassess.sync.operations import COMMENT_ADD, COMMENT_AMEND, COMMENT_REMOVE, base_of, freeze
from mcassess.sync.wire_operations import MAX_TEXT
from mcassess.texts import tr


def add(library: Library, key: int, text: str, *, criterion: str | None = None, cite: str | None = None) -> str:
    """Adds a comment on the present attempt, and returns the operation's id, which is the comment's.

    Args:
        library: Where the submission lies.
        key: The library's key of it.
        text: The comment.
        criterion: What it is about, or how its id begins; None means the whole.
        cite: A place in the evidence, as it is written on the command line.

    Raises:
        UsageError: The text is empty or too long, or criterion or place are not there.
    """
    body: dict[str, Any] = {"text": _checked(text)}
    with library.write("comment") as writing:
        stored = writing.submissions.get(key)
        if criterion is not None:
            body["criterion"] = finding.criterion(stored, criterion).id
        if cite is not None:
            body["citation"] = format_citation(*finding.citation(stored, cite))
        return _put(library, writing, stored, stored.submission.attempt, COMMENT_ADD, body)


def amend(library: Library, op: str, text: str) -> str:
    """Puts one of one's own comments in other words, and returns the operation's id.

    Raises:
        UsageError: There is no such comment, or the text is empty or too long.
        RefusedError: It was taken back, or the platform refused it.
    """
    return _follow(library, op, COMMENT_AMEND, {"text": _checked(text)})


def remove(library: Library, op: str, reason: str = "") -> str:
    """Takes one of one's own comments back, and returns the operation's id. Its words stay on record.

    Raises:
        UsageError: There is no such comment.
        RefusedError: It was taken back before, or the platform refused it.
    """
    return _follow(library, op, COMMENT_REMOVE, {"reason": reason.strip()})


def _follow(library: Library, op: str, kind: str, body: dict[str, Any]) -> str:
    with library.write("comment") as writing:
        row = _comment(writing, op)
        stored = writing.submissions.get(row.key)
        return _put(library, writing, stored, row.attempt, kind, {"comment": row.op_id, **body})


def _comment(writing: Writing, op: str) -> OutboxRow:
    rows = writing.outbox.list(settled=True)
    found = [row for row in rows if row.kind == COMMENT_ADD and op and row.op_id.startswith(op)]
    if len(found) != 1:
        text = tr("'{op}' names none of your comments, or several. 'mcassess outbox --settled' lists them.")
        raise UsageError(text.format(op=op))
    if found[0].state in {OpState.ATTENTION, OpState.KEPT}:
        raise RefusedError(tr("The platform has refused this comment, so there is nothing to change."))
    if any(row.kind == COMMENT_REMOVE and found[0].op_id.encode() in row.payload for row in rows):
        raise RefusedError(tr("This comment was taken back before."))
    return found[0]


def _put(
    library: Library, writing: Writing, stored: StoredSubmission, attempt: int, kind: str, body: dict[str, Any]
) -> str:
    base = base_of(stored).model_copy(update={"attempt": attempt})
    operation = freeze(kind, body, base, stored.submission.id, outgoing.sender_of(library, writing, stored.account))
    outgoing.put(writing, stored, attempt, operation)
    return operation.op_id


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise UsageError(tr("The comment is empty."))
    if len(text) > MAX_TEXT:
        raise UsageError(tr("The comment has more than {most} characters.").format(most=MAX_TEXT))
    return text
