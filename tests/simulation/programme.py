"""What educators submit in the simulation: packs, written to a folder and loaded into the platform."""

import json
from pathlib import Path
from random import Random
from typing import Any

LEVELS = [{"id": "low", "title": "Not yet"}, {"id": "high", "title": "Meets", "points": 1}]
SIZES = (0, 700, 700, 300_000, 600_000)
NAMES = ("Ruth Nakamura", "Olga Petrova", "Ines Almeida", "Tomas Novak", "Amal Haddad")
WISTFUL = "wistful"
"""Stands in all that educators and assessors write, so that it is found wherever it does not belong."""
PLANTED = (*NAMES, "@school.example", WISTFUL)
POLICIES: dict[str, dict[str, Any]] = {
    "solo": {},
    "named": {"blind": False, "revise_until": "released", "allow_old_attempt": True},
    "pair": {"assessors": 2},
    "three": {"approver": True, "platform_evidence_days": 3},
    "strict": {"claim_required": True, "strict_lease": True, "lease_ttl_s": 7200, "revise_until": "never"},
}
KINDS = tuple(POLICIES)


class Programme:
    """One programme's micro-credentials and submissions, as its pack says them now.

    attempts: how many rounds each submission has had.
    """

    def __init__(self, folder: Path, random: Random, submissions: int) -> None:
        self.folder = folder
        self.attempts: dict[str, int] = {}
        self._random = random
        self._microcredentials = [_microcredential(kind, policy) for kind, policy in POLICIES.items()]
        self._submissions: dict[str, dict[str, Any]] = {}
        (folder / "files").mkdir(parents=True)
        self.add(submissions)

    def add(self, count: int) -> None:
        """Lets educators submit for the first time."""
        for number in range(len(self._submissions) + 1, len(self._submissions) + count + 1):
            identifier = f"s-{number:03d}"
            kind = self._random.choice([*KINDS, "solo"])
            self.attempts[identifier] = 1
            self._submissions[identifier] = {
                "id": identifier,
                "microcredential": kind,
                "educator": {"id": f"e{number}@school.example", "name": NAMES[number % len(NAMES)]},
                "submitted_at": "2026-11-20T09:00:00Z",
                "due_at": f"2026-12-{number % 28 + 1:02d}T09:00:00Z",
                "evidence": self._evidence(identifier, 1),
            }
        self._write()

    def resubmit(self, identifier: str) -> None:
        """Lets an educator send a new attempt."""
        self.attempts[identifier] += 1
        number = self.attempts[identifier]
        self._submissions[identifier] |= {"attempt": number, "evidence": self._evidence(identifier, number)}
        self._write()

    def retitle(self, identifier: str) -> None:
        """Changes something that no decision rests on."""
        day = self._random.randrange(1, 29)
        self._submissions[identifier]["due_at"] = f"2027-01-{day:02d}T09:00:00Z"
        self._write()

    def new_rubric(self) -> None:
        """Brings a new version of a rubric; what was submitted stays pinned to its own."""
        chosen = self._random.choice(self._microcredentials)
        chosen["rubric"]["version"] += 1
        chosen["rubric"]["title"] = f"Version {chosen['rubric']['version']}"
        self._write()

    def _evidence(self, identifier: str, attempt: int) -> list[dict[str, Any]]:
        evidence: list[dict[str, Any]] = [
            {"id": "t1", "title": "Reflection", "kind": "text", "text": f"{WISTFUL} {identifier}, {attempt}"}
        ]
        for number in range(self._random.choice([0, 1, 1, 2])):
            size = self._random.choice(SIZES)
            name = f"files/{identifier}-{attempt}-{number}.bin" if size != 700 else "files/same.bin"
            content = Random(name).randbytes(size)
            (self.folder / name).write_bytes(content)
            evidence.append({"id": f"v{number}", "title": "Lesson", "kind": "video", "file": name})
        return evidence

    def _write(self) -> None:
        document = {
            "format": "mcassess-pack",
            "version": 1,
            "microcredentials": self._microcredentials,
            "submissions": list(self._submissions.values()),
        }
        (self.folder / "pack.json").write_text(json.dumps(document))


def _microcredential(identifier: str, policy: dict[str, Any]) -> dict[str, Any]:
    criteria = [
        {"id": f"c{number}", "title": f"Criterion {number}", "pass_level": "high", "levels": LEVELS}
        for number in (1, 2)
    ]
    rubric = {
        "id": f"{identifier}-r",
        "version": 1,
        "title": "Version 1",
        "completeness": [{"id": "k1", "text": "It can be seen"}],
        "requirements": [{"id": "q1", "title": "All", "criteria": criteria}],
    }
    return {"id": identifier, "title": identifier, "policy": policy, "rubric": rubric}
