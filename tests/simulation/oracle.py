"""What has to hold, whatever happens: a plain model of the platform's decisions, and the invariants over both sides."""

import base64
import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcassess.store.evidence import EvidenceState
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.store.submissions import StoredSubmission
from mcassess.sync.wire import Receipt, digest, receipt_is_genuine

_INCOMPLETE = (
    "SELECT d.id FROM decision d JOIN attachment a ON a.op_id = d.id WHERE d.released_at IS NOT NULL "
    "AND a.arrived_at IS NULL"
)


class BrokenError(BaseException):
    """An invariant does not hold. Nothing that is tested may catch it on its way."""


class SeedFailedError(AssertionError):
    """A seed has found that an invariant does not hold; the text says which, and how to see it again."""


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
        return self.submission, self.attempt, json.dumps(json.loads(self.payload)["body"], sort_keys=True)

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
    """A submission as it stands on the platform."""

    version: int
    state: str
    attempt: int
    rubric: tuple[str, int]
    fence: int
    decision: str | None
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Accepted:
    """A decision as it stands on the platform."""

    op_id: str
    submission: str
    attempt: int
    person: str
    final: bool
    payload: bytes


@dataclass(frozen=True)
class Held:
    """A claim as it stands on the platform."""

    device: str
    fence: int


@dataclass(frozen=True)
class Platform:
    """All of the platform that the oracle looks at.

    claims: by submission and person.
    applied: the operations that were applied, of whatever kind.
    kept: those that were kept because they could not be applied, and whether they were applied later.
    arrived: by person and digest, the files that have come up whole.
    incomplete: the decisions that the educators were told although a file is missing.
    """

    seen: dict[str, Seen]
    accepted: dict[str, Accepted]
    claims: dict[tuple[str, str], Held]
    applied: set[str]
    kept: dict[str, bool]
    arrived: set[tuple[str, str]]
    incomplete: list[str]


