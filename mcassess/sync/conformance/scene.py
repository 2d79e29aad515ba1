"""What the checks work on: what the platform shows the assessor under test, and operations made for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import Content, Evidence, MicroCredential, Submission
from mcassess.sync import wire
from mcassess.sync.conformance.talk import FaultError, NotAskedError, Talk, must

_MOST_PAGES = 10_000
_M = TypeVar("_M", bound=wire.Message)


@dataclass(slots=True, kw_only=True)
class Scene:
    """One run of the checks.

    Attributes:
        assessor: Whose token was given.
        colleague: Another assessor of the same platform; None where no second token was given.
        writing: Whether decisions may be made; what they are made on is decided for good.
    """

    assessor: Talk
    colleague: Talk | None
    writing: bool
    server: dict[str, Any] = field(default_factory=dict)
    _rows: list[wire.ChangeRow] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _numbers: int = 0

    def rows(self) -> list[wire.ChangeRow]:
        """Returns all that the platform shows, newest state of each; read once."""
        if not self._rows:
            self._rows, _ = walk(self.assessor)
        return self._rows

    def read_again(self) -> None:
        """Lets the next look read everything anew."""
        self._rows = []

    def resources(self, kind: wire.ResourceType) -> Iterator[Any]:
        """Yields what is shown of a type.

        Raises:
            FaultError: One of them is not of the protocol's shape.
        """
        for row in self.rows():
            if row.type == kind and row.op == "upsert":
                yield read_resource(row)

    def submission(self, name: str) -> Submission:
        """Returns a submission as it is shown now."""
        row = wire.ChangeRow.model_validate(self.assessor.message(f"/submissions/{name}"))
        found = read_resource(row)
        assert isinstance(found, Submission), "it was asked for as one"
        return found

    def fresh(self) -> Submission:
        """Returns an open submission that no check has used yet.

        Raises:
            NotAskedError: There is none left, or nothing may be written.
        """
        self.writes()
        policies = {each.id: each.policy for each in self.resources("microcredential")}
        for each in self.resources("submission"):
            policy = policies[each.microcredential]
            waits = each.state.value == "open" and each.id not in self._used and not policy.claim_required
            if waits and policy.assessors == 1 and not policy.approver:
                self._used.add(each.id)
                found: Submission = each
                return found
        raise NotAskedError("no open submission is left that one assessor decides without a claim")

    def writes(self) -> None:
        """Ends a check where nothing may be written.

        Raises:
            NotAskedError: Nothing may.
        """
        if not self.writing:
            raise NotAskedError("nothing is to be written")

    def file(self) -> tuple[Submission, Evidence, Content]:
        """Returns a piece of evidence with a file of some bytes.

        Raises:
            NotAskedError: There is none.
        """
        for each in self.resources("submission"):
            for piece in each.evidence:
                if piece.content is not None and piece.available and piece.content.size > 1:
                    return each, piece, piece.content
        raise NotAskedError("no submission that is shown has a file")

    def needs(self, feature: str) -> None:
        """Ends a check where the platform does not offer a feature.

        Raises:
            NotAskedError: It does not.
        """
        if feature not in self.server.get("features", []):
            raise NotAskedError(f"the platform does not offer {feature}")

    def other(self) -> Talk:
        """Returns the colleague.

        Raises:
            NotAskedError: There is none.
        """
        if self.colleague is None:
            raise NotAskedError("no second token was given")
        return self.colleague

    def operation(self, about: Submission, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Returns an operation that sends a submission back to its educator, with fields replaced."""
        self._numbers += 1
        return {
            "v": 1,
            "op_id": self.assessor.clock.new_id(),
            "device_id": self.assessor.device,
            "device_seq": self._numbers,
            "kind": "decision.submit",
            "submission_id": about.id,
            "base": {
                "submission_version": about.version,
                "attempt": about.attempt,
                "rubric": {"id": about.rubric.id, "version": about.rubric.version},
                "fence": about.fence,
                "decision_version": None,
            },
            "body": {
                "outcome": "returned",
                "scores": {},
                "completeness": {},
                "condition": "unplayable",
                "feedback": "Made by the conformance suite.",
            },
            "client_time": "2026-11-22T01:20:31.400Z",
            "clock": {"offset_ms": None, "measured_age_s": None},
        } | changes

    def push(self, *operations: Any, talk: Talk | None = None) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON
        """Sends operations and returns a result for each.

        Raises:
            FaultError: There is not one for each, in their order.
        """
        sender = talk or self.assessor
        document = sender.document(sender.post("/ops", {"ops": list(operations)}), "POST /ops")
        results = document.get("results")
        must(isinstance(results, list) and len(results) == len(operations), "there is not a result for each operation")
        assert isinstance(results, list), "tested just now"
        for operation, result in zip(operations, results, strict=True):
            if isinstance(operation, dict):
                must(
                    result.get("op_id") == operation["op_id"], "the results stand in another order than the operations"
                )
        return results


def walk(talk: Talk, limit: int = wire.MAX_PAGE) -> tuple[list[wire.ChangeRow], str]:
    """Reads the feed from its beginning; returns its rows and the cursor at its end.

    Raises:
        FaultError: A page is not of the protocol's shape, or the feed has no end.
    """
    rows: list[wire.ChangeRow] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = shaped(wire.ChangesPage, talk.message("/changes", {"cursor": cursor, "limit": limit}), "GET /changes")
        must(len(page.changes) <= limit, f"a page of at most {limit} rows has {len(page.changes)}")
        rows += page.changes
        must(page.more is False or page.next != cursor, "a page says that there is more, and its cursor stands still")
        cursor = page.next
        if not page.more:
            return rows, cursor
    raise FaultError("the feed does not come to an end")


def shaped(model: type[_M], document: object, what: str) -> _M:
    """Reads a message.

    Raises:
        FaultError: It is not of the protocol's shape.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise FaultError(f"{what}: {_first(error)}") from None


def read_resource(row: wire.ChangeRow) -> Rubric | MicroCredential | Submission:
    """Reads what a row of the feed brings.

    Raises:
        FaultError: It is not of the protocol's shape, or named otherwise than its row.
    """
    must(row.type in {"rubric", "microcredential", "submission"}, f"a row has the unknown type {row.type!r}")
    try:
        found: Rubric | MicroCredential | Submission = wire.resource_adapter(row.type).validate_python(row.data)
    except ValidationError as error:
        raise FaultError(f"{row.type} {row.id}: {_first(error)}") from None
    must(found.id == row.id, f"{row.type} {row.id} is named {found.id} within its row")
    return found


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
