"""The still that hovers over a timeline, above the place under the mouse. Which still it is, the timeline knows."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mcassess.ui.kit.painting import paint_box
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import RADII, SPACES

_HEIGHT = 96
_FRAME = 3


class HoverStill(QWidget):
    """A small picture that floats in its window and takes no clicks.

    Args:
        owner: Above which it floats.
    """

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner.window())
        self._owner = owner
        self._image: QImage | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_still(self, image: QImage, aspect: float, x: float) -> None:
        """Shows a picture above a pixel column of its owner, and wholly inside the window."""
        window = self._owner.window()
        self._image = image
        self.resize(QSize(round(_HEIGHT * max(aspect, 0.2)) + 2 * _FRAME, _HEIGHT + 2 * _FRAME))
        above = self._owner.mapTo(window, QPoint(round(x), 0))
        left = min(max(above.x() - self.width() // 2, 0), max(window.width() - self.width(), 0))
        self.move(left, max(above.y() - SPACES.tight - self.height(), 0))
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints picture and frame."""
        colours = colours_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint_box(painter, rect, RADII.chip, colours.surface, colours.line_strong)
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(rect.adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME), self._image)
