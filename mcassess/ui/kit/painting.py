"""Shapes that the kit's widgets and the screens' list delegates paint alike: boxes, focus rings, pills, bars, keys."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QIcon, QPainter, QPainterPath, QPen, QPixmap

from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.tokens import RADII, SPACES, STROKES, Colours, Tone

_PILL_SIDE = 9.0
_PILL_TOP = 2.5
_KEY_SIDE = 4.0
BAR_HEIGHT = 5.0


def paint_box(
    painter: QPainter, rect: QRectF, radius: float, fill: str | None, border: str | None, width: float = STROKES.hair
) -> None:
    """Paints a rounded box whose border lies inside ``rect``, sharp at every scale."""
    half = width / 2 if border else 0.0
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(border), width) if border else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(QBrush(QColor(fill)) if fill else QBrush(Qt.BrushStyle.NoBrush))
    inner = rect.adjusted(half, half, -half, -half)
    painter.drawRoundedRect(inner, max(radius - half, 0.0), max(radius - half, 0.0))


def paint_focus(painter: QPainter, rect: QRectF, radius: float, colour: str, inset: float = 0.0) -> None:
    """Paints the focus ring inside ``rect``; on a filled control it is inset and takes the colour of its text."""
    ring = rect.adjusted(inset, inset, -inset, -inset)
    paint_box(painter, ring, radius - inset, None, colour, STROKES.focus)


def paint_text(painter: QPainter, rect: QRectF, text: str, colour: str, font: QFont, align: Qt.AlignmentFlag) -> None:
    """Paints one line of text, cut with an ellipsis where it does not fit."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    cut = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 0.5)
    painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), cut)


def icon_size(font: QFont) -> float:
    """Returns the size of an icon that stands in a line of text."""
    return float(round(QFontMetricsF(font).height() * 0.95))


def pill_size(text: str, font: QFont, icon: str = "") -> QSizeF:
    """Returns the room that a pill takes."""
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(text) + 2 * _PILL_SIDE
    if icon:
        width += icon_size(font) + SPACES.tight
    return QSizeF(width + 1, round(metrics.height() + 2 * _PILL_TOP))


def paint_pill(
    painter: QPainter, rect: QRectF, text: str, tone: Tone, colours: Colours, font: QFont, *, icon: str = ""
) -> None:
    """Paints a pill that fills ``rect``; the tone colours it, the text says it."""
    ink, ground = colours.tone(tone)
    border = colours.line if tone is Tone.NEUTRAL else None
    paint_box(painter, rect, rect.height() / 2, ground, border)
    inner = rect.adjusted(_PILL_SIDE, 0, -_PILL_SIDE, 0)
    if icon:
        size = icon_size(font)
        draw_icon(painter, QRectF(inner.left(), inner.center().y() - size / 2, size, size), icon, ink)
        inner.setLeft(inner.left() + size + SPACES.tight)
    paint_text(painter, inner, text, ink, font, Qt.AlignmentFlag.AlignLeft)


def paint_bar(painter: QPainter, rect: QRectF, fraction: float, colours: Colours) -> None:
    """Paints a thin bar, filled from the left by ``fraction`` (0 to 1)."""
    radius = rect.height() / 2
    paint_box(painter, rect, radius, colours.line, None)
    if fraction > 0:
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(rect, radius, radius)
        painter.setClipPath(clip)
        done = QRectF(rect)
        done.setWidth(max(rect.width() * min(fraction, 1.0), rect.height()))
        painter.fillRect(done, QColor(colours.accent))
        painter.restore()


def key_size(text: str, font: QFont) -> QSizeF:
    """Returns the room that a key hint takes."""
    metrics = QFontMetricsF(font)
    height = round(metrics.height() + 2)
    return QSizeF(max(metrics.horizontalAdvance(text) + 2 * _KEY_SIDE + 1, height - 1), height)


def paint_key(
    painter: QPainter, rect: QRectF, text: str, font: QFont, ink: str, border: str, *, fill: str | None = None
) -> None:
    """Paints the cap of a key: a small box with a heavier lower edge."""
    paint_box(painter, rect, RADII.key, fill, border)
    painter.setPen(QPen(QColor(border), STROKES.hair))
    low = rect.bottom() - 1.5
    painter.drawLine(QPointF(rect.left() + RADII.key - 1, low), QPointF(rect.right() - RADII.key + 1, low))
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(rect.adjusted(0, 0, 0, -1), Qt.AlignmentFlag.AlignCenter, text)


def paint_dot(painter: QPainter, centre: QPointF, tone: Tone, colours: Colours, diameter: float = 8.0) -> None:
    """Paints a state's dot; its word must stand beside it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.tone(tone)[0]))
    painter.drawEllipse(centre, diameter / 2, diameter / 2)


def untinted(picture: QPixmap) -> QIcon:
    """Returns a picture for a list; Qt would tint it where it is chosen, and what students drew keeps its colours."""
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
