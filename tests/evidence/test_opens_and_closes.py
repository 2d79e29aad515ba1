"""Opening and closing one video after the other leaves nothing behind: memory, handles, threads, callbacks."""

import gc
import threading
from pathlib import Path

from mcassess.evidence.player import VideoPlayer
from mcassess.evidence.reader import FileReader
from mcassess.evidence.video import PlayerState
from tests.evidence.player_contract import Audience

_OPENS = 200
_WARM = 80
_PLAYED_EVERY = 5
_MOST_GROWTH_BYTES = 24 << 20


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def _handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_two_hundred_opens_and_closes_leave_memory_handles_and_callbacks_as_they_were(
    engine, clips, wait_until
) -> None:
    audience = Audience()
    player = VideoPlayer(engine, audience.events)
    paths = [clips.lesson, clips.phone, clips.hd, clips.sound]
    noted: list[tuple[int, int, int, int]] = []
    for number in range(_OPENS):
        audience.shown.clear()
        player.open(FileReader(paths[number % len(paths)]), paused=number % _PLAYED_EVERY != 0)
        wait_until(lambda: player.state in {PlayerState.PAUSED, PlayerState.PLAYING, PlayerState.FAILED})
        if number % _PLAYED_EVERY == 0:
            at = player.position_ms
            wait_until(lambda at=at: player.position_ms > at or player.state is PlayerState.ENDED)
        assert player.state is not PlayerState.FAILED, player.failure
        player.close(wait=True)
        if number in {_WARM, _OPENS - 1}:
            audience.last = None
            gc.collect()
            callbacks = len(player._output._kept)
            noted.append((_resident_bytes(), _handles(), threading.active_count(), callbacks))
    player.shutdown()
    (memory, *before), (memory_after, *after) = noted
    assert after == before
    assert memory_after - memory < _MOST_GROWTH_BYTES
