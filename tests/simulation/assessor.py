"""What an assessor does at her laptop, by the program's own jobs: reviews, seals, takes back, claims, resolves."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from random import Random

from mcassess.domain.changes import ChangeKind
from mcassess.domain.kinds import DestroyReason, Outcome
from mcassess.errors import McassessError
from mcassess.jobs import commenting, outgoing, reviewing, revising, sealing, withholding
from mcassess.jobs.attaching import attach
from mcassess.jobs.claiming import ClaimWish, change_claims, claim_one, take_next
from mcassess.jobs.conflicts import conflicts
from mcassess.jobs.resolving import resolve
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.sync.operations import COMMENT_ADD, base_of, freeze
from tests.simulation.laptop import Laptop
from tests.simulation.programme import WISTFUL


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
    ready = [row for row in laptop.rows() if row.state is OpState.READY and row.kind.startswith("decision.")]
    if not ready:
        return
    row = random.choice(ready)
    with laptop.world.actors.acting(laptop), suppress(McassessError):
        sealing.take_back(laptop.library, row.key)
        laptop.taken_back.add(row.op_id)
        laptop.world.trace.note(laptop.name, "takes back", row.op_id)


def arrived(laptop: Laptop) -> list[OutboxRow]:
    """Returns the decisions that the platform has confirmed."""
    return [row for row in laptop.rows() if row.state is OpState.SETTLED and row.kind.startswith("decision.")]


def revise(laptop: Laptop, random: Random) -> None:
    """Opens a decision again that has arrived, and seals another one in its place, or lets it stand after all."""
    row = random.choice(arrived(laptop)[-3:])
    try:
        revising.reopen(laptop.library, row.key)
        _write_feedback(laptop, row.key, random)
        if random.random() < 0.15:
            revising.give_up(laptop.library, row.key)
            return
        outcome = random.choice([Outcome.NOT_YET, Outcome.NOT_YET, Outcome.RETURNED])
        sealing.seal_decision(laptop.library, row.key, outcome, reason=f"On {WISTFUL} reflection.")
        laptop.world.trace.count("revised")
    except McassessError as error:
        laptop.world.trace.note(laptop.name, "revises not", type(error).__name__)


def comment(laptop: Laptop, random: Random) -> None:
    """Adds a comment, or puts one of hers in other words, or takes one back; sent, on its way or not."""
    text = f"A {WISTFUL} word of {laptop.name}: {random.randrange(10**9)}."
    mine = [row.op_id for row in laptop.rows() if row.kind == COMMENT_ADD]
    try:
        if not mine or random.random() < 0.4:
            with laptop.library.read() as reading:
                keys = reading.queue.ids()
            if keys:
                commenting.add(laptop.library, random.choice(keys), text, criterion=random.choice([None, "c1"]))
                laptop.world.trace.count("comment added")
        elif random.random() < 0.6:
            commenting.amend(laptop.library, random.choice(mine), text)
            laptop.world.trace.count("comment amended")
        else:
            commenting.remove(laptop.library, random.choice(mine), text)
            laptop.world.trace.count("comment removed")
    except McassessError as error:
        laptop.world.trace.note(laptop.name, "comments not", type(error).__name__)


def withhold_something(laptop: Laptop, random: Random) -> None:
    """Reports a piece of evidence that must not be seen; it goes from the laptop with that."""
    with laptop.library.read() as reading:
        keys = reading.queue.ids()
        pieces = [(key, piece.id) for key in keys for piece in reading.submissions.get(key).submission.evidence]
    if not pieces:
        return
    key, piece = random.choice(pieces)
    reason = random.choice([DestroyReason.PRIVACY_BREACH, DestroyReason.SAFETY])
    try:
        withholding.withhold(laptop.library, key, piece, reason=reason, text=f"A {WISTFUL} worry.")
        laptop.world.trace.count("evidence withheld")
    except McassessError as error:
        laptop.world.trace.note(laptop.name, "withholds not", type(error).__name__)


def seal_something_new(laptop: Laptop, random: Random) -> None:
    """Seals an operation of a kind that no platform of today knows."""
    with laptop.library.read() as reading:
        keys = reading.queue.ids()
    if not keys:
        return
    with laptop.library.write("new") as writing:
        stored = writing.submissions.get(random.choice(keys))
        sender = outgoing.sender_of(laptop.library, writing, stored.account)
        body = {"text": f"{WISTFUL} {random.randrange(10**9)}"}
        operation = freeze("badge.praise", body, base_of(stored), stored.submission.id, sender)
        outgoing.put(writing, stored, stored.submission.attempt, operation)
    laptop.world.trace.count("something new sealed")


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
        comment = f"{laptop.name} says something {WISTFUL}: {random.randrange(10**6)}"
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


def _write_feedback(laptop: Laptop, key: int, random: Random) -> None:
    laptop.sealed += 1
    text = f"Feedback {laptop.sealed} of {laptop.name}, {WISTFUL}: {random.randrange(10**9)}."
    reviewing.write_text(laptop.library, key, ChangeKind.FEEDBACK, text)


def _seal(laptop: Laptop, key: int, random: Random) -> str:
    _write_feedback(laptop, key, random)
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
