"""Every format that educators send opens, is told apart, plays, seeks to the frame and has a film strip."""

from pathlib import Path

import pytest

from mcassess.evidence.film_strip import make_film_strip
from mcassess.evidence.kinds import FileKind, kind_of
from mcassess.evidence.player import VideoPlayer
from mcassess.evidence.reader import FileReader
from mcassess.evidence.video import PlayerState
from tests.evidence.player_contract import Audience
from tests.support.formats import FORMATS, PICTURES, RATE, Format, make
from tests.support.media import make_video, number_of, told_by_ffmpeg


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("formats")
    source = make_video(folder / "source.mp4", frames=50, rate=RATE, key_every=RATE)
    return lambda form: make(form, source, folder)


@pytest.fixture
def audience() -> Audience:
    return Audience()


@pytest.fixture
def player(engine, audience, frames_child):
    player = VideoPlayer(engine, audience.events, frames_child)
    yield player
    player.shutdown()


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_it_plays_and_goes_to_the_very_frame(form: Format, made, player, audience, wait_until) -> None:
    path: Path = made(form)
    reader = FileReader(path)
    assert kind_of(reader, path.name) is FileKind.MEDIA
    player.open(reader)
    wait_until(lambda: player.state in {PlayerState.PAUSED, PlayerState.FAILED})
    assert player.state is PlayerState.PAUSED, player.failure
    info = player.info
    assert (info.has_picture, info.has_sound) == (form.has_picture, form.has_sound)
    assert info.duration_ms == pytest.approx(2000, abs=150)
    if form.has_picture:
        check_frames(form, told_by_ffmpeg(path), player, audience, wait_until)
    start_ms = 1200 if form.has_picture else 400
    player.seek(start_ms)
    wait_until(lambda: abs(player.position_ms - start_ms) <= 100)
    player.play()
    wait_until(lambda: player.position_ms > start_ms + 250)
    player.pause()
    wait_until(lambda: player.state is PlayerState.PAUSED)
    if form.has_picture and not form.name.startswith("3gp-h263"):
        before = number_of(audience.last)
        player.step(1)
        wait_until(lambda: number_of(audience.last) != before)
        assert number_of(audience.last) == before + 1
    player.play()
    wait_until(lambda: player.state is PlayerState.ENDED)


def check_frames(form: Format, times: list[int], player, audience, wait_until) -> None:
    if form.name.startswith("3gp-h263"):  # H.263 knows five sizes only, so its numbers are scaled
        return
    first_ms, first = audience.shown[-1]
    assert first <= 1
    for wanted in (1500, 300, 1000):
        count = len(audience.shown)
        player.seek(wanted)
        wait_until(lambda count=count: len(audience.shown) > count)
        shown_ms, number = audience.shown[-1]
        assert shown_ms <= wanted < shown_ms + 2 * 1000 / RATE
        there = max(index for index, time_ms in enumerate(times) if time_ms - times[0] <= shown_ms - first_ms + 5)
        assert number - first == there


@pytest.mark.parametrize("form", PICTURES[::3], ids=lambda form: form.name)
def test_it_has_a_film_strip(form: Format, made) -> None:
    strip = make_film_strip(FileReader(made(form)), lambda: True)
    assert strip is not None
    assert strip.stills
    assert bool(strip.sound) == form.has_sound
