"""Moving pictures: taken from libVLC as brightness and colour apart, and made red, green and blue here.

libVLC's own conversion takes every video for one of standard definition, which shifts the hues of nearly all that
phones and cameras send; a paused picture would differ from the moving one. And what is converted here can be made as
small as it is shown in the same go, which costs less than painting it smaller afterwards.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mcassess.evidence.output_messages import Shown
from mcassess.evidence.picture import Picture, PixelLayout

if TYPE_CHECKING:
    import av

_LIMITED, _FULL = 1, 2
_SAFE_WIDTH = 16  # at other widths PyAV's conversion leaves the last pixels of a row as they were
_RGB = 0
_ANY_TIME = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class PlanarLayout:
    """How the planes of a picture lie one behind the other: brightness, then the two of colour.

    Attributes:
        colorspace: FFmpeg's number of the way in which colours are written.
        full_range: Whether black is 0 and white 255; else 16 and 235.
        pitches: Bytes from one row to the next, by plane.
        sizes: Bytes of each plane.
    """

    colorspace: int
    full_range: bool
    pitches: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        """Rows of each plane."""
        return tuple(size // pitch for size, pitch in zip(self.sizes, self.pitches, strict=True))


def planar_layout(colorspace: int, color_range: int, width: int, height: int) -> PlanarLayout | None:
    """Returns how pictures are to be taken from libVLC; None where its own conversion is right.

    Args:
        colorspace: FFmpeg's number of the way in which the video's colours are written.
        color_range: FFmpeg's number of their range.
        width: Of the upright picture.
        height: Of the upright picture.
    """
    if colorspace == _RGB:
        return None
    import av  # noqa: PLC0415 - only where something plays

    planes = av.VideoFrame(width, height, "yuv420p").planes
    return PlanarLayout(
        colorspace=colorspace,
        full_range=color_range == _FULL,
        pitches=tuple(plane.line_size for plane in planes),
        sizes=tuple(plane.buffer_size for plane in planes),
    )


class MovingPictures:
    """Makes the pictures of one video, one after the other, with the colours that the video states.

    For one thread. Memory and tables are kept from picture to picture: making them anew costs as much as converting.

    Args:
        layout: How the planes lie.
    """

    def __init__(self, layout: PlanarLayout) -> None:
        from av.video.reformatter import VideoReformatter  # noqa: PLC0415 - only where something plays

        self.layout = layout
        self._frame: av.VideoFrame | None = None
        self._smaller = VideoReformatter()
        self._coloured = VideoReformatter()

    def picture(self, shown: Shown, room: tuple[int, int] | None = None) -> Picture:
        """Returns a picture.

        Args:
            shown: The planes.
            room: Width and height in which it is shown; a larger picture is made as small, where that can be done well.
        """
        from mcassess.evidence.frames import TimedFrame, upright  # noqa: PLC0415 - as above

        frame = self._filled(shown)
        if room is None or room[0] >= shown.width or room[0] % _SAFE_WIDTH:
            return upright(TimedFrame(time_ms=0, image=frame))
        width, height = room
        # Smaller first, coloured then: both in one go cost a third more.
        smaller = self._smaller.reformat(frame, width, height, "yuv420p", interpolation="AREA", threads=1)
        plane = self._coloured.reformat(smaller, format="bgra", threads=1).planes[0]
        return Picture(
            width=width, height=height, stride=plane.line_size, layout=PixelLayout.BGRX, pixels=memoryview(plane)
        )

    def _filled(self, shown: Shown) -> "av.VideoFrame":
        import av  # noqa: PLC0415 - as above

        frame = self._frame
        if frame is None:
            self._frame = frame = av.VideoFrame(shown.width, shown.height, "yuv420p")
            frame.pts, frame.time_base = 0, _ANY_TIME  # filters want one
            frame.colorspace = self.layout.colorspace
            frame.color_range = _FULL if self.layout.full_range else _LIMITED
        at = 0
        for plane, size in zip(frame.planes, self.layout.sizes, strict=True):
            plane.update(shown.pixels[at : at + size])  # type: ignore[arg-type]  # it takes all that has bytes
            at += size
        return frame
