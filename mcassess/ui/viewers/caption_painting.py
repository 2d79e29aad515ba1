"""How captions are painted over a picture: on a dark ground, centred, with the words that stand out."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from mcassess.evidence.captions import Caption
from mcassess.evidence.cue_text import TextStyle
from mcassess.ui.theme.tokens import RADII, SPACES, Colours

_SHARE = 0.86
_GROUND = 0.78
_LEAST_WIDTH = 40.0
_BREAK = "\u2028"


def caption_text(captions: Sequence[Caption]) -> str:
    """Returns what is read: captions of one time below one another, each with who says it where that is told."""
    return "\n".join(_line(caption) for caption in captions)


def paint_captions(painter: QPainter, over: QRectF, captions: Sequence[Caption], font: QFont, colours: Colours) -> None:
    """Paints captions in the lower middle of ``over``."""
    side, top = float(SPACES.near + 2), float(SPACES.tight)
    room = max(over.width() * _SHARE - 2 * side, _LEAST_WIDTH)
    layout, size = _laid_out(captions, font, room, colours)
    box = QRectF(0, 0, size.width() + 2 * side + 2, size.height() + 2 * top)
    box.moveCenter(over.center())
    box.moveBottom(over.bottom() - min(SPACES.inner, over.height() * 0.05))
    ground = QColor(colours.video)
    ground.setAlphaF(_GROUND)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, RADII.chip, RADII.chip)
    painter.setPen(QColor(colours.on_video))
    layout.draw(painter, QPointF(box.center().x() - room / 2, box.top() + top))


def _line(caption: Caption) -> str:
    return f"{caption.speaker}: {caption.text}" if caption.speaker else caption.text


def _laid_out(captions: Sequence[Caption], font: QFont, room: float, colours: Colours) -> tuple[QTextLayout, QRectF]:
    layout = QTextLayout(caption_text(captions).replace("\n", _BREAK), font)
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignHCenter))
    formats, at = [], 0
    for caption in captions:
        words_at = at + len(_line(caption)) - len(caption.text)
        formats += [_format(style, words_at, colours) for style in caption.styles]
        at += len(_line(caption)) + 1
    layout.setFormats(formats)
    layout.beginLayout()
    top, widest = 0.0, 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room)
        line.setPosition(QPointF(0, top))
        top += line.height()
        widest = max(widest, line.naturalTextWidth())
    layout.endLayout()
    return layout, QRectF(0, 0, widest, top)


def _format(style: TextStyle, from_place: int, colours: Colours) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    found.start, found.length = from_place + style.start, style.length
    look = QTextCharFormat()
    if style.bold:
        look.setFontWeight(QFont.Weight.Bold)
    look.setFontItalic(style.italic)
    look.setFontUnderline(style.underline)
    colour = QColor.fromString(style.colour)
    if style.colour and colour.isValid() and colour.lightnessF() > 0.35:  # dark words could not be read here
        look.setForeground(colour)
    else:
        look.setForeground(QColor(colours.on_video))
    found.format = look
    return found
