"""The closed sets of names that submissions, decisions, policies and destructions are described with. Nothing else."""

from enum import StrEnum


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    IMAGE = "image"
    TEXT = "text"
    LINK = "link"


class Outcome(StrEnum):
    """What a decision comes to."""

    AWARD = "award"
    NOT_YET = "not_yet"
    RETURNED = "returned"


class Condition(StrEnum):
    """A non-score outcome: why evidence could not be judged as it came."""

    UNPLAYABLE = "unplayable"
    WRONG_FILE = "wrong_file"
    PRIVACY_BREACH = "privacy_breach"
    PLAGIARISM = "plagiarism"
    DUPLICATE = "duplicate"
    EDITED_VIDEO = "edited_video"
    LINK_ONLY = "link_only"


class SubmissionState(StrEnum):
    """Where a submission stands on its platform."""

    OPEN = "open"
    CLAIMED = "claimed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class EarlierScores(StrEnum):
    """When an assessor may see the scores of earlier attempts."""

    ALWAYS = "always"
    AFTER_MINE = "after_mine"
    NEVER = "never"


class ReviseUntil(StrEnum):
    """How long whoever decided may revise her decision."""

    NEVER = "never"
    RELEASED = "released"
    NEXT_ATTEMPT = "next_attempt"


class DestroyReason(StrEnum):
    """Why evidence was destroyed."""

    TIME_OVER = "time_over"
    """The policy's days after the receipt are over."""
    WITHDRAWN = "withdrawn"
    """The educator took the submission back, or sent a newer one."""
    PRIVACY_BREACH = "privacy_breach"
    """The assessor withheld it, because it shows what it must not."""
    SAFETY = "safety"
    """The assessor withheld it, because she worries about a child's safety."""
    ACCESS_REVOKED = "access_revoked"
    """The submission is not the assessor's any more."""
    WIPE = "wipe"
    """The assessor asked for it."""
    NOT_CHECKED_IN = "not_checked_in"
    """The laptop had no contact with the platform for the policy's days."""
    LOST_LAPTOP = "lost_laptop"
    """The platform said that the laptop is lost."""
