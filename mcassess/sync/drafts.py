"""A review that was begun on an attempt that a newer one has taken the place of: it goes on as a draft of the newer."""

from collections.abc import Callable

from mcassess.domain.carrying import draft_entries
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
