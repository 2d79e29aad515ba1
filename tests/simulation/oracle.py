"""What has to hold on the platform, whatever happens: looked at after every commit. Laptops are inspection.py's."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.simulation.model import Accepted, Confirmed, Platform, Remark, Seen, nothing, read_platform


class BrokenError(BaseException):
    """An invariant does not hold. Nothing that is tested may catch it on its way."""


class SeedFailedError(AssertionError):
    """A seed has found that an invariant does not hold; the text says which, and how to see it again."""


class Oracle:
    """Looks at the platform's database after every commit, and remembers what was sealed and what was lost.

    confirmed: every operation that was sealed anywhere.
    history: submissions by id and version, as the platform has shown them.
    lost: what a restore has taken from the platform.
    ever_refused: what the platform has ever refused.
    """

    def __init__(self, folder: Path) -> None:
        self.confirmed: dict[str, Confirmed] = {}
        self.history: dict[tuple[str, int], Seen] = {}
        self.server_id = ""
        self.public_key = ""
        self.lost: set[str] = set()
        self.ever_refused: set[str] = set()
        self.ask_laptops: Callable[[], None] = lambda: None
        self._before = nothing()
        self._path = folder / "platform.sqlite3"

    @property
    def now(self) -> Platform:
        """The platform as of its last commit."""
        return self._before

    def look(self) -> None:
        """Compares the platform with what it was one commit ago.

        Raises:
            BrokenError: What happened may not happen.
        """
        before, now = self._before, read_platform(self._path)
        for op_id in before.effects - now.effects:
            raise BrokenError(f"I1: the platform has lost {op_id}, which it had accepted")
        for identifier, was in before.seen.items():
            found = now.seen.get(identifier)
            must(found is not None and found.version >= was.version, f"I7: the version of {identifier} went back")
        for op_id in sorted(now.decisions.keys() - before.decisions.keys()):
            self._may_be_accepted(now.decisions[op_id])
        for op_id in sorted(now.remarks.keys() - before.remarks.keys()):
            self._may_be_remarked(now, now.remarks[op_id])
        for op_id in sorted(now.former.keys() - before.former.keys()):
            _must_be_a_link(before, now, now.former[op_id])
        self._must_be_whole(before, now)
        for identifier, found in now.seen.items():
            self.history[identifier, found.version] = found
        self.ever_refused |= now.refused
        self._before = now

    def begin_again(self) -> None:
        """Forgets what the platform was: it was restored from a backup."""
        before, self._before = self._before, read_platform(self._path)
        self.lost |= before.applied - self._before.applied
        self.history |= {(identifier, now.version): now for identifier, now in self._before.seen.items()}

    def look_at_files(self, laptops: Sequence[Any], *, restored: bool) -> None:
        """Demands that the files of all decisions have come, or that a laptop says of one that it is lost there too."""
        now, lost = read_platform(self._path), {name for laptop in laptops for name in laptop.lost_files()}
        for each in now.accepted.values():
            if now.is_barred(each.person, each.op["device_id"]):
                continue
            for file in each.op["body"].get("attachments", []):
                there = (each.person, file["sha256"]) in now.arrived or file["sha256"] in lost
                must(there, f"I17: a file of {each.op_id} has never come")
        must(restored or not now.incomplete, f"I17: {now.incomplete} were released without their files")

    def look_at_content(self, target: str) -> None:
        """Looks at a piece of evidence that is given out: nobody may have what is withheld or not consented to."""
        path, _, query = target.partition("?")
        _, submission, _, evidence, _ = path.rsplit("/", 4)
        attempt = dict(parse_qsl(query)).get("attempt") or self._before.seen[submission].attempt
        place = (submission, int(attempt), evidence)
        must(place not in self._before.withheld, f"C5: {place} is withheld, and was given out")

    def state(self, *, of_content: bool = False) -> dict[str, Any]:
        """Returns the platform's state; by content it leaves out ids and times, which hang on clocks."""
        now = read_platform(self._path)
        submissions = {
            name: (each.version, each.state, each.attempt, each.rubric, each.fence, each.appeal)
            for name, each in now.seen.items()
        }
        if not of_content:
            return {"submissions": submissions, "decisions": sorted(now.decisions), "remarks": sorted(now.remarks)}
        found = [
            (each.submission, each.attempt, each.person, each.final, json.dumps(each.op["body"]))
            for each in now.decisions.values()
        ]
        return {"submissions": submissions, "decisions": sorted(found)}

    def _must_be_whole(self, before: Platform, now: Platform) -> None:
        """Each operation is applied with all that belongs to it or not at all, and one decision counts."""
        for op_id in sorted(now.effects - now.applied):
            raise BrokenError(f"I4: {op_id} has left something behind, and is not applied")
        for op_id in sorted(now.applied - before.applied - now.effects):
            kind = json.loads(self._sealed(op_id).payload)["kind"]
            must(kind == "claim.release", f"I4: {op_id} is applied, and nothing came of it")
        finals: dict[tuple[str, int], list[str]] = {}
        for each in now.accepted.values():
            if each.final:
                finals.setdefault((each.submission, each.attempt), []).append(each.op_id)
        for place, ids in finals.items():
            must(len(ids) == 1, f"I3: {place} has {len(ids)} effective decisions: {ids}")
        held = sorted(person for _, person in now.claims if person in now.left)
        must(not held, f"I6: {held} have left, and hold something")

    def _sealed(self, op_id: str) -> Confirmed:
        if op_id not in self.confirmed:
            self.ask_laptops()  # one that was never sent may have got another id just before it left
        confirmed = self.confirmed.get(op_id)
        must(confirmed is not None, f"I4: nobody sealed {op_id}, and yet it was accepted")
        assert confirmed is not None
        return confirmed

    def _must_be_as_sealed(self, new: Accepted | Remark) -> Confirmed:
        confirmed = self._sealed(new.op_id)
        must(confirmed.payload == new.payload, f"I4: {new.op_id} was accepted with other bytes than were sealed")
        must(confirmed.person == new.person, f"I4: {new.op_id} was accepted as somebody else's")
        must(
            (new.submission, new.attempt) == (confirmed.submission, confirmed.attempt),
            f"I5: {new.op_id} landed on {new.submission}, {new.attempt}",
        )
        barred = self._before.is_barred(new.person, json.loads(new.payload)["device_id"])
        must(not barred or new.op_id in self._before.kept, f"I10: {new.op_id} was accepted from who may send no more")
        return confirmed

    def _may_be_accepted(self, new: Accepted) -> None:
        confirmed, before, op = self._must_be_as_sealed(new), self._before.seen.get(new.submission), new.op
        must(before is not None, f"I5: {new.op_id} landed on an unknown submission")
        assert before is not None
        if op["kind"] == "decision.revise":
            self._may_be_revised(new, before, confirmed)
            return
        if not op["body"].get("old_attempt"):
            known = self.history.get((new.submission, confirmed.version))
            must(before.attempt == new.attempt, f"I5: {new.op_id} landed on attempt {before.attempt}")
            must(known is not None and known.attempt == new.attempt, f"I5: {new.op_id} rests on what nobody was shown")
            must(before.evidence == confirmed.evidence, f"I5: {new.op_id} landed on other evidence")
            must(before.state in {"open", "claimed"}, f"I3: {new.op_id} was accepted on {before.state}")
            pinned = (op["base"]["rubric"]["id"], op["base"]["rubric"]["version"])
            fits = before.rubric == pinned or op["body"].get("keep_rubric")
            must(bool(fits), f"I5: {new.op_id} landed on rubric {before.rubric}")
            self._must_be_in_turn(new, op, before)
        twice = [each.op_id for each in self._before.decisions.values() if _same_vote(each, new)]
        must(not twice, f"I2: {new.op_id} and {twice} are decisions of the same person on the same attempt")

    def _may_be_revised(self, new: Accepted, before: Seen, confirmed: Confirmed) -> None:
        was = self._before.accepted.get(new.replaces or "")
        must(was is not None, f"I3: {new.op_id} revises {new.replaces}, which does not count")
        assert was is not None
        must(before.attempt == new.attempt, f"I5: {new.op_id} revises attempt {before.attempt}")
        must(before.evidence == confirmed.evidence, f"I5: {new.op_id} rests on other evidence")
        must(
            (was.final, was.appeal) == (new.final, new.appeal), f"I3: {new.op_id} counts for more than what it revises"
        )
        must(before.appeal == was.appeal, f"I3: {new.op_id} revises what an appeal is against")
        settled = before.decision == was.op_id if was.final else before.decision is None
        must(settled, f"I3: {new.op_id} revises {was.op_id}, and {before.decision} counts")

    def _must_be_in_turn(self, new: Accepted, op: Any, before: Seen) -> None:
        if new.op_id in self._before.kept or new.op_id in self.lost:
            return  # kept until it could be applied, or confirmed before a restore: its fence had its test
        fence, held = op["base"]["fence"], self._before.claims.get((new.submission, new.person))
        if held is None:
            must(before.fence == fence, f"I6: {new.op_id} was accepted with fence {fence} of {before.fence}")
        else:
            right = (held.device, held.fence) == (op["device_id"], fence)
            must(right, f"I6: {new.op_id} was accepted beside a claim under another fence")

    def _may_be_remarked(self, now: Platform, new: Remark) -> None:
        self._must_be_as_sealed(new)
        if new.kind not in {"comment.amend", "comment.remove"}:
            return
        first = now.remarks.get(new.about)
        hers = first is not None and (first.kind, first.person) == ("comment.add", new.person)
        must(hers, f"I5: {new.op_id} is about no comment of hers")
        gone = [each.op_id for each in self._before.remarks.values() if _removes(each, new.about)]
        must(not gone, f"I2: {new.op_id} came after {gone} had taken the comment back")


