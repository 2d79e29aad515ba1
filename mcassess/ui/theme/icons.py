"""Our own line icons, in any colour, size and pixel ratio. What an icon means is the caller's."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from mcassess.paths import resources
from mcassess.ui.theme.tokens import Colours

_RATIOS = (1.0, 2.0)


def icon_names() -> tuple[str, ...]:
    """Returns the name of every icon there is, in alphabetical order."""
    return tuple(sorted(path.stem for path in (resources() / "icons").glob("*.svg")))


def icon_pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Returns one icon as a picture; Qt's own picture cache keeps it for the next time.

    Args:
        name: The file's name in resources/icons/, without its ending.
        colour: The strokes' colour, ``#RRGGBB``.
        size: Width and height in device-independent pixels.
        ratio: Device pixels for one device-independent pixel.

    Raises:
        FileNotFoundError: There is no icon of that name.
    """
    key = f"mcassess-icon {name} {colour} {size} {ratio}"
    pixmap = QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    drawing = (resources() / "icons" / f"{name}.svg").read_bytes().replace(b"currentColor", colour.encode())
    pixels = round(size * ratio)
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def draw_icon(painter: QPainter, rect: QRectF, name: str, colour: str) -> None:
    """Draws an icon in the middle of ``rect``, as large as its shorter side, sharp at the painter's pixel ratio."""
    size = round(min(rect.width(), rect.height()))
    ratio = painter.device().devicePixelRatio()
    corner = rect.center()
    painter.drawPixmap(
        QRectF(corner.x() - size / 2, corner.y() - size / 2, size, size).topLeft(),
        icon_pixmap(name, colour, size, ratio),
    )


def make_icon(name: str, colours: Colours, size: int = 18) -> QIcon:
    """Returns an icon for Qt's own menus, actions and buttons, with its greyed form."""
    icon = QIcon()
    for ratio in _RATIOS:
        icon.addPixmap(icon_pixmap(name, colours.ink, size, ratio), QIcon.Mode.Normal)
        icon.addPixmap(icon_pixmap(name, colours.line_strong, size, ratio), QIcon.Mode.Disabled)
    return icon


def application_icon(colours: Colours) -> QIcon:
    """Returns the program's own sign for window frames and task bars: the letter on a rounded square."""
    icon = QIcon()
    for size in (16, 32, 64, 128, 256):
        icon.addPixmap(logo_pixmap(colours, size))
    return icon


def logo_pixmap(colours: Colours, size: int, ratio: float = 1.0) -> QPixmap:
    """Returns the letter on its rounded square, ``size`` device-independent pixels wide."""
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.28, size * 0.28)
    draw_icon(
        painter, QRectF(0, 0, size, size).adjusted(*[size * 0.17] * 2, *[-size * 0.17] * 2), "logo", colours.on_accent
    )
    painter.end()
    return pixmap
