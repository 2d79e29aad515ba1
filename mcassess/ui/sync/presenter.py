"""When to sync, and how it goes: by the clock, on request, and once a held decision may leave. No widgets."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal

from mcassess.errors import McassessError
from mcassess.jobs import claiming, resolving, sealing, syncing
from mcassess.jobs.attaching import AttachedFile, owed_file
from mcassess.jobs.conflicts import Conflict, list_conflicts
from mcassess.store.accounts import Account
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.store.queue import QueueRow
from mcassess.sync.platform import CancelledError
from mcassess.sync.runner import Cancel, Step, SyncEvent, SyncReport
from mcassess.sync.signing_in import Invitation
from mcassess.sync.ways import Way
from mcassess.ui.work import Task, Work

ONLINE_PAUSE_MS = 60_000
OFFLINE_PAUSE_MS = 15 * 60_000
_QUIET_WAYS = frozenset({Way.RECORD, Way.CARRY, Way.EDIT, Way.EXPORT, Way.KEEP})
"""Ways after which there is nothing to send or to fetch."""


class Contact(StrEnum):
    """How it stands with the platform."""

    UNKNOWN = "unknown"
    SYNCING = "syncing"
    ONLINE = "online"
    OFFLINE = "offline"
    UNCONNECTED = "unconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingItem:
    """One operation of the outbox beside what the queue knows of its submission."""

    operation: OutboxRow
    row: QueueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FileItem:
    """A file that its platform still lacks, beside what the queue knows of its submission."""

    file: AttachedFile
    row: QueueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """What the sync screen and the status line show.

    Attributes:
        files: What goes up after decisions that have arrived.
        since: When the present contact began, by the laptop's clock.
        problem: Why the last run did not do all that it should, one sentence; or nothing.
    """

    accounts: tuple[Account, ...] = ()
    waiting: tuple[WaitingItem, ...] = ()
    files: tuple[FileItem, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    needs_you: int = 0
    bytes_here: int = 0
    contact: Contact = Contact.UNKNOWN
    since: datetime | None = None
    problem: str = ""


class SyncPresenter(QObject):
    """Runs one sync at a time, in the background.

    Signals:
        state_changed: The SyncState.
        progressed: A SyncEvent of the run under way.
        finished: The SyncReport of a run.
        connected: A platform was connected.
        connect_failed: One sentence.
        invited: The Invitation with the code that signs this laptop in.
        retired: The run that was under way when the library was locked is over.
    """

    state_changed = Signal(object)
    progressed = Signal(object)
    finished = Signal(object)
    connected = Signal()
    connect_failed = Signal(str)
    invited = Signal(object)
    retired = Signal()

    def __init__(self, library: Library, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._cancel: Cancel | None = None
        self._signing_in = Cancel()
        self._reading: Task[SyncState] | None = None
        self._contact = Contact.UNKNOWN
        self._since: datetime | None = None
        self._problem = ""
        self._again = False
        self._failures = 0
        self._was_read = False
        self._is_retired = False
        self.state = SyncState()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.sync)
        work.changed.connect(self._take_changes)

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._cancel is not None

    def reload(self) -> None:
        """Reads what waits, and with whom there are accounts."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._work.read(self._read_state, self._take_state, owner=self)

    def sync(self) -> None:
        """Starts a run; while one is under way, another follows it."""
        if self.is_running:
            self._again = True
            return
        self._timer.stop()
        cancel = self._cancel = Cancel()
        self._set_contact(Contact.SYNCING)

        def run(_task: Task[SyncReport]) -> SyncReport:
            # With keys of its own, so that it goes on to its end when the window is locked meanwhile.
            own = self._library.again()
            try:
                return syncing.sync(own, on_event=self._event_from_run, cancel=cancel)
            finally:
                own.close()

        self._work.background(run, self._finish, self._fail, owner=self)

    def stop(self) -> None:
        """Stops the run under way at the next safe place; what has arrived stays."""
        self._again = False
        if self._cancel is not None:
            self._cancel.set()

    def connect_to(self, url: str, token: str) -> None:
        """Adds an account, then syncs."""

        def run(_task: Task[Account]) -> Account:
            return syncing.connect(self._library, url, token)

        self._work.background(run, self._take_account, lambda error: self.connect_failed.emit(error.text), owner=self)

    def connect_with_code(self, url: str) -> None:
        """Asks for a code and waits until it was agreed to on the platform's page; then adds the account and syncs."""
        self._signing_in.set()
        cancel = self._signing_in = Cancel()

        def show(invitation: Invitation) -> None:
            self._work.post(lambda: self.invited.emit(invitation))

        def run(_task: Task[Account | None]) -> Account | None:
            try:
                return syncing.sign_in(self._library, url, show=show, cancel=cancel)
            except CancelledError:
                return None

        def finish(account: Account | None) -> None:
            if account is not None:
                self._take_account(account)

        self._work.background(run, finish, lambda error: self.connect_failed.emit(error.text), owner=self)

    def connect_once(self, url: str, token: str) -> None:
        """Adds an account where there is none yet; syncs in any case."""

        def run() -> bool:
            with self._library.read() as reading:
                return bool(reading.accounts.list())

        def go_on(known: object) -> None:
            if known:
                self.sync()
            else:
                self.connect_to(url, token)

        self._work.read(run, go_on, owner=self)

    def take_back(self, key: int, failed: Callable[[McassessError], None]) -> None:
        """Takes a decision back that was not tried to be sent yet."""
        self._work.write(lambda: sealing.take_back(self._library, key), None, failed, owner=self)

    def resolve(
        self, conflict: Conflict, way: Way, done: Callable[[], None], failed: Callable[[McassessError], None]
    ) -> None:
        """Goes a way on; what is to be sent afterwards is sent at once."""
        library = self._library

        def run(_task: Task[ChangeSet]) -> ChangeSet:
            return resolving.resolve(
                library,
                conflict.name,
                way,
                output=_export_path(conflict) if way is Way.EXPORT else None,
                claim=lambda key: claiming.claim_one(library, key),
            )

        def finish(changes: ChangeSet) -> None:
            self._work.announce(changes)
            done()
            if way not in _QUIET_WAYS:
                self.sync()

        self._work.background(run, finish, failed, owner=self)

    def sync_after_hold(self, *_sealed: object) -> None:
        """Syncs once a decision that was sealed just now may leave."""
        self._timer.start(int(sealing.HOLD.total_seconds() * 1000) + 200)

    def retire(self) -> None:
        """Starts nothing any more and reads nothing; a run under way goes on until it ends (``retired``)."""
        self._is_retired = True
        self._signing_in.set()
        self._again = False
        self._timer.stop()
        self._work.changed.disconnect(self._take_changes)
        # The screens go; what still comes is for whoever follows.
        self.finished.disconnect()
        self.state_changed.disconnect()
        self.progressed.disconnect()

    def follow(self, other: "SyncPresenter") -> None:
        """Shows the run of one that was retired as if it were one's own, and syncs after it."""
        self._set_contact(Contact.SYNCING)
        other.progressed.connect(self.progressed)
        other.retired.connect(self.sync)

    def close(self) -> None:
        """Stops everything; nothing starts any more."""
        self._signing_in.set()
        self._timer.stop()
        self.stop()

    def _take_account(self, _account: Account) -> None:
        self._work.announce(ChangeSet(accounts=True))
        self.connected.emit()
        self.sync()

    def _event_from_run(self, event: SyncEvent) -> None:
        # Called on the run's thread; only hands over.
        self._work.post(lambda: self.progressed.emit(event))
        self._work.announce(event.change_set)

    def _finish(self, report: SyncReport) -> None:
        self._cancel = None
        reached = all(failure["step"] != Step.SIGN_IN for failure in report.failed)
        self._failures = 0 if reached else self._failures + 1
        self._problem = str(report.failed[0]["text"]) if report.failed else ""
        self._set_contact(Contact.ONLINE if reached else Contact.OFFLINE)
        self.finished.emit(report)
        self._go_on()

    def _fail(self, error: McassessError) -> None:
        self._cancel = None
        self._failures += 1
        self._problem = error.text
        self._set_contact(Contact.OFFLINE)
        self._go_on()

    def _go_on(self) -> None:
        if self._is_retired:
            self.retired.emit()
            return
        self.reload()
        if self._again:
            self._again = False
            self.sync()
        elif not self._timer.isActive():
            pause = min(ONLINE_PAUSE_MS * 2**self._failures, OFFLINE_PAUSE_MS)
            # Many laptops come back at once when a school's network does; they must not all call in one second.
            self._timer.start(int(pause * random.uniform(0.8, 1.2)))  # noqa: S311 - spreads load, guards nothing

    def _set_contact(self, contact: Contact) -> None:
        settled = contact is not Contact.SYNCING and contact is not self._contact
        if settled:
            self._since = self._library.clock.now()
        self._contact = contact
        self._show_state(self.state)

    def _take_changes(self, changes: ChangeSet) -> None:
        if changes.outbox or changes.accounts or changes.evidence or changes.submissions:
            self.reload()

    def _read_state(self) -> SyncState:
        with self._library.read() as reading:
            operations = reading.outbox.list(settled=False)
            owed = reading.attachments.owed()
            keys = [each.key for each in operations] + [each.submission for each in owed]
            rows = {row.key: row for row in reading.queue.rows(sorted(set(keys)))}
            return SyncState(
                accounts=tuple(reading.accounts.list()),
                waiting=tuple(WaitingItem(operation=each, row=rows[each.key]) for each in operations),
                files=tuple(FileItem(file=owed_file(each), row=rows[each.submission]) for each in owed),
                conflicts=tuple(list_conflicts(reading)),
                needs_you=sum(each.state is OpState.ATTENTION for each in operations),
                bytes_here=reading.evidence.totals().packed_bytes,
            )

    def _take_state(self, state: SyncState) -> None:
        self._was_read = True
        self._show_state(state)

    def _show_state(self, state: SyncState) -> None:
        contact = self._contact
        if not state.accounts and (self._was_read or not self.is_running):  # a run without a platform asks nobody
            contact = Contact.UNCONNECTED
        self.state = replace(state, contact=contact, since=self._since, problem=self._problem)
        self.state_changed.emit(self.state)


def _export_path(conflict: Conflict) -> Path:
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return folder / f"mcassess {conflict.name}.json"
