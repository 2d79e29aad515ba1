"""Operations as they arrive: read from JSON, hashed, and refused where their form is wrong. Touches no database."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from mcassess.server.framing import storable
from mcassess.server.problems import problem
from mcassess.sync.wire import MAX_OP_BYTES, Op, Problem, canonical, digest
from mcassess.sync.wire_operations import OP_KINDS

_LATER = "decision.revise"
_MAX_ID = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One operation.

    Attributes:
        payload: Its canonical bytes; empty if it has none.
        op: None where the form is wrong.
        fault: What is wrong with the form, or None.
    """

    op_id: str
    device_id: str
    device_seq: int | None
    submission_id: str
    payload: bytes
    sha256: str
    op: Op | None
    fault: Problem | None

    @property
    def order(self) -> int:
        """Where it stands among its device's operations; without a number it comes first."""
        return -1 if self.device_seq is None else self.device_seq


def read_incoming(raw: Any) -> Incoming:  # noqa: ANN401 - any JSON at all may arrive
    """Reads an operation from JSON of whatever shape."""
    fields = raw if isinstance(raw, dict) else {}
    op: Op | None = None
    payload = b""
    try:
        payload = canonical(fields)
        storable(fields)
        fault = _fault(raw, payload)
        if fault is None:
            op = Op.model_validate_json(payload, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        fault = problem("schema", f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    except (ValueError, RecursionError) as error:
        fault = problem("schema", str(error))
    if op is not None and (op.base.decision_version is not None) is not (op.kind == _LATER):
        rests = "a revision names the version that it revises" if op.kind == _LATER else "it revises nothing"
        fault = problem("schema", f"base.decision_version: {rests}")
    sequence = fields.get("device_seq")
    return Incoming(
        op_id=_text(fields, "op_id"),
        device_id=_text(fields, "device_id"),
        device_seq=sequence if type(sequence) is int and 0 <= sequence < 2**53 else None,
        submission_id=_text(fields, "submission_id"),
        payload=payload,
        sha256=digest(payload),
        op=op if fault is None else None,
        fault=fault,
    )


def _fault(raw: Any, payload: bytes) -> Problem | None:  # noqa: ANN401 - any JSON at all may arrive
    if not isinstance(raw, dict):
        return problem("schema", "an operation is a JSON object")
    if len(payload) > MAX_OP_BYTES:
        return problem("too-large", f"an operation has at most {MAX_OP_BYTES} bytes")
    for name in ("op_id", "device_id", "submission_id"):
        if not _text(raw, name):
            return problem("schema", f"'{name}' is a text of 1 to {_MAX_ID} characters")
    if raw.get("kind") not in OP_KINDS:
        return problem("unsupported-kind", f"known kinds: {', '.join(OP_KINDS)}")
    return None


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= _MAX_ID and value.isprintable() else ""
