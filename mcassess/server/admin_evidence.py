"""What whoever runs the platform does with evidence: consent, withholding, and destroying what is kept too long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from mcassess.clock import Clock, written
from mcassess.domain.kinds import SubmissionState
from mcassess.domain.submission import Evidence, Policy, Submission
from mcassess.errors import UsageError
from mcassess.server import tables, tables_people
from mcassess.server.acting import Acting, acting
from mcassess.server.evidence_marks import mark
from mcassess.server.opening import opened_there
from mcassess.server.records import StoredSubmission, microcredential_of, submission_of
from mcassess.sync.pack import Exemplar
from mcassess.texts import tr

OPERATORS_WORD = "operator"
"""Why evidence is withheld where whoever runs the platform says so."""


class EvidencePlace(NamedTuple):
    """A piece of evidence; of the present attempt where none is named."""

    submission: str
    evidence: str
    attempt: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """What the platform destroyed, or would.

    Attributes:
        evidence: Pieces, each ``submission``, ``attempt``, ``evidence``.
        files: How many files went; a file that something else still needs stays.
    """

    evidence: list[dict[str, str | int]]
    files: int


def set_consent(
    data_dir: Path,
    place: EvidencePlace,
    *,
    scoring: bool | None = None,
    training: bool | None = None,
    by: str | None = None,
    clock: Clock | None = None,
) -> None:
    """Records what a piece of evidence may be used for; without consent to scoring nobody gets it.

    It counts over what packs say, whenever they are loaded.

    Raises:
        UsageError: There is no such evidence, or nothing is said.
    """
    said = {name: value for name, value in {"scoring": scoring, "training": training}.items() if value is not None}
    if not said:
        raise UsageError(tr("Say what is consented to: scoring, training, or both."))
    with acting(data_dir, by, clock) as act:
        stored, number = _piece(act, place)
        mark(act.connection, stored, number, place.evidence, **said)
        act.note("evidence.consent", stored, evidence=place.evidence, of_attempt=number, **said)


def withhold_evidence(
    data_dir: Path,
    place: EvidencePlace,
    *,
    give_back: bool = False,
    by: str | None = None,
    clock: Clock | None = None,
) -> None:
    """Withholds a piece of evidence from everybody, or gives it back after somebody has looked.

    Raises:
        UsageError: There is no such evidence.
    """
    with acting(data_dir, by, clock) as act:
        stored, number = _piece(act, place)
        mark(act.connection, stored, number, place.evidence, withheld=None if give_back else OPERATORS_WORD)
        action = "evidence.given_back" if give_back else "evidence.withheld"
        act.note(action, stored, evidence=place.evidence, of_attempt=number)


def destroy_evidence(
    data_dir: Path, place: EvidencePlace, *, by: str | None = None, clock: Clock | None = None
) -> Destroyed:
    """Destroys a piece of evidence at once and for good, such as one in which a breach of privacy was found.

    Raises:
        UsageError: There is no such evidence.
    """
    with acting(data_dir, by, clock) as act:
        stored, number = _piece(act, place)
        done = _destroy(act, [(stored, number, place.evidence)])
    _forget(data_dir, clock)
    return done


def destroy_old_evidence(
    data_dir: Path, *, only_look: bool = False, by: str | None = None, clock: Clock | None = None
) -> Destroyed:
    """Destroys evidence whose time is over: by ``platform_evidence_days`` after the decision, and on withdrawal.

    Words stay: decisions, scores and comments. A submission that is decided again, or has a new attempt, is not
    looked at before it is decided.

    Args:
        only_look: Whether to say what would go, and leave it.

    Raises:
        WorldError: There is no platform's data in the folder, or they cannot be used.
    """
    with acting(data_dir, by, clock) as act:
        gone = _destroyed(act.connection)
        pieces = [
            (each, number, piece.id)
            for each in _over(act)
            for number, piece in _pieces(each.submission)
            if (each.submission.id, number, piece.id) not in gone
        ]
        if only_look:
            return Destroyed(evidence=_told(pieces), files=0)
        done = _destroy(act, pieces)
    _forget(data_dir, clock)
    return done


_Pieces = Sequence[tuple[StoredSubmission, int, str]]
"""Pieces of evidence: submission, number of the attempt, id."""


def _destroy(act: Acting, pieces: _Pieces) -> Destroyed:
    for each, number, piece in pieces:
        fresh = act.submission(each.submission.id)
        mark(act.connection, fresh, number, piece, destroyed_at=act.now)
        act.note("evidence.destroyed", fresh, evidence=piece, of_attempt=number)
    # Before the commit: if the machine dies in between, the next run finds the same pieces again.
    return Destroyed(evidence=_told(pieces), files=_remove_files(act))


def _told(pieces: _Pieces) -> list[dict[str, str | int]]:
    return [{"submission": each.submission.id, "attempt": number, "evidence": piece} for each, number, piece in pieces]


def _forget(data_dir: Path, clock: Clock | None) -> None:
    """Lets nothing that was overwritten stay readable in the database, as far as it gives way."""
    with opened_there(data_dir, clock) as data:
        data.forget_overwritten()


def _remove_files(act: Acting) -> int:
    """Removes the files of destroyed evidence that nothing else needs, those too that a pack brought back."""
    needed, over = set[str](), set[str]()
    gone = _destroyed(act.connection)
    for stored in _submissions(act.connection):
        for number, piece in _pieces(stored.submission):
            destroyed = (stored.submission.id, number, piece.id) in gone
            (over if destroyed else needed).update(content.sha256 for content in piece.files)
    exemplars = TypeAdapter(Exemplar)
    for data in act.connection.execute(select(tables.exemplar.c.data)).scalars():
        needed |= {content.sha256 for piece in exemplars.validate_json(data).evidence for content in piece.files}
    going = sorted(sha256 for sha256 in over - needed if act.data.files.has(sha256))
    for sha256 in going:
        act.data.files.remove(sha256)
    return len(going)


def _piece(act: Acting, place: EvidencePlace) -> tuple[StoredSubmission, int]:
    stored = act.submission(place.submission)
    number = place.attempt or stored.submission.attempt
    if all((number, place.evidence) != (each, piece.id) for each, piece in _pieces(stored.submission)):
        raise UsageError(
            tr("Submission '{id}', attempt {number}, has no evidence '{evidence}'.").format(
                id=place.submission, number=number, evidence=place.evidence
            )
        )
    return stored, number


def _pieces(submission: Submission) -> Iterable[tuple[int, Evidence]]:
    """Yields every piece of evidence with the number of its attempt."""
    for past in submission.earlier:
        for piece in past.evidence:
            yield past.attempt, piece
    for piece in submission.evidence:
        yield submission.attempt, piece


def _submissions(connection: Connection) -> list[StoredSubmission]:
    return [submission_of(row) for row in connection.execute(select(tables.submission)).all()]


def _over(act: Acting) -> list[StoredSubmission]:
    """Returns the submissions whose evidence has had its time."""
    policies = _policies(act.connection)
    made = tables.decision
    accepted: dict[str, str] = {
        row.id: row.accepted_at for row in act.connection.execute(select(made.c.id, made.c.accepted_at))
    }

    def is_over(submission: Submission) -> bool:
        days = policies[submission.microcredential].platform_evidence_days
        if submission.state is not SubmissionState.DECIDED or days is None:
            return submission.state is SubmissionState.WITHDRAWN
        before: str = written(datetime.fromisoformat(act.now) - timedelta(days=days))
        return accepted[submission.decision_id or ""] <= before

    return [each for each in _submissions(act.connection) if is_over(each.submission)]


def _policies(connection: Connection) -> dict[str, Policy]:
    rows = connection.execute(select(tables.microcredential.c.id, tables.microcredential.c.data))
    return {row.id: microcredential_of(row.data).policy for row in rows}


def _destroyed(connection: Connection) -> set[tuple[str, int, str]]:
    table = tables_people.evidence_mark
    rows = connection.execute(select(table).where(table.c.destroyed_at.is_not(None)))
    return {(row.submission_id, row.attempt, row.evidence_id) for row in rows}
