"""Pictures are ffmpeg's, pixel for pixel as near as rounding lets: turned, of odd shapes, in every range of colours."""

import subprocess
from collections.abc import Callable
from itertools import starmap
from pathlib import Path

import pytest

from mcassess.evidence.player import VideoPlayer
from mcassess.evidence.reader import FileReader
from mcassess.evidence.video import PlayerState, VideoFrame
from tests.evidence.player_contract import Audience

_NEAR = 6
_EDGES = 7  # at most one place in so many lies on the edge of a bar, where ways of sampling colours differ
_SOURCE = "smptehdbars=size=384x216:rate=25:duration=2"
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-g", "25")


def _make(path: Path, *options: str) -> Path:
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", _SOURCE, *options, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


def _ffmpegs(path: Path) -> tuple[int, int, bytes]:
    """Width, height and pixels (four bytes each) of the first picture, as ffmpeg shows it."""
    filters = "scale=flags=accurate_rnd+full_chroma_int,format=bgra"
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-frames:v", "1", "-vf", filters, "-f", "rawvideo", "-"]
    pixels = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    high = 384 if (len(pixels) and "turned-90" in path.name) or "turned-270" in path.name else 216
    return len(pixels) // 4 // high, high, pixels


def _colours(frame: VideoFrame) -> list[tuple[int, int, int]]:
    """The colours at places spread over a picture, well inside its bars."""
    places = [(x, y) for x in range(13, frame.width - 8, 29) for y in range(11, frame.height - 8, 31)]
    return [tuple(frame.pixels[y * frame.stride + x * 4 : y * frame.stride + x * 4 + 3]) for x, y in places]  # type: ignore[misc]


def _theirs(width: int, height: int, pixels: bytes) -> list[tuple[int, int, int]]:
    frame = VideoFrame(
        width=width,
        height=height,
        stride=width * 4,
        pixels=memoryview(pixels),
        time_ms=0,
        serial=0,
        whole=(width, height),
    )
    return _colours(frame)


def _unlike(one: list[tuple[int, int, int]], other: list[tuple[int, int, int]]) -> int:
    """How many of the places differ by more than rounding."""
    far = starmap(lambda a, b: max(abs(x - y) for x, y in zip(a, b, strict=True)) > _NEAR, zip(one, other, strict=True))
    return sum(far)


@pytest.fixture
def audience() -> Audience:
    return Audience()


@pytest.fixture
def player(engine, audience: Audience):
    player = VideoPlayer(engine, audience.events)
    yield player
    player.shutdown()


def _check(player: VideoPlayer, audience: Audience, path: Path, wait_until: Callable[..., None]) -> VideoFrame:
    """Compares a standing and a moving picture with ffmpeg's; both are of one unchanging scene."""
    width, height, pixels = _ffmpegs(path)
    theirs = _theirs(width, height, pixels)
    player.open(FileReader(path))
    wait_until(lambda: player.state is PlayerState.PAUSED)
    still = audience.last
    assert (still.width, still.height) == (width, height)
    assert _unlike(_colours(still), theirs) <= len(theirs) // _EDGES
    count = len(audience.shown)
    player.play()
    wait_until(lambda: len(audience.shown) > count + 3)
    moving = audience.last
    assert (moving.width, moving.height) == (width, height)
    assert _unlike(_colours(moving), theirs) <= len(theirs) // _EDGES
    return still


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("limited-601", ("-pix_fmt", "yuv420p", "-colorspace", "smpte170m", "-color_range", "tv")),
        ("limited-709", ("-pix_fmt", "yuv420p", "-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709")),
        ("full-601", ("-pix_fmt", "yuvj420p")),
        ("full-709", ("-pix_fmt", "yuvj420p", "-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709")),
        ("unsaid", ("-pix_fmt", "yuv420p")),
        ("444", ("-pix_fmt", "yuv444p")),
    ],
)
def test_colours_are_ffmpegs_in_every_range(
    player: VideoPlayer, audience: Audience, tmp_path: Path, wait_until, name: str, options: tuple[str, ...]
) -> None:
    _check(player, audience, _make(tmp_path / f"{name}.mp4", *_H264, *options), wait_until)


@pytest.mark.parametrize("degrees", ["90", "180", "270"])
def test_turned_pictures_come_upright(
    player: VideoPlayer, audience: Audience, tmp_path: Path, wait_until, degrees: str
) -> None:
    plain = _make(tmp_path / "plain.mp4", *_H264, "-pix_fmt", "yuv420p")
    path = tmp_path / f"turned-{degrees}.mov"
    command = ["ffmpeg", "-v", "error", "-i", str(plain), "-c", "copy", "-metadata:s:v:0", f"rotate={degrees}"]
    subprocess.run([*command, str(path)], check=True, timeout=60)
    _check(player, audience, path, wait_until)


@pytest.mark.parametrize(("ratio", "aspect"), [("4/3", 4 / 3), ("1/2", 0.5), ("1", 1.0)])
def test_pixels_that_are_not_square_are_told(
    player: VideoPlayer, audience: Audience, tmp_path: Path, wait_until, ratio: str, aspect: float
) -> None:
    path = _make(tmp_path / "shape.mp4", *_H264, "-pix_fmt", "yuv420p", "-vf", f"setsar={ratio}")
    assert _check(player, audience, path, wait_until).pixel_aspect == pytest.approx(aspect)
