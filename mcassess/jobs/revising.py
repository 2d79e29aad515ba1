"""Changing one's mind after the platform has the decision: the review is opened again, and sealed as a revision."""

import json

from mcassess.domain.kinds import ReviseUntil
from mcassess.domain.review import fold, restoring_entries
from mcassess.errors import RefusedError
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.outbox import OpState
from mcassess.texts import tr


def reopen(library: Library, key: int) -> ChangeSet:
    """Opens the review of a decision that the platform has confirmed; sealing it again revises the decision.

    What was sent stays as it is: a revision is another operation, and the platform keeps both.

    Raises:
        RefusedError: There is no such decision of hers, it is still on its way, or the programme has no revisions.
    """
    with library.write("revise") as writing:
        stored = writing.submissions.get(key)
        row = writing.outbox.sealed(key, stored.submission.attempt)
        if row is None:
            raise RefusedError(tr("There is no decision of yours on the present attempt that could be revised."))
        if row.state is not OpState.SETTLED:
            raise RefusedError(
                tr(
                    "The decision has not arrived yet. Take it back if it was not sent, or sync first and revise it "
                    "then."
                )
            )
        if stored.microcredential.policy.revise_until is ReviseUntil.NEVER:
            raise RefusedError(tr("The programme does not let decisions be revised. Ask your coordinator."))
        writing.outbox.reopen(row.op_id, len(writing.reviews.changes(key)))
    return writing.change_set


def give_up(library: Library, key: int) -> ChangeSet:
    """Lets the decision stand after all: the review says again what it said when it was opened.

    Raises:
        RefusedError: No decision is being revised, or the revision is sealed already.
    """
    with library.write("revise") as writing:
        attempt = writing.submissions.get(key).submission.attempt
        row = writing.answered.reopened(key, attempt)
        if row is None or row.result is None or writing.outbox.sealed(key, attempt) is not None:
            raise RefusedError(tr("No decision is being revised here."))
        then = fold(writing.reviews.changes(key)[: row.result["reopened"] - 1])
        writing.reviews.append(key, restoring_entries(then, writing.reviews.get(key)))
        writing.outbox.reopen(row.op_id, None)
        named = json.loads(row.payload)["body"].get("attachments", [])
        writing.attachments.restore(key, attempt, [each["sha256"] for each in named])
    return writing.change_set
