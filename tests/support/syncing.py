"""An assessor's laptop for tests of the sync: a real library, a real connector, and short ways to do things."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mcassess.clock import SystemClock
from mcassess.domain.decision import Decision
from mcassess.domain.kinds import Condition, Outcome
from mcassess.jobs.attaching import attachment
from mcassess.server.admin import add_assessor, decisions, load_pack
from mcassess.store.accounts import Account
from mcassess.store.library import Library
from mcassess.store.outbox import OutboxRow
from mcassess.sync.operations import freeze_decision
from mcassess.sync.platform import Platform
from mcassess.sync.platforms.native import connector
from mcassess.sync.retry import RetryPolicy
from mcassess.sync.runner import Cancel, SyncEvent, SyncOptions, SyncReport, add_account, run_sync
from mcassess.sync.wire import DecisionRecord
from tests.support.library import GivenKeys

HASTY = RetryPolicy(first_s=0.001, longest_s=0.01, patience_s=5.0)


class Laptop:
    """A library with a connector; ``sync`` makes one run."""

    def __init__(self, home: Path, *, reserve_bytes: int = 0) -> None:
        self.library = Library.open(home, GivenKeys(), SystemClock())
        self.events: list[SyncEvent] = []
        self.cancel = Cancel()
        self.reserve_bytes = reserve_bytes

    def connect(self, account: Account) -> Platform:
        return connector(self.library.device_id, self.library.clock)(account)

    def join(self, url: str, token: str) -> Account:
        return add_account(self.library, url, token, self.connect)

    def sync(
        self, *, evidence: bool = True, policy: RetryPolicy = HASTY, removals_confirmed: bool = False
    ) -> SyncReport:
        options = SyncOptions(policy=policy, reserve_bytes=self.reserve_bytes, removals_confirmed=removals_confirmed)
        return run_sync(
            self.library,
            self.connect,
            evidence=evidence,
            on_event=self.events.append,
            cancel=self.cancel,
            options=options,
        )

    def account(self) -> Account:
        with self.library.read() as reading:
            return reading.accounts.list()[0]

    def ids(self) -> list[str]:
        with self.library.read() as reading:
            return [row.id for row in reading.queue.rows(reading.queue.ids(None))]

    def key(self, identifier: str) -> int:
        with self.library.read() as reading:
            return reading.submissions.find(identifier)[0][0]

    def seal(
        self, identifier: str, feedback: str = "Please send the whole lesson.", hold: timedelta | None = None
    ) -> str:
        """Seals a return of the submission, as the window would, and returns the operation's id."""
        decision = Decision(
            outcome=Outcome.RETURNED,
            scores={},
            completeness={},
            condition=Condition.UNPLAYABLE,
            feedback=feedback,
        )
        key = self.key(identifier)
        with self.library.write("test") as writing:
            stored = writing.submissions.get(key)
            attached = writing.attachments.of(key, stored.submission.attempt)
            frozen = freeze_decision(
                decision,
                stored,
                account=writing.accounts.get(stored.account),
                device_id=self.library.device_id,
                device_seq=writing.outbox.next_device_seq(),
                clock=self.library.clock,
                attachments=[attachment(each) for each in attached],
            )
            writing.outbox.add(
                key,
                stored.submission.attempt,
                frozen.op_id,
                frozen.device_seq,
                frozen.kind,
                frozen.payload,
                decision.outcome,
                hold_until=None if hold is None else self.library.clock.now() + hold,
            )
        return frozen.op_id

    def op(self, op_id: str) -> OutboxRow:
        with self.library.read() as reading:
            return reading.outbox.get(op_id)

    def close(self) -> None:
        self.library.close()


@dataclass(frozen=True)
class Served:
    """A platform in a process of its own, for tests that leave it as it is."""

    data_dir: Path
    url: str
    token: str

    def decisions(self) -> list[DecisionRecord]:
        return decisions(self.data_dir)


_SERVE = "import sys; from pathlib import Path; from mcassess.server.serve import serve; "
_SERVE += "serve(Path(sys.argv[1]), '127.0.0.1', 0, lambda url: print(url, flush=True))"


@contextmanager
def served(folder: Path, pack: Path) -> Iterator[Served]:
    """Runs a platform with a pack loaded and an assessor."""
    data_dir = folder / "platform-data"
    load_pack(data_dir, pack)
    token = add_assessor(data_dir, "Ada")
    command = [sys.executable, "-c", _SERVE, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Served(data_dir, process.stdout.readline().strip(), token)
        finally:
            process.terminate()


def write_pack(folder: Path, files: dict[str, int], submissions: int = 1) -> Path:
    """Writes a pack whose submissions have files of these sizes of random bytes as evidence, named by their id."""
    (folder / "files").mkdir(parents=True)
    levels = [{"id": "low", "title": "Not yet"}, {"id": "high", "title": "Meets", "points": 1}]
    criterion = {"id": "c1", "title": "Waits", "pass_level": "high", "levels": levels}
    rubric = {"id": "r", "title": "Waiting", "requirements": [{"id": "q1", "title": "All", "criteria": [criterion]}]}
    evidence = []
    for number, (identifier, size) in enumerate(files.items()):
        (folder / "files" / f"{identifier}.bin").write_bytes(random.Random(number).randbytes(size))
        evidence.append({"id": identifier, "title": identifier, "kind": "video", "file": f"files/{identifier}.bin"})
    document = {
        "format": "mcassess-pack",
        "version": 1,
        "microcredentials": [{"id": "mc", "title": "Wait Time", "rubric": rubric}],
        "submissions": [
            {
                "id": f"s-{number:04d}",
                "microcredential": "mc",
                "educator": {"id": f"e-{number}", "name": "Ruth Nakamura", "alias": f"Educator {number}"},
                "due_at": "2026-11-24T17:00:00Z",
                "evidence": evidence if number == 1 else [],
            }
            for number in range(1, submissions + 1)
        ],
    }
    (folder / "pack.json").write_text(json.dumps(document))
    return folder
