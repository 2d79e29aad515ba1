"""Pixels as they come from a page, a photograph or a video's still. Knows no toolkit."""

from dataclasses import dataclass, field
from enum import Enum


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
