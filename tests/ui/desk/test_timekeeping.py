"""The time on a review."""

from pytestqt.qtbot import QtBot

from mcassess.ui.desk.timekeeping import TimeOnReview
from tests.support.library import TestClock


class Counter:
    def __init__(self) -> None:
        self.clock = TestClock()
        self.recorded: list[int] = []
        self.time = TimeOnReview(self.clock, self.recorded.append)

    def pass_seconds(self, seconds: int, *, somebody_there: bool = True) -> None:
        for _ in range(seconds):
            self.clock.advance(seconds=1)
            if somebody_there:
                self.time.sign_of_life()
            self.time.tick()


def test_time_counts_while_somebody_is_there_and_goes_to_the_disk_every_quarter_minute(qtbot: QtBot) -> None:
    counter = Counter()
    counter.time.take_up(60_000)
    counter.time.start()
    counter.pass_seconds(40)
    assert counter.time.total_ms == 100_000
    assert counter.recorded == [15_000, 15_000]
    counter.time.stop()
    assert sum(counter.recorded) == 40_000


def test_time_stands_still_after_a_minute_without_a_sign_of_life(qtbot: QtBot) -> None:
    counter = Counter()
    counter.time.start()
    counter.pass_seconds(300, somebody_there=False)
    assert counter.time.total_ms == 60_000
    counter.pass_seconds(10)
    assert counter.time.total_ms == 70_000
    counter.time.stop()


def test_a_laptop_that_slept_was_not_reviewing(qtbot: QtBot) -> None:
    counter = Counter()
    counter.time.start()
    counter.pass_seconds(5)
    counter.clock.advance(hours=8)
    counter.time.sign_of_life()
    counter.time.tick()
    assert counter.time.total_ms == 5_000
    counter.time.stop()


def test_nothing_counts_while_the_desk_is_not_shown(qtbot: QtBot) -> None:
    counter = Counter()
    counter.time.start()
    counter.pass_seconds(3)
    counter.time.stop()
    counter.clock.advance(seconds=30)
    counter.time.start()
    counter.pass_seconds(2)
    assert counter.time.total_ms == 5_000
    counter.time.stop()