class Oracle:
    """Looks at the platform's database after every commit, and at a laptop whenever it has acted."""

    def __init__(self, folder: Path) -> None:
        self.confirmed: dict[str, Confirmed] = {}
        self.history: dict[tuple[str, int], Seen] = {}
        self.server_id = ""
        self.public_key = ""
        self.lost: set[str] = set()
        self.ask_laptops: Callable[[], None] = lambda: None
        self._before = Platform({}, {}, {}, set(), {}, set(), [])
        self._path = folder / "platform.sqlite3"

    # -- the platform

    def look(self) -> None:
        """Compares the platform with what it was one commit ago.

        Raises:
            BrokenError: What happened may not happen.
        """
        before, now = self._before, self.read()
        for op_id in before.accepted.keys() - now.accepted.keys():
            raise BrokenError(f"I1: the platform has lost the accepted decision {op_id}")
        for identifier, was in before.seen.items():
            found = now.seen.get(identifier)
            _must(found is not None and found.version >= was.version, f"I7: the version of {identifier} went back")
        for op_id in now.accepted.keys() - before.accepted.keys():
            self._may_be_accepted(now.accepted[op_id])
        finals: dict[tuple[str, int], list[str]] = {}
        for each in now.accepted.values():
            if each.final:
                finals.setdefault((each.submission, each.attempt), []).append(each.op_id)
        for place, ids in finals.items():
            _must(len(ids) == 1, f"I3: {place} has {len(ids)} effective decisions: {ids}")
        for identifier, found in now.seen.items():
            self.history[identifier, found.version] = found
        self._before = now

    @property
    def accepted(self) -> dict[str, Accepted]:
        """The decisions that were accepted, as of the platform's last commit."""
        return self._before.accepted

    def begin_again(self) -> None:
        """Forgets what the platform was: it was restored from a backup."""
        before, self._before = self._before, self.read()
        self.lost |= before.applied - self._before.applied
        self.history |= {(identifier, now.version): now for identifier, now in self._before.seen.items()}

    def look_at_files(self, laptops: Sequence[Any], *, restored: bool) -> None:
        """Demands that the files of all decisions have come, or that a laptop says of one that it is lost there too."""
        now, lost = self.read(), {name for laptop in laptops for name in laptop.lost_files()}
        for each in now.accepted.values():
            for file in json.loads(each.payload)["body"].get("attachments", []):
                there = (each.person, file["sha256"]) in now.arrived or file["sha256"] in lost
                _must(there, f"I17: a file of {each.op_id} has never come")
        _must(restored or not now.incomplete, f"I17: {now.incomplete} were released without their files")

    def state(self, *, of_content: bool = False) -> dict[str, Any]:
        """Returns the platform's state; by content it leaves out ids and times, which hang on clocks."""
        now = self.read()
        seen, accepted = now.seen, now.accepted
        submissions = {
            name: (each.version, each.state, each.attempt, each.rubric, each.fence) for name, each in seen.items()
        }
        if not of_content:
            return {"submissions": submissions, "decisions": sorted(accepted)}
        found = [
            (each.submission, each.attempt, each.person, each.final, json.dumps(json.loads(each.payload)["body"]))
            for each in accepted.values()
        ]
        return {"submissions": submissions, "decisions": sorted(found)}

    def _may_be_accepted(self, new: Accepted) -> None:
        op = json.loads(new.payload)
        if new.op_id not in self.confirmed:
            self.ask_laptops()  # one that was never sent may have got another id just before it left
        confirmed = self.confirmed.get(new.op_id)
        _must(confirmed is not None, f"I4: nobody sealed {new.op_id}, and yet it was accepted")
        assert confirmed is not None
        _must(confirmed.payload == new.payload, f"I4: {new.op_id} was accepted with other bytes than were sealed")
        _must(confirmed.person == new.person, f"I4: {new.op_id} was accepted as somebody else's")
        _must(
            (new.submission, new.attempt) == (confirmed.submission, confirmed.attempt),
            f"I5: {new.op_id} landed on {new.submission}, {new.attempt}",
        )
        before = self._before.seen.get(new.submission)
        _must(before is not None, f"I5: {new.op_id} landed on an unknown submission")
        assert before is not None
        body = op["body"]
        if not body.get("old_attempt"):
            known = self.history.get((new.submission, confirmed.version))
            _must(before.attempt == new.attempt, f"I5: {new.op_id} landed on attempt {before.attempt}")
            _must(known is not None and known.attempt == new.attempt, f"I5: {new.op_id} rests on what nobody was shown")
            _must(before.evidence == confirmed.evidence, f"I5: {new.op_id} landed on other evidence")
            _must(before.state in {"open", "claimed"}, f"I3: {new.op_id} was accepted on {before.state}")
            pinned = (op["base"]["rubric"]["id"], op["base"]["rubric"]["version"])
            fits = before.rubric == pinned or body.get("keep_rubric")
            _must(bool(fits), f"I5: {new.op_id} landed on rubric {before.rubric}")
            self._must_be_in_turn(new, op, before)
        twice = [each.op_id for each in self.accepted.values() if _same_vote(each, new)]
        _must(not twice, f"I2: {new.op_id} and {twice} are the same decision")

    def _must_be_in_turn(self, new: Accepted, op: Any, before: Seen) -> None:
        if new.op_id in self._before.kept or new.op_id in self.lost:
            return  # kept until it could be applied, or confirmed before a restore: its fence had its test
        fence, held = op["base"]["fence"], self._before.claims.get((new.submission, new.person))
        if held is None:
            _must(before.fence == fence, f"I6: {new.op_id} was accepted with fence {fence} of {before.fence}")
        else:
            right = (held.device, held.fence) == (op["device_id"], fence)
            _must(right, f"I6: {new.op_id} was accepted beside a claim under another fence")

    def read(self) -> Platform:
        """Returns the platform as it is now."""
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as database:
            ask = database.execute
            seen = {}
            for row in ask(
                "SELECT id, version, state, attempt, rubric_id, rubric_version, fence, decision_id, data "
                "FROM submission"
            ):
                pieces = json.loads(row[8])["evidence"]
                evidence = tuple((piece["id"], (piece.get("content") or {}).get("sha256", "")) for piece in pieces)
                seen[row[0]] = Seen(row[1], row[2], row[3], (row[4], row[5]), row[6], row[7], evidence)
            accepted = {
                row[0]: Accepted(row[0], row[1], row[2], row[3], bool(row[4]), bytes(row[5]))
                for row in ask("SELECT id, submission_id, attempt, person_id, final, payload FROM decision")
            }
            claims = {
                (row[0], row[1]): Held(row[2], row[3])
                for row in ask("SELECT submission_id, person_id, device_id, fence FROM claim")
            }
            applied = {
                row[0]
                for row in ask("SELECT op_id, result FROM operation")
                if json.loads(row[1])["status"] == "applied"
            }
            kept = {row[0]: row[1] is not None for row in ask("SELECT op_id, applied_at FROM unapplied")}
            arrived = set(ask("SELECT person_id, sha256 FROM upload WHERE ready_at IS NOT NULL"))
            incomplete = [row[0] for row in ask(_INCOMPLETE)]
        return Platform(seen, accepted, claims, applied, kept, arrived, incomplete)

    # -- a laptop

    def look_at(self, laptop: Any, *, at_rest: bool = False) -> None:
        """Looks at what a laptop holds.

        Raises:
            BrokenError: Something is lost, or is said to be what it is not.
        """
        rows = {row.op_id: row for row in laptop.rows()}
        now = self._before
        for op_id, confirmed in laptop.confirmed.items():
            if op_id in laptop.taken_back:
                _must(laptop.copied or op_id not in now.applied, f"I1: {op_id} was taken back, and the platform has it")
                continue
            row = rows.get(op_id)
            if row is None and laptop.renames(op_id):
                _must(laptop.copied or op_id not in now.applied, f"I1: {op_id} was renamed, and the platform has it")
                continue
            _must(row is not None, f"I1: {op_id} is gone from {laptop.name}")
            assert row is not None
            _must(bytes(row.payload) == confirmed.payload, f"I4: the bytes of {op_id} have changed on {laptop.name}")
            if row.state is OpState.SETTLED:
                there = op_id in now.applied or (op_id in self.lost and not at_rest)
                which = "I14" if op_id in self.lost else "I1"
                _must(there, f"{which}: {op_id} is settled on {laptop.name}, and not on the platform")
                self._must_be_received(row)
            elif row.state is OpState.ATTENTION and (at_rest or not now.kept.get(op_id)):
                _must(op_id not in now.applied, f"I20: {op_id} needs attention, and yet it is applied")
        self._look_at_reviews(laptop)
        self._look_at_versions(laptop)

    def _must_be_received(self, row: OutboxRow) -> None:
        receipt = Receipt.model_validate(row.receipt)
        whole = receipt.op_id == row.op_id and receipt.payload_sha256 == digest(row.payload)
        _must(whole and receipt_is_genuine(receipt, self.public_key), f"I1: the receipt of {row.op_id} proves nothing")

    def _look_at_reviews(self, laptop: Any) -> None:
        with laptop.library.read() as reading:
            for (key, attempt), count in laptop.changes.items():
                found = len(reading.reviews.changes(key, attempt))
                _must(found >= count, f"I10: {laptop.name} had {count} changes of a review and has {found}")

    def _look_at_versions(self, laptop: Any) -> None:
        with laptop.library.read() as reading:
            account = reading.accounts.list()[0]
            known = [each for each in reading.submissions.known(account.key) if each[0] != "rubric"]
        for kind, identifier, version in known:
            before = laptop.versions.get((account.epoch, kind, identifier), 0)
            _must(version >= before, f"I7: {laptop.name} held version {before} of {identifier}, and holds {version}")
            laptop.versions[account.epoch, kind, identifier] = version

    def look_at_evidence(self, laptop: Any) -> None:
        """Reads every file that a laptop calls ready."""
        with laptop.library.read() as reading:
            ready = reading.evidence.in_state(EvidenceState.READY)
        for stored in ready:
            with closing(laptop.library.vault.reader(stored.sha256)) as reader:
                whole = hashlib.sha256(reader.read(stored.size + 1)).hexdigest()
            _must(whole == stored.sha256, f"I9: {laptop.name} calls {stored.sha256[:8]} ready, and it is not")

    def look_at_cursor(self, laptop: Any, rows: list[Any], epoch: str) -> None:
        """Compares what a laptop holds with what the platform shows up to where the laptop has read.

        Args:
            rows: All that the platform shows this person now, in the order of ``seq``.
            epoch: The platform's.
        """
        with laptop.library.read() as reading:
            account = reading.accounts.list()[0]
            known = reading.submissions.known(account.key)
            aside = {(each.type, each.id): each.version for each in reading.submissions.quarantined(account.key)}
        fields = _cursor_fields(account.cursor)
        if not fields or fields["e"] != epoch:
            return
        here: dict[tuple[str, str], int] = {}
        for kind, identifier, version in known:
            here[kind, identifier] = max(version, here.get((kind, identifier), 0))
        for row in rows:
            if row.seq > fields["s"] or row.op != "upsert":
                continue
            has = max(here.get((row.type, row.id), 0), aside.get((row.type, row.id), 0))
            what = f"{row.type} {row.id}, version {row.version}"
            _must(has >= row.version, f"I7: {laptop.name} has read past {what}, and holds version {has}")


def _cursor_fields(cursor: str | None) -> dict[str, Any] | None:
    if not cursor:
        return None
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    found = json.loads(raw[16:])
    return found if isinstance(found, dict) and "s" in found else None


def _evidence(pieces: Any) -> tuple[tuple[str, str], ...]:
    return tuple((piece.id, piece.content.sha256 if piece.content else "") for piece in pieces)


def _same_vote(one: Accepted, other: Accepted) -> bool:
    return (one.submission, one.attempt, one.person) == (other.submission, other.attempt, other.person)


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BrokenError(otherwise)
