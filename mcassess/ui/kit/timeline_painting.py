"""How the things on a timeline are painted: ticks, ranges, marks, pins, playhead, readout. What lies where is given."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from mcassess.ui.kit.painting import paint_box, paint_text
from mcassess.ui.kit.timeline_geometry import Lane, RangeKind, Scale, TimelinePointer, TimelineRange
from mcassess.ui.theme.tokens import RADII, SPACES, STROKES, Colours

_TICK_PIXELS = 7.0


def paint_ticks(painter: QPainter, track: QRectF, scale: Scale, colours: Colours) -> None:
    """Paints the ground of the line and its ticks."""
    paint_box(painter, track, RADII.chip, colours.window, None)
    if not scale.duration_ms:
        return
    painter.setPen(QPen(QColor(colours.line), 1))
    step = scale.tick_ms(_TICK_PIXELS)
    first = max(step, -(-scale.from_ms // step) * step)
    columns = [round(scale.x(at)) + 0.5 for at in range(first, scale.end_ms, step)]
    lines = [each for x in columns for each in (QPointF(x, track.top()), QPointF(x, track.bottom()))]
    painter.drawLines(lines)


def range_rect(given: TimelineRange, lane: Lane, track: QRectF, scale: Scale) -> QRectF:
    """Returns where a range lies."""
    left, width = scale.span(given.start_ms, given.end_ms)
    inner = track.adjusted(0, 3, 0, -3)
    height = inner.height() / lane.count
    return QRectF(left, inner.top() + lane.index * height, width, height - (1 if lane.count > 1 else 0))


def paint_range(painter: QPainter, given: TimelineRange, rect: QRectF, colours: Colours, *, selected: bool) -> None:
    """Paints a citation filled, a moment as an outline; the one in hand is framed."""
    colour = colours.muted if given.criterion is None else colours.criterion(given.criterion)
    radius = min(RADII.key, rect.width() / 2, rect.height() / 2)
    if given.kind is RangeKind.CITATION:
        paint_box(painter, rect, radius, colour, None)
    else:
        paint_box(painter, rect, radius, colours.surface, colour, 1.5)
    if selected:
        paint_box(painter, rect.adjusted(-2, -2, 2, 2), radius + 2, None, colours.ink, STROKES.focus)


def paint_marks(
    painter: QPainter, track: QRectF, scale: Scale, marks: tuple[int | None, int | None], colours: Colours
) -> None:
    """Paints the in and out marks as brackets, and tints what lies between them."""
    in_ms, out_ms = marks
    if in_ms is not None and out_ms is not None:
        tint = QColor(colours.accent)
        tint.setAlphaF(0.16)
        left, width = scale.span(in_ms, out_ms)
        painter.fillRect(QRectF(left, track.top(), width, track.height()), tint)
    painter.setPen(
        QPen(QColor(colours.accent), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    top, bottom = track.top() - 1, track.bottom() + 1
    for at, inward in ((in_ms, 5.0), (out_ms, -5.0)):
        if at is not None:
            x = scale.x(at)
            corners = [QPointF(x + inward, top), QPointF(x, top), QPointF(x, bottom), QPointF(x + inward, bottom)]
            painter.drawPolyline(QPolygonF(corners))


def paint_pointer(painter: QPainter, pointer: TimelinePointer, x: float, bottom: float, colours: Colours) -> None:
    """Paints the educator's pin, and the dotted line down from it."""
    colour = colours.ink if pointer.criterion is None else colours.criterion(pointer.criterion)
    pin = QPainterPath()
    pin.addPolygon(
        QPolygonF([QPointF(x - 5, 1), QPointF(x + 5, 1), QPointF(x + 5, 5), QPointF(x, 11), QPointF(x - 5, 5)])
    )
    pin.closeSubpath()
    painter.setPen(QPen(QColor(colours.surface), 1.5))
    painter.setBrush(QColor(colour))
    painter.drawPath(pin)
    painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(x, 12), QPointF(x, bottom))


def paint_playhead(painter: QPainter, track: QRectF, x: float, colours: Colours) -> None:
    """Paints where it is."""
    painter.fillRect(QRectF(x - 2, track.top() - 4, 4, track.height() + 8), QColor(colours.surface))
    painter.fillRect(QRectF(x - 1, track.top() - 4, 2, track.height() + 8), QColor(colours.ink))


def paint_readout(painter: QPainter, track: QRectF, x: float, text: str, font: QFont, colours: Colours) -> None:
    """Paints what is under the mouse: a thin line and a word beside it."""
    metrics = QFontMetricsF(font)
    width = min(metrics.horizontalAdvance(text) + 2 * SPACES.near, track.width())
    left = x + SPACES.near if x + SPACES.near + width <= track.right() else x - SPACES.near - width
    height = metrics.height() + SPACES.tight
    box = QRectF(max(left, track.left()), track.center().y() - height / 2, width, height)
    painter.fillRect(QRectF(x - 0.5, track.top(), 1, track.height()), QColor(colours.muted))
    paint_box(painter, box, RADII.key, colours.ink, None)
    inner = box.adjusted(SPACES.near, 0, -SPACES.near, 0)
    paint_text(painter, inner, text, colours.surface, font, Qt.AlignmentFlag.AlignLeft)
