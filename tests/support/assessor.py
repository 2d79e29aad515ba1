"""An assessor's laptop as plain HTTP, for tests of the platform; knows the tiny pack's first submission."""

import json
from typing import Any

import httpx

from mcassess.sync.wire import PREFIX

LEVELS = {"c1": ("c1-3", 2), "c2": ("c2-3", 2), "c3": ("c3-3", 2)}

NOT_YET = {
    "outcome": "not_yet",
    "scores": {
        "c1": {"level": "c1-1", "points": 0, "comment": "Let students say the purpose."},
        "c2": {"level": "c2-3", "points": 2},
        "c3": {"level": "c3-3", "points": 2},
    },
}
"""What a decision on the tiny pack's first submission says instead."""


def code(result: dict[str, Any]) -> str:
    """Returns why an operation was rejected."""
    assert result["status"] == "rejected", result
    found: str = result["problem"]["code"]
    return found


class Client:
    """One assessor's laptop, as plain HTTP."""

    def __init__(self, url: str, token: str | None, device: str = "device-1") -> None:
        headers = {"Mcassess-Device": device}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self.device = device
        self.token = token
        self._asked = 0
        self.http = httpx.Client(base_url=url + PREFIX, headers=headers, timeout=20)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def changes(self, cursor: str | None = None, limit: int = 500) -> tuple[list[dict[str, Any]], str]:
        found: list[dict[str, Any]] = []
        while True:
            page = self.get("/changes", params={"limit": limit} | ({"cursor": cursor} if cursor else {})).json()
            found += page["changes"]
            cursor = page["next"]
            if not page["more"]:
                return found, cursor

    def rows(self, kind: str = "submission", cursor: str | None = None) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.changes(cursor)[0] if row["type"] == kind}

    def push(self, *ops: Any) -> list[dict[str, Any]]:
        answer = self.http.post("/ops", content=json.dumps({"ops": list(ops)}))
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def decision(
        self,
        submission: str = "s-0001",
        *,
        seq: int = 1,
        op_id: str | None = None,
        base: dict[str, Any] | None = None,
        **body: Any,
    ) -> dict[str, Any]:
        """An operation that awards s-0001 as the tiny pack has it; whatever is given replaces what it says."""
        return {
            "v": 1,
            "op_id": op_id or f"op-{self.device}-{seq}",
            "device_id": self.device,
            "device_seq": seq,
            "kind": "decision.submit",
            "submission_id": submission,
            "base": {
                "submission_version": 1,
                "attempt": 2,
                "rubric": {"id": "mm-sel-r", "version": 3},
                "fence": 0,
                "decision_version": None,
            }
            | (base or {}),
            "body": {
                "outcome": "award",
                "scores": {c: {"level": level, "points": points} for c, (level, points) in LEVELS.items()},
                "completeness": {"k1": True, "k2": True},
                "feedback": "The walrus remembers every morning.",
            }
            | body,
            "client_time": "2026-11-22T01:20:31.400+13:00",
        }

    def operation(
        self, kind: str, submission: str = "s-0001", *, seq: int, base: dict[str, Any] | None = None, **body: Any
    ) -> dict[str, Any]:
        """An operation of another kind, about the tiny pack's first submission unless it says otherwise."""
        op = self.decision(submission, seq=seq, base=base)
        return op | {"kind": kind, "body": body}

    def revision(self, version: int, *, seq: int, base: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
        """A revision of her decision on s-0001."""
        op = self.decision(seq=seq, base={"decision_version": version} | (base or {}), **body)
        return op | {"kind": "decision.revise"}

    def claims(self, action: str, *submissions: str, **more: Any) -> dict[str, Any]:
        """Asks for claims; each call is a request of its own unless it names one."""
        self._asked += 1
        document = {"request_id": f"{self.device}-{self._asked}", "action": action} | more
        if submissions:
            document["submission_ids"] = list(submissions)
        answer = self.http.post("/claims", content=json.dumps(document))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def claim(self, submission: str = "s-0001", **more: Any) -> dict[str, Any]:
        """Claims one submission and returns the grant."""
        answer = self.claims("claim", submission, **more)
        assert answer["refused"] == [], answer
        return answer["claims"][0]

    def refusal(self, action: str, submission: str = "s-0001", **more: Any) -> str:
        """Asks for something about a claim that is refused; returns the code."""
        answer = self.claims(action, submission, **more)
        assert answer["claims"] == answer["released"] == [], answer
        return answer["refused"][0]["problem"]["code"]
