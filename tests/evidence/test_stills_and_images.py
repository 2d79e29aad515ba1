import io
import os
import signal
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.images import open_image
from mcassess.evidence.reader import BytesReader, FileReader
from mcassess.evidence.stills import VideoStills
from mcassess.evidence.worker import Worker
from tests.support.documents import image
from tests.support.media import number_of

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture(scope="module")
def worker():
    """A child for all tests but those that end it; it runs before the first test counts its processes."""
    worker = Worker("stills")
    open_image(BytesReader(image()), worker=worker)
    yield worker
    worker.close()


@pytest.fixture
def stills_of(worker):
    """Opens videos, and closes them after the test."""
    opened = []

    def open_video(path: Path) -> VideoStills:
        opened.append(VideoStills(FileReader(path), worker=worker))
        return opened[-1]

    yield open_video
    for stills in opened:
        stills.close()


def corners(content: bytes, worker: Worker) -> tuple[tuple[int, int], list[tuple[int, ...]]]:
    picture = open_image(BytesReader(content), worker=worker)
    places = [(2, 2), (picture.width - 3, 2), (2, picture.height - 3)]
    starts = [y * picture.stride + x * 3 for x, y in places]
    return (picture.width, picture.height), [tuple(picture.pixels[start : start + 3]) for start in starts]


def test_a_still_is_exactly_the_picture_of_its_time(clips, stills_of) -> None:
    stills = stills_of(clips.lesson)
    facts = stills.facts
    assert (facts.duration_ms, facts.width, facts.height, facts.has_picture, facts.has_sound, facts.codec) == (
        4000, 320, 180, True, True, "h264",
    )  # fmt: skip
    for time_ms, number in ((0, 0), (1000, 30), (2034, 61), (3999, 119), (99_999, 119)):
        still = stills.at(time_ms)
        assert (number_of(still.picture), still.time_ms) == (number, round(number * 1000 / 30))


def test_a_still_as_png_is_the_same_picture(clips, stills_of) -> None:
    stills = stills_of(clips.mute)
    with Image.open(io.BytesIO(stills.png(1000))) as opened:
        still = stills.at(1000).picture
        assert opened.size == (320, 180)
        blue, green, red = still.pixels[:3]
        assert opened.getpixel((0, 0)) == (red, green, blue)


def test_a_video_goes_on_in_a_new_child_when_the_old_one_died(clips, wait_until) -> None:
    worker = Worker("stills")
    stills = VideoStills(FileReader(clips.lesson), worker=worker)
    os.kill(worker.process_id, signal.SIGKILL)
    wait_until(lambda: worker.generation == 0)
    assert number_of(stills.at(1000).picture) == 30
    stills.close()
    worker.close()


def test_stills_with_a_child_of_their_own_end_it(clips) -> None:
    stills = VideoStills(FileReader(clips.lesson))
    stills.close()
    with pytest.raises(EvidenceError):
        stills.at(0)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"#EXTM3U\nfile:///etc/passwd\n"], ids=["nothing", "zeros", "playlist"]
)
def test_what_is_no_video_has_no_stills(content: bytes, worker: Worker) -> None:
    with pytest.raises(EvidenceError) as caught:
        VideoStills(BytesReader(content), worker=worker)
    assert caught.value.code in {"empty", "broken"}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_pictures_of_many_forms_open(form: str, worker: Worker) -> None:
    size, found = corners(image(form=form), worker)
    assert size == (60, 40)
    for colour, expected in zip(found, (RED, BLUE, BLUE), strict=True):
        assert max(abs(a - b) for a, b in zip(colour, expected, strict=True)) < 40


@pytest.mark.parametrize(
    ("orientation", "size", "expected"),
    [
        (1, (60, 40), [RED, BLUE, BLUE]),
        (3, (60, 40), [BLUE] * 3),
        (6, (40, 60), [BLUE, RED, BLUE]),
        (8, (40, 60), [BLUE, BLUE, RED]),
    ],
)
def test_a_photograph_is_turned_as_its_camera_noted(orientation: int, size, expected, worker: Worker) -> None:
    assert corners(image(orientation=orientation), worker) == (size, expected)


def test_transparency_lies_on_white(worker: Worker) -> None:
    assert corners(image(mode="RGBA"), worker)[1] == [RED, (255, 255, 255), (255, 255, 255)]


def test_a_picture_is_made_smaller_on_request(worker: Worker) -> None:
    picture = open_image(BytesReader(image((600, 400), "JPEG")), most=90, worker=worker)
    assert (picture.width, picture.height) == (90, 60)


def _bomb() -> bytes:
    """A PNG that says it is 50,000 by 50,000 pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (bytes(range(256)) * 10, "broken"),
        (image((900, 900), "JPEG")[:2000], "broken"),
        (image((90, 90), "PNG")[:90], "broken"),
        (image((90, 90), "TIFF")[:40], "broken"),
        (_bomb(), "too_big"),
        (b"\0\0\0\x18ftypheic" + bytes(200), "broken"),
    ],
    ids=["nothing", "random", "cut JPEG", "cut PNG", "cut TIFF", "bomb", "HEIC"],
)
def test_a_picture_that_cannot_be_opened_says_so(content: bytes, code: str, worker: Worker) -> None:
    with pytest.raises(EvidenceError) as caught:
        open_image(BytesReader(content), worker=worker)
    assert caught.value.code == code
    assert caught.value.text.endswith(".")
