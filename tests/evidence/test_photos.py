import io
import random
from collections.abc import Iterator

import pillow_heif
import pytest
from PIL import Image

from mcassess.domain.kinds import EvidenceKind
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.images import PictureFile, open_image
from mcassess.evidence.picture import Picture
from mcassess.evidence.reader import BytesReader
from mcassess.evidence.worker import Worker
from tests.support.documents import image, scans
from tests.support.zoo import Specimen, blanked, flipped

pillow_heif.register_heif_opener()


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("photos")
    yield worker
    worker.close()


def pixel(picture: Picture, x: int, y: int) -> tuple[int, ...]:
    start = y * picture.stride + x * 3
    return tuple(picture.pixels[start : start + 3])


def is_red(colour: tuple[int, ...]) -> bool:
    return colour[0] > 200 and max(colour[1:]) < 60


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "JPEG2000"])
def test_pictures_of_all_forms_that_phones_and_scanners_make_are_shown(form: str, worker: Worker) -> None:
    opened = PictureFile(BytesReader(image((120, 80), form)), worker)
    assert opened.sizes == ((120, 80),)
    picture = opened.draw(0, 6000)
    assert (picture.width, picture.height) == (120, 80)
    assert is_red(pixel(picture, 20, 20))
    assert not is_red(pixel(picture, 100, 60))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "JPEG2000"])
def test_a_damaged_picture_is_shown_or_broken_and_ends_no_child(form: str, worker: Worker) -> None:
    whole = Specimen(form, EvidenceKind.IMAGE, "", image((120, 80), form))
    codes = set()
    for seed in range(20):
        chance = random.Random(seed)
        damaged = chance.choice([flipped, blanked])(whole, chance)
        try:
            open_image(BytesReader(damaged.content), worker=worker)
        except EvidenceError as error:
            codes.add(error.code)
    assert codes <= {"broken", "too_big"}


@pytest.mark.parametrize("form", ["JPEG", "HEIF"])
def test_a_photograph_that_was_taken_upright_is_upright_in_size_and_pixels(form: str, worker: Worker) -> None:
    opened = PictureFile(BytesReader(image((120, 80), form, orientation=6)), worker)
    assert opened.sizes == ((80, 120),)
    picture = opened.draw(0, 6000)
    assert (picture.width, picture.height) == (80, 120)
    assert is_red(pixel(picture, 60, 20))


def test_each_page_of_a_scan_has_its_own_size_and_pixels(worker: Worker) -> None:
    opened = PictureFile(BytesReader(scans((200, 100), (100, 300), (60, 60))), worker)
    assert opened.sizes == ((200, 100), (100, 300), (60, 60))
    second = opened.draw(1, 150)
    assert (second.width, second.height) == (50, 150)
    grey = [pixel(opened.draw(page, 60), 5, 5)[0] for page in (2, 0, 1)]
    assert grey == [120, 40, 80]


def test_a_moving_picture_shows_its_first_one(worker: Worker) -> None:
    frames = [Image.new("P", (40, 30), shade) for shade in (1, 2, 3)]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    assert PictureFile(BytesReader(target.getvalue()), worker).sizes == ((40, 30),)


def test_a_page_that_is_cut_off_says_so_and_those_before_it_are_shown(worker: Worker) -> None:
    with Image.open(io.BytesIO(scans((200, 100), (200, 100)))) as opened:
        opened.seek(1)
        pixels = opened.tag_v2[273][0]
    content = bytearray(scans((200, 100), (200, 100)))
    field = content.index(pixels.to_bytes(4, "little"))
    content[field : field + 4] = (len(content) + 1000).to_bytes(4, "little")  # its pixels lie behind the end
    file = PictureFile(BytesReader(bytes(content)), worker)
    assert pixel(file.draw(0, 200), 5, 5)[0] == 40
    with pytest.raises(EvidenceError) as caught:
        file.draw(1, 200)
    assert caught.value.code == "broken"


def test_pictures_go_on_in_a_new_child_when_the_old_one_died(worker: Worker) -> None:
    opened = PictureFile(BytesReader(scans((50, 50), (50, 50))), worker)
    worker._process.kill()
    worker._process.wait()
    assert opened.draw(1, 50).width == 50


@pytest.mark.parametrize("content", [b"", b"II*\0" + bytes(60), b"\0\0\0\x18ftypheic" + bytes(300)])
def test_what_is_no_picture_says_so_and_closes_its_reader(content: bytes, worker: Worker) -> None:
    reader = BytesReader(content)
    with pytest.raises(EvidenceError) as caught:
        PictureFile(reader, worker)
    assert caught.value.code in {"empty", "broken"}
    assert reader.size == 0
