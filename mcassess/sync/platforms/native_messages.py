"""Reading the native protocol's messages, and writing ids into its paths. Knows no HTTP."""

from dataclasses import dataclass, field
from typing import Protocol, TypeVar, runtime_checkable
from urllib.parse import quote

from pydantic import ValidationError
from pydantic_core import from_json

from mcassess.sync import wire
from mcassess.sync.platform import UnreadableAnswerError
from mcassess.texts import tr

_M = TypeVar("_M", bound=wire.Message)


@dataclass(frozen=True, slots=True)
class Asking:
    """One request.

    Attributes:
        path: Below the protocol's prefix.
        signed: Whether the token goes along.
        expected: Statuses that are answers; all others are failures.
    """

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    signed: bool = True
    expected: frozenset[int] = frozenset({200})


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of the platform that was asked.

    Attributes:
        headers: With names in lower case.
    """

    status: int
    headers: dict[str, str]
    body: bytes


@runtime_checkable
class Exchange(Protocol):
    """What asks a platform."""

    def exchange(self, asking: Asking) -> Answered:
        """Returns what the platform answers."""
        ...


def segment(identifier: str) -> str:
    """Returns an id as one segment of a path."""
    # A segment of dots alone would be taken for a way up the path.
    return quote(identifier, safe="") if identifier.strip(".") else "%2E" * len(identifier)


def read(message: type[_M], body: bytes) -> _M:
    """Returns a message from its JSON; a row of changes that cannot be read has type ``""``.

    Raises:
        UnreadableAnswerError: It is not such a message.
    """
    try:
        document = from_json(body)
        if isinstance(document, dict) and isinstance(document.get("changes"), list):
            document["changes"] = [_row(row) for row in document["changes"]]
        return message.model_validate(document)
    except ValueError:
        pass
    raise UnreadableAnswerError(
        tr("The platform's answer cannot be understood. This program may be too old for it; look for a newer version.")
    )


def _row(row: object) -> wire.ChangeRow:
    """One bad row must not hide the others: what cannot be read becomes a row of no type."""
    try:
        return wire.ChangeRow.model_validate(row)
    except ValidationError:
        found = row if isinstance(row, dict) else {}
        identifier = found.get("id")
        return wire.ChangeRow(
            seq=0,
            type="",
            id=identifier if isinstance(identifier, str) else "",
            version=0,
            op="upsert",
            data={"row": row},
        )
