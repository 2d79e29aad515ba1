"""Putting a pack into the platform: new things, new versions, new attempts. Reading the pack is sync/pack.py's."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select, update

from mcassess.clock import written
from mcassess.domain.kinds import SubmissionState
from mcassess.domain.rubric import Rubric, RubricPin
from mcassess.domain.submission import EarlierAttempt, Evidence, MicroCredential, Policy, Submission
from mcassess.server import tables
from mcassess.server.accepting import close_appeal
from mcassess.server.evidence_marks import marked
from mcassess.server.feed import add_to_feed
from mcassess.server.past import attempts_left, closed_attempt
from mcassess.server.records import (
    StoredSubmission,
    microcredential_of,
    stored_microcredential,
    stored_submission,
    submission_json,
)
from mcassess.sync.pack import Exemplar, Pack, PackError
from mcassess.sync.wire import ResourceType, canonical, digest, resource_adapter
from mcassess.texts import tr


@dataclass(slots=True, kw_only=True)
class LoadCounts:
    """What loading a pack changed; things that were there already do not count."""

    microcredentials: int = 0
    rubrics: int = 0
    submissions: int = 0
    attempts: int = 0
    exemplars: int = 0


def known_microcredentials(connection: Connection) -> dict[str, tuple[MicroCredential, Rubric]]:
    """Returns the platform's micro-credentials with the newest version of their rubrics, by id."""
    rows = connection.execute(
        select(tables.microcredential.c.id, tables.microcredential.c.data, tables.rubric.c.data.label("rubric")).join(
            tables.rubric,
            (tables.rubric.c.id == tables.microcredential.c.rubric_id)
            & (tables.rubric.c.version == tables.microcredential.c.rubric_version),
        )
    )
    read_rubric = resource_adapter("rubric").validate_json
    return {row.id: (microcredential_of(row.data), read_rubric(row.rubric)) for row in rows}


def pack_conflicts(connection: Connection, pack: Pack) -> list[str]:
    """Returns what of a pack contradicts what the platform has already, a sentence each."""
    faults = []
    worked_with = _rubrics_of_laptops(connection)
    for rubric in pack.rubrics:
        stored = connection.execute(
            select(tables.rubric.c.data).where(
                tables.rubric.c.id == rubric.id, tables.rubric.c.version == rubric.version
            )
        ).scalar()
        if stored is None and _content(rubric) != worked_with.get(rubric.pin, _content(rubric)):
            faults.append(
                tr(
                    "assessors have worked with other contents of rubric '{id}' version {version}, which a restored "
                    "backup has lost here; give it a new version"
                ).format(id=rubric.id, version=rubric.version)
            )
        if stored is not None and stored != _json("rubric", rubric):
            faults.append(
                tr("rubric '{id}' version {version} is known with other contents; give it a new version").format(
                    id=rubric.id, version=rubric.version
                )
            )
    policies = {each.id: each.policy for each in pack.microcredentials}
    for submission in pack.submissions:
        row = stored_submission(connection, submission.id)
        if row is not None:
            faults += _submission_conflicts(connection, row.submission, submission, policies)
    return faults


def _rubrics_of_laptops(connection: Connection) -> dict[RubricPin, str]:
    """Returns the digests of rubrics by which operations were made that are kept here without being applied."""
    table = tables.unapplied
    found = {}
    for payload in connection.execute(select(table.c.payload).where(table.c.applied_at.is_(None))).scalars():
        named = json.loads(payload)["base"]["rubric"]
        if named.get("sha256") is not None:
            found[RubricPin(id=named["id"], version=named["version"])] = named["sha256"]
    return found


def _content(rubric: Rubric) -> str:
    return digest(canonical(json.loads(_json("rubric", rubric))))


def _submission_conflicts(
    connection: Connection, known: Submission, submission: Submission, policies: Mapping[str, Policy]
) -> Iterator[str]:
    if known.microcredential != submission.microcredential:
        yield tr("submission '{id}' is known for micro-credential '{other}'").format(
            id=submission.id, other=known.microcredential
        )
    if known.attempt == submission.attempt:
        if _matter(known.evidence) != _matter(marked(connection, submission).evidence):
            yield tr("submission '{id}', attempt {number}, is known with other evidence; send a new attempt").format(
                id=submission.id, number=submission.attempt
            )
    elif submission.attempt > known.attempt:
        policy = policies.get(known.microcredential)
        policy = policy or stored_microcredential(connection, known.microcredential).policy
        left = attempts_left(connection, known, policy)
        if left is not None and left <= 0:
            yield tr("submission '{id}' has no attempt left; grant one more, or raise 'attempts_max'").format(
                id=submission.id
            )


def store_pack(connection: Connection, pack: Pack, now: str) -> LoadCounts:
    """Writes a pack's rows; its files must be stored before.

    Args:
        now: The platform's time, as it is written.

    Raises:
        PackError: It contradicts what the platform has; roll back.
    """
    if faults := pack_conflicts(connection, pack):
        raise PackError(pack.path, faults)
    counts = LoadCounts()
    for microcredential, rubric in zip(pack.microcredentials, pack.rubrics, strict=True):
        counts.rubrics += _store_rubric(connection, rubric)
        counts.microcredentials += _store_microcredential(connection, microcredential)
    for submission in pack.submissions:
        _store_submission(connection, submission, counts, now)
    for exemplar in pack.exemplars:
        counts.exemplars += _store_exemplar(connection, exemplar)
    return counts


