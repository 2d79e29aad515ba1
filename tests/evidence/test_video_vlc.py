import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mcassess.evidence.player import VideoPlayer
from mcassess.evidence.reader import FileReader
from mcassess.evidence.video import PlayerState
from mcassess.evidence.video_vlc import version
from tests.evidence.player_contract import Audience, MakePlayer, PlayerContract
from tests.support.media import number_of


class TestVideoPlayer(PlayerContract):
    @pytest.fixture
    def make_player(self, engine, frames_child) -> MakePlayer:
        return lambda events: VideoPlayer(engine, events, frames_child)

    def test_two_players_play_side_by_side(self, make_player, clips, wait_until) -> None:
        audiences = Audience(), Audience()
        players = [make_player(audience.events) for audience in audiences]
        for player in players:
            player.open(FileReader(clips.lesson), paused=False)
        wait_until(lambda: all(player.position_ms > 700 for player in players))
        for player in players:
            player.shutdown()
        assert all(len({number for _, number in audience.shown}) > 12 for audience in audiences)

    def test_moving_and_still_pictures_are_the_same_to_the_bit(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        player.play()
        wait_until(lambda: len(audience.shown) > 20)
        moving = audience.last
        player.pause()
        wait_until(lambda: player.state is PlayerState.PAUSED)
        time_ms = round(number_of(moving) * 1000 / 30)
        player.seek(0)
        player.seek(time_ms)
        wait_until(lambda: audience.last is not moving and audience.last.time_ms == time_ms)
        still = audience.last
        width = moving.width * 4
        for row in range(0, moving.height, 7):
            ours = bytes(moving.pixels[row * moving.stride : row * moving.stride + width])
            theirs = bytes(still.pixels[row * still.stride : row * still.stride + width])
            assert [ours[i::4] for i in range(3)] == [theirs[i::4] for i in range(3)]

    def test_a_seek_does_not_wait_for_libvlc_to_be_loaded(
        self, player, engine, audience, clips, wait_until, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loaded = threading.Event()
        monkeypatch.setattr(engine, "_warming", None)
        monkeypatch.setattr(engine, "warm_up", loaded.wait)
        try:
            self.opened(player, audience, clips.lesson, wait_until)
            player.seek(1000)
            wait_until(lambda: audience.shown[-1] == (1000, 30))
        finally:
            loaded.set()
            engine._warming.join()

    def test_no_descriptors_are_left(self, make_player, clips, wait_until) -> None:
        counts = []
        for _ in range(4):
            audience = Audience()
            player = make_player(audience.events)
            player.open(FileReader(clips.lesson), paused=False)
            wait_until(lambda audience=audience: len(audience.shown) > 3)
            player.shutdown()
            counts.append(len(list(Path("/proc/self/fd").iterdir())))
        assert counts[-1] == counts[1]


def test_the_version_of_libvlc_is_known() -> None:
    assert version().startswith("3.")


def test_without_libvlc_it_says_so_and_what_to_install() -> None:
    program = (
        "from mcassess.evidence.video_vlc import VlcEngine, version\n"
        "from mcassess.evidence.errors import EvidenceError\n"
        "print(version())\n"
        "try:\n    VlcEngine().check()\n"
        "except EvidenceError as error:\n    print(error.code, error.text)\n"
    )
    environment = {**os.environ, "PYTHON_VLC_LIB_PATH": "/nowhere/libvlc.so"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.startswith("None\nlibvlc_missing Videos cannot be played because VLC is not installed.")
