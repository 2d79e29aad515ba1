"""What the steps of one run share: the account, patience, cancelling, events and the report. No step is taken here."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from mcassess.errors import ExitCode, McassessError
from mcassess.store.accounts import Account
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.sync.platform import CancelledError, Platform, RoleEndedError, TransientError
from mcassess.sync.retry import RetryPolicy, next_pause_s
from mcassess.texts import tr, tr_n

INITIATOR = "sync"
_T = TypeVar("_T")
_NAP_S = 0.05


class Step(StrEnum):
    """The steps of a run, in their order."""

    SIGN_IN = "sign_in"
    PUSH = "push"
    PULL = "pull"
    UPLOAD = "upload"
    FETCH = "fetch"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncEvent:
    """One thing that happened during a run.

    Attributes:
        account: The library's key of the account.
        done: How far the step is; its unit depends on the step: operations, rows, bytes.
        total: How far it will go, where that is known.
        text: One line for a person.
        change_set: What it changed in the library.
    """

    step: Step
    account: int
    text: str
    done: int = 0
    total: int | None = None
    change_set: ChangeSet = field(default_factory=ChangeSet)


class Cancel:
    """A wish to break off a run, from any thread or a signal's handler. Once set it stays set."""

    def __init__(self) -> None:
        self._set = False
        # A signal's handler may interrupt the very thread that holds the lock.
        self._lock = threading.RLock()
        self._calls: list[Callable[[], None]] = []

    def set(self) -> None:
        """Asks the run to end soon."""
        with self._lock:
            self._set = True
            for call in self._calls:
                call()

    def is_set(self) -> bool:
        """Tells whether the run should end."""
        return self._set

    def raise_if_set(self) -> None:
        """Raises CancelledError if the run should end."""
        if self._set:
            raise CancelledError

    def pause(self, seconds: float) -> None:
        """Waits.

        Raises:
            CancelledError: The run should end; raised at once.
        """
        until = time.monotonic() + seconds
        # In naps rather than on a threading.Event: setting one in a signal's handler can block for ever.
        while not self._set and (left := until - time.monotonic()) > 0:
            time.sleep(min(_NAP_S, left))
        self.raise_if_set()

    @contextmanager
    def calling(self, call: Callable[[], None]) -> Iterator[None]:
        """Calls ``call`` when it is set while the block lasts."""
        with self._lock:
            self._calls.append(call)
            if self._set:
                call()
        try:
            yield
        finally:
            with self._lock:
                self._calls.remove(call)


@dataclass(slots=True)
class SyncReport:
    """What one run came to. Lists of plain dicts, ready for JSON.

    Attributes:
        sent: Decisions that the platform has now: ``op_id``, ``submission``, ``attempt``, ``outcome``, ``accepted_at``.
        received: Submissions that are new or have changed: ``submission``, ``attempt``, ``state``.
        evidence: Files that were fetched and verified: ``submission``, ``attempt``, ``evidence``, ``role``, ``bytes``.
        needs_you: What waits for the assessor: ``kind``, ``text``, and what it is about.
        failed: What did not work: ``step``, ``account``, ``text``, ``exit_code``, and what it is about.
        cancelled: Whether the run was broken off on request.
    """

    sent: list[dict[str, Any]] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    needs_you: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    cancelled: bool = False

    def exit_code(self) -> ExitCode:
        """Returns what the command line ends with: what needs the assessor counts for more than what will pass."""
        codes = {ExitCode(failure["exit_code"]) for failure in self.failed}
        if self.needs_you or ExitCode.REFUSED in codes:
            return ExitCode.REFUSED
        return ExitCode.WORLD if codes or self.cancelled else ExitCode.DONE

    def text(self) -> str:
        """Returns the report as lines for a person."""
        sent = sum(each["outcome"] is not None for each in self.sent)
        received, files, others = len(self.received), len(self.evidence), len(self.sent) - sent
        lines = [
            " ".join(
                [
                    tr_n("{n} decision sent.", "{n} decisions sent.", sent).format(n=sent),
                    tr_n("{n} submission received.", "{n} submissions received.", received).format(n=received),
                    tr_n("{n} file fetched and verified.", "{n} files fetched and verified.", files).format(n=files),
                ]
            )
        ]
        if others:
            lines.append(tr_n("{n} comment or report sent.", "{n} comments or reports sent.", others).format(n=others))
        lines += [each["text"] for each in self.needs_you]
        lines += list(dict.fromkeys(each["text"] for each in self.failed))
        if self.cancelled:
            lines.append(tr("The sync was stopped. What was not done is done next time."))
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """What a run may be told beyond the usual.

    Attributes:
        policy: How often a step is tried, and after which pauses.
        reserve_bytes: What stays free on the disk.
        removals_confirmed: Whether the platform may take most of the queue away.
        is_metered: Tells whether this computer's connection is paid by volume.
    """

    policy: RetryPolicy = field(default_factory=RetryPolicy)
    reserve_bytes: int = 2_000_000_000
    removals_confirmed: bool = False
    is_metered: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class Run:
    """One account's part of a run.

    Attributes:
        account: As it was when the run began.
        fraction: Gives random numbers from 0 to 1.
        changed: What the pages of changes have touched so far.
        forked: Whether this library turned out to be a copy, and goes on as a device of its own.
        role_ended: Whether the platform has said that the assessor has left or that this laptop was revoked.
    """

    library: Library
    account: Account
    platform: Platform
    cancel: Cancel
    report: SyncReport
    on_event: Callable[[SyncEvent], None]
    options: SyncOptions
    fraction: Callable[[], float]
    changed: ChangeSet = field(default_factory=ChangeSet)
    forked: bool = False
    role_ended: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def tried(self, action: Callable[[], _T]) -> _T:
        """Returns what ``action`` returns, after as many tries as the policy grants.

        Raises:
            TransientError: The last try failed, or the platform asks for more patience than a run has.
            CancelledError: The run should end.
        """
        failures = 0
        while True:
            self.cancel.raise_if_set()
            try:
                return action()
            except TransientError as error:
                failures += 1
                self.pause_after(error, failures)

    def pause_after(self, error: TransientError, failures: int) -> None:
        """Waits before the next try.

        Raises:
            TransientError: The one that is given: no further try is due.
            CancelledError: The run should end.
        """
        pause = next_pause_s(self.options.policy, failures, self.fraction(), error.retry_after_s)
        if pause is None:
            raise error
        self.cancel.pause(pause)

    def gone(self) -> McassessError | None:
        """Asks whether the platform is there at all, after something broke off; returns why not, or None if it is."""
        try:
            self.platform.server()
        except McassessError as error:
            return error
        except CancelledError:
            return None
        return None

    def tell(
        self, step: Step, text: str, done: int = 0, total: int | None = None, changed: ChangeSet | None = None
    ) -> None:
        """Tells what happened; one thread at a time."""
        event = SyncEvent(
            step=step, account=self.account.key, text=text, done=done, total=total, change_set=changed or ChangeSet()
        )
        with self._lock:
            self.on_event(event)

    def fail(self, step: Step, error: McassessError, **about: object) -> None:
        """Notes in the report that something did not work."""
        self.role_ended |= isinstance(error, RoleEndedError)
        failure = {"step": step.value, "account": self.account.url, "text": error.text} | about
        with self._lock:
            self.report.failed.append(failure | {"exit_code": int(error.exit_code)})

    def ask(self, kind: str, text: str, **about: object) -> None:
        """Notes in the report that something waits for the assessor."""
        self.report.needs_you.append({"kind": kind, "account": self.account.url, "text": text} | about)
