"""After a platform was restored from a backup: claims are held again, and what it has lost is sent once more.

Everything that it confirmed within 180 days goes again byte for byte, with its receipts; the ids make that safe. It is
kept for good: the outbox has the only copy of what was sealed, which summaries and revisions are made from.
"""

from datetime import timedelta
from typing import Any

from mcassess.store.outbox import OpState, OutboxRow
from mcassess.store.sessions import Writing
from mcassess.sync.claiming import claim_again
from mcassess.sync.platform import PlatformRefusedError
from mcassess.sync.push import push
from mcassess.sync.rekeying import rekey
from mcassess.sync.run import INITIATOR, Run, Step

KEPT = timedelta(days=180)
"""How long what was confirmed goes again."""


def heal(run: Run) -> bool:
    """Brings the platform back to what it has confirmed; the library has read its new state before.

    Returns:
        Whether all of it was answered; else it is done again at the next sync.

    Raises:
        McassessError: The platform cannot take it now.
        CancelledError: The run should end.
    """
    if run.platform.capabilities.claims:
        try:
            claim_again(run)
        except PlatformRefusedError as error:
            run.fail(Step.PUSH, error)  # without the claims, what was decided still goes
    _follow_fences(run)
    since, heard = run.library.clock.now() - KEPT, run.platform.heard
    off = timedelta(milliseconds=heard.clock_offset_ms if heard is not None else 0)
    with run.library.read() as reading:
        confirmed = reading.answered.confirmed(run.account.key, since, since + off)
    return push(run, again=confirmed)


def _follow_fences(run: Run) -> None:
    """Lets what was never sent name the fences of now: the restored platform has moved all of them on.

    Only where attempt and rubric are those that the assessor judged; all else is for the platform to refuse.
    """
    with run.library.write(INITIATOR) as writing:
        rows = [row for row in writing.outbox.list() if _never_sent(row, run.account.key) and _stands(writing, row)]
        rekey(run.library, writing, rows, lambda row, document: _rebase(writing, row, document), run.library.device_id)
    run.changed |= writing.change_set


def _never_sent(row: OutboxRow, account: int) -> bool:
    return row.account == account and row.state is OpState.READY and row.tries == 0


def _stands(writing: Writing, row: OutboxRow) -> bool:
    return writing.submissions.get(row.key).submission.attempt == row.attempt


def _rebase(writing: Writing, row: OutboxRow, document: dict[str, Any]) -> None:
    submission = writing.submissions.get(row.key).submission
    document["base"] |= {"fence": submission.fence, "submission_version": submission.version}
