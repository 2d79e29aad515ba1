"""Reviews that were begun on what is another thing now: a newer attempt, or other contents of the rubric."""

from collections.abc import Callable

from mcassess.domain.carrying import draft_entries, moving_entries
from mcassess.domain.rubric import Rubric
from mcassess.errors import WorldError
from mcassess.store.sessions import Writing


def carry_draft(writing: Writing, key: int, attempt: int, new_id: Callable[[], str]) -> None:
    """Carries scores and comments of an unsealed review over, as one action that can be undone.

    What was sealed stands on its own: the platform answers it, and the assessor decides how to go on.

    Args:
        writing: The transaction in which the newer attempt has come.
        key: The library's key of the submission.
        attempt: That was here before; where it still is the present one, there is nothing to carry.
        new_id: Makes ids.
    """
    own = writing.reviews.get(key, attempt)
    if not own.scores or writing.answered.is_decided(key, attempt):
        return
    try:
        stored = writing.submissions.get(key)
    except WorldError:
        return  # its rubric has not come; the older review can still be looked at
    submission, present = stored.submission, writing.reviews.get(key)
    if submission.attempt <= attempt or present.begun:
        return
    policy = stored.microcredential.policy
    entries = draft_entries(submission, stored.rubric, policy, attempt=attempt, own=own, present=present, new_id=new_id)
    if entries:
        writing.reviews.append(key, entries)


def move_drafts(writing: Writing, account: int, former: Rubric, now: Rubric) -> None:
    """Lets unsealed reviews fit what their version of the rubric says now, each in one action that can be undone.

    Args:
        writing: The transaction in which the new contents have come.
        account: Whose.
        former: What the version said before.
        now: What it says now.
    """
    for key in writing.rubrics.begun(account, now.pin):
        attempt = writing.submissions.get(key).submission.attempt
        entries = moving_entries(writing.reviews.get(key), former, now)
        if entries and writing.outbox.sealed(key, attempt) is None:
            writing.reviews.append(key, entries)
