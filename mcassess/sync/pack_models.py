"""The shape of ``pack.json`` as it is written: files by name, rubrics inside; what is absent has its default."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import Consent, EarlierDecision, Educator, EvidenceSlot, Pointer, Policy, Stack


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore")


class PackMicroCredential(_Item):
    """A micro-credential as it stands in a pack: with its rubric inside."""

    id: str
    title: str
    rubric: Rubric
    stack: Stack | None = None
    policy: Policy = Policy()
    slots: tuple[EvidenceSlot, ...] = ()


class PackEvidence(_Item):
    """A piece of evidence as it stands in a pack: files by their names."""

    id: str
    title: str
    kind: EvidenceKind
    slot: str | None = None
    file: str | None = None
    captions: str | None = None
    url: str | None = None
    text: str | None = None
    pointers: tuple[Pointer, ...] = ()
    consent: Consent = Consent()
    duration_ms: int | None = Field(default=None, ge=0)


class PackEarlier(_Item):
    """An earlier attempt as it stands in a pack."""

    attempt: int
    submitted_at: datetime | None = None
    evidence: tuple[PackEvidence, ...] = ()
    decision: EarlierDecision | None = None


class PackSubmission(_Item):
    """A submission as it stands in a pack."""

    id: str
    microcredential: str
    educator: Educator
    attempt: int = 1
    submitted_at: datetime | None = None
    due_at: datetime | None = None
    evidence: tuple[PackEvidence, ...] = ()
    earlier: tuple[PackEarlier, ...] = ()


class TrueScore(_Item):
    """The agreed level of a criterion in an exemplar, and why."""

    level: str
    reason: str = ""


class PackExemplar(_Item):
    """An exemplar as it stands in a pack."""

    id: str
    microcredential: str
    title: str
    evidence: tuple[PackEvidence, ...] = ()
    true_scores: dict[str, TrueScore] = Field(default_factory=dict)


class PackDocument(_Item):
    """The whole of ``pack.json``."""

    format: Literal["mcassess-pack"]
    version: Literal[1]
    microcredentials: tuple[PackMicroCredential, ...] = ()
    submissions: tuple[PackSubmission, ...] = ()
    exemplars: tuple[PackExemplar, ...] = ()
