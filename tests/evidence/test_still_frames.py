"""Exact pictures come from a child: one that died is replaced unnoticed, and one that serves another video says so."""

import os
import signal

import pytest

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import BytesReader, FileReader, SharedReader, WatchedReader
from mcassess.evidence.still_frames import StillFrames
from mcassess.evidence.worker import Worker
from tests.support.media import number_of


@pytest.fixture
def child():
    worker = Worker("frames")
    yield worker
    worker.close()


def number_at(frames: StillFrames, time_ms: int) -> int:
    found = frames.at(time_ms)
    assert found is not None
    return number_of(found.picture)


def test_a_child_that_dies_is_replaced_and_stands_where_it_stood(child: Worker, clips, wait_until) -> None:
    reader = FileReader(clips.lesson)
    frames = StillFrames(reader, child)
    assert number_at(frames, 2000) == 60
    os.kill(child.process_id, signal.SIGKILL)
    wait_until(lambda: child.generation == 0)
    stepped = frames.step(1)
    assert stepped is not None
    assert number_of(stepped.picture) == 61
    reader.close()


def test_two_videos_may_share_a_child(child: Worker, clips) -> None:
    readers = FileReader(clips.lesson), FileReader(clips.mute)
    first, second = (StillFrames(reader, child) for reader in readers)
    assert [number_at(first, 1000), number_at(second, 2000), number_at(first, 3000)] == [30, 60, 90]
    for reader in readers:
        reader.close()


def test_who_watches_the_file_hears_that_it_ended_a_child(child: Worker) -> None:
    heard: list[str] = []
    shared = SharedReader(WatchedReader(BytesReader(b"x"), lambda: heard.append("killed"), lambda: None))
    for _ in range(2):
        with pytest.raises(EvidenceError) as caught:
            child.call({"do": "open", "seconds": "no number", "size": "no size"}, 20, shared.view())
        assert caught.value.code == "crashed"
    assert heard == ["killed"] * 2
