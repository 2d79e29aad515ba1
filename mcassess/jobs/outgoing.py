"""Putting an operation into the outbox, in the transaction of whoever makes it. What it says is the caller's affair."""

from datetime import datetime

from mcassess.domain.kinds import Outcome
from mcassess.errors import RefusedError
from mcassess.store.library import Library
from mcassess.store.sessions import Writing
from mcassess.store.settings import DEVICE_SETTING
from mcassess.store.submissions import StoredSubmission
from mcassess.sync.operations import FrozenOperation, Sender
from mcassess.sync.wire import MAX_OP_BYTES
from mcassess.texts import tr


def sender_of(library: Library, writing: Writing, account: int) -> Sender:
    """Returns who sends the next operation by an account, with the number that it gets."""
    return Sender(
        account=writing.accounts.get(account),
        # Asked for each time: a sync elsewhere may have found out that this library is a copy, and renamed it.
        device_id=writing.settings.get(DEVICE_SETTING, library.device_id),
        device_seq=writing.outbox.next_device_seq(),
        clock=library.clock,
    )


def put(
    writing: Writing,
    stored: StoredSubmission,
    attempt: int,
    operation: FrozenOperation,
    *,
    outcome: Outcome | None = None,
    hold_until: datetime | None = None,
) -> None:
    """Puts a frozen operation into the outbox.

    Args:
        writing: The transaction.
        stored: The submission that it is about.
        attempt: The attempt that it is about.
        operation: As it will be sent.
        outcome: Of the decision, if it is one.
        hold_until: Not sent before this time.

    Raises:
        RefusedError: It is too large for any platform, or a decision where one is sealed already.
    """
    if len(operation.payload) > MAX_OP_BYTES:
        raise RefusedError(tr("This is too large to send. Shorten the comments or the feedback."))
    writing.outbox.add(
        stored.key,
        attempt,
        operation.op_id,
        operation.device_seq,
        operation.kind,
        operation.payload,
        outcome,
        hold_until=hold_until,
    )
