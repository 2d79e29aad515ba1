"""Evidence goes when its time is over, and when the assessor wipes it; withholding is in withholding.py.

What goes and why is decided in domain/retention.py; how it is destroyed is the vault's business. Words of the assessor
are never touched here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mcassess.domain.kinds import DestroyReason
from mcassess.domain.retention import Contact, is_overdue, reason_to_destroy, to_destroy
from mcassess.store.accounts import Account
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.sessions import Reading
from mcassess.texts import tr

INITIATOR = "retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What went, and what will go unless somebody acts.

    Attributes:
        files: How many files were destroyed, by reason.
        warnings: Sentences for the assessor.
    """

    files: dict[DestroyReason, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    change_set: ChangeSet = field(default_factory=ChangeSet)


def enforce(library: Library) -> Gone:
    """Destroys the evidence that nobody may hold any longer. Run after the first picture, and after each sync.

    Raises:
        WorldError: The world stands in the way; the next run finishes it.
    """
    if library.read_only:
        return Gone()
    now = library.clock.now()
    with library.read() as reading:
        contacts = {account.key: _contact(reading, account) for account in reading.accounts.list()}
        holdings = reading.holdings.held()
        reasons = dict.fromkeys(reading.holdings.unheld(), DestroyReason.WITHDRAWN)
    reasons |= to_destroy(holdings, contacts, now)
    overdue = {each.account for each in holdings if is_overdue(each.policy, contacts[each.account], now)}
    _note_overdue(library, contacts, overdue, now)
    changed = library.vault.destroy_all(reasons) if reasons else ChangeSet()
    changed |= _destroy_words(library, contacts, now)
    library.vault.finish_destructions()
    library.vault.remove_strays()
    return Gone(
        files=dict(Counter(reasons.values())),
        warnings=_warnings(overdue, set(reasons.values())),
        change_set=changed,
    )


def _destroy_words(library: Library, contacts: dict[int, Contact], now: datetime) -> ChangeSet:
    """Lets educators' words go as their files do."""
    late = [account for account, contact in contacts.items() if contact.overdue_since is not None]
    with library.read() as reading:
        held, returned = reading.words.held(late), reading.words.returned()
    reasons = {key: reason_to_destroy(holding, contacts[holding.account], now) for key, holding in held.items()}
    going = {key: reason for key, reason in reasons.items() if reason is not None}
    if not going and not returned:
        return ChangeSet()
    with library.write(INITIATOR) as writing:
        writing.words.withhold_again(returned)
        writing.words.destroy(going)
    return writing.change_set


def wipe(library: Library, keys: Sequence[int] | None) -> dict[str, Any]:
    """Destroys the evidence of submissions, or all there is. Files that other submissions refer to stay.

    Args:
        library: Where it lies.
        keys: The library's keys of the submissions; None stands for all.

    Returns:
        ``{"destroyed": files, "bytes": plain bytes of them that were here, "kept": files that others refer to}``

    Raises:
        WorldError: The world stands in the way; where the keys are gone, the next opening finishes it.
    """
    with library.read() as reading:
        going, kept = reading.holdings.only_of(keys)
        stored = [reading.evidence.get(sha256) for sha256 in going]
        worded = reading.words.all_of(None) if keys is None else keys
    library.vault.destroy_all(
        dict.fromkeys(sorted(going), DestroyReason.WIPE),
        also=lambda writing: writing.words.destroy(dict.fromkeys(worded, DestroyReason.WIPE)),
    )
    here = sum(each.done_bytes for each in stored if each is not None)
    return {"destroyed": len(going), "bytes": here, "kept": len(kept)}


def _contact(reading: Reading, account: Account) -> Contact:
    platform_time = None
    if account.last_sync_at is not None and account.clock_offset_ms is not None:
        platform_time = account.last_sync_at + timedelta(milliseconds=account.clock_offset_ms)
    return Contact(
        at=account.last_sync_at,
        platform_time=platform_time,
        overdue_since=reading.holdings.overdue_since(account.key),
    )


def _note_overdue(library: Library, contacts: dict[int, Contact], overdue: set[int], now: datetime) -> None:
    changed = {
        account: now if account in overdue else None
        for account, contact in contacts.items()
        if (contact.overdue_since is None) == (account in overdue)
    }
    # A clock that went back behind the first sight of it was wrong then, or is now: the notice begins anew.
    changed |= {
        account: now
        for account, contact in contacts.items()
        if account in overdue and contact.overdue_since is not None and contact.overdue_since > now
    }
    if changed:
        with library.write(INITIATOR) as writing:
            for account, since in changed.items():
                writing.holdings.note_overdue(account, since)


def _warnings(overdue: set[int], gone: set[DestroyReason]) -> tuple[str, ...]:
    if not overdue or DestroyReason.NOT_CHECKED_IN in gone:
        return ()
    return (
        tr(
            "By this laptop's clock the programme has not heard from it for longer than it allows. Sync, or put the "
            "clock right: else the evidence on this laptop is destroyed tomorrow. Your own words stay."
        ),
    )
