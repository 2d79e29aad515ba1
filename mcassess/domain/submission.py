"""What educators submit, and what the programme says about it. What assessors make of it is in review.py."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mcassess.domain.citation import parse_time
from mcassess.domain.kinds import EarlierScores, EvidenceKind, Outcome, ReviseUntil, SubmissionState
from mcassess.domain.rubric import RubricPin, repeated

_COUNTS = ("attempts_max", "assessors", "check_in_days", "lock_minutes", "lease_ttl_s", "attachment_bytes")
_FROM_NOTHING = ("review_days", "evidence_days", "platform_evidence_days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The programme's rules for one micro-credential.

    Attributes:
        attempts_max: How often an educator may submit; None means without limit.
        review_days: Days within which a review is asked for.
        evidence_days: Days after the receipt at which evidence is destroyed on laptops.
        check_in_days: Days without a contact with the platform after which evidence is destroyed; None means never.
        stills_may_leave: Whether pictures of the evidence may stand in exported summaries.
        stills_in_lists: Whether small pictures of the evidence may stand in lists, on the timeline and under the mouse;
            else whoever sits beside the assessor sees faces only while a video plays.
        files_may_leave: Whether evidence may be opened in other programs, and annotated copies of it be saved outside
            the library.
        claim_required: Whether only the holder of a claim may decide.
        keep_unapplied: Whether the platform keeps a decision that it could not apply.
        lock_minutes: After so many minutes without a sign of life laptops lock; None means that it is not demanded.
        passphrase_required: Whether laptops have to be locked with a passphrase.
        reporting_text: What the programme says on mandated reporting; shown where evidence is withheld, offline too.
        revise_until: How long a decision may be revised: until the educator is told, or until she submits again.
        lease_ttl_s: How long a claim lasts, in seconds; None leaves it to the platform.
        strict_lease: Whether a decision under a claim that has run out is refused.
        allow_old_attempt: Whether an attempt may still be decided once a newer one has come.
        second_opinions: Whether others may record their own decision beside the accepted one.
        review_requests: Whether coordinators may be asked to look at a decision.
        platform_evidence_days: Days after the decision at which the platform destroys the evidence; None means never.
        attachment_kinds: Media types of files that may go up with a decision, such as ``application/pdf`` or
            ``image/*``; empty means any.
        attachment_bytes: The size of the largest one; None leaves it to the platform.
    """

    attempts_max: int | None = None
    blind: bool = True
    assessors: int = 1
    approver: bool = False
    review_days: int | None = None
    comment_below_pass: bool = True
    evidence_days: int | None = 30
    check_in_days: int | None = None
    earlier_scores: EarlierScores = EarlierScores.AFTER_MINE
    stills_may_leave: bool = False
    files_may_leave: bool = False
    stills_in_lists: bool = True
    claim_required: bool = False
    keep_unapplied: bool = True
    lock_minutes: int | None = None
    passphrase_required: bool = False
    reporting_text: str = ""
    revise_until: ReviseUntil = ReviseUntil.NEXT_ATTEMPT
    lease_ttl_s: int | None = None
    strict_lease: bool = False
    allow_old_attempt: bool = False
    second_opinions: bool = True
    review_requests: bool = True
    platform_evidence_days: int | None = None
    attachment_kinds: tuple[str, ...] = ()
    attachment_bytes: int | None = None

    def __post_init__(self) -> None:
        for name in _COUNTS + _FROM_NOTHING:
            value = getattr(self, name)
            if value is not None and value < (0 if name in _FROM_NOTHING else 1):
                raise ValueError(f"policy '{name}': {value} is too small")

    def takes_kind(self, media_type: str) -> bool:
        """Tells whether a file of this kind may go up with a decision."""
        main = media_type.partition("/")[0]
        return not self.attachment_kinds or bool({media_type, f"{main}/*"} & set(self.attachment_kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSlot:
    """What a micro-credential asks to be sent.

    Attributes:
        kinds: Kinds of evidence that fill it; empty means any.
        min: Fewest pieces that fill the slot.
        max: Most pieces; None means without limit.
        max_minutes: Longest duration of a video or sound, in minutes.
    """

    id: str
    title: str
    kinds: tuple[EvidenceKind, ...] = ()
    min: int = 1
    max: int | None = None
    max_minutes: float | None = None

    def __post_init__(self) -> None:
        if self.min < 0 or (self.max is not None and self.max < self.min):
            raise ValueError(f"slot '{self.id}': min and max contradict each other")
        if self.max_minutes is not None and not (math.isfinite(self.max_minutes) and self.max_minutes > 0):
            raise ValueError(f"slot '{self.id}': 'max_minutes' must be a positive number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A themed group of micro-credentials, and this one's place in it."""

    id: str
    title: str
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MicroCredential:
    """The thing that is earned."""

    id: str
    title: str
    rubric: RubricPin
    stack: Stack | None = None
    policy: Policy = Policy()
    slots: tuple[EvidenceSlot, ...] = ()

    def __post_init__(self) -> None:
        if twice := repeated(slot.id for slot in self.slots):
            raise ValueError(f"micro-credential '{self.id}': slot '{twice}' stands there twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Educator:
    """Who submits. A blind submission has an alias and no name."""

    id: str
    alias: str | None = None
    name: str | None = None

    def shown(self, *, blind: bool) -> str:
        """Returns what an assessor may call her: the alias where the policy is blind, else the name."""
        if not blind and self.name:
            return self.name
        return self.alias or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the evidence may be used for."""

    scoring: bool = True
    training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """The educator's own hint in her evidence: a time (``HH:MM:SS``) or a page, tied to a criterion or not."""

    text: str = ""
    at: str | None = None
    page: int | None = None
    criterion: str | None = None

    def __post_init__(self) -> None:
        if self.at is not None:
            parse_time(self.at)
        if self.page is not None and self.page < 1:
            raise ValueError("a pointer's pages are counted from 1")

    @property
    def at_ms(self) -> int | None:
        """The time in milliseconds, or None."""
        return None if self.at is None else parse_time(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of a file, named by their digest.

    Attributes:
        sha256: 64 hexadecimal digits, lower case.
        size: In bytes.
    """

    sha256: str
    size: int
    media_type: str = "application/octet-stream"

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or not set(self.sha256) <= set("0123456789abcdef"):
            raise ValueError("a SHA-256 is written as 64 hexadecimal digits in lower case")
        if self.size < 0:
            raise ValueError("a size is not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One file, link or text of an attempt.

    Attributes:
        id: Unique within the attempt.
        slot: Id of the slot that it fills, if any.
        content: The file; None for a link or a text.
        captions: WebVTT or SRT that belongs to a video.
        text: The text itself, where the kind is text and it came without a file.
        duration_ms: As the platform knows it; may be missing.
        available: Whether the platform has its file ready.
    """

    id: str
    title: str
    kind: EvidenceKind
    slot: str | None = None
    content: Content | None = None
    captions: Content | None = None
    url: str | None = None
    text: str | None = None
    pointers: tuple[Pointer, ...] = ()
    consent: Consent = Consent()
    duration_ms: int | None = None
    available: bool = True

    @property
    def files(self) -> Iterator[Content]:
        """What has to be fetched for it."""
        return (content for content in (self.content, self.captions) if content is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierScore:
    """A score that an earlier attempt received."""

    level: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDecision:
    """The decision that an earlier attempt received."""

    outcome: Outcome
    scores: dict[str, EarlierScore]
    feedback: str = ""
    decided_at: datetime | None = None

    def __post_init__(self) -> None:
        _aware(self.decided_at, "decided_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierAttempt:
    """A round of the submission that is over."""

    attempt: int
    submitted_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    decision: EarlierDecision | None = None

    def __post_init__(self) -> None:
        _aware(self.submitted_at, "submitted_at")
        _distinct(self.evidence, f"attempt {self.attempt}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The platform's promise that a submission is somebody's for some days.

    Attributes:
        assessor_id: Whose; empty where two assess blind to each other and it is the other's.
        device_id: On which of her devices; empty where it is somebody else's.
        fence: The fence under which it was granted.
        expires_at: By the platform's clock.
    """

    assessor_id: str
    device_id: str
    fence: int
    expires_at: datetime

    def __post_init__(self) -> None:
        _aware(self.expires_at, "expires_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One educator's bid for one micro-credential, in its present attempt.

    Attributes:
        version: The platform's count of changes of this submission.
        rubric: The version of the rubric that this educator worked from.
        fence: The platform's count of claims; a decision names the one that it saw.
        claim: Hers, or the one that keeps it from her; None where there is neither.
    """

    id: str
    microcredential: str
    educator: Educator
    rubric: RubricPin
    version: int = 1
    state: SubmissionState = SubmissionState.OPEN
    attempt: int = 1
    submitted_at: datetime | None = None
    due_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    earlier: tuple[EarlierAttempt, ...] = ()
    fence: int = 0
    decision_id: str | None = None
    claim: Claim | None = None

    def __post_init__(self) -> None:
        _aware(self.submitted_at, "submitted_at")
        _aware(self.due_at, "due_at")
        _distinct(self.evidence, f"submission '{self.id}'")
        if self.attempt < 1:
            raise ValueError(f"submission '{self.id}': attempts are counted from 1")
        for past in self.earlier:
            if not 1 <= past.attempt < self.attempt:
                raise ValueError(f"submission '{self.id}': attempt {past.attempt} is not earlier than {self.attempt}")
        if twice := repeated(past.attempt for past in self.earlier):
            raise ValueError(f"submission '{self.id}': attempt {twice} stands there twice")

    def find_evidence(self, evidence_id: str) -> Evidence | None:
        """Returns the piece of evidence of the present attempt with this id, or None."""
        return next((evidence for evidence in self.evidence if evidence.id == evidence_id), None)

    def earlier_attempt(self, attempt: int) -> EarlierAttempt | None:
        """Returns the earlier attempt of this number, or None."""
        return next((past for past in self.earlier if past.attempt == attempt), None)


def _aware(moment: datetime | None, name: str) -> None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"'{name}' has no time zone")


def _distinct(evidence: tuple[Evidence, ...], where: str) -> None:
    if twice := repeated(piece.id for piece in evidence):
        raise ValueError(f"{where}: evidence '{twice}' stands there twice")
