"""The picture of a video with its captions, or the quiet place of a sound without pictures. Plays nothing."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from mcassess.domain.citation import Area
from mcassess.evidence.captions import Caption
from mcassess.evidence.video import VideoFrame
from mcassess.ui.kit.painting import paint_box
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of, text_font
from mcassess.ui.theme.tokens import RADII, SPACES, Colours, TextSize
from mcassess.ui.viewers.caption_painting import caption_text, paint_captions
from mcassess.ui.viewers.picture_view import Light, PictureView, area_between, area_rect

_WHEEL_ZOOM = 1.2
_SIGN = 72.0
_SIGN_ICON = 34.0


class VideoCanvas(QWidget):
    """Paints the newest picture upright and with the right shape of its pixels, as large as it fits or larger.

    The wheel zooms around the mouse; with Control or the middle button held, the mouse pulls the picture along.

    Attributes:
        clicked: Emitted when it is clicked.
        area_drawn: Emits the Area of the picture over which the mouse was drawn, and None when a click let it go.
        full_screen_wanted: Emitted when it is double-clicked.
        room_changed: Emitted when a picture takes more or fewer pixels of the screen than before.
    """

    clicked = Signal()
    area_drawn = Signal(object)
    full_screen_wanted = Signal()
    room_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: VideoFrame | None = None
        self._image: QImage | None = None
        self._captions: tuple[Caption, ...] = ()
        self._sound_title: str | None = None
        self._view = PictureView()
        self._light = Light()
        self._room = (0, 0)
        self._area: Area | None = None
        self._corners: QPainterPath | None = None
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
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

    @property
    def view(self) -> PictureView:
        """Which part of the picture is shown."""
        return self._view

    @property
    def room(self) -> tuple[int, int]:
        """How many pixels of the screen the picture takes, across and down; nought before the first."""
        return self._room

    @property
    def light(self) -> Light:
        """How bright it is shown."""
        return self._light

    def show_frame(self, frame: VideoFrame) -> None:
        """Shows a picture, which is held until the next one comes."""
        self._image = QImage(frame.pixels, frame.width, frame.height, frame.stride, QImage.Format.Format_RGB32)
        self._frame = frame  # the image only looks at its memory
        self._tell_room()
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

    def show_area(self, area: Area | None) -> None:
        """Frames a part of the picture, or none."""
        self._area = area
        self.update()

    def show_light(self, light: Light) -> None:
        """Shows pictures so bright from now on."""
        self._light = light
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Shows the picture ``factor`` times as large around a point of this widget, or around its middle."""
        if self._frame is not None:
            point = at if at is not None else QRectF(self.rect()).center()
            self._view = self._view.zoomed(factor, point, QSizeF(self.size()), *self._shape(self._frame))
            self.update()

    def fit(self) -> None:
        """Shows all of the picture."""
        self._view = PictureView()
        self.update()

    def clear(self) -> None:
        """Shows an empty ground, and lets go of the picture's memory."""
        self._image = self._frame = self._sound_title = self._area = None
        self._captions = ()
        self._room = (0, 0)
        self._view = PictureView()
        self.update()

    def picture_rect(self) -> QRectF:
        """Returns where the picture lies, in this widget's coordinates; empty without one."""
        if self._frame is None:
            return QRectF()
        return self._view.rect(QSizeF(self.size()), *self._shape(self._frame))

    def sizeHint(self) -> QSize:
        """Returns the room of a small picture."""
        return QSize(640, 360)

    def minimumSizeHint(self) -> QSize:
        """Returns the least room in which something can be made out."""
        return QSize(200, 120)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Notes where something may be drawn; the press is left to whoever wants to know which pane was touched."""
        self._pressed, self._dragged = event.position(), None
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draws an area, or pulls the picture along."""
        if self._pressed is None or self._frame is None:
            return
        pulls = event.buttons() & Qt.MouseButton.MiddleButton or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if pulls:
            by, self._pressed = event.position() - self._pressed, event.position()
            self._view = self._view.panned(by, QSizeF(self.size()), *self._shape(self._frame))
            self._dragged = None
        elif (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._dragged = event.position()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends drawing; without that it counts as a click."""
        pressed, dragged = self._pressed, self._dragged
        self._pressed = self._dragged = None
        if pressed is not None and dragged is not None:
            self._area = area_between(self.picture_rect(), pressed, dragged)
            self.area_drawn.emit(self._area)
            self.update()
        elif event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            if self._area is not None:
                self._area = None
                self.area_drawn.emit(None)
            self.clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Wants the whole screen; the second click is taken back."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.full_screen_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms around the mouse."""
        self.zoom(_WHEEL_ZOOM ** (event.angleDelta().y() / 120), event.position())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints ground, picture, corners, caption and area."""
        colours = colours_of(self)
        painter = QPainter(self)
        whole = QRectF(self.rect())
        if self._sound_title is not None:
            painter.fillRect(whole, self.palette().color(QPalette.ColorRole.Window))
            self._paint_sound(painter, whole, self._sound_title, colours)
        else:
            self._paint_picture(painter, whole, colours)
        if self._captions:
            over = self.picture_rect().intersected(whole) if self._image is not None else whole
            paint_captions(painter, over, self._captions, text_font(self, TextSize.TITLE), colours)

    def _shape(self, frame: VideoFrame) -> tuple[float, float]:
        return frame.whole[0] * frame.pixel_aspect, float(frame.whole[1])

    def _tell_room(self) -> None:
        size = self.picture_rect().size() * self.devicePixelRatioF()
        room = (round(size.width()), round(size.height()))
        if room != self._room and not size.isEmpty():
            self._room = room
            self.room_changed.emit()

    def _paint_picture(self, painter: QPainter, whole: QRectF, colours: Colours) -> None:
        target = self.picture_rect()
        covered = target.toAlignedRect().adjusted(1, 1, -1, -1) if self._image is not None else QRect()
        painter.setClipRegion(QRegion(self.rect()) - QRegion(covered))  # what it covers would be painted twice
        painter.fillRect(whole, QColor(colours.video))
        painter.setClipping(False)
        if self._image is not None:
            exact = target.size() * self.devicePixelRatioF() == QRectF(self._image.rect()).size()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
            if self._light.plain:
                painter.drawImage(target, self._image)
            else:
                self._paint_lit(painter, target, whole, self._image)
            self._paint_areas(painter, target, colours)
        if self.window() is not self.parentWidget() or not self.window().isFullScreen():
            self._paint_corners(painter, whole)

    def _paint_lit(self, painter: QPainter, target: QRectF, whole: QRectF, image: QImage) -> None:
        """Paints the part in sight with other values for its colours; in the size of the widget that is cheap."""
        scale = self.devicePixelRatioF()
        seen = target.intersected(whole)
        drawn = QImage((seen.size() * scale).toSize(), QImage.Format.Format_RGB32)
        inner = QPainter(drawn)
        inner.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        moved = target.translated(-seen.topLeft())
        inner.drawImage(QRectF(moved.topLeft() * scale, moved.size() * scale), image)
        inner.end()
        lit = bytes(drawn.constBits()).translate(self._light.table())
        shown = QImage(lit, drawn.width(), drawn.height(), drawn.bytesPerLine(), QImage.Format.Format_RGB32)
        painter.drawImage(seen, shown)

    def _paint_areas(self, painter: QPainter, target: QRectF, colours: Colours) -> None:
        areas = [self._area] if self._area is not None else []
        if self._pressed is not None and self._dragged is not None:
            areas = [each for each in [area_between(target, self._pressed, self._dragged)] if each is not None]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for area in areas:
            for colour, width in ((colours.video, 4.0), (colours.on_video, 2.0)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawRect(area_rect(target, area))

    def _paint_corners(self, painter: QPainter, whole: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._corners is None or self._corners.boundingRect() != whole:
            self._corners = _corners(whole)
        painter.fillPath(self._corners, self.palette().color(QPalette.ColorRole.Window))

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


def _corners(whole: QRectF) -> QPainterPath:
    """Returns what a rounded rectangle leaves of a rectangle."""
    side, corners = float(RADII.item), QPainterPath()
    for x, y in ((0.0, 0.0), (whole.width(), 0.0), (0.0, whole.height()), (whole.width(), whole.height())):
        across, down = (-side if x else side), (-side if y else side)
        corners.moveTo(x, y)
        corners.lineTo(x + across, y)
        corners.quadTo(x, y, x, y + down)
        corners.closeSubpath()
    return corners
