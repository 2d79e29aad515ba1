"""What the oracle knows: plain pictures of what was sealed and of what the platform holds. It demands nothing."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcassess.store.outbox import OutboxRow
from mcassess.store.submissions import StoredSubmission


@dataclass(frozen=True)
class Confirmed:
    """What an assessor sealed, and what she had before her."""

    op_id: str
    person: str
    payload: bytes
    submission: str
    attempt: int
    rubric: tuple[str, int]
    version: int
    evidence: tuple[tuple[str, str], ...]

    @property
    def content(self) -> tuple[str, int, str]:
        """What it says, whatever its id."""
        return self.submission, self.attempt, said(self.payload)

    @staticmethod
    def of(row: OutboxRow, stored: StoredSubmission, person: str) -> "Confirmed":
        submission = stored.submission
        pin = submission.rubric
        return Confirmed(
            op_id=row.op_id,
            person=person,
            payload=bytes(row.payload),
            submission=row.submission_id,
            attempt=row.attempt,
            rubric=(pin.id, pin.version),
            version=submission.version,
            evidence=_evidence(submission.evidence),
        )


@dataclass(frozen=True)
class Seen:
    """A submission as it stands on the platform; ``appeal`` is the number of the one that is open, or was last."""

    version: int
    state: str
    attempt: int
    rubric: tuple[str, int]
    fence: int
    decision: str | None
    evidence: tuple[tuple[str, str], ...]
    appeal: int


@dataclass(frozen=True)
class Accepted:
    """A decision as it stands on the platform.

    by: the one that took its place; None as long as it counts.
    """

    op_id: str
    submission: str
    attempt: int
    person: str
    final: bool
    payload: bytes
    version: int
    appeal: int
    replaces: str | None
    by: str | None = None

    @property
    def op(self) -> Any:
        """The operation that it came by."""
        return json.loads(self.payload)


@dataclass(frozen=True)
class Remark:
    """Something accepted that decides nothing, as it stands on the platform."""

    op_id: str
    kind: str
    submission: str
    attempt: int
    person: str
    about: str
    payload: bytes


@dataclass(frozen=True)
class Held:
    """A claim as it stands on the platform."""

    device: str
    fence: int


@dataclass(frozen=True)
class Platform:
    """All of the platform that the oracle looks at.

    accepted: the decisions that count.
    former: those that others have taken the place of.
    claims: by submission and person.
    applied: the operations that were applied, of whatever kind.
    refused: those that were refused, by what stands for them.
    kept: those that were kept because they could not be applied, and whether they were applied later.
    arrived: by person and digest, the files that have come up whole.
    incomplete: the decisions that the educators were told although a file is missing.
    left: people who have left.
    revoked: persons and devices that may not send any more.
    withheld: pieces of evidence that nobody may have, by submission, attempt and id.
    """

    seen: dict[str, Seen]
    accepted: dict[str, Accepted]
    former: dict[str, Accepted]
    remarks: dict[str, Remark]
    claims: dict[tuple[str, str], Held]
    applied: set[str]
    refused: set[str]
    kept: dict[str, bool]
    arrived: set[tuple[str, str]]
    incomplete: list[str]
    left: set[str]
    revoked: set[tuple[str, str]]
    withheld: set[tuple[str, int, str]]

    @property
    def decisions(self) -> dict[str, Accepted]:
        """All that was ever decided and not lost, whether it counts or not."""
        return self.former | self.accepted

    @property
    def effects(self) -> set[str]:
        """The operations of which something can be seen."""
        return self.accepted.keys() | self.former.keys() | self.remarks.keys()

    def is_barred(self, person: str, device: str) -> bool:
        """Tells whether everything is refused to somebody on a device, and kept."""
        return person in self.left or (person, device) in self.revoked


_WITHHELD = """
    SELECT submission_id, attempt, evidence_id FROM evidence_mark
    WHERE scoring = 0 OR withheld IS NOT NULL OR destroyed_at IS NOT NULL
"""


_INCOMPLETE = """
    SELECT d.id FROM decision d JOIN attachment a ON a.op_id = d.id
    WHERE d.released_at IS NOT NULL AND a.arrived_at IS NULL
"""


def nothing() -> Platform:
    """Returns a platform on which there is nothing."""
    return Platform({}, {}, {}, {}, {}, set(), set(), {}, set(), [], set(), set(), set())


def read_platform(path: Path) -> Platform:
    """Returns the platform as its database says it is now."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        ask = database.execute
        status = {row[0]: json.loads(row[1])["status"] for row in ask("SELECT op_id, result FROM operation")}
        made = "id, submission_id, attempt, person_id, final, payload, version, appeal, supersedes"
        remarks = ask("SELECT op_id, kind, submission_id, attempt, person_id, about, payload FROM remark")
        return Platform(
            seen=_seen(database),
            accepted={row[0]: _accepted(row) for row in ask(f"SELECT {made} FROM decision")},
            former={row[0]: _accepted(row) for row in ask(f"SELECT {made}, superseded_by FROM former_decision")},
            remarks={row[0]: Remark(*row[:6], bytes(row[6])) for row in remarks},
            claims={
                (row[0], row[1]): Held(row[2], row[3])
                for row in ask("SELECT submission_id, person_id, device_id, fence FROM claim")
            },
            applied={op_id for op_id, each in status.items() if each == "applied"},
            refused={op_id for op_id, each in status.items() if each == "rejected"},
            kept={row[0]: row[1] is not None for row in ask("SELECT op_id, applied_at FROM unapplied")},
            arrived=set(ask("SELECT person_id, sha256 FROM upload WHERE ready_at IS NOT NULL")),
            incomplete=[row[0] for row in ask(_INCOMPLETE)],
            left={row[0] for row in ask("SELECT id FROM person WHERE left_at IS NOT NULL")},
            revoked=set(ask("SELECT person_id, device_id FROM revoked_device")),
            withheld=set(ask(_WITHHELD)),
        )


def said(payload: bytes) -> str:
    """Returns what an operation says, but for the ids that it names: those change where it gets another one itself."""
    body = json.loads(payload)["body"]
    return json.dumps({name: value for name, value in body.items() if name != "comment"}, sort_keys=True)


def content_of(row: OutboxRow) -> tuple[str, int, str]:
    """Returns what an operation in an outbox says, whatever its id."""
    return row.submission_id, row.attempt, said(row.payload)


def _seen(database: sqlite3.Connection) -> dict[str, Seen]:
    columns = "id, version, state, attempt, rubric_id, rubric_version, fence, decision_id, data, appeal"
    found = {}
    for row in database.execute(f"SELECT {columns} FROM submission"):
        data = json.loads(row[8])
        evidence = tuple((piece["id"], (piece.get("content") or {}).get("sha256", "")) for piece in data["evidence"])
        found[row[0]] = Seen(row[1], row[2], row[3], (row[4], row[5]), row[6], row[7], evidence, row[9])
    return found


def _accepted(row: Any) -> Accepted:
    op_id, submission, attempt, person, final, payload, *more = row
    return Accepted(op_id, submission, attempt, person, bool(final), bytes(payload), *more)


def _evidence(pieces: Any) -> tuple[tuple[str, str], ...]:
    return tuple((piece.id, piece.content.sha256 if piece.content else "") for piece in pieces)
