"""When to try again, and after how long. Pure: neither waits nor looks at a clock."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How patient a run is.

    Attributes:
        tries: How often a step is tried in all.
        first_s: The longest pause after the first failure, in seconds; it doubles with every further one.
        longest_s: The longest pause of all, in seconds.
        patience_s: A pause longer than this is not waited for within one run; the step is given up, in seconds.
    """

    tries: int = 3
    first_s: float = 1.0
    longest_s: float = 900.0
    patience_s: float = 60.0


def may_be_retried(status: int) -> bool:
    """Tells whether an HTTP status means that the same request may be sent again."""
    return status in {408, 425, 429} or 500 <= status <= 599


def pause_s(policy: RetryPolicy, failures: int, fraction: float, retry_after_s: float | None = None) -> float:
    """Returns how long to pause, in seconds: full jitter under a doubling ceiling, never less than what was asked for.

    Args:
        failures: How many tries have failed so far, at least 1.
        fraction: A random number from 0 to 1.
        retry_after_s: What the platform asked for, if it did.
    """
    # 2 ** 60 is beyond every ceiling; a larger exponent would only cost time.
    ceiling = min(policy.longest_s, policy.first_s * 2.0 ** min(failures - 1, 60))
    return max(ceiling * fraction, retry_after_s or 0.0)


def next_pause_s(
    policy: RetryPolicy, failures: int, fraction: float, retry_after_s: float | None = None
) -> float | None:
    """Returns how long to pause before the next try, in seconds, or None if this run should give up."""
    if failures >= policy.tries:
        return None
    pause = pause_s(policy, failures, fraction, retry_after_s)
    return pause if pause <= policy.patience_s else None


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Reads a Retry-After header, seconds or an HTTP date, as seconds from ``now``; None if it says nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
