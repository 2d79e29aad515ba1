"""A world of its own: one platform, several assessors with their laptops, and whatever the seed lets happen to them."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from mcassess.server.admin import add_assessor, load_pack
from mcassess.server.admin_sign_in import approve
from mcassess.server.feed import changes_page
from mcassess.server.records import Person, person_of_token
from mcassess.server.restore import restore_backup
from mcassess.store.vault_format import CHUNK
from tests.simulation import assessor
from tests.simulation.baton import Bout
from tests.simulation.chance import Chance, SimClock, Time, Trace
from tests.simulation.events import ELSEWHERE, ON_LAPTOPS, syncs
from tests.simulation.faults import FAULTS
from tests.simulation.laptop import Laptop
from tests.simulation.network import Network
from tests.simulation.oracle import BrokenError, Oracle, SeedFailedError
from tests.simulation.platform import SimPlatform
from tests.simulation.programme import NAMES, Programme
from tests.simulation.setting import Setting
from tests.simulation.storage import Storage
from tests.simulation.taking_over import Actors, taken_over

Broken = Callable[["World"], AbstractContextManager[None]]

ROUNDS = 12
"""After so many rounds without faults, everything has to have settled."""
REQUESTS_A_ROUND = 60


class World:
    """Everything that one seed makes. Made by ``world_of``."""

    def __init__(self, folder: Path, seed: int, setting: Setting | None = None) -> None:
        self.seed = seed
        self.folder = folder
        self.chance = Chance(seed)
        self.setting = setting or Setting.of(self.chance)
        self.time = Time()
        self.trace = Trace(self.time)
        self.actors = Actors()
        self.laptops: list[Laptop] = []
        self.bout: Bout | None = None
        self._step = 0
        self._silent = False
        self._acted: set[Laptop] = set()
        self.signed_out: list[Laptop] = []
        self.restored = False

    # -- making it

    def build(self) -> None:
        data = self.folder / "platform"
        clock = SimClock(self.time, self.chance.of("ids", "platform"))
        self.programme = Programme(self.folder / "pack", self.chance.of("programme"), self.setting.submissions)
        self.oracle = Oracle(data)
        self._silent = True
        load_pack(data, self.programme.folder, clock)
        people = [(f"Ada {number}", "assessor") for number in range(self.setting.assessors)]
        people.append(("Nora", "approver"))
        self.assessors = [name for name, role in people if role == "assessor"]
        tokens = {name: add_assessor(data, name, role, clock) for name, role in people}
        self.platform = SimPlatform(data, clock)
        self._silent = False
        self.oracle.public_key = self.platform.data.public_key
        self.oracle.ask_laptops = self._learn_renamed
        self.oracle.look()
        storage = Storage(self.platform)
        self.network = Network(self.platform, self.chance, self.time, self.trace, FAULTS, storage)
        self.network.pause = self.pause
        for place, (name, _) in enumerate(people):
            for device in range(self.setting.devices if name != "Nora" else 1):
                self._add_laptop(f"L{place}{device}", tokens[name])

    def agree(self, laptop: Laptop, code: str) -> None:
        """Agrees on the platform's page to a laptop's being signed in."""
        name = self.person(laptop.token).name
        self._silent = True
        approve(self.platform.folder, code, name, self.platform.clock)
        self._silent = False
        self.trace.count("signed in by code")

    def sign_in_again(self) -> None:
        """Signs those in again whose sign-in has ended."""
        trouble, self.network.trouble = self.network.trouble, 0.0
        while self.signed_out:
            self.signed_out.pop().join()
        self.network.trouble = trouble

    def _learn_renamed(self) -> None:
        known = {each.content for each in self.oracle.confirmed.values()}
        for laptop in self.laptops:
            laptop.learn_sealed(known)

    def _add_laptop(self, name: str, token: str) -> None:
        offset = self.setting.offsets[len(self.laptops) % len(self.setting.offsets)]
        clock = SimClock(self.time, self.chance.of("ids", name), offset)
        laptop = Laptop(self, name, token, self.person(token).id, clock, self.folder / name)
        laptop.by_code = self.chance.falls(self.setting.by_code, "by code", name)
        self.laptops.append(laptop)
        laptop.join()

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.close()
        if hasattr(self, "platform"):
            self.platform.close()

    # -- what the taken-over process tells

    def pause(self) -> None:
        if self.bout is not None:
            self.bout.pause()

    def platform_point(self, name: str) -> None:
        if not self._silent and hasattr(self, "platform"):
            self.platform.point(name)

    def after_platform_commit(self) -> None:
        if not self._silent and hasattr(self, "platform"):
            self.oracle.look()

    def put_back(self, backup: Path) -> None:
        """Restores the platform, which loses what came since; a new epoch begins."""
        self._silent = True
        restore_backup(self.platform.folder, backup, clock=self.platform.clock)
        self._silent = False
        self.oracle.begin_again()
        self.restored = True
        self.trace.note("platform", "is restored", len(self.oracle.lost))
        self.trace.count("fault platform restored")

    # -- looking

    def person(self, token: str) -> Person:
        with self.platform.data.read() as connection:
            found = person_of_token(connection, token)
        assert found is not None, "her token is known"
        return found

    def shown_to(self, laptop: Laptop) -> list[Any]:
        """Returns all that the platform shows the assessor of a laptop now."""
        person, rows, cursor, more = self.person(laptop.token), [], None, True
        while more:
            page = changes_page(self.platform.data, person, cursor, 500)
            rows += page.changes
            cursor, more = page.next, page.more
        return rows

    def check(self) -> None:
        """Looks at the laptops that have acted."""
        for laptop in sorted(self._acted, key=lambda each: each.name):
            laptop.learn_sealed()
            self.oracle.look_at(laptop)
            if laptop.asked_before != laptop.asked:
                self.oracle.look_at_cursor(laptop, self.shown_to(laptop), self.platform.data.epoch)
                laptop.asked_before = laptop.asked
        self._acted.clear()

    # -- what happens

    def run(self) -> None:
        """Lets everything happen, then lets it come to rest."""
        self.network.trouble = self.setting.trouble
        self.network.allowed = set(self.setting.faults) or None
        for step in range(self.setting.steps):
            self.step(step)
        self.settle()

    def step(self, step: int) -> None:
        """Lets one thing happen, or several at once."""
        self._step = step
        random = self.chance.of("step", step)
        self.time.pass_by(random.choice([1, 60, 3600, 86_400]))
        together = random.choice([1, 2, 2, 3]) if self.setting.together else 1
        tasks: dict[str, Callable[[], None]] = {}
        if self.setting.together and random.random() < self.setting.rushes:
            self._rush(random)
            return
        for place in range(together):
            name, task = self._something(step, place)
            tasks.setdefault(f"{name} {place}", task)
        if together == 1:
            next(iter(tasks.values()))()
        else:
            self._at_once(tasks)
        self.sign_in_again()
        if random.random() < 0.5:
            self.network.deliver_late(random.randrange(3))
        self.check()

    def _rush(self, random: Random) -> None:
        """Lets all assessors decide on the same submission, and send that at the same time."""
        one_each = list({laptop.person: laptop for laptop in random.sample(self.laptops, len(self.laptops))}.values())
        for laptop in one_each:
            assessor.work(laptop, random, first=True)
        self._at_once({laptop.name: partial(syncs, self, laptop, random) for laptop in one_each})
        self._acted.update(one_each)
        self.check()

    def _at_once(self, tasks: dict[str, Callable[[], None]]) -> None:
        draws = iter(range(10**9))
        self.bout = Bout(lambda left: self.chance.of("turn", self._step, next(draws)).choice(left))
        try:
            self.bout.run(tasks)
        finally:
            self.bout = None

    def _something(self, step: int, place: int) -> tuple[str, Callable[[], None]]:
        random = self.chance.of("what", step, place)
        if self.setting.wishes and random.random() < 0.5:
            laptop, wish = random.choice(self.laptops), random.choice(self.setting.wishes)
            self._acted.add(laptop)
            named_wish = next(each for each, _ in ON_LAPTOPS if each.__name__ == wish)
            return f"{laptop.name} {wish}", lambda: named_wish(self, laptop, random)
        wanted = self.setting.events
        if random.random() < (0.4 if wanted else 0.2):
            named = random.choice([each for each in ELSEWHERE if not wanted or each.__name__ in wanted])
            return named.__name__, lambda: named(self, random)
        laptop = random.choice(self.laptops)
        self._acted.add(laptop)
        named_here = random.choices([each for each, _ in ON_LAPTOPS], [weight for _, weight in ON_LAPTOPS])[0]
        return f"{laptop.name} {named_here.__name__}", lambda: named_here(self, laptop, random)

    def settle(self) -> None:
        """Ends all faults, lets everybody sync, and demands that everything has come to rest."""
        self.network.trouble = 0.0
        self.network.deliver_late()
        self.trace.note("world", "faults end")
        for turn in range(ROUNDS):
            self.time.pass_by(3600)
            before = [laptop.asked for laptop in self.laptops]
            reports = [laptop.sync(confirmed=True) for laptop in self.laptops]
            self.sign_in_again()
            for laptop, asked in zip(self.laptops, before, strict=True):
                _demand(laptop.asked - asked <= REQUESTS_A_ROUND, f"I11: {laptop.name} asks without end")
            self._acted.update(self.laptops)
            self.check()
            quiet = all(report is not None and not report.failed and not report.received for report in reports)
            if turn and quiet and not any(self._waits(laptop) or laptop.unsent_files() for laptop in self.laptops):
                break
        else:
            failed = [failure["text"] for report in reports if report is not None for failure in report.failed]
            raise BrokenError(f"I11: after {ROUNDS} rounds without faults not all has settled: {failed}")
        self._compare_at_rest()

    def _waits(self, laptop: Laptop) -> bool:
        return any(row.state.value in {"ready", "sending"} for row in laptop.rows())

    def _compare_at_rest(self) -> None:
        if not any(laptop.copied for laptop in self.laptops):
            self.oracle.look_at_files(self.laptops, restored=self.restored)
        for laptop in self.laptops:
            self.oracle.look_at(laptop, at_rest=True)
            self.oracle.look_at_evidence(laptop)
            mirror = sorted((row.type, row.id, row.version) for row in self.shown_to(laptop) if row.op == "upsert")
            _demand(laptop.mirror() == mirror, f"I8: {laptop.name} holds {laptop.mirror()}, and is shown {mirror}")
            self._count_bytes(laptop)
            self._look_for_names(laptop)

    def _look_for_names(self, laptop: Laptop) -> None:
        with laptop.library.read() as reading:
            held = [reading.submissions.get(key) for key in reading.queue.ids()]
        for stored in held:
            text = repr(stored.submission)
            leaks = [name for name in (*NAMES, "@school.example") if name in text]
            blind = stored.microcredential.policy.blind
            _demand(not (blind and leaks), f"I15: {laptop.name} holds {leaks} of a blind submission")

    def _count_bytes(self, laptop: Laptop) -> None:
        with laptop.library.read() as reading:
            sizes = {
                file.sha256: file.size for key in reading.queue.ids() for file in reading.evidence.states(key).values()
            }
        hindrances = sum(laptop.allowance.values())
        for sha256, count in laptop.arrivals.items():
            size = sizes.get(sha256, 0)
            most = size + hindrances * max(CHUNK, size)
            _demand(count <= most, f"I16: {count} bytes of a file of {size} came after {hindrances} interruptions")

    def replay_all_requests(self) -> None:
        """Sends every request of the whole log once more, and demands that nothing comes of it."""
        before = self.oracle.state()
        for ask in list(self.platform.log):
            self.platform.ask(ask)
        _demand(self.oracle.state() == before, "I13: replaying all requests has changed the platform")


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BrokenError(otherwise)


# -- making and running one


def memory_folder() -> Path | None:
    """Returns a folder in memory, where there is one: commits cost nothing there."""
    place = Path("/dev/shm")
    return place if place.is_dir() else None


@contextmanager
def world_of(seed: int, setting: Setting | None = None) -> Iterator[World]:
    """Makes a world and takes this process over while the block lasts.

    Raises:
        SeedFailedError: With what happened last.
    """
    folder = Path(tempfile.mkdtemp(dir=memory_folder(), prefix="world-"))
    world = World(folder, seed, setting)
    try:
        with taken_over(world):
            try:
                world.build()
                yield world
            finally:
                world.close()
    except BrokenError as broken:
        text = f"{world.trace.text()}\nseed {seed}: {broken}\nreplay: python -m tests.simulation.replay {seed}"
        raise SeedFailedError(text) from broken
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_seed(seed: int, setting: Setting | None = None, broken: Broken = lambda _world: nullcontext()) -> World:
    """Runs one seed from its beginning to its rest.

    Args:
        broken: What is broken on purpose while it runs, see mutations.py.
    """
    with world_of(seed, setting) as world, broken(world):
        world.run()
        if (
            seed % 4 == 0 and not world.restored
        ):  # within one epoch: after another, what was lost may well be sent again
            world.replay_all_requests()
    return world
