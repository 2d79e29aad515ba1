"""How a world comes to rest, and what has to hold then. What happens before is world.py's."""

from functools import partial
from itertools import starmap
from typing import Any

from mcassess.store.outbox import OpState
from mcassess.store.submissions import StoredSubmission
from mcassess.store.vault_format import CHUNK
from mcassess.sync.runner import SyncReport
from tests.simulation.elsewhere import everybody_is_back
from tests.simulation.inspection import look_at, look_at_evidence
from tests.simulation.laptop import Laptop
from tests.simulation.oracle import BrokenError, must
from tests.simulation.programme import NAMES

ROUNDS = 12
"""After so many rounds without faults, everything has to have settled."""
REQUESTS_A_ROUND = 60


def settle(world: Any) -> None:
    """Ends all faults, lets everybody sync, and demands that everything has come to rest."""
    world.network.trouble = 0.0
    world.network.deliver_late()
    _end_faults(world)
    world.trace.note("world", "faults end")
    for turn in range(ROUNDS):
        world.time.pass_by(3600)
        before = [laptop.asked for laptop in world.laptops]
        reports = [laptop.sync(confirmed=True) for laptop in world.laptops]
        world.sign_in_again()
        for laptop, asked in zip(world.laptops, before, strict=True):
            must(laptop.asked - asked <= REQUESTS_A_ROUND, f"I11: {laptop.name} asks without end")
        world.acted.update(world.laptops)
        world.check()
        if turn and all(starmap(partial(_is_at_rest, world), zip(world.laptops, reports, strict=True))):
            break
    else:
        failed = [failure["text"] for report in reports if report is not None for failure in report.failed]
        raise BrokenError(f"I11: after {ROUNDS} rounds without faults not all has settled: {failed}")
    _compare_at_rest(world)


def _end_faults(world: Any) -> None:
    world.platform.full = 0
    world.files_return()
    for laptop in world.laptops:
        laptop.offline, laptop.outdated = False, ""
    if world.chance.falls(0.5, "everybody is back"):
        everybody_is_back(world)


def _is_at_rest(world: Any, laptop: Laptop, report: SyncReport | None) -> bool:
    if laptop in world.signed_out:
        return world.is_barred(laptop)
    if any(row.state in {OpState.READY, OpState.SENDING} for row in laptop.rows()):
        return False
    if world.is_barred(laptop):
        return True
    quiet = report is not None and not (report.failed or report.received or report.sent)
    return quiet and not laptop.unsent_files()


def _compare_at_rest(world: Any) -> None:
    if not any(laptop.copied for laptop in world.laptops):
        world.oracle.look_at_files(world.laptops, restored=world.restored)
    for laptop in world.laptops:
        look_at(world.oracle, laptop, at_rest=True)
        look_at_evidence(laptop)
        if world.is_barred(laptop):
            continue
        mirror = sorted((row.type, row.id, row.version) for row in world.shown_to(laptop) if row.op == "upsert")
        must(laptop.mirror() == mirror, f"I8: {laptop.name} holds {laptop.mirror()}, and is shown {mirror}")
        _count_bytes(laptop)
        _look_for_names(laptop)
        _look_for_scores(world, laptop)


def _look_for_names(laptop: Laptop) -> None:
    for stored in _held(laptop):
        text = repr(stored.submission)
        leaks = [name for name in (*NAMES, "@school.example") if name in text]
        blind = stored.microcredential.policy.blind
        must(not (blind and leaks), f"I15: {laptop.name} holds {leaks} of a blind submission")


def _look_for_scores(world: Any, laptop: Laptop) -> None:
    """Whoever answers an appeal sees no earlier scores."""
    for stored in _held(laptop, "open"):
        seen = world.oracle.now.seen[stored.submission.id]
        scored = [past.attempt for past in stored.submission.earlier if past.decision and past.decision.scores]
        must(not (seen.appeal and scored), f"C2: {laptop.name} sees scores of attempts {scored} over an appeal")


def _held(laptop: Laptop, *which: str) -> list[StoredSubmission]:
    with laptop.library.read() as reading:
        return [reading.submissions.get(key) for key in reading.queue.ids(*which)]


def _count_bytes(laptop: Laptop) -> None:
    hindrances, destroyed = sum(laptop.allowance.values()), laptop.destroyed()
    with laptop.library.read() as reading:
        known = [(reading.evidence.get(sha256), count) for sha256, count in laptop.arrivals.items()]
    for stored, count in known:
        if stored is None:
            continue  # a home of yesterday does not know it
        most = stored.size * (1 + destroyed[stored.sha256]) + hindrances * max(CHUNK, stored.size)
        must(count <= most, f"I16: {count} bytes of a file of {stored.size} came after {hindrances} interruptions")
