"""Photographs, drawings and scans by Pillow, HEIC by pillow-heif. Runs in children, never in the program itself."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import Image, ImageOps

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.texts import tr

_MOST_PIXELS = 120_000_000
_WANTED = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "ICO", "PPM", "AVIF", "JPEG2000", "HEIF")
_MANY_PAGES = frozenset({"TIFF"})  # the others' further pictures move, or are previews and parts of the first
_MOST_PAGES = 2000
_ORIENTATION = 0x0112
_TURNS = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
_LIES_ON_ITS_SIDE = range(5, 9)

Image.init()  # the readers of all formats, which it would import only on use
pillow_heif.register_heif_opener(thumbnails=False)
_FORMATS = tuple(form for form in _WANTED if form in Image.OPEN)  # asked for another, it would open none after it


def photo(content: bytes, most: int | None, page: int = 0, quarters: int = 0) -> Picture:
    """Returns a picture's pixels, upright as its camera noted, on white where it is transparent.

    Args:
        content: The file.
        most: The longer side in pixels is at most this; None for the full size.
        page: Which one of a file of many, counted from 0.
        quarters: Turned clockwise so often, from upright.

    Raises:
        EvidenceError: ``too_big`` or ``broken``.
    """
    with _opened(content) as opened:
        if page:
            opened.seek(page)
            opened.load()  # its own size is checked then
        return _pixels(opened, most, quarters)


def picture_sizes(content: bytes) -> list[tuple[int, int]]:
    """Returns width and height, in pixels and upright, of each picture in a file; of a moving one there is the first.

    Raises:
        EvidenceError: ``too_big`` or ``broken``.
    """
    with _opened(content) as opened:
        count = min(int(getattr(opened, "n_frames", 1)), _MOST_PAGES) if opened.format in _MANY_PAGES else 1
        sizes = []
        for page in range(count):
            if page:
                opened.seek(page)
            width, height = opened.size
            sizes.append(
                (height, width) if opened.getexif().get(_ORIENTATION) in _LIES_ON_ITS_SIDE else (width, height)
            )
        return sizes


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """Opens a file, and turns what the library raises, by then and within, into sentences."""
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                yield opened
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise EvidenceError("too_big", tr("The picture has too many pixels to be shown.")) from error
    except (EvidenceError, MemoryError):
        raise
    except Exception as error:  # Pillow and the libraries below it raise nearly everything on broken files
        raise EvidenceError(
            "broken",
            tr("The picture cannot be opened: it is broken or of an unknown kind. Ask for it to be sent again."),
        ) from error


def png_of(picture: Picture) -> bytes:
    """Returns ``picture`` as a PNG file."""
    return _file_of(picture, "PNG")


def jpeg_of(picture: Picture) -> bytes:
    """Returns ``picture`` as a JPEG file of high quality."""
    return _file_of(picture, "JPEG", quality=90)


def _file_of(picture: Picture, form: str, **options: int) -> bytes:
    raw = "BGRX" if picture.layout is PixelLayout.BGRX else "RGB"
    image = Image.frombytes("RGB", (picture.width, picture.height), bytes(picture.pixels), "raw", raw, picture.stride)
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def _pixels(opened: Image.Image, most: int | None, quarters: int) -> Picture:
    if most is not None:
        opened.draft("RGB", (most, most))
    image = ImageOps.exif_transpose(opened)
    if most is not None:
        image.thumbnail((most, most))
    if quarters % 4:
        image = image.transpose(_TURNS[quarters % 4])
    if image.mode in {"I;16", "I;16B", "I", "F"}:
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    image = image.convert("RGB")
    return Picture(
        width=image.width,
        height=image.height,
        stride=image.width * 3,
        layout=PixelLayout.RGB,
        pixels=memoryview(image.tobytes()),
    )