def _store_rubric(connection: Connection, rubric: Rubric) -> int:
    table = tables.rubric
    here = (table.c.id == rubric.id) & (table.c.version == rubric.version)
    if connection.execute(select(table.c.id).where(here)).first() is not None:
        return 0
    connection.execute(insert(table).values(id=rubric.id, version=rubric.version, data=_json("rubric", rubric)))
    add_to_feed(connection, "rubric", rubric.id, rubric.version)
    return 1


def _store_microcredential(connection: Connection, microcredential: MicroCredential) -> int:
    table = tables.microcredential
    stored = connection.execute(select(table).where(table.c.id == microcredential.id)).one_or_none()
    same_rubric = stored is not None and stored.rubric_id == microcredential.rubric.id
    if stored is not None and same_rubric and stored.rubric_version > microcredential.rubric.version:
        return 0  # an older pack: submissions in it keep their pin, the micro-credential stays as it is
    data = _json("microcredential", microcredential)
    values = {"rubric_id": microcredential.rubric.id, "rubric_version": microcredential.rubric.version, "data": data}
    if stored is None:
        version = 1
        connection.execute(insert(table).values(id=microcredential.id, version=version, **values))
    elif microcredential_of(stored.data) == microcredential:
        return 0
    else:
        version = stored.version + 1
        connection.execute(update(table).where(table.c.id == microcredential.id).values(version=version, **values))
    add_to_feed(connection, "microcredential", microcredential.id, version)
    return 1


def _store_submission(connection: Connection, submission: Submission, counts: LoadCounts, now: str) -> None:
    row = stored_submission(connection, submission.id)
    if row is None:
        connection.execute(
            insert(tables.submission).values(
                id=submission.id,
                microcredential_id=submission.microcredential,
                rubric_id=submission.rubric.id,
                rubric_version=submission.rubric.version,
                version=1,
                fence=0,
                **_round(submission),
            )
        )
        add_to_feed(connection, "submission", submission.id, 1)
        counts.submissions += 1
        return
    known = row.submission
    if submission.attempt < known.attempt:
        return
    # An educator is judged by the rubric that she worked from, in later rounds too.
    submission = marked(connection, replace(submission, rubric=known.rubric))
    if submission.attempt > known.attempt:
        closed = closed_attempt(connection, known)
        close_appeal(connection, known.id, known.attempt, now, None)
        submission = replace(submission, earlier=_merged((*known.earlier, closed), submission.earlier))
        values = _round(submission) | {"appeal": 0}
        counts.attempts += 1
    else:
        submission = replace(submission, earlier=_merged(known.earlier, submission.earlier))
        if _same(row, submission):
            return
        values = _data(submission)
        counts.submissions += 1
    table = tables.submission
    version = known.version + 1
    connection.execute(update(table).where(table.c.id == submission.id).values(version=version, **values))
    add_to_feed(connection, "submission", submission.id, version)


def _round(submission: Submission) -> dict[str, object]:
    return {
        "state": SubmissionState.OPEN.value,
        "attempt": submission.attempt,
        "decision_id": None,
        **_data(submission),
    }


def _data(submission: Submission) -> dict[str, object]:
    due_at = None if submission.due_at is None else written(submission.due_at)
    return {"due_at": due_at, "data": submission_json(submission)}


def _same(row: StoredSubmission, submission: Submission) -> bool:
    # As read back: what was stored by an older version lacks fields that are new.
    return bool(resource_adapter("submission").validate_json(row.data) == submission)


def _merged(ours: tuple[EarlierAttempt, ...], theirs: tuple[EarlierAttempt, ...]) -> tuple[EarlierAttempt, ...]:
    """Earlier attempts of both sides: ours count, but a decision that only the pack has is taken from it."""
    merged = {past.attempt: past for past in theirs}
    for past in ours:
        other = merged.get(past.attempt)
        if past.decision is None and other is not None:
            merged[past.attempt] = replace(past, decision=other.decision)
        else:
            merged[past.attempt] = past
    return tuple(merged[number] for number in sorted(merged))


def _store_exemplar(connection: Connection, exemplar: Exemplar) -> int:
    table = tables.exemplar
    data = TypeAdapter(Exemplar).dump_json(exemplar)
    stored = connection.execute(select(table.c.data).where(table.c.id == exemplar.id)).scalar()
    if stored == data:
        return 0
    values = {"microcredential_id": exemplar.microcredential, "data": data}
    if stored is None:
        connection.execute(insert(table).values(id=exemplar.id, **values))
    else:
        connection.execute(update(table).where(table.c.id == exemplar.id).values(**values))
    return 1


def _matter(evidence: tuple[Evidence, ...]) -> list[tuple[object, ...]]:
    """What a decision rests on: evidence of a round never changes once it was loaded."""
    return sorted(
        (
            piece.id,
            piece.kind.value,
            *(c.sha256 if c else "" for c in (piece.content, piece.captions)),
            piece.url or "",
            piece.text or "",
        )
        for piece in evidence
    )


def _json(kind: ResourceType, resource: object) -> bytes:
    return resource_adapter(kind).dump_json(resource)
