"""A laptop: the real library and the real engine, and a process that can die at any point. Its user is assessor.py."""

import errno
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from mcassess.errors import ExitCode, WorldError
from mcassess.jobs import retention
from mcassess.jobs.syncing import connector
from mcassess.store.library import Library
from mcassess.store.outbox import OutboxRow
from mcassess.sync.retry import RetryPolicy
from mcassess.sync.runner import Cancel, SyncOptions, SyncReport, add_account, run_sync
from mcassess.sync.signing_in import sign_in
from tests.simulation.chance import SimClock
from tests.simulation.inspection import must_hold_no_evidence
from tests.simulation.model import Confirmed, content_of
from tests.simulation.network import HOST
from tests.simulation.oracle import BrokenError
from tests.support.library import GivenKeys

OVERLAP_S = 86_400
POLICY = RetryPolicy(first_s=0.5, longest_s=30.0, patience_s=60.0)


class DiedError(BaseException):
    """The laptop's process has died."""


class Laptop:
    """A library, and whoever works with it.

    doom: at which of the next points the process dies; 0 means that it does not.
    full: whether the disk is full at the next commit.
    vault_full: at which of the next chunks of evidence it is.
    busy: whether the window syncs; beside: whether the command line does.
    offline: whether it is where there is no network.
    outdated: what its program asks for in another version of the protocol: nothing, "reading" or "everything".
    excused: whether the platform has ended its sign-in on purpose.
    confirmed: every operation that was sealed here and not taken back, by its id.
    """

    def __init__(self, world: Any, name: str, token: str, person: str, clock: SimClock, home: Path) -> None:
        self.world = world
        self.name = name
        self.person = person
        self.token = token
        self.clock = clock
        self.home = home
        self.asked = self.asked_before = 0
        self.doom = 0
        self.vault_full = 0
        self.full = False
        self.busy = self.beside = False
        self.offline = False
        self.outdated = ""
        self.excused = False
        self.confirmed: dict[str, Confirmed] = {}
        self.taken_back: set[str] = set()
        self.changes: dict[tuple[int, int], int] = {}
        self.copied = False
        self.by_code = False
        self.last_heard_ms = 0
        self.versions: dict[tuple[str, str, str], int] = {}
        self.arrivals: dict[str, int] = {}
        self.allowance: dict[str, int] = {}
        self._homes = 0
        self._copy = home.with_name(f"{name}-yesterday")
        self._remembered: tuple[Any, ...] | None = None
        self.sealed = 0
        self._life = 0
        self._life_of: dict[int, int] = {}
        self._found_dead: Path | None = None
        self.library = self.open()

    # -- what the network and the commits tell it

    def point(self, name: str) -> None:
        """One of the places at which the process may die, or the disk be full."""
        if self._life_of.get(threading.get_ident(), self._life) != self._life:
            raise DiedError(name)  # another thread of the same process has died
        if self.full and name == "before commit":
            busy = self.asked % 2 == 1
            self.world.trace.count("fault database busy" if busy else "fault disk full")
            self.full = False
            raise full_disk(busy=busy)
        if not self.doom:
            return
        self.doom -= 1
        if not self.doom:
            self._found_dead = self._next_home()
            # What a sudden death leaves: the files as they are now, whatever unwinding does to the old ones.
            shutil.copytree(self.home, self._found_dead)
            self.world.trace.note(self.name, "dies", name)
            self.world.trace.count(f"fault laptop dies {name}")
            raise DiedError(name)

    def chunk(self) -> None:
        """A chunk of evidence is about to be written.

        Raises:
            OSError: The disk is full.
        """
        if self.vault_full:
            self.vault_full -= 1
            if not self.vault_full:
                self.world.trace.count("fault disk full of evidence")
                self.hindered("disk full", whole=True)
                raise OSError(errno.ENOSPC, "No space left on device")

    @property
    def in_use(self) -> bool:
        """Whether any process is at work on it."""
        return self.busy or self.beside

    def arrived(self, sha256: str, count: int) -> None:
        self.arrivals[sha256] = self.arrivals.get(sha256, 0) + count

    def hindered(self, target: str, *, whole: bool = False) -> None:
        self.allowance[target] = self.allowance.get(target, 0) + (2 if whole else 1)

    # -- what is done with it

    def join(self) -> None:
        """Connects it: with a token that lasts, or by a code that is agreed to elsewhere."""
        self.excused = False
        with self.world.actors.acting(self):
            if not self.by_code:
                add_account(self.library, f"http://{HOST}", self.token, self.connect)
                return
            sign_in(
                self.library,
                f"http://{HOST}",
                self.connect,
                device_name=self.name,
                show=lambda invitation: self.world.agree(self, invitation.code),
                cancel=Cancel(),
            )
        self.last_heard_ms = self.world.time.ms

    def sync(self, *, evidence: bool = True, confirmed: bool = False) -> SyncReport | None:
        """Makes one run in the window; None where the process died over it, and was started again."""
        return self._noted(self.alive(lambda: self._run(self.library, evidence=evidence, confirmed=confirmed)))

    def sync_beside(self, *, evidence: bool) -> SyncReport | None:
        """Makes one run in a process of its own, as the command line does; None where the laptop died over it."""

        def run() -> SyncReport:
            other = self.open()
            try:
                return self._run(other, evidence=evidence)
            finally:
                with suppress(Exception):  # where the laptop has died, its files are gone
                    other.close()

        return self._noted(self.alive(run))

    def _run(self, library: Library, *, evidence: bool, confirmed: bool = False) -> SyncReport:
        options = SyncOptions(policy=POLICY, reserve_bytes=0, removals_confirmed=confirmed)
        report = run_sync(
            library,
            connector(library),
            evidence=evidence,
            on_event=lambda _event: None,
            cancel=Cancel(),
            options=options,
        )
        with suppress(WorldError):  # the next run finishes it
            retention.enforce(library)
        return report

    def _noted(self, report: SyncReport | None) -> SyncReport | None:
        if report is not None:
            self._look_at_sign_in(report)
            # What comes in the same run comes to another device: a copy that has taken an id of its own.
            if _has_ended(report) and not report.evidence and not (self.busy and self.beside):
                must_hold_no_evidence(self)
            self.world.trace.note(
                self.name, "synced", len(report.sent), len(report.received), len(report.evidence), len(report.failed)
            )
        return report

    def alive(self, action: Callable[[], Any]) -> Any:
        """Does something, and starts the process again where it dies over it."""
        mine, life = threading.get_ident(), self._life
        self._life_of[mine] = life
        with self.world.actors.acting(self):
            try:
                return action()
            except DiedError:
                if self._found_dead is not None:
                    self._after_death()
            except Exception:
                if life == self._life:
                    raise  # else it is what a dead process stumbles over
            finally:
                self._life_of.pop(mine, None)
        return None

    def learn_sealed(self, known: set[tuple[str, int, str]] | None = None) -> None:
        """Takes note of what is sealed here; a seal that died after its commit counts too.

        Args:
            known: Only what says the same as one of these, under another id.
        """
        for row in self.rows():
            if row.op_id not in self.confirmed and (known is None or content_of(row) in known):
                self.confirm(row)

    def confirm(self, row: OutboxRow) -> None:
        """Takes note of an operation that was sealed here."""
        with self.library.read() as reading:
            stored = reading.submissions.get(row.key)
        self.confirmed[row.op_id] = self.world.oracle.confirmed[row.op_id] = Confirmed.of(row, stored, self.person)
        self.world.trace.note(self.name, "seals", row.op_id, row.submission_id, row.attempt)
        self.world.trace.count(f"operation {row.kind}")

    def note_changes(self, key: int) -> None:
        """Takes note of how much was reviewed of a submission."""
        with self.library.read() as reading:
            attempt = reading.submissions.get(key).submission.attempt
            self.changes[key, attempt] = len(reading.reviews.changes(key))

    def connect(self, account: Any) -> Any:
        """Opens the connection of an account."""
        return connector(self.library)(account)

    def rows(self) -> list[OutboxRow]:
        with self.library.read() as reading:
            return reading.outbox.list(settled=True)

    def mirror(self) -> list[tuple[str, str, int]]:
        """Returns type, id and version of all that it holds of the platform; what it could not read counts too."""
        with self.library.read() as reading:
            account = reading.accounts.list()[0].key
            known = set(reading.submissions.known(account))
            aside = {(each.type, each.id): each.version for each in reading.submissions.quarantined(account)}
        kept = {each for each in known if each[0] == "rubric" or each[:2] not in aside}
        return sorted(kept | {(*name, version) for name, version in aside.items() if name[0] != "badge"})

    def restart(self) -> None:
        """Ends the program in order and opens it again."""
        self.library.close()
        self.library = self.open()

    def forget_version(self) -> None:
        """Makes the next run another version's first one, which reads again what an earlier one could not."""
        with suppress(WorldError), self.library.write("version") as writing:
            for account in writing.accounts.list():
                writing.settings.set(f"quarantine_read_by:{account.key}", "0.0.0")

    def destroyed(self) -> Counter[str]:
        """Returns how often each file went from here because it had to, by its digest."""
        with self.library.read() as reading:
            return Counter(each.sha256 for each in reading.holdings.destructions())

    def unsent_files(self) -> list[str]:
        """Returns the files that have to go up still, by their digest."""
        with self.library.read() as reading:
            return [each.sha256 for each in reading.attachments.due(reading.accounts.list()[0].key)]

    def lost_files(self) -> list[str]:
        """Returns the files that the platform lacks and that are not whole here either, by their digest."""
        with self.library.read() as reading:
            return [each.sha256 for each in reading.attachments.owed() if not each.here]

    def renames(self, op_id: str) -> bool:
        """Tells whether an operation that is gone goes on under another id; only one that was never sent may."""
        content = self.confirmed[op_id].content
        others = [row.op_id for row in self.rows() if row.op_id != op_id and row.op_id in self.confirmed]
        return any(self.confirmed[other].content == content for other in others)

    def back_up(self) -> None:
        """Keeps a copy of the whole home, as a careful person does."""
        self.library.close()
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self.home, self._copy)
        self._remembered = (dict(self.confirmed), set(self.taken_back), dict(self.changes), self.copied)
        self.library = self.open()

    def go_back(self) -> None:
        """Puts the copy in the place of the home."""
        if self._remembered is None:
            return
        self.library.close()
        shutil.rmtree(self.home)
        shutil.copytree(self._copy, self.home)
        confirmed, taken_back, changes, _ = self._remembered
        self.confirmed, self.taken_back, self.changes = dict(confirmed), set(taken_back), dict(changes)
        self.copied = True
        self.versions.clear()
        self.library = self.open()
        self.hindered("gone back", whole=True)
        self.world.trace.note(self.name, "is that of yesterday")
        self.world.trace.count("fault home of yesterday")

    def cloned(self, name: str, clock: SimClock) -> "Laptop":
        """Returns another laptop with a copy of this one's home."""
        self.library.close()
        home = self.home.with_name(name)
        shutil.copytree(self.home, home)
        self.library = self.open()
        other = Laptop(self.world, name, self.token, self.person, clock, home)
        other.confirmed, other.taken_back = dict(self.confirmed), set(self.taken_back)
        other.changes, other.allowance = dict(self.changes), {"copied": 2}
        other.by_code, other.last_heard_ms = self.by_code, self.last_heard_ms
        self.copied = other.copied = True
        self.world.trace.note(self.name, "is copied to", name)
        self.world.trace.count("fault home cloned")
        return other

    def jump(self, offset: timedelta) -> None:
        self.clock.offset = offset
        self.world.trace.count("fault clock jumps")

    def close(self) -> None:
        self.library.close()

    # -- the rest

    def _look_at_sign_in(self, report: SyncReport) -> None:
        if not any(map(_is_signed_out, report.failed)):
            self.last_heard_ms = self.world.time.ms if not report.failed else self.last_heard_ms
            return
        away_s = (self.world.time.ms - self.last_heard_ms) / 1000
        self.world.trace.note(self.name, "is signed out", round(away_s))
        # What went back in time or has a twin may end its sign-in; so may who lost an answer for longer than a day.
        barred = self.world.oracle.now.is_barred(self.person, self.library.device_id)
        if self.by_code and not self.copied and not self.excused and not barred and away_s < OVERLAP_S:
            raise BrokenError(f"C9: {self.name} was locked out after {away_s:.0f} s without a lost day")
        if self not in self.world.signed_out:
            self.world.signed_out.append(self)

    def open(self) -> Library:
        return Library.open(self.home, GivenKeys(), self.clock)

    def _next_home(self) -> Path:
        self._homes += 1
        return self.home.with_name(f"{self.name}-{self._homes}")

    def _after_death(self) -> None:
        assert self._found_dead is not None, "it died"
        self._life += 1
        self._life_of[threading.get_ident()] = self._life
        dead, self.home, self._found_dead = self.home, self._found_dead, None
        self.library.close()
        shutil.rmtree(dead)
        self.library = self.open()
        self.hindered("death")


def _has_ended(report: SyncReport) -> bool:
    """Tells whether all that went wrong is that the evidence had to go; a full disk would be something else."""
    return bool(report.failed) and all("evidence was destroyed" in each["text"] for each in report.failed)


def _is_signed_out(failure: dict[str, Any]) -> bool:
    refused = failure["exit_code"] == ExitCode.REFUSED and failure["step"] == "sign_in"
    return refused and "too old" not in failure["text"]


def full_disk(*, busy: bool = False) -> Exception:
    """Returns what SQLite says when the disk is full, or another process does not let go."""
    error = dbapi2.OperationalError("database is locked" if busy else "database or disk is full")
    error.sqlite_errorcode = dbapi2.SQLITE_BUSY if busy else dbapi2.SQLITE_FULL
    return error