def must(holds: bool, otherwise: str) -> None:
    """Demands something.

    Raises:
        BrokenError: It does not hold.
    """
    if not holds:
        raise BrokenError(otherwise)


def _must_be_a_link(before: Platform, now: Platform, was: Accepted) -> None:
    """What takes a decision's place names it, and is its next version or an appeal's answer: all form one chain."""
    after = now.decisions.get(was.by or "")
    must(after is not None and after.replaces == was.op_id, f"I3: {was.by} takes the place of {was.op_id}, unnamed")
    assert after is not None
    must(
        (after.submission, after.attempt) == (was.submission, was.attempt), f"I3: {after.op_id} replaces what it is not"
    )
    if after.op["kind"] == "decision.revise":
        next_one = (after.person, after.version, after.op["base"]["decision_version"])
        must(
            next_one == (was.person, was.version + 1, was.version),
            f"I3: {after.op_id} is no next version of {was.op_id}",
        )
        return
    must(after.appeal > was.appeal, f"I3: {after.op_id} took the place of {was.op_id} without an appeal")
    before_her = [each.op_id for each in before.decisions.values() if _same_vote(each, after)]
    must(not before_her, f"I3: the appeal's answer {after.op_id} comes from who has decided before: {before_her}")


def _removes(remark: Remark, comment: str) -> bool:
    return (remark.kind, remark.about) == ("comment.remove", comment)


def _same_vote(one: Accepted, other: Accepted) -> bool:
    mine, hers = (one.submission, one.attempt, one.person), (other.submission, other.attempt, other.person)
    return mine == hers and one.op_id != other.op_id
