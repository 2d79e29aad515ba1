"""When it is time to lock: idle minutes, a clock that has jumped, word of the system that it goes to sleep."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtDBus import QDBusConnection

from mcassess.ui.lock_watch import LockWatch
from mcassess.ui.suspend import SuspendWatch
from tests.support.library import TestClock
from tests.support.unlocking import pump


@pytest.fixture
def watch(qapp) -> Iterator[tuple[LockWatch, TestClock, list[str]]]:
    clock, told = TestClock(), []
    watch = LockWatch(clock, tick_ms=1)
    watch.idle.connect(lambda: told.append("idle"))
    watch.slept.connect(lambda: told.append("slept"))
    watch.start(15)
    watch._timer.stop()
    yield watch, clock, told
    watch.stop()


def minutes_pass(watch: LockWatch, clock: TestClock, minutes: float) -> None:
    for _ in range(int(minutes * 2)):
        clock.advance(seconds=30)
        watch._look()


def test_after_fifteen_idle_minutes_it_is_time(watch) -> None:
    watch, clock, told = watch
    minutes_pass(watch, clock, 14.5)
    watch.touch()
    minutes_pass(watch, clock, 14.5)
    assert told == []
    minutes_pass(watch, clock, 0.5)
    assert told == ["idle"]


def test_watching_a_lesson_is_no_idling_but_a_forgotten_loop_is(watch) -> None:
    watch, clock, told = watch
    for _ in range(59):
        watch.watching()
        minutes_pass(watch, clock, 1)
    assert told == []
    for _ in range(17):
        watch.watching()
        minutes_pass(watch, clock, 1)
    assert "idle" in told


def test_a_jump_of_the_clock_is_taken_for_sleep(watch) -> None:
    watch, clock, told = watch
    clock.at += timedelta(minutes=5)
    watch._look()
    assert told == ["slept"]


def test_zero_minutes_mean_never(watch) -> None:
    watch, clock, told = watch
    watch._limit_ms = 0
    minutes_pass(watch, clock, 600)
    assert told == []


@pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="needs dbus-daemon and dbus-send")
def test_word_of_the_system_that_it_goes_to_sleep_is_heard(qapp, tmp_path: Path, wait_until) -> None:
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    )
    try:
        address = daemon.stdout.readline().strip()
        bus = QDBusConnection.connectToBus(address, "suspend-test")
        watch, told = SuspendWatch(bus, service=""), []
        assert watch.listens
        watch.suspending.connect(lambda: told.append(True))
        for begins in ("false", "true"):
            subprocess.run(
                [
                    "dbus-send",
                    f"--bus={address}",
                    "--type=signal",
                    "/org/freedesktop/login1",
                    "org.freedesktop.login1.Manager.PrepareForSleep",
                    f"boolean:{begins}",
                ],
                check=True,
                timeout=10,
            )
        pump(wait_until, lambda: told)
        assert told == [True]
        QDBusConnection.disconnectFromBus("suspend-test")
    finally:
        daemon.terminate()
        daemon.wait(10)
        daemon.stdout.close()
