"""A stretch of an assessor's work in a process of its own: it tells what was saved, and may die at any named point.

``python -m tests.support.stretch`` starts one such process, a fork of itself, for each line of JSON that it reads:
[WORK, HOME, SEED, POINT]. WORK is ``work`` or ``open``, POINT is such as ``after COMMIT:12``, the twelfth time that it
is passed, or empty. What they tell are lines of JSON.
"""

import functools
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from sqlcipher3 import dbapi2

from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Moment
from mcassess.domain.kinds import Outcome
from mcassess.errors import RefusedError
from mcassess.jobs import reviewing, sealing, syncing
from mcassess.store import database
from mcassess.store.library import Library
from mcassess.store.queue import QueueState
from mcassess.sync.platforms.native import NativePlatform
from mcassess.sync.runner import Cancel
from mcassess.ui.desk.kept_texts import KeptTexts, Slot
from tests.support.library import GivenKeys

STEPS = 300
KEY_MS = 12
TYPING_MS = 700
LEFT_OPEN = 2
SEALED_SELDOM = 0.6


def tell(**line: Any) -> None:
    """Tells the parent something, at once."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


class Death:
    """Comes at one point, the nth time that it is passed."""

    def __init__(self, point: str) -> None:
        name, _, times = point.partition(":")
        self._name, self._times = name, int(times or 0)
        self._passed: Counter[str] = Counter()

    def at(self, name: str) -> None:
        self._passed[name] += 1
        if name == self._name and self._passed[name] == self._times:
            tell(dying=name, at=time.monotonic())
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def passed(*arguments: Any, **named: Any) -> Any:
            self.at(f"before {name}")
            result = call(*arguments, **named)
            self.at(f"after {name}")
            return result

        return passed

    def lie_in_wait(self) -> None:
        """Watches every statement of the database, every fsync, renaming and sending."""
        death = self

        class Cursor(dbapi2.Cursor):  # type: ignore[misc]  # the driver has no types
            def execute(self, sql: str, *values: Any) -> Any:
                return death.around(_word(sql), super().execute)(sql, *values)

        class Connection(dbapi2.Connection):  # type: ignore[misc]  # as above
            def cursor(self, *_: Any) -> Any:
                return super().cursor(Cursor)

            def execute(self, sql: str, *values: Any) -> Any:
                return self.cursor().execute(sql, *values)

        connect = dbapi2.connect
        database.dbapi2.connect = functools.partial(connect, factory=Connection)
        for name in ("fsync", "replace", "rename", "unlink"):
            setattr(os, name, self.around(name, getattr(os, name)))
        NativePlatform.push = self.around("push", NativePlatform.push)  # type: ignore[method-assign]


def _word(sql: str) -> str:
    return sql.split(None, 1)[0].upper()


class Stretch:
    """Someone works: scores, types, cites, takes back, seals, lets evidence go, syncs, backs up."""

    def __init__(self, library: Library, seed: int) -> None:
        self._library = library
        self._chance = random.Random(seed)
        self._seed = seed
        self._told: dict[int, int] = {}
        with library.read() as reading:
            self._rows = reading.queue.rows(reading.queue.ids("open"))
            self._ids = {row.key: row.id for row in self._rows}
            for row in self._rows:
                self._told[row.key] = len(reading.reviews.changes(row.key))

    def work(self) -> None:
        doings = [self._score] * 3 + [self._comment] * 3 + [self._cite] * 2 + [self._type]
        doings += [self._undo, self._seal, self._evict, self._sync, self._back_up, self._extend_log]
        self._sync()
        for number in range(STEPS):
            row = self._chance.choice(self._rows)
            try:
                self._chance.choice(doings)(row.key, number)
            except RefusedError:
                continue  # sealed meanwhile, or nothing to undo
            self._report(row.key, row.id)

    def _report(self, key: int, identifier: str) -> None:
        with self._library.read() as reading:
            changes = reading.reviews.changes(key)
        new = [[each.entry.kind.value, each.entry.target, each.entry.value] for each in changes[self._told[key] :]]
        self._told[key] = len(changes)
        if new:
            tell(saved=identifier, changes=new)

    def _score(self, key: int, _number: int) -> None:
        reviewing.score(self._library, key, "c1", self._chance.choice(["low", "high"]))

    def _comment(self, key: int, number: int) -> None:
        reviewing.write_text(self._library, key, ChangeKind.COMMENT, f"comment {self._seed} {number}", "c1")

    def _cite(self, key: int, number: int) -> None:
        reviewing.cite(self._library, key, "c1", "f0", Moment(start_ms=number * 1000, end_ms=number * 1000 + 500))

    def _undo(self, key: int, _number: int) -> None:
        reviewing.undo(self._library, key)

    def _seal(self, _key: int, _number: int) -> None:
        with self._library.read() as reading:
            still_open = reading.queue.rows(reading.queue.ids("open"))
        if len(still_open) <= LEFT_OPEN or self._chance.random() < SEALED_SELDOM:
            return
        row = still_open[-1]
        reviewing.score(self._library, row.key, "c1", "high")
        self._report(row.key, row.id)
        self._rows = [each for each in self._rows if each.key != row.key]
        sealing.seal_decision(self._library, row.key, Outcome.AWARD)
        with self._library.read() as reading:
            sealed = reading.outbox.sealed(row.key, row.attempt)
            assert sealed is not None
            assert reading.queue.rows([row.key])[0].state is QueueState.WAITING
        tell(sealed=sealed.op_id, submission=row.id)

    def _sync(self, *_: int) -> None:
        syncing.sync(self._library, on_event=lambda _event: None, cancel=Cancel())
        with self._library.read() as reading:
            files = reading.queue.ids(None)
            ready = {r.sha256 for key in files for r in reading.evidence.states(key).values() if r.state == "ready"}
        tell(ready=sorted(ready))

    def _evict(self, *_: int) -> None:
        with self._library.read() as reading:
            files = {r.sha256 for row in self._rows for r in reading.evidence.states(row.key).values()}
        going = self._chance.sample(sorted(files), min(2, len(files)))
        tell(evicting=going)
        self._library.vault.evict(going)

    def _back_up(self, _key: int, number: int) -> None:
        target = self._library.home.parent / f"backup-{self._seed}-{number}.db"
        self._library.back_up_to(target)
        tell(backup=str(target))

    def _extend_log(self, *_: int) -> None:
        self._library.extend_log()

    def _type(self, key: int, number: int) -> None:
        """Types without a pause, through the window's own way of keeping texts."""
        loop, texts = QEventLoop(), KeptTexts(self._save)
        texts.take_up(key)
        text = f"typed {self._seed} {number} "
        begun = time.monotonic()
        identifier = self._ids[key]

        def key_pressed() -> None:
            nonlocal text
            text += "x"
            tell(typed=identifier, text=text, at=time.monotonic())
            texts.typed(ChangeKind.NOTE, "", text)
            if time.monotonic() - begun > TYPING_MS / 1000:
                keys.stop()
                texts.flush()
                loop.quit()

        keys = QTimer()
        keys.timeout.connect(key_pressed)
        keys.start(KEY_MS)
        loop.exec()

    def _save(self, slot: Slot, text: str, done: Callable[[], None], refused: Callable[[str], None]) -> None:
        key, kind, target = slot
        tell(saving=time.monotonic())
        try:
            reviewing.write_text(self._library, key, kind, text, target)
        except RefusedError as error:
            refused(error.text)
            return
        self._report(key, self._ids[key])
        tell(saving=None)
        done()


def live(work: str, home: str, seed: int, point: str) -> None:
    """Works until the end, or until death comes."""
    death = Death(point)
    death.lie_in_wait()
    application = QCoreApplication([])
    tell(begun=os.getpid())
    library = Library.open(Path(home), GivenKeys(), SystemClock(), death.at)
    tell(opened=True)
    if work == "work":
        Stretch(library, seed).work()
    library.close()
    tell(finished=True)
    del application


def main() -> None:
    """Lets one child after the other live, as lines of JSON demand, and tells with what status each ended."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            live(*json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write("\n")  # death may have come in the middle of a line
        tell(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
