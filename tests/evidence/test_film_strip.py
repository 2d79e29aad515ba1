import random
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.film_strip import FilmStrip, StripStill, make_film_strip, make_picture_strip
from mcassess.evidence.reader import BytesReader, FileReader
from tests.support.media import BITS, BLOCK, WIDTH, make_video


def strip_of(path: Path) -> FilmStrip:
    strip = make_film_strip(FileReader(path), lambda: True)
    assert strip is not None
    return strip


def number_in(still: StripStill) -> int:
    """The number burnt into a still, which is smaller than its picture was."""
    scale = still.picture.width / WIDTH
    row = round(BLOCK / 2 * scale) * still.picture.stride
    bits = (still.picture.pixels[row + round((bit + 0.5) * BLOCK * scale) * 3] > 128 for bit in range(BITS))
    return sum(1 << bit for bit, is_set in enumerate(bits) if is_set)


@pytest.mark.parametrize(("key_every", "b_frames"), [(30, 2), (1000, 2)], ids=["usual", "one-key-frame"])
def test_every_part_of_a_video_has_a_still_that_is_the_picture_of_its_time(
    tmp_path: Path, key_every: int, b_frames: int
) -> None:
    path = make_video(tmp_path / "long.mp4", frames=450, key_every=key_every, b_frames=b_frames)
    strip = strip_of(path)
    assert {still.time_ms // 2000 for still in strip.stills} == set(range(8))
    assert all(a.time_ms < b.time_ms for a, b in pairwise(strip.stills))
    for still in strip.stills:
        assert still.time_ms == pytest.approx(number_in(still) * 1000 / 30, abs=1)
        assert (still.picture.width, still.picture.height) == (160, 90)
    assert strip.duration_ms == pytest.approx(15_000, abs=50)
    assert strip.aspect == pytest.approx(16 / 9)
    assert strip.still_at(7900).time_ms in {6000, 7000, 8000, 7667}


def test_a_turned_video_has_upright_stills(clips) -> None:
    strip = strip_of(clips.turned)
    assert strip.aspect == pytest.approx(9 / 16)
    picture = strip.stills[0].picture
    assert picture.height > picture.width


def test_the_outline_follows_the_sound(tmp_path: Path) -> None:
    path = tmp_path / "steps.m4a"
    loud = "sine=frequency=440:duration=4,volume='if(lt(t,1),0,if(lt(t,2),1,if(lt(t,3),0.25,0)))':eval=frame"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", loud, "-c:a", "aac", str(path)], check=True, timeout=60
    )
    strip = strip_of(path)
    assert strip.stills == ()
    per_second = 1000 // strip.sound_step_ms
    silent, full, quiet, end = (max(strip.sound[s * per_second + 2 : (s + 1) * per_second - 2]) for s in range(4))
    assert silent <= 1
    assert end <= 1
    assert full == pytest.approx(255 / 8, abs=4)  # ffmpeg's sine has an eighth of the full height
    assert quiet == pytest.approx(full / 4, abs=2)
    assert len(strip.sound) == pytest.approx(4 * per_second, abs=2)


def test_a_mute_video_has_no_outline(clips) -> None:
    assert strip_of(clips.mute).sound == b""


def test_of_a_cut_video_counts_what_is_there(clips) -> None:
    strip = strip_of(clips.cut)
    assert [number_in(still) for still in strip.stills] == [round(still.time_ms * 30 / 1000) for still in strip.stills]
    assert 1 <= len(strip.stills) <= 3


def test_it_can_be_stopped_and_leaves_no_process_behind(clips) -> None:
    assert make_film_strip(FileReader(clips.lesson), lambda: False) is None


@pytest.mark.parametrize("content", [b"", b"\0" * 5000, bytes(range(256)) * 200], ids=["nothing", "zeros", "noise"])
def test_what_is_no_video_has_none(content: bytes) -> None:
    with pytest.raises(EvidenceError):
        make_film_strip(BytesReader(content), lambda: True)


def test_a_picture_has_one_small_still_upright(tmp_path: Path) -> None:
    with Image.new("RGB", (1000, 500), "red") as picture:
        picture.paste("blue", (0, 0, 500, 500))
        exif = Image.Exif()
        exif[0x0112] = 6  # lies on its side
        picture.save(tmp_path / "photo.jpg", exif=exif)
    strip = make_picture_strip(FileReader(tmp_path / "photo.jpg"))
    [still] = strip.stills
    assert (still.picture.width, still.picture.height, strip.aspect) == (160, 320, 0.5)
    assert still.picture.pixels[2] > 200, "blue is at the top"
    assert FilmStrip.from_bytes(strip.to_bytes()).to_bytes() == strip.to_bytes()
    with pytest.raises(EvidenceError):
        make_picture_strip(BytesReader(b"\xff\xd8\xff nothing"))


def test_its_kept_form_reads_back_and_nothing_else_does(clips) -> None:
    strip = strip_of(clips.lesson)
    kept = strip.to_bytes()
    again = FilmStrip.from_bytes(kept)
    assert again is not None
    assert again.to_bytes() == kept
    assert (again.sound, again.duration_ms, len(again.stills)) == (strip.sound, strip.duration_ms, len(strip.stills))
    chance = random.Random(3)
    for _ in range(200):
        broken = bytearray(kept[: chance.randrange(len(kept))])
        assert FilmStrip.from_bytes(bytes(broken)) is None
    for _ in range(200):
        broken = bytearray(kept)
        broken[chance.randrange(200)] ^= 1 << chance.randrange(8)
        FilmStrip.from_bytes(bytes(broken))
