"""What may happen away from all laptops: educators, coordinators, and whoever runs the platform. When is world.py's."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from mcassess.errors import McassessError
from mcassess.server.admin import load_pack, lose_laptop
from mcassess.server.admin_evidence import EvidencePlace, destroy_old_evidence, set_consent, withhold_evidence
from mcassess.server.admin_people import remove_person, restore_device, revoke_device, set_scope, take_back_person
from mcassess.server.admin_records import answer_remark, apply_unapplied, end_claim, remarks, unapplied
from mcassess.server.admin_submissions import (
    assign_submission,
    cancel_appeal,
    move_rubric,
    open_appeal,
    recuse_person,
    reinstate_submission,
    unassign_submission,
    withdraw_submission,
)
from mcassess.server.backup import write_backup
from tests.simulation.programme import KINDS
from tests.simulation.uploads import uploads_grow_old

Act = tuple[str, Callable[[], object]]


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
    acts: list[Act] = [
        ("assign", lambda: assign_submission(folder, submission, [name], clock=clock)),
        ("unassign", lambda: unassign_submission(folder, submission, [name], clock=clock)),
        ("withdraw", lambda: withdraw_submission(folder, submission, clock=clock)),
        ("reinstate", lambda: reinstate_submission(folder, submission, clock=clock)),
        ("move rubric", lambda: move_rubric(folder, submission, random.choice([1, 2]), clock=clock)),
        ("end claim", lambda: end_claim(folder, submission, name, clock=clock)),
        (
            "apply unapplied",
            lambda: [apply_unapplied(folder, each.op_id, clock=clock) for each in unapplied(folder, clock)[:1]],
        ),
        ("recuse", lambda: recuse_person(folder, name, submission=submission, clock=clock)),
        (
            "answer",
            lambda: [
                answer_remark(folder, each.op_id, "Seen.", clock=clock)
                for each in remarks(folder, only_open=True, clock=clock)[:1]
            ],
        ),
    ]
    _try(world, random.choice(acts[:7] * 3 + acts[7:]), submission)


def somebody_appeals(world: Any, random: Random) -> None:
    """Opens an appeal against a decision, for somebody named or whoever may; or calls one off."""
    folder, clock = world.platform.folder, world.platform.clock
    decided = [name for name, seen in sorted(world.oracle.now.seen.items()) if seen.decision is not None]
    appealed = [name for name, seen in sorted(world.oracle.now.seen.items()) if seen.appeal and not seen.decision]
    if appealed and random.random() < 0.25:
        name = random.choice(appealed)
        _try(world, ("cancel appeal", lambda: cancel_appeal(folder, name, clock=clock)), name)
    elif decided:
        name, who = random.choice(decided), random.choice([None, None, *world.assessors])
        _try(world, ("appeal", lambda: open_appeal(folder, name, assessor=who, clock=clock)), name)


def somebody_comes_or_goes(world: Any, random: Random) -> None:
    """Lets somebody leave or come back, narrows or widens what she assesses, revokes a laptop, or notes it as lost."""
    folder, clock = world.platform.folder, world.platform.clock
    laptop = random.choice(world.laptops)
    name, device = world.names[laptop.person], laptop.library.device_id
    now = world.oracle.now
    if laptop.person in now.left:
        _try(world, ("take back", lambda: world.give_token(name, take_back_person(folder, name, clock=clock))), name)
        return
    if (laptop.person, device) in now.revoked:
        _try(world, ("restore device", lambda: restore_device(folder, name, device, clock=clock)), name)
        return
    kinds = random.choice([[], random.sample(KINDS, 2), random.sample(KINDS, 1)])
    acts: list[Act] = [
        ("remove", lambda: remove_person(folder, name, clock=clock)),
        ("revoke device", lambda: revoke_device(folder, name, device, clock=clock)),
        ("scope", lambda: set_scope(folder, name, kinds, clock=clock)),
        ("lost laptop", lambda: world.give_token(name, lose_laptop(folder, name, clock))),
    ]
    _try(world, random.choice(acts), name)


def everybody_is_back(world: Any) -> None:
    """Takes all back who have left, and all laptops that were revoked."""
    folder, clock = world.platform.folder, world.platform.clock
    for person in sorted(world.oracle.now.left):
        name = world.names[person]
        world.give_token(name, take_back_person(folder, name, clock=clock))
    for person, device in sorted(world.oracle.now.revoked):
        restore_device(folder, world.names[person], device, clock=clock)


def evidence_is_looked_after(world: Any, random: Random) -> None:
    """Withdraws or gives consent, withholds a piece or gives it back, or destroys what is kept too long."""
    folder, clock = world.platform.folder, world.platform.clock
    submission = random.choice(sorted(world.programme.attempts))
    evidence = random.choice(sorted(world.oracle.now.seen[submission].evidence))[0]
    place, yes = EvidencePlace(submission, evidence), random.random() < 0.5
    acts: list[Act] = [
        ("consent", lambda: set_consent(folder, place, scoring=yes, clock=clock)),
        ("withhold", lambda: withhold_evidence(folder, place, give_back=yes, clock=clock)),
        ("retention", lambda: destroy_old_evidence(folder, clock=clock)),
    ]
    _try(world, random.choice(acts), submission)


def files_come_and_go(world: Any, random: Random) -> None:
    """Takes a file from the platform's store for a time, as if it were still worked on, or puts others in its place."""
    if world.away and random.random() < 0.4:
        world.files_return()
        return
    store = world.platform.data.files
    there = [sha256 for sha256 in store.digests() if sha256 not in world.away]
    if not there:
        return
    sha256 = random.choice(there)
    path = store.path(sha256)
    world.away[sha256] = content = path.read_bytes()
    if content and random.random() < 0.4:
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        for laptop in world.laptops:
            laptop.hindered("wrong at its source", whole=True)
        world.trace.count("fault file wrong at its source")
    else:
        path.unlink()
        world.trace.count("fault file still processing")
    world.trace.note("platform", "file away", sha256[:8])


def the_platforms_disk_is_full(world: Any, random: Random) -> None:
    """For some commits to come."""
    world.platform.full = random.randrange(1, 4)


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
    somebody_appeals,
    somebody_comes_or_goes,
    evidence_is_looked_after,
    files_come_and_go,
    the_platforms_disk_is_full,
    the_platform_is_backed_up,
    the_platform_is_put_back,
    uploads_grow_old,
]


def _try(world: Any, act: Act, about: str) -> None:
    name, do = act
    try:
        do()
        world.trace.note("platform", name, about)
        world.trace.count(f"coordinator {name}")
    except McassessError as error:
        world.trace.note("platform", "not", name, about, type(error).__name__)


def _load(world: Any) -> None:
    load_pack(world.platform.folder, world.programme.folder, world.platform.clock)
    world.trace.note("platform", "loads")
