"""Claims from the laptop's side: one request to a platform, and the changes that it makes, pulled at once."""

import secrets
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

from mcassess.clock import written
from mcassess.domain.kinds import SubmissionState
from mcassess.store.library import Library
from mcassess.store.sessions import Reading
from mcassess.sync.platform import Connect
from mcassess.sync.pull import pull
from mcassess.sync.run import INITIATOR, Cancel, Run, SyncEvent, SyncOptions, SyncReport
from mcassess.sync.wire_claims import (
    DEFAULT_TTL_S,
    MAX_CLAIMS,
    ClaimReceipt,
    ClaimRequest,
    ClaimResults,
)

_RECEIPTS = "claim_receipts"
_LOOK_EVERY = timedelta(hours=6)
_HALF = timedelta(seconds=DEFAULT_TTL_S // 2)


def request_claims(
    library: Library,
    connect: Connect,
    account: int,
    request: ClaimRequest,
    *,
    on_event: Callable[[SyncEvent], None] = lambda _event: None,
    cancel: Cancel | None = None,
    options: SyncOptions | None = None,
) -> ClaimResults:
    """Makes one request about claims, and pulls what it has changed.

    What the laptop knows of claims comes by the feed alone: if this breaks off after the platform has granted them,
    the next sync brings them all the same.

    Args:
        library: Where submissions lie.
        connect: Opens the connection.
        account: The library's key of the account.
        request: With an id of its own.
        on_event: Told what the pull has changed.
        cancel: Breaks it off.
        options: Of a run.

    Raises:
        McassessError: The platform cannot be reached, or refuses the request as a whole.
        CancelledError: It was broken off.
    """
    with library.read() as reading:
        known = reading.accounts.get(account)
    run = Run(
        library=library,
        account=known,
        platform=connect(known),
        cancel=cancel or Cancel(),
        report=SyncReport(),
        on_event=on_event,
        options=options or SyncOptions(),
        fraction=secrets.SystemRandom().random,
    )
    with closing(run.platform), run.cancel.calling(run.platform.interrupt):
        return _requested(run, request)


def _keep_receipts(run: Run, results: ClaimResults) -> None:
    """Keeps the platform's word on what it granted, and forgets it on what was given back."""
    name = f"{_RECEIPTS}:{run.account.key}"
    fresh = {each.submission_id: each.receipt.model_dump(mode="json") for each in results.claims if each.receipt}
    with run.library.write(INITIATOR) as writing:
        kept = {key: value for key, value in writing.settings.get(name, {}).items() if key not in results.released}
        writing.settings.set(name, kept | fresh)


def claim_again(run: Run) -> None:
    """Claims what this laptop held before the platform was restored: the receipts give it first refusal.

    What it does not get any more is not lost: a decision on it is refused, and the assessor is asked.
    """
    with run.library.read() as reading:
        receipts = reading.settings.get(f"{_RECEIPTS}:{run.account.key}", {})
        held = [name for name in receipts if _is_undecided(reading, run.account.key, name)]
    for start in range(0, len(held), MAX_CLAIMS):
        names = held[start : start + MAX_CLAIMS]
        request = ClaimRequest(
            request_id=run.library.clock.new_id(),
            action="claim",
            submission_ids=names,
            receipts={name: ClaimReceipt.model_validate(receipts[name]) for name in names},
        )
        _requested(run, request)


def renew_claims(run: Run) -> None:
    """Renews the claims of this laptop of which half is over.

    Looked at every six hours at the most: half a claim is longer than that.

    Raises:
        McassessError: The platform cannot answer now; claims only run out if that lasts for days.
    """
    name, now = f"claims_looked_at:{run.account.key}", run.library.clock.now()
    with run.library.read() as reading:
        last = reading.settings.get(name)
        if last is not None and abs(now - datetime.fromisoformat(last)) < _LOOK_EVERY:
            return
        claims = reading.claims.known(run.account.key)
    at = now + timedelta(milliseconds=run.account.clock_offset_ms or 0)
    mine = (run.account.assessor_id, run.library.device_id)
    due = [each for each, claim in claims.items() if (claim.assessor_id, claim.device_id) == mine]
    due = sorted(each for each in due if claims[each].expires_at - at < _HALF)
    for start in range(0, len(due), MAX_CLAIMS):
        names, request_id = due[start : start + MAX_CLAIMS], run.library.clock.new_id()
        _requested(run, ClaimRequest(request_id=request_id, action="renew", submission_ids=names))
    with run.library.write(INITIATOR) as writing:
        writing.settings.set(name, written(now))


def _requested(run: Run, request: ClaimRequest) -> ClaimResults:
    heard = run.platform.heard
    bound = request.model_copy(update={"epoch": heard.epoch if heard is not None else run.account.epoch})
    results = run.tried(lambda: run.platform.claims(bound))
    _keep_receipts(run, results)
    pull(run, afresh=False)
    return results


def _is_undecided(reading: Reading, account: int, name: str) -> bool:
    found = reading.submissions.find_in(account, name)
    return found is not None and found.submission.state in {SubmissionState.OPEN, SubmissionState.CLAIMED}
