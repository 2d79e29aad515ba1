"""When to try again, and after how long."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.sync.retry import RetryPolicy, may_be_retried, next_pause_s, parse_retry_after, pause_s

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FRACTIONS = st.floats(0, 1)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_what_may_pass_is_tried_again(status: int) -> None:
    assert may_be_retried(status)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 410, 413, 422, 600])
def test_what_would_be_refused_again_is_not_tried_again(status: int) -> None:
    assert not may_be_retried(status)


@given(failures=st.integers(1, 10_000), fraction=FRACTIONS)
def test_a_pause_is_never_longer_than_a_quarter_of_an_hour(failures: int, fraction: float) -> None:
    assert 0 <= pause_s(RetryPolicy(), failures, fraction) <= 900


@given(failures=st.integers(1, 30), fraction=FRACTIONS, asked=st.floats(0, 1e6))
def test_a_pause_is_never_shorter_than_the_platform_asked_for(failures: int, fraction: float, asked: float) -> None:
    assert pause_s(RetryPolicy(), failures, fraction, asked) >= asked


def test_the_ceiling_of_pauses_doubles() -> None:
    assert [pause_s(RetryPolicy(), failures, 1.0) for failures in (1, 2, 3, 4)] == [1, 2, 4, 8]


def test_a_run_gives_up_after_three_tries() -> None:
    policy = RetryPolicy()
    assert next_pause_s(policy, 2, 0.5) is not None
    assert next_pause_s(policy, 3, 0.5) is None


def test_a_run_does_not_wait_for_an_hour() -> None:
    assert next_pause_s(RetryPolicy(), 1, 0.5, 3600) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 22 Nov 2026 09:01:00 GMT", 60),
        ("Sun, 22 Nov 2026 08:00:00 GMT", 0),
        ("٣", None),
        ("9" * 400, 999_999_999),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


@given(st.text())
def test_no_retry_after_header_does_harm(header: str) -> None:
    found = parse_retry_after(header, NOW)
    assert found is None or found >= 0
