"""What is exchanged once it is clear who answers: decisions out, changes in, claims, and all of it compared."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from mcassess.clock import written
from mcassess.errors import McassessError
from mcassess.store.mass_removals import MassRemoval
from mcassess.sync.claiming import renew_claims
from mcassess.sync.healing import heal
from mcassess.sync.platform import (
    Heard,
    MassRemovalError,
    NotOurPlatformError,
    OfflineError,
    SignedOutError,
    UnreadableAnswerError,
)
from mcassess.sync.pull import pull, repair
from mcassess.sync.push import push
from mcassess.sync.quarantine import read_again
from mcassess.sync.recheck import recheck
from mcassess.sync.run import INITIATOR, Run, Step
from mcassess.texts import tr

_T = TypeVar("_T")
_VERIFY_EVERY = timedelta(days=1)
NOBODY_THERE = (OfflineError, NotOurPlatformError, SignedOutError)


def exchange(run: Run, heard: Heard) -> None:
    """Takes all steps between signing in and fetching; one that fails holds up no other.

    Raises:
        OfflineError, NotOurPlatformError, SignedOutError: There is nobody to go on with; the report says so already.
        CancelledError: The run should end.
    """
    # First, so that what another version of this program set aside is told from what comes now.
    take(run, Step.PULL, lambda: read_again(run))
    if heard.epoch != run.account.epoch:
        came = _heal(run, heard)
    else:
        take(run, Step.PUSH, lambda: push(run))
        came = None if run.forked else take(run, Step.PULL, lambda: pull(run, afresh=False))
    if came is None:
        return
    _forget_removal(run)
    take(run, Step.PUSH, lambda: recheck(run))
    if run.platform.capabilities.claims:
        take(run, Step.PULL, lambda: renew_claims(run))
    take(run, Step.VERIFY, lambda: _verify(run, changed=came or bool(run.changed)))


def _heal(run: Run, heard: Heard) -> bool | None:
    """The platform was restored: reads everything first, so that what goes out rests on what is there now."""
    came = take(run, Step.PULL, lambda: pull(run, afresh=True))
    if came is None:
        return None  # what is sealed waits: it would be refused for fences that the restore has moved on
    if take(run, Step.PUSH, lambda: heal(run)):
        take(run, Step.PULL, lambda: pull(run, afresh=False))
        take(run, Step.PULL, lambda: remember(run, epoch=heard.epoch))
    return None if run.forked else came


def take(run: Run, step: Step, action: Callable[[], _T]) -> _T | None:
    """Takes a step and returns what it returns, or None after a failure that the next steps can live with.

    Raises:
        OfflineError, NotOurPlatformError, SignedOutError: There is nobody to go on with; the report says so already.
        CancelledError: The run should end.
    """
    try:
        return action()
    except MassRemovalError as error:
        run.ask("mass-removal", error.text, removals=error.removals)
        with run.library.write(INITIATOR) as writing:
            asked = MassRemoval(account=run.account.key, count=error.removals, all=error.local)
            writing.mass_removals.set(asked)
        run.tell(step, error.text, changed=writing.change_set)
    except NOBODY_THERE as error:
        run.fail(step, error)
        raise
    except McassessError as error:
        run.fail(step, error)
    return None


def _forget_removal(run: Run) -> None:
    """The changes came to their end: what a person was asked about, or has agreed to, is over."""
    with run.library.read() as reading:
        asked = reading.mass_removals.get(run.account.key)
    if asked is not None:
        with run.library.write(INITIATOR) as writing:
            writing.mass_removals.forget(run.account.key)


def _verify(run: Run, *, changed: bool) -> bool:
    """After changes, and once a day: compares the library with the platform, and repairs by reading again."""
    name, now = f"verified_at:{run.account.key}", run.library.clock.now()
    with run.library.read() as reading:
        last = reading.settings.get(name)
    fresh = last is not None and abs(now - datetime.fromisoformat(last)) < _VERIFY_EVERY
    if not run.platform.capabilities.digests or (fresh and not changed):
        return True
    same = repair(run)
    if not same:
        raise UnreadableAnswerError(
            tr(
                "The library does not hold the same as the platform, even after reading everything again. Your reviews "
                "are not concerned; tell your programme."
            )
        )
    with run.library.write(INITIATOR) as writing:
        writing.settings.set(name, written(now))
    return True


def remember(run: Run, **values: str | int | datetime | None) -> None:
    """Stores fields of the account."""
    with run.library.write(INITIATOR) as writing:
        writing.accounts.update(run.account.key, **values)
