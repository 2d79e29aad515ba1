"""Claims from the laptop's side: one request to a platform, and the changes that it makes, pulled at once."""

import secrets
from collections.abc import Callable
from contextlib import closing

from mcassess.store.library import Library
from mcassess.sync.platform import Connect
from mcassess.sync.pull import pull
from mcassess.sync.run import INITIATOR, Cancel, Run, SyncEvent, SyncOptions, SyncReport
from mcassess.sync.wire_claims import ClaimGrant, ClaimRequest, ClaimResults

_RECEIPTS = "claim_receipts"


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
        results = run.tried(lambda: run.platform.claims(request))
        keep_receipts(run, results.claims)
        pull(run, afresh=False)
    return results


def keep_receipts(run: Run, grants: list[ClaimGrant]) -> None:
    """Keeps the platform's word on what it granted: after a restored backup it gives first refusal."""
    fresh = {each.submission_id: each.receipt.model_dump(mode="json") for each in grants if each.receipt is not None}
    if fresh:
        name = f"{_RECEIPTS}:{run.account.key}"
        with run.library.write(INITIATOR) as writing:
            writing.settings.set(name, {**writing.settings.get(name, {}), **fresh})
