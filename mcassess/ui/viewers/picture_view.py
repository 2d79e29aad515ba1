"""Which part of a picture is shown, where and how bright: pure values. Painting is the canvas's work."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

from mcassess.domain.citation import Area

_FARTHEST = 8.0
_LEAST_AREA_PIXELS = 6.0
_EVEN = 16
_EVEN_FROM = 320
_BRIGHTEST = 100


@dataclass(frozen=True, slots=True)
class PictureView:
    """A view into a picture: how large, and which point of it lies in the middle of the room.

    Attributes:
        zoom: 1.0 shows all of it as large as it fits.
        x: The point in the middle, as a fraction of the picture's width.
        y: The same of its height.
    """

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5

    @property
    def fits(self) -> bool:
        """Whether all of the picture is shown."""
        return self.zoom <= 1.0

    def rect(self, room: QSizeF, wide: float, high: float) -> QRectF:
        """Returns where the whole picture lies; zoomed, it reaches beyond the room.

        Args:
            room: The size of the widget.
            wide: The picture's width in any unit, pixels that are not square minded.
            high: Its height in the same unit.
        """
        scale = min(room.width() / wide, room.height() / high) * self.zoom
        width = round(wide * scale)
        if self.fits and width >= _EVEN_FROM:  # widths to which moving pictures can be made while they are converted
            width -= width % _EVEN
        height = round(width * high / wide)
        left = _place(room.width(), width, self.x)
        top = _place(room.height(), height, self.y)
        return QRectF(left, top, width, height)

    def zoomed(self, factor: float, at: QPointF, room: QSizeF, wide: float, high: float) -> "PictureView":
        """Returns the view ``factor`` times as large, in which the point under ``at`` stays where it is."""
        before = self.rect(room, wide, high)
        zoom = min(max(self.zoom * factor, 1.0), _FARTHEST)
        after = replace(self, zoom=zoom).rect(room, wide, high)
        held_x = (at.x() - before.left()) / before.width()
        held_y = (at.y() - before.top()) / before.height()
        x = held_x + (room.width() / 2 - at.x()) / after.width()
        y = held_y + (room.height() / 2 - at.y()) / after.height()
        return PictureView(zoom, min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))

    def panned(self, by: QPointF, room: QSizeF, wide: float, high: float) -> "PictureView":
        """Returns the view after the picture was pulled along by so many pixels."""
        shown = self.rect(room, wide, high)
        half_x, half_y = room.width() / 2 / shown.width(), room.height() / 2 / shown.height()
        return replace(
            self,
            x=_kept_in(self.x - by.x() / shown.width(), half_x),
            y=_kept_in(self.y - by.y() / shown.height(), half_y),
        )


@dataclass(frozen=True, slots=True)
class Light:
    """How bright a picture is shown, and with how much contrast: -100 to 100, 0 as it was recorded."""

    brightness: int = 0
    contrast: int = 0

    @property
    def plain(self) -> bool:
        """Whether it is shown as it was recorded."""
        return self.brightness == 0 and self.contrast == 0

    def changed(self, brightness: int = 0, contrast: int = 0) -> "Light":
        """Returns the light with so much more of each, as far as that goes."""
        return Light(
            min(max(self.brightness + brightness, -_BRIGHTEST), _BRIGHTEST),
            min(max(self.contrast + contrast, -_BRIGHTEST), _BRIGHTEST),
        )

    def table(self) -> bytes:
        """Returns for each value of a colour the one that is shown: a straight line through the middle grey."""
        slope = (100 + self.contrast) / 100 if self.contrast <= 0 else 1 + self.contrast / 40
        lift = self.brightness * 1.27
        return bytes(min(max(round((value - 127.5) * slope + 127.5 + lift), 0), 255) for value in range(256))


def area_between(picture: QRectF, one: QPointF, other: QPointF) -> Area | None:
    """Returns the part of a picture between two points, or None where they lie too close together."""
    drawn = QRectF(one, other).normalized().intersected(picture)
    if drawn.width() < _LEAST_AREA_PIXELS or drawn.height() < _LEAST_AREA_PIXELS:
        return None
    return Area(
        x=(drawn.left() - picture.left()) / picture.width(),
        y=(drawn.top() - picture.top()) / picture.height(),
        width=drawn.width() / picture.width(),
        height=drawn.height() / picture.height(),
    )


def area_rect(picture: QRectF, area: Area) -> QRectF:
    """Returns where a part of a picture lies."""
    return QRectF(
        picture.left() + area.x * picture.width(),
        picture.top() + area.y * picture.height(),
        area.width * picture.width(),
        area.height * picture.height(),
    )


def _place(room: float, length: float, at: float) -> float:
    if length <= room:
        return float((room - length) // 2)
    return float(round(min(max(room / 2 - at * length, room - length), 0.0)))


def _kept_in(at: float, half: float) -> float:
    return 0.5 if half >= 0.5 else min(max(at, half), 1 - half)
