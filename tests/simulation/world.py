"""A world of its own: one platform, several assessors with their laptops, and whatever the seed lets happen to them."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from mcassess.server.admin import add_assessor, load_pack
from mcassess.server.admin_sign_in import approve, new_token
from mcassess.server.feed import changes_page
from mcassess.server.records import Person, person_of_token
from mcassess.server.restore import restore_backup
from tests.simulation import assessor
from tests.simulation.baton import Bout
from tests.simulation.chance import Chance, SimClock, Time, Trace
from tests.simulation.elsewhere import ELSEWHERE
from tests.simulation.events import ON_LAPTOPS, syncs, syncs_beside
from tests.simulation.faults import FAULTS
from tests.simulation.inspection import look_at, look_at_cursor
from tests.simulation.laptop import Laptop
from tests.simulation.listening import listening
from tests.simulation.network import Network
from tests.simulation.oracle import BrokenError, Oracle, SeedFailedError, must
from tests.simulation.platform import SimPlatform
from tests.simulation.programme import PLANTED, Programme
from tests.simulation.resting import settle
from tests.simulation.setting import Setting
from tests.simulation.storage import Storage
from tests.simulation.taking_over import Actors, taken_over

Broken = Callable[["World"], AbstractContextManager[None]]


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
        self.acted: set[Laptop] = set()
        self.signed_out: list[Laptop] = []
        self.restored = False
        self.away: dict[str, bytes] = {}
        self.tokens: set[str] = set()
        self.faults_of_its_own: list[str] = []

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
        self.tokens.update(tokens.values())
        self.names: dict[str, str] = {}
        self.platform = SimPlatform(data, clock)
        self.platform.on_full = lambda: self.trace.count("fault platform disk full")
        self._silent = False
        self.oracle.public_key = self.platform.data.public_key
        self.oracle.ask_laptops = self._learn_renamed
        self.oracle.look()
        storage = Storage(self.platform)
        self.network = Network(self.platform, self.chance, self.time, self.trace, FAULTS, storage)
        self.network.pause = self.pause
        self.network.on_content = self.oracle.look_at_content
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
        """Signs those in again whose sign-in has ended, but for those who may not come in."""
        trouble, self.network.trouble = self.network.trouble, 0.0
        self.platform.full = 0
        waiting = [laptop for laptop in self.signed_out if self.is_barred(laptop) or laptop.offline or laptop.outdated]
        for laptop in self.signed_out:
            if laptop not in waiting:
                laptop.join()
        self.signed_out = waiting
        self.network.trouble = trouble

    def secrets(self) -> set[str]:
        """Returns what may stand in no log: words of educators and assessors, names and tokens."""
        network = self.network.secrets if hasattr(self, "network") else set()
        return {*PLANTED, *self.tokens, *network}

    def is_barred(self, laptop: Laptop) -> bool:
        """Tells whether everything is refused to a laptop, and kept."""
        return self.oracle.now.is_barred(laptop.person, laptop.library.device_id)

    def give_token(self, name: str, token: str) -> None:
        """Gives somebody a new token; her laptops learn of it when the former one is refused."""
        self.tokens.add(token)
        for laptop in self.laptops:
            if self.names[laptop.person] == name:
                laptop.token, laptop.excused = token, True

    def files_return(self) -> None:
        """Brings all files back to the platform's store that were away or altered."""
        store = self.platform.data.files
        for sha256, content in self.away.items():
            store.path(sha256).parent.mkdir(parents=True, exist_ok=True)
            store.path(sha256).write_bytes(content)
        self.away.clear()

    def _learn_renamed(self) -> None:
        known = {each.content for each in self.oracle.confirmed.values()}
        for laptop in self.laptops:
            laptop.learn_sealed(known)

    def _add_laptop(self, name: str, token: str) -> None:
        offset = self.setting.offsets[len(self.laptops) % len(self.setting.offsets)]
        clock = SimClock(self.time, self.chance.of("ids", name), offset)
        person = self.person(token)
        self.names[person.id] = person.name
        laptop = Laptop(self, name, token, person.id, clock, self.folder / name)
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
        self._give_lost_tokens()
        self.trace.note("platform", "is restored", len(self.oracle.lost))
        self.trace.count("fault platform restored")

    def _give_lost_tokens(self) -> None:
        """Gives those another token whose own was given to them after the backup."""
        with self.platform.data.read() as connection:
            lost = {laptop.person for laptop in self.laptops if person_of_token(connection, laptop.token) is None}
        for person in sorted(lost):
            self.give_token(
                self.names[person], new_token(self.platform.folder, self.names[person], self.platform.clock)
            )

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
        for laptop in sorted(self.acted, key=lambda each: each.name):
            laptop.learn_sealed()
            look_at(self.oracle, laptop)
            if laptop.asked_before != laptop.asked:
                look_at_cursor(laptop, self.shown_to(laptop), self.platform.data.epoch)
                laptop.asked_before = laptop.asked
        self.acted.clear()

    # -- what happens

    def run(self) -> None:
        """Lets everything happen, then lets it come to rest."""
        self.network.trouble = self.setting.trouble
        self.network.allowed = set(self.setting.faults) or None
        for step in range(self.setting.steps):
            self.step(step)
        settle(self)

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
        if together > 1 and random.random() < 0.15:
            tasks |= self._both_processes(step)
        for place in range(together - len(tasks)):
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
        self.acted.update(one_each)
        self.check()

    def _both_processes(self, step: int) -> dict[str, Callable[[], None]]:
        """Returns tasks in which window and command line of the same laptop sync at once."""
        laptop = self.chance.of("both", step).choice(self.laptops)
        self.acted.add(laptop)
        return {
            f"{laptop.name} {each.__name__}": partial(each, self, laptop, self.chance.of("both", step, each.__name__))
            for each in (syncs, syncs_beside)
        }

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
            self.acted.add(laptop)
            self.trace.count(f"event {wish}")
            named_wish = next(each for each, _ in ON_LAPTOPS if each.__name__ == wish)
            return f"{laptop.name} {wish}", lambda: named_wish(self, laptop, random)
        wanted = self.setting.events
        if random.random() < (0.4 if wanted else 0.2):
            named = random.choice([each for each in ELSEWHERE if not wanted or each.__name__ in wanted])
            self.trace.count(f"event {named.__name__}")
            return named.__name__, lambda: named(self, random)
        laptop = random.choice(self.laptops)
        self.acted.add(laptop)
        named_here = random.choices([each for each, _ in ON_LAPTOPS], [weight for _, weight in ON_LAPTOPS])[0]
        self.trace.count(f"event {named_here.__name__}")
        return f"{laptop.name} {named_here.__name__}", lambda: named_here(self, laptop, random)

    def replay_all_requests(self) -> None:
        """Sends every request of the whole log once more, and demands that nothing comes of it."""
        before = self.oracle.state()
        for ask in list(self.platform.log):
            self.platform.ask(ask)
        must(self.oracle.state() == before, "I13: replaying all requests has changed the platform")


