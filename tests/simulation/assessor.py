"""What an assessor does at her laptop, by the program's own jobs: reviews, seals, takes back, claims, resolves."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from random import Random

from mcassess.domain.changes import ChangeKind
from mcassess.domain.submission import Outcome
from mcassess.errors import McassessError
from mcassess.jobs import reviewing, sealing
from mcassess.jobs.attaching import attach
from mcassess.jobs.claiming import ClaimWish, change_claims, claim_one, take_next
from mcassess.jobs.conflicts import conflicts
from mcassess.jobs.resolving import resolve
from mcassess.store.outbox import OpState
from tests.simulation.laptop import Laptop


def work(laptop: Laptop, random: Random, *, first: bool = False) -> str | None:
    """Reviews a submission, the first or any, and seals; returns the operation's id where that was possible."""
    with laptop.library.read() as reading:
        keys = reading.queue.ids("open")
    if not keys:
        return None
    # Often the same as others take, or hardly anybody would come too late.
    key = min(keys) if first or random.random() < 0.5 else random.choice(keys)
    found: str | None = laptop.alive(lambda: _worked(laptop, key, random))
    laptop.learn_sealed()
    laptop.note_changes(key)
    return found


def take_back(laptop: Laptop, random: Random) -> None:
    """Takes a sealed decision back that was not tried yet."""
    ready = [row for row in laptop.rows() if row.state is OpState.READY]
    if not ready:
        return
    row = random.choice(ready)
    with laptop.world.actors.acting(laptop), suppress(McassessError):
        sealing.take_back(laptop.library, row.key)
        laptop.taken_back.add(row.op_id)
        laptop.world.trace.note(laptop.name, "takes back", row.op_id)


def claims(laptop: Laptop, random: Random) -> None:
    """Takes submissions, gives some back, or moves some here."""
    with laptop.library.read() as reading:
        keys = sorted(reading.queue.ids("open"))
    try:
        if not keys or random.random() < 0.4:
            take_next(laptop.library, random.choice([1, 2]), connect=laptop.connect)
        else:
            key, action = random.choice(keys), random.choice(["claim", "claim", "renew", "release"])
            wish = ClaimWish(
                take_over=random.random() < 0.5, recuse=random.random() < 0.05, days=random.choice([1, None])
            )
            change_claims(laptop.library, [key], action, wish, connect=laptop.connect)
        laptop.world.trace.note(laptop.name, "claims")
    except McassessError as error:
        laptop.world.trace.note(laptop.name, "claims not", type(error).__name__)


def resolves(laptop: Laptop, random: Random) -> None:
    """Goes any of the ways on from something that waits for the assessor."""
    waiting = conflicts(laptop.library)
    if not waiting:
        return
    chosen = random.choice(waiting)
    way = random.choice(chosen.ways).way
    claim = partial(claim_one, laptop.library, connect=laptop.connect)
    try:
        resolve(laptop.library, chosen.name, way, output=laptop.home / f"{chosen.name}.json", claim=claim)
        laptop.world.trace.note(laptop.name, "resolves", chosen.code, way.value)
        laptop.world.trace.count(f"resolved {chosen.code} {way.value}")
    except McassessError as error:
        laptop.world.trace.note(laptop.name, "resolves not", way.value, type(error).__name__)


def _worked(laptop: Laptop, key: int, random: Random) -> str | None:
    try:
        _review(laptop, key, random)
        if random.random() < 0.25:
            attach_one(laptop, key, random)
        return None if random.random() < 0.25 else _seal(laptop, key, random)
    except McassessError as error:
        laptop.world.trace.note(laptop.name, "refused", type(error).__name__)
        return None


def _review(laptop: Laptop, key: int, random: Random) -> None:
    with laptop.library.read() as reading:
        stored = reading.submissions.get(key)
    for check in stored.rubric.completeness:
        reviewing.answer_check(laptop.library, key, check.id, answer=True)
    for criterion in stored.rubric.criteria:
        level = random.choice(criterion.levels)
        comment = f"{laptop.name} says {random.randrange(10**6)}"
        reviewing.score(laptop.library, key, criterion.id, level.id, comment=comment)
    if random.random() < 0.2:
        reviewing.undo(laptop.library, key)


def attach_one(laptop: Laptop, key: int, random: Random) -> None:
    """Attaches a file to the decision on a submission."""
    path = laptop.home.with_name(f"{laptop.name} annotated {random.randrange(10**6)}.pdf")
    path.write_bytes(random.randbytes(random.choice([10, 5_000, 150_000])))
    attach(laptop.library, key, path)
    path.unlink()
    laptop.world.trace.count("attached")


def _seal(laptop: Laptop, key: int, random: Random) -> str:
    laptop.sealed += 1
    text = f"Feedback {laptop.sealed} of {laptop.name}, {random.randrange(10**9)}."
    reviewing.write_text(laptop.library, key, ChangeKind.FEEDBACK, text)
    outcome = random.choice([Outcome.AWARD, Outcome.NOT_YET, Outcome.NOT_YET, Outcome.RETURNED])
    hold = random.choice([timedelta(0), timedelta(0), timedelta(seconds=10)])
    try:
        sealing.seal_decision(laptop.library, key, outcome, hold=hold)
    except McassessError:
        outcome = Outcome.NOT_YET
        sealing.seal_decision(laptop.library, key, outcome)
    with laptop.library.read() as reading:
        attempt = reading.submissions.get(key).submission.attempt
        row = reading.outbox.sealed(key, attempt)
    assert row is not None, "it was sealed just now"
    laptop.confirm(row)
    return row.op_id
