"""What is heard is what was recorded: as loud, at its time, and as high at every speed. libVLC writes it to a file."""

import subprocess
import wave
from array import array
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from mcassess.evidence.player import VideoPlayer
from mcassess.evidence.reader import FileReader
from mcassess.evidence.video import PlayerState
from mcassess.evidence.video_vlc import VlcEngine
from tests.evidence.player_contract import Audience

_BEGINS_MS = 600
_SECONDS = 2
_HERTZ = 440
_EXACT_MS = 40
_TRIES = 4


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video in which a tone sets in after some time."""
    path = tmp_path_factory.mktemp("tone") / "tone.mp4"
    sound = f"sine=frequency={_HERTZ}:duration={_SECONDS},volume='if(lt(t,{_BEGINS_MS / 1000}),0,2)':eval=frame"
    inputs = ["-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=30:duration={_SECONDS}", "-f", "lavfi", "-i", sound]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run(["ffmpeg", "-v", "error", *inputs, *coding, str(path)], check=True, timeout=60)
    return path


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[tuple[VideoPlayer, Path]]:
    path = tmp_path / "heard.wav"
    engine = VlcEngine("afile")
    engine._options += [f"--audiofile-file={path}", "--audiofile-format=s16"]
    player = VideoPlayer(engine, Audience().events)
    yield player, path
    player.shutdown()
    engine.release()


def measured(path: Path) -> tuple[int, float, float]:
    """Peak, beginning in milliseconds and pitch in hertz of what sounds in a WAV file."""
    with wave.open(str(path)) as opened:
        rate, step = opened.getframerate(), opened.getnchannels()
        samples = array("h", opened.readframes(opened.getnframes()))[::step]
    peak = max(samples)
    first = next(place for place, sample in enumerate(samples) if sample > peak / 4)
    sounding = samples[first + rate // 10 : first + rate // 2]
    crossings = [place for place, (a, b) in enumerate(pairwise(sounding)) if a < 0 <= b]
    return peak, first / rate * 1000, (len(crossings) - 1) * rate / (crossings[-1] - crossings[0])


def as_recorded(path: Path, folder: Path) -> tuple[int, float, float]:
    source = folder / "source.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), str(source)], check=True, timeout=60)
    return measured(source)


@pytest.mark.parametrize(
    ("volume", "rate"), [(100, 1.0), (200, 1.0), (100, 2.0), (100, 0.5)], ids=["plain", "boosted", "fast", "slow"]
)
def test_sound_is_as_loud_as_wished_at_its_time_and_keeps_its_pitch(
    heard: tuple[VideoPlayer, Path],
    tone: Path,
    tmp_path: Path,
    wait_until: Callable[..., None],
    volume: int,
    rate: float,
) -> None:
    player, path = heard
    peak, begins_ms, hertz = as_recorded(tone, tmp_path)
    assert hertz == pytest.approx(_HERTZ, abs=2)
    player.set_sound(volume)
    player.set_rate(rate)
    begun = []
    for _ in range(_TRIES):  # a machine that is too busy drops some of the first sound
        player.open(FileReader(tone), paused=False)
        wait_until(lambda: player.state is PlayerState.ENDED)
        player.close(wait=True)
        peak_heard, begins_heard_ms, hertz_heard = measured(path)
        assert peak_heard == pytest.approx(peak * volume / 100, rel=0.06)
        assert hertz_heard == pytest.approx(hertz, abs=4)
        begun.append(begins_heard_ms * rate)
        if begun[-1] == pytest.approx(begins_ms, abs=_EXACT_MS):
            return
    pytest.fail(f"the tone begins at {begun} and not at {begins_ms}")
