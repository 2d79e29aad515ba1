import random
import subprocess
from pathlib import Path

import av
import pytest

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.frames import FrameDecoder, TimedFrame, upright
from mcassess.evidence.reader import BytesReader, FileReader
from tests.support.media import number_of, told_by_ffmpeg


@pytest.fixture
def decoder_of():
    """Opens decoders, and closes them and their readers after the test."""
    opened = []

    def open_decoder(path: Path) -> FrameDecoder:
        reader = FileReader(path)
        decoder = FrameDecoder(reader)
        opened.extend((decoder, reader))
        return decoder

    yield open_decoder
    for each in opened:
        each.close()


def shown(frame: TimedFrame | None) -> tuple[int, int]:
    assert frame is not None
    return frame.time_ms, number_of(upright(frame))


@pytest.mark.parametrize("clip", ["lesson", "mute", "phone", "slides", "old_camera", "web"])
def test_any_time_in_any_order_gives_exactly_its_picture(clips, decoder_of, clip: str) -> None:
    path = getattr(clips, clip)
    decoder = decoder_of(path)
    times = told_by_ffmpeg(path)
    lead_in = shown(decoder.at(0))[0] - times[0]  # releases of FFmpeg differ by some milliseconds on Opus's start
    assert abs(lead_in) < 10
    times = [time_ms + lead_in for time_ms in times]
    chance = random.Random(5)
    for wanted in [*times, *(chance.randrange(times[-1] + 300) for _ in range(40))]:
        number = max(index for index, time_ms in enumerate(times) if time_ms <= max(wanted, times[0]))
        time_ms, seen = shown(decoder.at(wanted))
        assert seen == number, wanted
        assert abs(time_ms - times[number]) <= 1


@pytest.mark.parametrize("clip", ["lesson", "slides", "old_camera"])
def test_steps_walk_through_every_picture_both_ways(clips, decoder_of, clip: str) -> None:
    path = getattr(clips, clip)
    last = len(told_by_ffmpeg(path)) - 1
    decoder = decoder_of(path)
    seen = [shown(decoder.at(10**7))[1]]
    while (frame := decoder.before()) is not None:
        seen.append(shown(frame)[1])
    assert seen == list(range(last, -1, -1))
    seen = [0]
    while (frame := decoder.after()) is not None:
        seen.append(shown(frame)[1])
    assert seen == list(range(last + 1))


def test_a_turned_video_comes_upright(clips, decoder_of) -> None:
    picture = upright(decoder_of(clips.turned).at(0))
    assert (picture.width, picture.height) == (180, 320)
    command = ["ffmpeg", "-v", "error", "-i", str(clips.turned), "-frames:v", "1"]
    theirs = subprocess.run(
        [*command, "-f", "rawvideo", "-pix_fmt", "bgra", "-"], check=True, capture_output=True, timeout=60
    ).stdout
    assert len(theirs) == 180 * 320 * 4
    for y in range(0, 320, 9):
        row = bytes(picture.pixels[y * picture.stride : y * picture.stride + 180 * 4])
        assert max(abs(a - b) for a, b in zip(row, theirs[y * 720 : (y + 1) * 720], strict=True)) <= 6


@pytest.mark.parametrize("width", [90, 100, 180, 250])
def test_pictures_of_odd_widths_are_whole(clips, decoder_of, width: int) -> None:
    image = decoder_of(clips.lesson).at(1000).image.reformat(width=width, height=100, format="yuv420p")
    for _ in range(3):
        picture = upright(TimedFrame(time_ms=1000, image=image))
        last_row = (picture.height - 2) * picture.stride
        greens = {picture.pixels[last_row + x * 4 + 1] for x in range(picture.width)}
        assert max(greens) - min(greens) <= 2, "the picture's lower part is of one grey"


def test_a_playlist_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(b"x")
    for text in (f"#EXTM3U\n#EXTINF:1,\n{secret}\n", f"ffconcat version 1.0\nfile {secret}\n"):
        with pytest.raises(EvidenceError) as caught:
            FrameDecoder(BytesReader(text.encode()))
        assert caught.value.code == "broken"


def test_broken_pictures_are_passed_over(clips, decoder_of, tmp_path: Path) -> None:
    content = bytearray(clips.lesson.read_bytes())
    with av.open(str(clips.lesson)) as container:
        places = [packet.pos for packet in container.demux(video=0) if packet.pos]
    for place in places[50:56]:
        content[place + 4 : place + 40] = bytes(36)
    (tmp_path / "bitten.mp4").write_bytes(bytes(content))
    decoder = decoder_of(tmp_path / "bitten.mp4")
    assert shown(decoder.at(3900)) == (3900, 117)
    assert shown(decoder.at(500)) == (500, 15)
