"""One run with every account: sign in, push, pull, fetch, verify. Adding an account is in joining.py."""

import secrets
from collections.abc import Callable
from contextlib import closing

from mcassess.domain.kinds import DestroyReason
from mcassess.errors import McassessError
from mcassess.store.library import Library
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.sync.exchange import NOBODY_THERE, exchange, remember, take
from mcassess.sync.fetch import fetch
from mcassess.sync.joining import add_account
from mcassess.sync.platform import (
    CancelledError,
    Connect,
    Heard,
    LaptopLostError,
    NotOurPlatformError,
    RoleEndedError,
    SignedOutError,
    TooOldError,
)
from mcassess.sync.push import push
from mcassess.sync.run import INITIATOR, Cancel, Run, Step, SyncEvent, SyncOptions, SyncReport
from mcassess.sync.sending_files import send_files
from mcassess.texts import tr

__all__ = ["Cancel", "Step", "SyncEvent", "SyncOptions", "SyncReport", "add_account", "run_sync"]


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
        # Once more where the library turned out to be a copy: it has another name now, and says so when it connects.
        for _ in range(2):
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
            if not run.forked:
                break
    report.cancelled = cancel.is_set()
    report.needs_you += _attention(library)
    return report


def _run_account(run: Run, *, evidence: bool) -> None:
    problem = None
    try:
        heard = take(run, Step.SIGN_IN, lambda: _sign_in(run))
        if heard is not None:
            exchange(run, heard)
            take(run, Step.UPLOAD, lambda: send_files(run))
            if evidence and not run.role_ended:
                take(run, Step.FETCH, lambda: fetch(run))
    except CancelledError:
        return
    except LaptopLostError as error:
        _destroy_evidence(run, DestroyReason.LOST_LAPTOP)
        problem = error.text
    except NOBODY_THERE as error:
        problem = error.text
    except McassessError as error:
        run.fail(Step.VERIFY, error)  # between two steps this laptop could not write down how far it is
    finally:
        if run.role_ended:  # whichever step was told
            _destroy_evidence(run, DestroyReason.ACCESS_REVOKED)
        _report_received(run)
    try:
        remember(run, online_problem=problem)
    except McassessError as error:
        run.fail(Step.VERIFY, error)


def _sign_in(run: Run) -> Heard:
    """Checks who answers and who is signed in, and takes the platform's time."""
    account = run.account
    run.tell(Step.SIGN_IN, tr("Signing in to {url}").format(url=account.url))
    try:
        me = run.tried(run.platform.me)
    except (TooOldError, RoleEndedError):
        # What is frozen already is taken from a program that is too old to read, and from whoever has left.
        take(run, Step.PUSH, lambda: push(run))
        raise
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
        for reason in (DestroyReason.NOT_CHECKED_IN, DestroyReason.LOST_LAPTOP, DestroyReason.ACCESS_REVOKED):
            writing.holdings.want_again(account.key, reason)
    return heard


def _destroy_evidence(run: Run, reason: DestroyReason) -> None:
    """Honours the platform's word that this laptop is lost, or not to hold evidence any more. Words stay."""
    with run.library.read() as reading:
        going, _ = reading.holdings.only_of(reading.holdings.keys_of_account(run.account.key))
        going |= reading.attachments.files_of(run.account.key)  # they may show what the evidence shows
    try:
        changed = run.library.vault.destroy_all(
            dict.fromkeys(going, reason),
            also=lambda writing: writing.words.destroy(dict.fromkeys(writing.words.all_of(run.account.key), reason)),
        )
    except McassessError as error:
        run.fail(Step.SIGN_IN, error)
    else:
        run.tell(Step.SIGN_IN, tr("The evidence was destroyed."), changed=changed)


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
    if row.kind.startswith("decision."):
        text = tr("The platform refused the decision on {id}: {reason}. Your work is kept.")
    else:
        text = tr("The platform refused what you sent on {id}: {reason}. It is kept.")
    return {
        "kind": "refused",
        "op_id": row.op_id,
        "submission": row.submission_id,
        "attempt": row.attempt,
        "code": problem.get("code"),
        "text": text.format(id=row.submission_id, reason=row.last_error),
    }
