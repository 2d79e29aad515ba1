"""Photographs and drawings by Pillow. Runs in the child of kind ``stills``, never in the program itself."""

import io
import struct
import warnings

from PIL import Image, ImageOps

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.texts import tr

_MOST_PIXELS = 120_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "ICO", "MPO", "PPM", "AVIF", "JPEG2000")
_BROKEN = (OSError, SyntaxError, TypeError, EOFError, ValueError, struct.error, IndexError, KeyError, OverflowError)
_HIGH_EFFICIENCY = (b"heic", b"heix", b"mif1", b"msf1", b"hevc")

Image.init()  # the readers of all formats, which it would import only on use


def photo(content: bytes, most: int | None) -> Picture:
    """Returns a picture's pixels, upright as its camera noted, on white where it is transparent.

    Args:
        content: The file.
        most: The longer side in pixels is at most this; None for the full size.

    Raises:
        EvidenceError: ``too_big``, ``unsupported`` or ``broken``.
    """
    if content[8:12] in _HIGH_EFFICIENCY:
        raise EvidenceError("unsupported", tr("HEIC photos cannot be shown here. Ask for it as JPEG."))
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                return _pixels(opened, most)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise EvidenceError("too_big", tr("The picture has too many pixels to be shown.")) from error
    except _BROKEN as error:
        raise EvidenceError(
            "broken",
            tr("The picture cannot be opened: it is broken or of an unknown kind. Ask for it to be sent again."),
        ) from error


def png_of(picture: Picture) -> bytes:
    """Returns ``picture`` as a PNG file."""
    raw = "BGRX" if picture.layout is PixelLayout.BGRX else "RGB"
    image = Image.frombytes("RGB", (picture.width, picture.height), bytes(picture.pixels), "raw", raw, picture.stride)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def _pixels(opened: Image.Image, most: int | None) -> Picture:
    if most is not None:
        opened.draft("RGB", (most, most))
    image = ImageOps.exif_transpose(opened)
    if most is not None:
        image.thumbnail((most, most))
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
