"""Claims: taking, renewing, releasing and handing over submissions; the next ones too. Needs the network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mcassess.errors import RefusedError, UsageError
from mcassess.jobs import outgoing
from mcassess.jobs.syncing import connector
from mcassess.store.library import Library
from mcassess.store.sessions import Writing
from mcassess.sync.claiming import request_claims
from mcassess.sync.operations import CLAIM_RELEASE, base_of, freeze
from mcassess.sync.platform import Connect, OfflineError
from mcassess.sync.wire_claims import ClaimAction, ClaimRequest, ClaimResults
from mcassess.texts import tr

_DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWish:
    """What is wanted of claims beyond the submissions' names.

    Attributes:
        days: How long a claim shall last; None leaves it to the programme.
        take_over: Whether to move a claim here that is held on another of her devices.
        to: Name of the assessor who goes on, for handing over.
        recuse: Whether she must not assess it, so that it does not come back to her.
        reason: Why it is released or handed over.
    """

    days: int | None = None
    take_over: bool = False
    to: str | None = None
    recuse: bool = False
    reason: str = ""

    @property
    def ttl_s(self) -> int | None:
        """The days in seconds."""
        return None if self.days is None else self.days * _DAY_S


_NOTHING_MORE = ClaimWish()


def change_claims(
    library: Library,
    keys: Sequence[int],
    action: ClaimAction,
    wish: ClaimWish = _NOTHING_MORE,
    connect: Connect | None = None,
) -> list[dict[str, Any]]:
    """Claims, renews, releases or hands over submissions.

    Args:
        library: Where they lie.
        keys: The library's keys of them.
        action: What is to happen.
        wish: What else is wanted.
        connect: Opens connections; by default as the address asks for.

    Returns:
        For each submission ``{"submission", "claimed", "fence", "expires_at", "problem"}``.

    Raises:
        WorldError: The platform cannot be reached.
        RefusedError: It refuses the request as a whole.
    """
    by_account: dict[int, list[str]] = {}
    with library.read() as reading:
        for key in keys:
            stored = reading.submissions.get(key)
            by_account.setdefault(stored.account, []).append(stored.submission.id)
    done: list[dict[str, Any]] = []
    for account, ids in by_account.items():
        request = ClaimRequest(
            request_id=library.clock.new_id(),
            action=action,
            submission_ids=ids,
            ttl_s=wish.ttl_s,
            take_over=wish.take_over,
            to=wish.to,
            recuse=wish.recuse,
            reason=wish.reason,
        )
        done += _told(request_claims(library, connect or connector(library), account, request))
    return done


def release_later(library: Library, keys: Sequence[int], wish: ClaimWish = _NOTHING_MORE) -> list[dict[str, Any]]:
    """Gives claims back without a network: the next sync says so to the platform.

    Returns:
        As ``change_claims``.

    Raises:
        RefusedError: There is no claim of hers on a submission.
    """
    with library.write("release") as writing:
        ids = [_put_release(library, writing, key, wish) for key in keys]
    return _told(ClaimResults(released=ids))


def _put_release(library: Library, writing: Writing, key: int, wish: ClaimWish) -> str:
    stored = writing.submissions.get(key)
    account = writing.accounts.get(stored.account)
    claim = stored.submission.claim
    if not wish.recuse and (claim is None or claim.assessor_id != account.assessor_id):
        raise RefusedError(tr("You do not hold {id}.").format(id=stored.submission.id))
    body = {"recuse": wish.recuse, "reason": wish.reason}
    sender = outgoing.sender_of(library, writing, stored.account)
    operation = freeze(CLAIM_RELEASE, body, base_of(stored), stored.submission.id, sender)
    outgoing.put(writing, stored, stored.submission.attempt, operation)
    return stored.submission.id


def take_next(
    library: Library, count: int, wish: ClaimWish = _NOTHING_MORE, connect: Connect | None = None
) -> list[dict[str, Any]]:
    """Claims the submissions that are due next, of the first account's platform.

    Raises:
        UsageError: No platform is connected.
        WorldError: The platform cannot be reached.
        RefusedError: It refuses.
    """
    with library.read() as reading:
        accounts = reading.accounts.list()
    if not accounts:
        raise UsageError(tr("No platform is connected yet. 'mcassess connect URL --token T' connects one."))
    request = ClaimRequest(request_id=library.clock.new_id(), action="take", count=count, ttl_s=wish.ttl_s)
    return _told(request_claims(library, connect or connector(library), accounts[0].key, request))


def claim_one(library: Library, key: int, connect: Connect | None = None) -> None:
    """Claims one submission on this laptop, from another of her devices too.

    Raises:
        RefusedError: It is not to be had; says why.
        WorldError: The platform cannot be reached.
    """
    [told] = change_claims(library, [key], "claim", ClaimWish(take_over=True), connect)
    if told["problem"] is not None:
        text = tr("The submission could not be claimed: {reason}.")
        raise RefusedError(text.format(reason=told["problem"]["title"].rstrip(".")))


def give_back(library: Library, key: int) -> None:
    """Gives a claim back, at once or, where there is no connection, with the next sync.

    Raises:
        RefusedError: It is not hers any more; says why.
        WorldError: The world stands in the way.
    """
    try:
        [told] = change_claims(library, [key], "release")
    except OfflineError:
        release_later(library, [key])
        return
    if told["problem"] is not None:
        text = tr("The submission could not be given back: {reason}.")
        raise RefusedError(text.format(reason=told["problem"]["title"].rstrip(".")))


def _told(results: ClaimResults) -> list[dict[str, Any]]:
    nothing = {"claimed": False, "fence": None, "expires_at": None, "problem": None}
    granted = [
        {"submission": each.submission_id, "claimed": True, "fence": each.fence, "expires_at": each.expires_at}
        for each in results.claims
    ]
    refused = [
        {"submission": each.submission_id, "problem": {"code": each.problem.code, "title": each.problem.title}}
        for each in results.refused
    ]
    released: list[dict[str, Any]] = [{"submission": each} for each in results.released]
    return [nothing | each for each in [*granted, *released, *refused]]
