"""What outcomes and conditions are called, and how numbers, sizes and durations are written. Knows no layout."""

from mcassess.domain.kinds import Condition, Outcome
from mcassess.texts import tr, tr_n


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


def bytes_text(count: int) -> str:
    """Returns a size such as ``412 MB`` or ``1.1 GB``; a megabyte is a million bytes."""
    if count < 1000:
        return tr_n("{count} byte", "{count} bytes", count).format(count=count)
    size, units = count / 1000, (tr("kB"), tr("MB"), tr("GB"), tr("TB"))
    place = 0
    while place < len(units) - 1 and round(size) >= 1000:
        size, place = size / 1000, place + 1
    # Ten and more need no fraction, and neither do kilobytes.
    number = f"{size:.0f}" if place == 0 or round(size, 1) >= 10 else f"{size:.1f}".removesuffix(".0")
    return f"{number} {units[place]}"
