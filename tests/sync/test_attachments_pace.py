"""Files go up as the assessor wishes: not while paused, not by paid connections, not faster than her limit."""

from pathlib import Path

import pytest

from mcassess.jobs import attaching, fetching
from mcassess.jobs.attaching import FileState
from mcassess.sync.progress import time_left
from mcassess.sync.run import Cancel, Step
from mcassess.sync.runner import SyncOptions, SyncReport, run_sync
from tests.support.attaching import attach_and_seal, content, pending
from tests.support.faults import Asked, Fault, FaultProxy
from tests.support.platform import Platform
from tests.support.syncing import HASTY, Laptop

PIECE = 64 << 10
BIG = 3 * PIECE


@pytest.fixture
def desk(joined: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """A laptop with a sealed decision and its file, which goes up in three pieces."""
    monkeypatch.setattr("mcassess.sync.sending_files.MAX_CHUNK_BYTES", PIECE)
    path = tmp_path / "reflection annotated.pdf"
    path.write_bytes(content(BIG))
    joined.sync(evidence=False)
    attach_and_seal(joined, path)
    return joined


def pieces(network: FaultProxy) -> list[int]:
    return [len(each.body) for each in network.seen if each.method == "PATCH"]


def test_paused_the_decision_goes_and_its_file_waits(desk: Laptop, platform: Platform, network: FaultProxy) -> None:
    fetching.wish(desk.library, paused=True)
    report = desk.sync(evidence=False)
    assert (report.failed, len(report.sent), pieces(network)) == ([], 1, [])
    assert any("paused" in each.text for each in desk.events if each.step is Step.UPLOAD)
    fetching.wish(desk.library, paused=False)
    assert desk.sync(evidence=False).failed == []
    assert pending(platform) == [[]]


def test_a_pause_is_heeded_between_two_pieces_and_what_arrived_counts(
    desk: Laptop, platform: Platform, network: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pausing(asked: Asked) -> Fault | None:
        if asked.method == "PATCH":
            fetching.wish(desk.library, paused=True)
        return None

    monkeypatch.setattr("mcassess.sync.pace._LOOK_EVERY_MS", 0)
    network.rule = pausing
    report = desk.sync(evidence=False)
    assert (report.failed, report.cancelled, pieces(network)) == ([], False, [PIECE])
    [file] = attaching.attached_files(desk.library, desk.key("s-0001"))
    assert (file.state, file.arrived) == (FileState.SENDING, PIECE)
    network.rule = lambda _asked: None
    fetching.wish(desk.library, paused=False)
    assert desk.sync(evidence=False).failed == []
    assert pieces(network) == [PIECE] * 3
    assert pending(platform) == [[]]


def test_a_connection_paid_by_volume_carries_no_file_unless_it_may(desk: Laptop, platform: Platform) -> None:
    options = SyncOptions(policy=HASTY, reserve_bytes=0, is_metered=lambda: True)

    def sync() -> SyncReport:
        return run_sync(
            desk.library, desk.connect, evidence=False, on_event=desk.events.append, cancel=desk.cancel, options=options
        )

    assert len(sync().sent) == 1
    assert len(pending(platform)[0]) == 1
    fetching.wish(desk.library, on_metered=True)
    assert sync().failed == []
    assert pending(platform) == [[]]


def test_a_limit_makes_pieces_of_a_second_and_waits_between_them(
    desk: Laptop, platform: Platform, network: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(Cancel, "pause", lambda _self, seconds: waits.append(seconds))
    fetching.limit(desk.library, 40_000)
    assert desk.sync(evidence=False).failed == []
    assert pending(platform) == [[]]
    assert max(pieces(network)) == 40_000
    assert len(waits) == len(pieces(network)) == 5
    # As nothing really waits here, each wait lasts until the limit would let all that was sent before through.
    assert waits[-1] == pytest.approx(BIG / 40_000, abs=1.5)


def test_a_slow_or_broken_connection_gets_smaller_pieces(
    desk: Laptop, platform: Platform, network: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcassess.sync.sending_files._LEAST_PIECE_BYTES", PIECE // 4)
    monkeypatch.setattr("mcassess.sync.sending_files._QUICK_MS", 0)
    lost = iter([True, True, False])
    network.rule = lambda asked: Fault(answer=(502, {}, b"")) if asked.method == "PATCH" and next(lost, False) else None
    assert desk.sync(evidence=False).failed == []
    assert pieces(network)[:3] == [PIECE, PIECE // 2, PIECE // 4]
    assert pending(platform) == [[]]


@pytest.mark.parametrize(
    ("done", "total", "elapsed_ms", "words"),
    [
        (50, 100, 2_999, ""),
        (0, 100, 60_000, ""),
        (100, 100, 60_000, ""),
        (50, 100, 59_000, "less than a minute left"),
        (50, 100, 60_000, "about 1 minute left"),
        (10, 100, 60_000, "about 9 minutes left"),
        (1, 121, 60_000, "about 2 hours left"),
    ],
)
def test_how_long_the_rest_takes_is_said_in_words(done: int, total: int, elapsed_ms: int, words: str) -> None:
    assert time_left(done, total, elapsed_ms) == words
