"""The states that things in the library can be in, as they are stored. How they follow from another is elsewhere."""

from enum import StrEnum


class QueueState(StrEnum):
    """Where a submission stands for the assessor."""

    TO_REVIEW = "to_review"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    """Sealed, and no receipt yet."""
    NEEDS_YOU = "needs_you"
    """The platform refused the decision."""
    SENT = "sent"
    """The platform has a decision."""
    WITHDRAWN = "withdrawn"
    """Withdrawn, superseded, or no longer hers to review."""


class OpState(StrEnum):
    """Where an operation stands on its way to the platform."""

    READY = "ready"
    SENDING = "sending"
    """It may have reached the platform; it is sent again unchanged until there is an answer."""
    SETTLED = "settled"
    ATTENTION = "attention"
    """The platform refused it; the assessor decides how to go on."""
    KEPT = "kept"
    """Refused, and the assessor has decided how to go on; its bytes stay here as a record."""


class EvidenceState(StrEnum):
    """Where a file of evidence stands on this laptop."""

    WANTED = "wanted"
    PARTIAL = "partial"
    READY = "ready"
    """All of it is here, and its SHA-256 was right."""
    DAMAGED = "damaged"
    UNAVAILABLE = "unavailable"
    """The platform does not have it ready."""
    DESTROYED = "destroyed"
