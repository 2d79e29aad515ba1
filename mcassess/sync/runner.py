"""One run with every account: sign in, push, pull, fetch, verify. Adding an account is in joining.py."""

import secrets
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import TypeVar

from mcassess.clock import written
from mcassess.domain.kinds import DestroyReason
from mcassess.errors import McassessError
from mcassess.store.library import Library
from mcassess.store.mass_removals import MassRemoval
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.sync.fetch import fetch
from mcassess.sync.joining import add_account
from mcassess.sync.platform import (
    CancelledError,
    Connect,
    Heard,
    LaptopLostError,
    MassRemovalError,
    NotOurPlatformError,
    OfflineError,
    SignedOutError,
    UnreadableAnswerError,
)
from mcassess.sync.pull import pull, repair
from mcassess.sync.push import push
from mcassess.sync.run import INITIATOR, Cancel, Run, Step, SyncEvent, SyncOptions, SyncReport
from mcassess.texts import tr

__all__ = ["Cancel", "Step", "SyncEvent", "SyncOptions", "SyncReport", "add_account", "run_sync"]

_T = TypeVar("_T")
_VERIFY_EVERY = timedelta(days=1)
_NOBODY_THERE = (OfflineError, NotOurPlatformError, SignedOutError)


def run_sync(
    library: Library,
    connect: Connect,
    *,
    evidence: bool = True,
    on_event: Callable[[SyncEvent], None],
    cancel: Cancel,
    options: SyncOptions | None = None,
) -> SyncReport:
    """Makes one run with every account, one after the other.

    What the world or a platform does stands in the report and is not raised. A run may be broken off at any point,
    by ``cancel`` or by death: the next one goes on from there.

    Args:
        evidence: Whether files are fetched.
        on_event: Called from the run's threads, one at a time.
    """
    report = SyncReport()
    with library.read() as reading:
        accounts = reading.accounts.list()
    for account in accounts:
        run = Run(
            library=library,
            account=account,
            platform=connect(account),
            cancel=cancel,
            report=report,
            on_event=on_event,
            options=options or SyncOptions(),
            fraction=secrets.SystemRandom().random,
        )
        with closing(run.platform), cancel.calling(run.platform.interrupt):
            _run_account(run, evidence=evidence)
    report.cancelled = cancel.is_set()
    report.needs_you += _attention(library)
    return report


def _run_account(run: Run, *, evidence: bool) -> None:
    problem = None
    try:
        heard = _step(run, Step.SIGN_IN, lambda: _sign_in(run))
        if heard is not None:
            _exchange(run, heard)
            if evidence:
                _step(run, Step.FETCH, lambda: fetch(run))
    except CancelledError:
        return
    except LaptopLostError as error:
        _destroy_evidence(run)
        problem = error.text
    except _NOBODY_THERE as error:
        problem = error.text
    finally:
        _report_received(run)
    _remember(run, online_problem=problem)


def _exchange(run: Run, heard: Heard) -> None:
    afresh = heard.epoch != run.account.epoch
    _step(run, Step.PUSH, lambda: push(run))
    came = _step(run, Step.PULL, lambda: pull(run, afresh=afresh))
    if came is None:
        return
    _forget_removal(run)
    if afresh:
        _remember(run, epoch=heard.epoch)
    _step(run, Step.VERIFY, lambda: _verify(run, changed=came))


def _step(run: Run, step: Step, action: Callable[[], _T]) -> _T | None:
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
    except _NOBODY_THERE as error:
        run.fail(step, error)
        raise
    except McassessError as error:
        run.fail(step, error)
    return None


def _sign_in(run: Run) -> Heard:
    """Checks who answers and who is signed in, and takes the platform's time."""
    account = run.account
    run.tell(Step.SIGN_IN, tr("Signing in to {url}").format(url=account.url))
    me = run.tried(run.platform.me)
    heard = run.platform.heard
    assert heard is not None, "an answer has just come"
    if heard.server_id != account.server_id:
        raise NotOurPlatformError(
            tr(
                "Another platform answers at {url} than the one that was connected. Nothing was sent or changed."
            ).format(url=account.url)
        )
    if me.id != account.assessor_id:
        raise SignedOutError(tr("The token belongs to somebody else now. Connect again with your own."))
    with run.library.write(INITIATOR) as writing:
        now = run.library.clock.now()
        writing.accounts.update(account.key, clock_offset_ms=heard.clock_offset_ms, last_sync_at=now)
        writing.holdings.note_overdue(account.key, None)
        for reason in (DestroyReason.NOT_CHECKED_IN, DestroyReason.LOST_LAPTOP):
            writing.holdings.want_again(account.key, reason)
    return heard


def _destroy_evidence(run: Run) -> None:
    """Honours the platform's word that this laptop is lost. What the assessor wrote stays."""
    with run.library.read() as reading:
        going, _ = reading.holdings.only_of(reading.holdings.keys_of_account(run.account.key))
    try:
        changed = run.library.vault.destroy_all(dict.fromkeys(going, DestroyReason.LOST_LAPTOP))
    except McassessError as error:
        run.fail(Step.SIGN_IN, error)
    else:
        run.tell(Step.SIGN_IN, tr("The evidence was destroyed."), changed=changed)


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


def _remember(run: Run, **values: str | int | datetime | None) -> None:
    with run.library.write(INITIATOR) as writing:
        writing.accounts.update(run.account.key, **values)


def _report_received(run: Run) -> None:
    with run.library.read() as reading:
        rows = reading.queue.rows(sorted(run.changed.submissions))
    own = {each["submission"] for each in run.report.sent}
    run.report.received += [
        {"submission": row.id, "attempt": row.attempt, "state": row.state.value} for row in rows if row.id not in own
    ]


def _attention(library: Library) -> list[dict[str, object]]:
    with library.read() as reading:
        return [_asked(row) for row in reading.outbox.list() if row.state is OpState.ATTENTION]


def _asked(row: OutboxRow) -> dict[str, object]:
    problem = (row.result or {}).get("problem") or {}
    return {
        "kind": "refused",
        "op_id": row.op_id,
        "submission": row.submission_id,
        "attempt": row.attempt,
        "code": problem.get("code"),
        "text": tr("The platform refused the decision on {id}: {reason}. Your work is kept.").format(
            id=row.submission_id, reason=row.last_error
        ),
    }
