"""What may happen in a world: to a laptop and by its assessor, and elsewhere. When it does is world.py's."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from mcassess.errors import McassessError
from mcassess.server.admin import load_pack
from mcassess.server.admin_records import apply_unapplied, end_claim, unapplied
from mcassess.server.admin_submissions import (
    assign_submission,
    move_rubric,
    reinstate_submission,
    unassign_submission,
    withdraw_submission,
)
from mcassess.server.backup import write_backup
from tests.simulation import assessor
from tests.simulation.chance import OFFSETS, SimClock
from tests.simulation.laptop import Laptop
from tests.simulation.uploads import attaches, uploads_grow_old


def syncs(world: Any, laptop: Laptop, random: Random) -> None:
    if laptop.busy:
        return
    laptop.busy = True
    try:
        if random.random() < world.setting.deaths:
            laptop.doom = random.randrange(1, 25)
        if random.random() < 0.05:
            laptop.full = True
        laptop.sync(evidence=random.random() < 0.7)
    finally:
        laptop.busy = laptop.full = False
        laptop.doom = 0


def works(world: Any, laptop: Laptop, random: Random) -> None:
    for _ in range(random.choice([1, 1, 2, 4])):
        assessor.work(laptop, random)
        world.pause()


def takes_back(world: Any, laptop: Laptop, random: Random) -> None:
    assessor.take_back(laptop, random)


def is_damaged(world: Any, laptop: Laptop, random: Random) -> None:
    if not laptop.busy:
        laptop.damage(random)


def jumps_in_time(world: Any, laptop: Laptop, random: Random) -> None:
    laptop.jump(random.choice(OFFSETS))


def starts_anew(world: Any, laptop: Laptop, random: Random) -> None:
    if not laptop.busy:
        laptop.restart()


def claims(world: Any, laptop: Laptop, random: Random) -> None:
    laptop.alive(lambda: assessor.claims(laptop, random))


def resolves(world: Any, laptop: Laptop, random: Random) -> None:
    laptop.alive(lambda: assessor.resolves(laptop, random))
    laptop.learn_sealed()


def is_put_back(world: Any, laptop: Laptop, random: Random) -> None:
    if laptop.busy:
        return
    if random.random() < 0.6:
        laptop.back_up()
    else:
        laptop.go_back()


def is_cloned(world: Any, laptop: Laptop, random: Random) -> None:
    if not laptop.busy and len(world.laptops) < 6:
        name = f"C{len(world.laptops)}"
        clock = SimClock(world.time, world.chance.of("ids", name), laptop.clock.offset)
        world.laptops.append(laptop.cloned(name, clock))


ON_LAPTOPS: list[tuple[Callable[[Any, Laptop, Random], None], int]] = [
    (syncs, 50),
    (works, 35),
    (takes_back, 8),
    (is_damaged, 4),
    (jumps_in_time, 4),
    (starts_anew, 3),
    (claims, 14),
    (resolves, 10),
    (is_put_back, 3),
    (is_cloned, 1),
    (attaches, 0),  # only where a setting wishes it: works attaches as well
]

# -- what may happen elsewhere


def an_educator_submits(world: Any, random: Random) -> None:
    world.programme.add(1)
    _load(world)


def an_educator_resubmits(world: Any, random: Random) -> None:
    world.programme.resubmit(random.choice(sorted(world.programme.attempts)))
    _load(world)


def something_small_changes(world: Any, random: Random) -> None:
    world.programme.retitle(random.choice(sorted(world.programme.attempts)))
    _load(world)


def a_rubric_is_rewritten(world: Any, random: Random) -> None:
    world.programme.new_rubric()
    _load(world)


def the_platform_restarts(world: Any, random: Random) -> None:
    world.platform.restart()
    world.trace.count("fault platform restarts")


def the_platforms_clock_jumps(world: Any, random: Random) -> None:
    world.platform.clock.offset = random.choice([timedelta(0), timedelta(minutes=-10), timedelta(minutes=3)])
    world.trace.count("fault platform clock jumps")


def a_coordinator_acts(world: Any, random: Random) -> None:
    """Takes something from somebody, gives it to somebody, or lets an educator take it back."""
    folder, clock = world.platform.folder, world.platform.clock
    submission, name = random.choice(sorted(world.programme.attempts)), random.choice(world.assessors)
    acts: list[Callable[[], object]] = [
        lambda: assign_submission(folder, submission, [name], clock=clock),
        lambda: unassign_submission(folder, submission, [name], clock=clock),
        lambda: withdraw_submission(folder, submission, clock=clock),
        lambda: reinstate_submission(folder, submission, clock=clock),
        lambda: move_rubric(folder, submission, random.choice([1, 2]), clock=clock),
        lambda: end_claim(folder, submission, name, clock=clock),
        lambda: [apply_unapplied(folder, each.op_id, clock=clock) for each in unapplied(folder, clock)[:1]],
    ]
    act = random.randrange(len(acts))
    try:
        acts[act]()
        world.trace.note("platform", "coordinator", act, submission)
        world.trace.count(f"coordinator {act}")
    except McassessError as error:
        world.trace.note("platform", "coordinator not", act, type(error).__name__)


def the_platform_is_backed_up(world: Any, random: Random) -> None:
    write_backup(world.platform.folder, world.folder / "backup.tar", clock=world.platform.clock)
    world.trace.note("platform", "is backed up")


def the_platform_is_put_back(world: Any, random: Random) -> None:
    backup = world.folder / "backup.tar"
    if not backup.exists():
        the_platform_is_backed_up(world, random)
        return
    world.put_back(backup)


ELSEWHERE: list[Callable[[Any, Random], None]] = [
    an_educator_submits,
    an_educator_resubmits,
    something_small_changes,
    a_rubric_is_rewritten,
    the_platform_restarts,
    the_platforms_clock_jumps,
    a_coordinator_acts,
    a_coordinator_acts,
    the_platform_is_backed_up,
    the_platform_is_put_back,
    uploads_grow_old,
]


def _load(world: Any) -> None:
    load_pack(world.platform.folder, world.programme.folder, world.platform.clock)
    world.trace.note("platform", "loads")
