"""The native protocol's messages and headers; shared by the laptop and the reference platform.

Resources travel in the shapes of the domain: a submission, a rubric and a micro-credential are what
mcassess/domain/ says, read and written with ``resource_adapter``. Nothing here knows HTTP.
Signatures are made and checked in wire_signatures.py.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from mcassess.clock import written
from mcassess.domain.decision import Decision
from mcassess.domain.kinds import Outcome
from mcassess.domain.rubric import Rubric, RubricPin
from mcassess.domain.submission import Evidence, MicroCredential, Submission

PREFIX = "/mcsync/v1"
VERSION = 1
MEDIA_TYPE = "application/vnd.mcassess+json; v=1"
PROBLEM_TYPE = "application/problem+json"
DEVICE_HEADER = "Mcassess-Device"
REQUEST_HEADER = "Mcassess-Request"
SERVER_HEADER = "Mcassess-Server"
EPOCH_HEADER = "Mcassess-Epoch"
TIME_HEADER = "Mcassess-Time"

LAPTOP_LOST = "laptop-lost"
"""Code of the problem by which a platform makes a laptop destroy its evidence."""
MAX_OPS = 50
MAX_OPS_BYTES = 1 << 20
MAX_OP_BYTES = 256 << 10
MAX_PAGE = 500
MAX_CURSOR = 1000
"""Longest cursor or page token, in characters."""
LEAF_BYTES = 8 << 20
"""Size of one leaf of a file's list of SHA-256 digests."""

ResourceType = Literal["microcredential", "rubric", "submission"]
OpKind = Literal[
    "decision.submit",
    "decision.revise",
    "comment.add",
    "comment.amend",
    "comment.remove",
    "second_opinion.submit",
    "review.request",
    "evidence.report",
    "claim.release",
]
"""Their bodies are in wire_operations.py."""
OpStatus = Literal["applied", "duplicate", "rejected", "blocked", "later"]
RemoveReason = Literal[
    "decided_elsewhere", "reassigned", "withdrawn", "superseded", "access_revoked", "out_of_scope", "deleted"
]


class Message(BaseModel):
    """What all messages share: unknown fields are ignored, known ones never change after reading."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ServerInfo(Message):
    """GET /server: who answers, and what it can do. Needs no sign-in.

    Attributes:
        public_key: The Ed25519 key of its receipts, 32 bytes in base64.
        features: What it offers beyond reading and deciding, such as ``claims`` and ``uploads``.
        auth: How one may sign in: ``token`` (a personal one) and ``device`` (the device flow).
        sign_in: Where the device flow is (wire_sign_in.PLACES); empty where it is not offered.
    """

    server_id: str
    epoch: str
    name: str
    version_min: int = VERSION
    version_max: int = VERSION
    public_key: str
    features: list[str] = Field(default_factory=list)
    limits: dict[str, int] = Field(default_factory=dict)
    auth: list[str] = Field(default_factory=lambda: ["token"])
    sign_in: dict[str, str] = Field(default_factory=dict)


class Me(Message):
    """GET /me: who is signed in."""

    id: str
    name: str
    roles: list[str]
    programme: str = ""


class ChangeRow(Message):
    """One row of the feed: the newest state of a resource, or its removal."""

    seq: int
    type: str
    id: str
    version: int
    op: Literal["upsert", "remove"]
    data: dict[str, Any] | None = None
    reason: str | None = None


class ChangesPage(Message):
    """GET /changes: rows in the order of ``seq``, and the cursor to go on from (opaque)."""

    changes: list[ChangeRow]
    next: str = Field(max_length=MAX_CURSOR)
    more: bool


class SnapshotPage(Message):
    """GET /snapshot: all that is visible now. The last page has no ``page`` and says where the feed goes on."""

    changes: list[ChangeRow]
    page: str | None = Field(default=None, max_length=MAX_CURSOR)
    cursor: str | None = Field(default=None, max_length=MAX_CURSOR)


class TypeDigest(Message):
    """How many resources of a type there are, and the XOR of their digests as 64 hexadecimal digits."""

    count: int
    xor: str


class StateDigest(Message):
    """GET /digest: what a laptop should hold, summed up by type.

    Attributes:
        caught_up: Whether the cursor that was given stands at the state that was summed up.
    """

    cursor: str
    caught_up: bool
    types: dict[str, TypeDigest]


class LeafList(Message):
    """GET …/chunks: the SHA-256 of each leaf of a file.

    Attributes:
        chunk_size: Bytes of a leaf; the last one may be shorter.
        chunks_sha256: Digest of all leaves' digests in a row, 32 bytes each.
    """

    sha256: str
    size: int
    chunk_size: int
    chunks: list[str]
    chunks_sha256: str


class NamedRubric(Message):
    """The contents by which something was judged.

    Attributes:
        sha256: Over the canonical JSON of the rubric as it was pulled: a restored platform may issue a version's
            number anew. None where a program does not say.
    """

    id: str
    version: int
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")

    @property
    def pin(self) -> RubricPin:
        """The version's name, whatever it says."""
        return RubricPin(id=self.id, version=self.version)


