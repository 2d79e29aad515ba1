"""What outcomes and conditions are called, and how numbers and durations are written. Knows no layout."""

from mcassess.domain.submission import Condition, Outcome
from mcassess.texts import tr


def outcome_name(outcome: Outcome) -> str:
    """Returns what a decision is called."""
    return {
        Outcome.AWARD: tr("Award"),
        Outcome.NOT_YET: tr("Not yet earned"),
        Outcome.RETURNED: tr("Returned, not complete"),
    }[outcome]


def condition_name(condition: Condition) -> str:
    """Returns what a condition code is called."""
    return {
        Condition.UNPLAYABLE: tr("Cannot be played"),
        Condition.WRONG_FILE: tr("Wrong file"),
        Condition.PRIVACY_BREACH: tr("Privacy breach"),
        Condition.PLAGIARISM: tr("Plagiarism"),
        Condition.DUPLICATE: tr("Duplicate"),
        Condition.EDITED_VIDEO: tr("Edited video"),
        Condition.LINK_ONLY: tr("Link only"),
    }[condition]


def duration_text(ms: int) -> str:
    """Returns a duration such as ``12:40`` or ``1:02:05``, whole seconds only."""
    seconds = ms // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes:02d}:{seconds % 60:02d}"


def number_text(number: float) -> str:
    """Returns points or minutes without needless decimals: ``42``, ``12.6``."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
