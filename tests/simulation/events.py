"""What may happen to a laptop and by its assessor. When is world.py's; what happens away from it, elsewhere.py's."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.simulation import assessor, harm
from tests.simulation.chance import OFFSETS, SimClock
from tests.simulation.laptop import Laptop
from tests.simulation.uploads import attaches


def syncs(world: Any, laptop: Laptop, random: Random) -> None:
    if laptop.busy:
        return
    laptop.busy = True
    try:
        if random.random() < world.setting.deaths:
            laptop.doom = random.randrange(1, 25)
        if random.random() < 0.05:
            laptop.full = True
        if random.random() < 0.05:
            laptop.vault_full = random.randrange(1, 4)
        laptop.sync(evidence=random.random() < 0.7)
    finally:
        laptop.busy = laptop.full = False
        laptop.doom = laptop.vault_full = 0


def syncs_beside(world: Any, laptop: Laptop, random: Random) -> None:
    """The command line syncs, whether the window is at it or not."""
    if laptop.beside:
        return
    laptop.beside = True
    try:
        laptop.sync_beside(evidence=random.random() < 0.7)
        world.trace.count("synced beside the window" if laptop.busy else "synced by another process")
    finally:
        laptop.beside = False


def works(world: Any, laptop: Laptop, random: Random) -> None:
    for _ in range(random.choice([1, 1, 2, 4])):
        assessor.work(laptop, random)
        world.pause()


def revises(world: Any, laptop: Laptop, random: Random) -> None:
    if not assessor.arrived(laptop):
        works(world, laptop, random)  # so that there is something to revise soon
        return
    laptop.alive(lambda: assessor.revise(laptop, random))
    laptop.learn_sealed()


def comments(world: Any, laptop: Laptop, random: Random) -> None:
    for _ in range(random.choice([1, 1, 2])):
        laptop.alive(lambda: assessor.comment(laptop, random))
        laptop.learn_sealed()
        world.pause()


def withholds(world: Any, laptop: Laptop, random: Random) -> None:
    laptop.alive(lambda: assessor.withhold_something(laptop, random))
    laptop.learn_sealed()


def seals_something_new(world: Any, laptop: Laptop, random: Random) -> None:
    """A newer version of the program seals what this platform does not know, and this one has to send it."""
    laptop.alive(lambda: assessor.seal_something_new(laptop, random))
    laptop.learn_sealed()


def takes_back(world: Any, laptop: Laptop, random: Random) -> None:
    assessor.take_back(laptop, random)


def is_damaged(world: Any, laptop: Laptop, random: Random) -> None:
    if not laptop.in_use:
        harm.damage(laptop, random)


def jumps_in_time(world: Any, laptop: Laptop, random: Random) -> None:
    laptop.jump(random.choice(OFFSETS))


def starts_anew(world: Any, laptop: Laptop, random: Random) -> None:
    if laptop.busy:
        return
    if random.random() < 0.3:
        harm.find_keyring_locked(laptop)
    laptop.restart()


def claims(world: Any, laptop: Laptop, random: Random) -> None:
    laptop.alive(lambda: assessor.claims(laptop, random))


def resolves(world: Any, laptop: Laptop, random: Random) -> None:
    laptop.alive(lambda: assessor.resolves(laptop, random))
    laptop.learn_sealed()


def is_put_back(world: Any, laptop: Laptop, random: Random) -> None:
    if laptop.in_use:
        return
    if random.random() < 0.6:
        laptop.back_up()
    else:
        laptop.go_back()


def is_cloned(world: Any, laptop: Laptop, random: Random) -> None:
    if not laptop.in_use and len(world.laptops) < 6:
        name = f"C{len(world.laptops)}"
        clock = SimClock(world.time, world.chance.of("ids", name), laptop.clock.offset)
        world.laptops.append(laptop.cloned(name, clock))


def goes_offline(world: Any, laptop: Laptop, random: Random) -> None:
    """Goes where there is no network, or comes back."""
    laptop.offline = not laptop.offline
    world.trace.count("fault offline for long" if laptop.offline else "online again")


def speaks_otherwise(world: Any, laptop: Laptop, random: Random) -> None:
    """Gets a program that speaks another version of the protocol, for reading or for all, or the right one again."""
    laptop.outdated = "" if laptop.outdated else random.choice(["reading", "everything"])
    world.trace.count(f"fault other version for {laptop.outdated}" if laptop.outdated else "right version again")


def runs_another_version(world: Any, laptop: Laptop, random: Random) -> None:
    laptop.alive(laptop.forget_version)


ON_LAPTOPS: list[tuple[Callable[[Any, Laptop, Random], None], int]] = [
    (syncs, 50),
    (syncs_beside, 8),
    (works, 35),
    (revises, 10),
    (comments, 8),
    (withholds, 2),
    (seals_something_new, 1),
    (takes_back, 8),
    (is_damaged, 4),
    (jumps_in_time, 4),
    (starts_anew, 3),
    (claims, 14),
    (resolves, 10),
    (is_put_back, 3),
    (is_cloned, 1),
    (attaches, 0),  # only where a setting wishes it: works attaches as well
    (goes_offline, 2),
    (speaks_otherwise, 2),
    (runs_another_version, 1),
]
