"""The picture of a video with its captions, or the quiet place of a sound without pictures. Plays nothing."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from mcassess.evidence.captions import Caption
from mcassess.evidence.video import VideoFrame
from mcassess.ui.kit.painting import paint_box
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, SPACES, Colours, TextSize
from mcassess.ui.viewers.caption_painting import caption_text, paint_captions

_SIGN = 72.0
_SIGN_ICON = 34.0


class VideoCanvas(QWidget):
    """Paints the newest picture as large as it fits, upright and with the right shape of its pixels.

    Attributes:
        clicked: Emitted when it is clicked.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: VideoFrame | None = None
        self._image: QImage | None = None
        self._captions: tuple[Caption, ...] = ()
        self._sound_title: str | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def frame(self) -> VideoFrame | None:
        """The picture that is shown."""
        return self._frame

    @property
    def caption(self) -> str:
        """The caption that is shown; empty for none."""
        return caption_text(self._captions)

    def show_frame(self, frame: VideoFrame) -> None:
        """Shows a picture, which is held until the next one comes."""
        self._image = QImage(frame.pixels, frame.width, frame.height, frame.stride, QImage.Format.Format_RGB32)
        self._frame = frame  # the image only looks at its memory
        self.update()

    def show_captions(self, captions: tuple[Caption, ...]) -> None:
        """Shows captions over the lower middle of the picture, or none."""
        if captions != self._captions:
            self._captions = captions
            self.update()

    def show_sound(self, title: str) -> None:
        """Shows the quiet place of a sound that has no pictures."""
        self._sound_title = title
        self.update()

    def clear(self) -> None:
        """Shows an empty ground, and lets go of the picture's memory."""
        self._image = self._frame = self._sound_title = None
        self._captions = ()
        self.update()

    def picture_rect(self) -> QRectF:
        """Returns where the picture lies, in this widget's coordinates; empty without one."""
        if self._frame is None:
            return QRectF()
        wide, high = self._frame.width * self._frame.pixel_aspect, float(self._frame.height)
        scale = min(self.width() / wide, self.height() / high)
        width, height = round(wide * scale), round(high * scale)
        return QRectF((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def sizeHint(self) -> QSize:
        """Returns the room of a small picture."""
        return QSize(640, 360)

    def minimumSizeHint(self) -> QSize:
        """Returns the least room in which something can be made out."""
        return QSize(200, 120)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leaves the press to whoever wants to know which pane was touched; the release counts."""
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Counts as a click inside the picture."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints ground, picture, corners and caption."""
        colours = colours_of(self)
        painter = QPainter(self)
        whole = QRectF(self.rect())
        if self._sound_title is not None:
            painter.fillRect(whole, self.palette().color(QPalette.ColorRole.Window))
            self._paint_sound(painter, whole, self._sound_title, colours)
        else:
            self._paint_picture(painter, whole, colours)
        if self._captions:
            over = self.picture_rect() if self._image is not None else whole
            paint_captions(painter, over, self._captions, text_font(self, TextSize.TITLE), colours)

    def _paint_picture(self, painter: QPainter, whole: QRectF, colours: Colours) -> None:
        target = self.picture_rect()
        if target != whole:
            painter.fillRect(whole, QColor(colours.video))
        if self._image is not None:
            exact = target.size() * self.devicePixelRatioF() == QRectF(self._image.rect()).size()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
            painter.drawImage(target, self._image)
        corners = QPainterPath()
        corners.addRect(whole)
        rounded = QPainterPath()
        rounded.addRoundedRect(whole, RADII.item, RADII.item)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(corners - rounded, self.palette().color(QPalette.ColorRole.Window))

    def _paint_sound(self, painter: QPainter, whole: QRectF, title: str, colours: Colours) -> None:
        paint_box(painter, whole, RADII.item, colours.surface, colours.line)
        middle = whole.center() - QPointF(0, SPACES.wide)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent_soft))
        painter.drawEllipse(middle, _SIGN / 2, _SIGN / 2)
        icon = QRectF(0, 0, _SIGN_ICON, _SIGN_ICON)
        icon.moveCenter(middle)
        draw_icon(painter, icon, "audio", colours.accent)
        painter.setFont(text_font(self, TextSize.TITLE))
        painter.setPen(QColor(colours.muted))
        text = whole.adjusted(SPACES.page, 0, -SPACES.page, 0)
        text.setTop(middle.y() + _SIGN / 2 + SPACES.inner)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap), title)
