"""Sealing a decision into the outbox, and taking it back before the first try to send it."""

from collections.abc import Sequence
from datetime import timedelta

from mcassess.domain.decision import Decision, SealRefusedError, seal
from mcassess.domain.kinds import Condition, Outcome, SubmissionState
from mcassess.domain.review import Review
from mcassess.errors import RefusedError
from mcassess.jobs import outgoing
from mcassess.jobs.attaching import attachment, check_allowed
from mcassess.jobs.finding import criterion_numbers
from mcassess.jobs.reviewing import MAX_COMMENT
from mcassess.jobs.sentences import block_sentence, outcome_name
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.outbox import OutboxRow
from mcassess.store.sessions import Writing
from mcassess.store.submissions import StoredSubmission
from mcassess.sync.operations import FrozenOperation, Sender, freeze_decision, freeze_revision
from mcassess.sync.wire_uploads import Attachment
from mcassess.texts import tr

HOLD = timedelta(seconds=10)
"""How long the window holds sending, so that a slip can be taken back."""


def seal_decision(
    library: Library,
    key: int,
    outcome: Outcome,
    *,
    condition: Condition | None = None,
    hold: timedelta = timedelta(0),
    reason: str = "",
) -> ChangeSet:
    """Freezes the decision and puts it into the outbox, both in one transaction.

    Args:
        library: Where the review lies.
        key: The library's key of the submission.
        outcome: What the decision comes to.
        condition: A condition code to seal with.
        hold: For how long it is not sent yet.
        reason: Why the decision is another one now, where one is revised.

    Raises:
        RefusedError: Something is missing, or there is a decision already; its reasons name each thing.
    """
    with library.write("seal") as writing:
        stored = writing.submissions.get(key)
        attempt = stored.submission.attempt
        revised = writing.answered.reopened(key, attempt)
        _refuse_settled(stored, revised=revised is not None)
        if writing.outbox.sealed(key, attempt) is not None:
            raise RefusedError(tr("This decision is sealed already. Take it back first, if it was not sent yet."))
        decision = _decision(stored, writing.reviews.get(key), outcome, condition)
        _refuse_long(decision, stored)
        sender = outgoing.sender_of(library, writing, stored.account)
        attached = _attached(writing, stored)
        if revised is None:
            operation = _frozen(decision, stored, sender, attached)
        else:
            operation = freeze_revision(decision, stored, _version(revised), reason.strip(), sender, attached)
        hold_until = library.clock.now() + hold if hold else None
        outgoing.put(writing, stored, attempt, operation, outcome=decision.outcome, hold_until=hold_until)
    return writing.change_set


def _decision(stored: StoredSubmission, review: Review, outcome: Outcome, condition: Condition | None) -> Decision:
    try:
        return seal(outcome, review, stored.rubric, stored.microcredential.policy, condition)
    except SealRefusedError as refused:
        reasons = tuple(block_sentence(block, stored.rubric) for block in refused.blocks)
        text = tr("'{outcome}' cannot be sealed yet: {reasons}")
        raise RefusedError(text.format(outcome=outcome_name(outcome), reasons=" ".join(reasons)), reasons) from None


def _refuse_long(decision: Decision, stored: StoredSubmission) -> None:
    """Refuses texts that no platform takes; the review keeps them as they are."""
    numbers = criterion_numbers(stored)
    texts = {tr("the letter"): decision.feedback}
    for criterion, score in decision.scores.items():
        texts[tr("the comment on criterion {number}").format(number=numbers[criterion])] = score.comment
    text = tr("Too long to be sent: {what} has {length} characters, and {most} are the most.")
    reasons = tuple(
        text.format(what=what, length=len(each), most=MAX_COMMENT)
        for what, each in texts.items()
        if len(each) > MAX_COMMENT
    )
    if reasons:
        raise RefusedError(" ".join(reasons), reasons)


def _attached(writing: Writing, stored: StoredSubmission) -> list[Attachment]:
    """Returns the files as the decision names them, if the programme lets all of them go up."""
    files = writing.attachments.of(stored.key, stored.submission.attempt)
    for each in files:
        check_allowed(stored, each.name, each.media_type, each.size)
        if not each.here and each.sent_at is None:
            text = tr("'{name}' is not whole on this laptop. Attach it once more, or take it away, and seal then.")
            raise RefusedError(text.format(name=each.name))
    return [attachment(each) for each in files]


def _frozen(
    decision: Decision, stored: StoredSubmission, sender: Sender, attached: Sequence[Attachment]
) -> FrozenOperation:
    return freeze_decision(
        decision,
        stored,
        attachments=attached,
        account=sender.account,
        device_id=sender.device_id,
        device_seq=sender.device_seq,
        clock=sender.clock,
    )


def _version(row: OutboxRow) -> int:
    """The version of an accepted decision, as the platform has told it."""
    entities = (row.result or {}).get("entities") or []
    return next((int(each["version"]) for each in entities if each["type"] == "decision"), 1)


def take_back(library: Library, key: int) -> ChangeSet:
    """Withdraws a sealed decision that was never tried to be sent; the review can be changed again.

    Raises:
        RefusedError: Nothing is sealed, or sending was tried.
    """
    with library.write("take-back") as writing:
        stored = writing.submissions.get(key)
        row = writing.outbox.sealed(key, stored.submission.attempt)
        if row is None:
            raise RefusedError(tr("Nothing is sealed here that could be taken back."))
        writing.outbox.take_back(row.op_id)
    return writing.change_set


def _refuse_settled(stored: StoredSubmission, *, revised: bool) -> None:
    if stored.removed_reason is not None:
        raise RefusedError(
            tr("The platform has taken this submission off your queue ({reason}); your review is kept.").format(
                reason=stored.removed_reason
            )
        )
    if not revised and stored.submission.state not in {SubmissionState.OPEN, SubmissionState.CLAIMED}:
        raise RefusedError(tr("The platform has a decision on this attempt already; your review is kept."))