class OpBase(Message):
    """What an operation rests on: the platform's state as the laptop had pulled it.

    Attributes:
        evidence_sha256: Of the attempt, as ``evidence_digest`` gives it: a restored platform may be sent another
            attempt under the same number. None where a program does not say.
    """

    submission_version: int
    attempt: int
    evidence_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    rubric: NamedRubric
    fence: int
    decision_version: int | None = None


class OpClock(Message):
    """How far the laptop's clock stood from the platform's, and how old that measurement was."""

    offset_ms: int | None = None
    measured_age_s: int | None = None


class Op(Message):
    """One operation. Frozen as canonical JSON (RFC 8785) before it is first sent; never altered after that."""

    v: Literal[1] = 1
    op_id: str
    device_id: str
    device_seq: int
    kind: str
    submission_id: str
    base: OpBase
    body: dict[str, Any]
    client_time: datetime
    clock: OpClock = OpClock()


class Problem(Message):
    """An RFC 9457 problem. ``code`` is what programs look at; ``detail`` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    code: str
    retryable: bool = False
    retry_after_s: float | None = None
    op_id: str | None = None
    current: dict[str, Any] | None = None
    trace_id: str | None = None


class Receipt(Message):
    """The platform's signed word that it has an operation.

    Attributes:
        payload_sha256: Digest of the operation's canonical bytes.
        signature: Ed25519 over the canonical JSON of all other fields, in base64.
    """

    server_id: str
    op_id: str
    payload_sha256: str
    submission: str
    attempt: int
    accepted_at: str
    signature: str


class Entity(Message):
    """Something that an operation made or changed, and the version it has now."""

    type: str
    id: str
    version: int


class OpResult(Message):
    """What became of one operation. A rejected one is stored too: asking again gives the same answer.

    Attributes:
        note: ``base-moved``: something else of the submission had changed meanwhile. ``not-held``: there was no claim.
        late_lease: The claim had run out; nobody else had got it.
        entities: What it made or changed; a decision's version is what ``decision.revise`` rests on.
        attachments_pending: SHA-256 of the attachments that have not arrived.
    """

    op_id: str
    status: OpStatus
    seq: int | None = None
    receipt: Receipt | None = None
    note: str | None = None
    problem: Problem | None = None
    late_lease: bool = False
    entities: list[Entity] = Field(default_factory=list)
    attachments_pending: list[str] = Field(default_factory=list)


class OpResults(Message):
    """POST /ops: a result for each operation, in their order."""

    results: list[OpResult]


class DecisionRecord(Message):
    """One accepted decision, as ``mcassess platform decisions`` lists it. Scores are levels by criterion.

    Attributes:
        final: False for a recommendation.
        version: 1, and one more for each revision by its assessor.
        appeal: 0, or the number of the appeal that it answers.
        supersedes: The decision that it takes the place of: by revision, or by appeal.
        superseded_by: The decision that took its place; None for the one that counts.
        released_at: When the educator could be told; None while something is pending, and for recommendations.
        attachments_pending: SHA-256 of its attachments that have not arrived.
    """

    submission: str
    attempt: int
    assessor: str
    outcome: Outcome
    scores: dict[str, str]
    op_id: str
    receipt: Receipt
    accepted_at: str
    final: bool = True
    version: int = 1
    appeal: int = 0
    supersedes: str | None = None
    superseded_by: str | None = None
    released_at: str | None = None
    attachments_pending: list[str] = Field(default_factory=list)


@cache
def resource_adapter(
    kind: ResourceType,
) -> TypeAdapter[Any]:
    """Returns what reads and writes a resource of this type."""
    adapters: dict[str, TypeAdapter[Any]] = {
        "microcredential": TypeAdapter(MicroCredential),
        "rubric": TypeAdapter(Rubric),
        "submission": TypeAdapter(Submission),
    }
    return adapters[kind]


@cache
def decision_adapter() -> TypeAdapter[Decision]:
    """Returns what reads and writes the body of a ``decision.submit``."""
    return TypeAdapter(Decision)


def canonical(document: dict[str, Any]) -> bytes:
    """Returns a JSON document in its canonical form (RFC 8785), the one that is hashed, signed and frozen.

    Raises:
        ValueError: It holds something that has no canonical form (NaN, an integer beyond 2^53).
    """
    return rfc8785.dumps(document)


def op_bytes(op: Op) -> bytes:
    """Returns an operation as it is frozen, sent and hashed."""
    return canonical({**op.model_dump(mode="json"), "client_time": written(op.client_time)})


def digest(data: bytes) -> str:
    """Returns the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def evidence_digest(evidence: Iterable[Evidence]) -> str:
    """Returns what tells an attempt's evidence from other: SHA-256 over canonical JSON of contents' digests by id."""
    return digest(canonical({piece.id: piece.content.sha256 if piece.content else None for piece in evidence}))


def state_digest(names: Iterable[tuple[str, str, int]]) -> dict[str, TypeDigest]:
    """Returns count and XOR of SHA-256(type, line feed, id, line feed, version), by type."""
    totals: dict[str, tuple[int, int]] = {}
    for kind, identifier, version in names:
        count, xor = totals.get(kind, (0, 0))
        one = int.from_bytes(hashlib.sha256(f"{kind}\n{identifier}\n{version}".encode()).digest())
        totals[kind] = (count + 1, xor ^ one)
    return {kind: TypeDigest(count=count, xor=f"{xor:064x}") for kind, (count, xor) in totals.items()}
