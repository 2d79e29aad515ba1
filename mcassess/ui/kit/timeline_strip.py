"""What lies on the ground of a timeline: the film strip, the outline of the sound, what was watched. Only painting."""

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from mcassess.ui.kit.timeline_geometry import Scale
from mcassess.ui.theme.tokens import Colours

_SOUND_SHARE = 0.42
_QUIETEST_FULL = 64
_VEIL = 0.35


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimelineStrip:
    """What a video looks and sounds like along the line.

    Attributes:
        stills: Milliseconds and picture, in the order of time; none for a sound.
        aspect: Width of a still by its height as it is to be shown.
        sound: The height of the sound, 0 to 255, one value for each step; empty without sound.
        sound_step_ms: How long a step is.
    """

    stills: tuple[tuple[int, QImage], ...] = ()
    aspect: float = 16 / 9
    sound: bytes = field(default=b"", repr=False)
    sound_step_ms: int = 100

    def still_at(self, at_ms: int) -> QImage | None:
        """Returns the still that is nearest to an instant; None where there are none."""
        nearest = min(self.stills, key=lambda still: abs(still[0] - at_ms), default=None)
        return nearest[1] if nearest is not None else None


def paint_strip(painter: QPainter, track: QRectF, scale: Scale, strip: TimelineStrip, colours: Colours) -> None:
    """Paints stills side by side and the sound below them; a sound alone has the whole height."""
    painter.save()
    painter.setClipRect(track)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if strip.stills:
        width = max(track.height() * strip.aspect, 8.0)
        x = track.left()
        while x < track.right():
            still = strip.still_at(scale.ms(x + width / 2))
            if still is not None:
                painter.drawImage(QRectF(x, track.top(), width, track.height()), still)
            x += width
        veil = QColor(colours.window)
        veil.setAlphaF(_VEIL)
        painter.fillRect(track, veil)
    if strip.sound:
        _paint_sound(painter, track, scale, strip, colours)
    painter.restore()


def _paint_sound(painter: QPainter, track: QRectF, scale: Scale, strip: TimelineStrip, colours: Colours) -> None:
    height = track.height() * (_SOUND_SHARE if strip.stills else 1.0)
    full = sorted((_QUIETEST_FULL, max(strip.sound)))[1]  # a quiet classroom is drawn larger, silence is not
    points = [QPointF(track.left(), track.bottom())]
    for column in range(round(track.width()) + 1):
        begin = scale.ms(track.left() + column) // strip.sound_step_ms
        end = max(scale.ms(track.left() + column + 1) // strip.sound_step_ms, begin + 1)
        loudest = max(strip.sound[begin:end], default=0)
        points.append(QPointF(track.left() + column, track.bottom() - height * loudest / full))
    points.append(QPointF(track.right(), track.bottom()))
    colour = QColor(colours.accent if not strip.stills else colours.ink)
    colour.setAlphaF(0.55)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(points))


def paint_watched(
    painter: QPainter, rect: QRectF, scale: Scale, watched: tuple[tuple[int, int], ...], colours: Colours
) -> None:
    """Paints a line under the track: full where it was watched, faint in the gaps."""
    painter.fillRect(rect, QColor(colours.line))
    painter.save()
    painter.setClipRect(rect)
    for start_ms, end_ms in watched:
        left, right = scale.x(start_ms), scale.x(end_ms)
        painter.fillRect(QRectF(left, rect.top(), max(right - left, 1.0), rect.height()), QColor(colours.accent))
    painter.restore()
