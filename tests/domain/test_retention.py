"""When evidence goes: never because a clock jumped, never while somebody may keep it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.domain.kinds import DestroyReason, SubmissionState
from mcassess.domain.retention import NOTICE, Contact, Holding, reason_to_destroy, to_destroy
from mcassess.domain.submission import Policy

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TEN_YEARS = timedelta(days=3650)


def holding(**changes: object) -> Holding:
    values: dict[str, object] = {
        "sha256": "a" * 64,
        "account": 1,
        "state": SubmissionState.OPEN,
        "removed_reason": None,
        "accepted_at": None,
        "policy": Policy(evidence_days=30),
    }
    return Holding(**{**values, **changes})  # type: ignore[arg-type]


def contact(ago: timedelta = timedelta(0), *, overdue: timedelta | None = None) -> Contact:
    since = None if overdue is None else NOW - overdue
    return Contact(at=NOW - ago, platform_time=NOW - ago, overdue_since=since)


def test_what_is_under_review_stays() -> None:
    assert reason_to_destroy(holding(), contact(TEN_YEARS), NOW) is None


@pytest.mark.parametrize(("days", "goes"), [(29, False), (30, True), (31, True)])
def test_the_days_of_the_policy_count_from_the_receipt(days: int, goes: bool) -> None:
    receipted = holding(accepted_at=NOW - timedelta(days=days), state=SubmissionState.DECIDED)
    assert (reason_to_destroy(receipted, contact(), NOW) is DestroyReason.TIME_OVER) is goes


def test_a_policy_without_days_keeps_evidence() -> None:
    kept = holding(accepted_at=NOW - TEN_YEARS, policy=Policy(evidence_days=None))
    assert reason_to_destroy(kept, contact(), NOW) is None


@given(jump=st.timedeltas(-TEN_YEARS, TEN_YEARS))
def test_a_laptops_clock_that_jumps_ends_no_time(jump: timedelta) -> None:
    receipted = holding(accepted_at=NOW - timedelta(days=5))
    assert reason_to_destroy(receipted, contact(), NOW + jump) is None


def test_before_the_first_contact_no_time_is_over() -> None:
    never = Contact(at=None, platform_time=None, overdue_since=None)
    kept = holding(accepted_at=NOW - TEN_YEARS, policy=Policy(check_in_days=1))
    assert reason_to_destroy(kept, never, NOW) is None


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("withdrawn", DestroyReason.WITHDRAWN),
        ("deleted", DestroyReason.WITHDRAWN),
        ("superseded", DestroyReason.WITHDRAWN),
        ("access_revoked", DestroyReason.ACCESS_REVOKED),
        ("reassigned", DestroyReason.ACCESS_REVOKED),
        ("a reason of the future", DestroyReason.ACCESS_REVOKED),
    ],
)
def test_what_the_platform_takes_away_goes(reason: str, expected: DestroyReason) -> None:
    assert reason_to_destroy(holding(removed_reason=reason), contact(), NOW) is expected


def test_what_the_educator_withdrew_goes() -> None:
    assert reason_to_destroy(holding(state=SubmissionState.WITHDRAWN), contact(), NOW) is DestroyReason.WITHDRAWN


def test_who_does_not_check_in_is_told_for_a_day_before_anything_goes() -> None:
    strict = holding(policy=Policy(check_in_days=14))
    late = timedelta(days=15)
    assert reason_to_destroy(strict, contact(timedelta(days=13), overdue=NOTICE), NOW) is None
    assert reason_to_destroy(strict, contact(late), NOW) is None
    assert reason_to_destroy(strict, contact(late, overdue=NOTICE - timedelta(seconds=1)), NOW) is None
    assert reason_to_destroy(strict, contact(late, overdue=NOTICE), NOW) is DestroyReason.NOT_CHECKED_IN
    assert reason_to_destroy(strict, contact(late, overdue=-TEN_YEARS), NOW) is None, "the clock went back since"


def test_a_file_goes_only_when_nobody_may_keep_it() -> None:
    gone, kept = holding(removed_reason="withdrawn"), holding(account=2)
    contacts = {1: contact(), 2: contact()}
    assert to_destroy([gone, kept], contacts, NOW) == {}
    assert to_destroy([kept, gone], contacts, NOW) == {}
    assert to_destroy([gone, gone], contacts, NOW) == {"a" * 64: DestroyReason.WITHDRAWN}
