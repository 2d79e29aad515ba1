"""Pixels as they come from a page, a photograph or a video's still. Knows no toolkit."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

_SAMPLE_ROWS = 24
_SAMPLE_COLUMNS = 32


class PixelLayout(Enum):
    """How the bytes of a pixel lie."""

    BGRX = "bgrx"  # blue, green, red, one without meaning: Qt's RGB32
    RGB = "rgb"  # red, green, blue: Qt's RGB888


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture, upright, without transparency.

    Attributes:
        width: Pixels in a row.
        height: Rows.
        stride: Bytes from one row to the next.
        layout: How the bytes of a pixel lie.
        pixels: ``stride * height`` bytes.
    """

    width: int
    height: int
    stride: int
    layout: PixelLayout
    pixels: memoryview = field(repr=False)


class Pixels(Protocol):
    """A picture of four bytes a pixel, wherever it comes from."""

    @property
    def width(self) -> int:
        """Pixels in a row."""
        ...

    @property
    def height(self) -> int:
        """Rows."""
        ...

    @property
    def stride(self) -> int:
        """Bytes from one row to the next."""
        ...

    @property
    def pixels(self) -> memoryview:
        """``stride * height`` bytes."""
        ...


def samples(picture: Pixels) -> bytes:
    """Returns the green of some hundred pixels spread over a picture of four bytes a pixel."""
    rows = range(0, picture.height, max(1, picture.height // _SAMPLE_ROWS))
    step = max(1, picture.width // _SAMPLE_COLUMNS) * 4
    starts = (row * picture.stride for row in rows)
    return b"".join(bytes(picture.pixels[start + 1 : start + picture.width * 4 : step]) for start in starts)
