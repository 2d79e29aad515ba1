import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.evidence.clock import PlayClock


def test_time_runs_on_from_the_last_word_at_the_speed_that_is_set() -> None:
    clock = PlayClock()
    clock.anchor(5000, at=100.0)
    assert clock.time_ms(100.5) == pytest.approx(5500)
    clock.set_rate(2.0, at=101.0)
    assert clock.time_ms(101.0) == pytest.approx(6000)
    assert clock.time_ms(102.0) == pytest.approx(8000)


@given(
    number=st.integers(0, 40_000), rate=st.sampled_from([24.0, 25.0, 29.97, 30.0, 50.0, 60.0]), late=st.floats(0, 0.4)
)
def test_a_picture_shown_a_little_late_still_gets_its_own_time(number: int, rate: float, late: float) -> None:
    clock = PlayClock()
    clock.anchor(0, at=0.0)
    assert clock.frame_ms((number + late) / rate, rate) == round(number * 1000 / rate)


def test_without_a_known_rate_the_time_is_the_clock_s() -> None:
    clock = PlayClock()
    clock.anchor(1000, at=0.0)
    assert clock.frame_ms(0.0123, 0.0) == 1012