# -- making and running one


def memory_folder() -> Path | None:
    """Returns a folder in memory, where there is one: commits cost nothing there."""
    place = Path("/dev/shm")
    return place if place.is_dir() else None


def remove_deserted(place: Path) -> None:
    """Removes the folders of worlds whose process was killed: in memory, they would take it up until the next start."""
    for folder in place.glob("world-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def world_of(seed: int, setting: Setting | None = None) -> Iterator[World]:
    """Makes a world and takes this process over while the block lasts.

    Raises:
        SeedFailedError: With what happened last.
    """
    if (place := memory_folder()) is not None:
        remove_deserted(place)
    folder = Path(tempfile.mkdtemp(dir=place, prefix=f"world-{os.getpid()}-"))
    world = World(folder, seed, setting)
    replay = f"replay: python -m tests.simulation.replay {seed}"
    try:
        with taken_over(world), listening(world):
            try:
                world.build()
                yield world
            finally:
                world.close()
    except BrokenError as broken:
        raise SeedFailedError(f"{world.trace.text()}\nseed {seed}: {broken}\n{replay}") from broken
    except Exception as error:
        error.add_note(f"seed {seed}, {replay}")
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_seed(seed: int, setting: Setting | None = None, broken: Broken = lambda _world: nullcontext()) -> World:
    """Runs one seed from its beginning to its rest.

    Args:
        broken: What is broken on purpose while it runs, see mutations.py.
    """
    with world_of(seed, setting) as world, broken(world):
        world.run()
        # Within one epoch: after another, what was lost may well be sent again.
        if seed % 4 == 0 and not world.restored:
            world.replay_all_requests()
        must(not world.faults_of_its_own, f"C11: the platform had faults of its own: {world.faults_of_its_own}")
    return world
