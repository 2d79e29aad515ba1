"""The picture of the video viewer: its canvas, its other windows, how it is looked at, and the area in hand."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mcassess.domain.citation import Area
from mcassess.evidence.captions import Caption
from mcassess.evidence.video import VideoFrame
from mcassess.ui.viewers.picture_menu import PictureWish
from mcassess.ui.viewers.picture_view import Light
from mcassess.ui.viewers.picture_windows import PictureWindows
from mcassess.ui.viewers.video_canvas import VideoCanvas

_ZOOM = 1.5
_LIGHT_STEP = 15


class VideoPicture(QObject):
    """Shows each picture wherever it is to be seen, and remembers which part of it is meant.

    Signals:
        clicked: The picture was clicked, here or in another window.
        area_changed: Another part of the picture is meant, or all of it.
        room_changed: The picture takes more or fewer pixels of the screen, or is shown in other windows.

    Attributes:
        canvas: Where the picture is in the viewer.
        windows: Where else it is.
        area: The part that is meant; None for all of it.
    """

    clicked = Signal()
    area_changed = Signal()
    room_changed = Signal()

    def __init__(self, viewer: QWidget) -> None:
        super().__init__(viewer)
        self.canvas = VideoCanvas(viewer)
        self.windows = PictureWindows(viewer)
        self.area: Area | None = None
        self.canvas.clicked.connect(self.clicked)
        self.canvas.room_changed.connect(self.room_changed)
        self.canvas.area_drawn.connect(self._take_area)
        self.canvas.full_screen_wanted.connect(lambda: self.wish(PictureWish.FULL_SCREEN))
        self.windows.clicked.connect(self.clicked)
        self.windows.changed.connect(self.room_changed)

    def wish(self, wish: PictureWish) -> None:
        """Does what was wished for the picture."""
        match wish:
            case PictureWish.FULL_SCREEN:
                self.windows.toggle_full_screen()
            case PictureWish.SECOND_WINDOW:
                self.windows.toggle_second()
            case PictureWish.LARGER:
                self.canvas.zoom(_ZOOM)
            case PictureWish.SMALLER:
                self.canvas.zoom(1 / _ZOOM)
            case PictureWish.FIT:
                self.canvas.fit()
            case _:
                self._show_light(_lit(self.canvas.light, wish))
        self.room_changed.emit()
        if self.canvas.frame is not None:
            self.windows.show_frame(self.canvas.frame)

    def room(self) -> tuple[int, int] | None:
        """Returns how large moving pictures are needed; None for as they were recorded."""
        return None if self.windows.windows or not self.canvas.view.fits else self.canvas.room

    def show_frame(self, frame: VideoFrame) -> None:
        """Shows a picture."""
        self.canvas.show_frame(frame)
        self.windows.show_frame(frame)

    def show_captions(self, captions: tuple[Caption, ...]) -> None:
        """Shows captions over it, or none."""
        self.canvas.show_captions(captions)
        self.windows.show_captions(captions)

    def show_area(self, area: Area | None) -> None:
        """Takes a part of the picture in hand, or all of it."""
        if area != self.area:
            self.area = area
            self.canvas.show_area(area)

    def clear(self) -> None:
        """Shows an empty ground, as recorded, and lets go of the picture's memory."""
        self.area = None
        self.canvas.clear()
        self.windows.clear()
        self._show_light(Light())

    def _take_area(self, area: Area | None) -> None:
        self.area = area
        self.area_changed.emit()

    def _show_light(self, light: Light) -> None:
        self.canvas.show_light(light)
        self.windows.show_light(light)


def _lit(light: Light, wish: PictureWish) -> Light:
    steps = {
        PictureWish.BRIGHTER: (_LIGHT_STEP, 0),
        PictureWish.DARKER: (-_LIGHT_STEP, 0),
        PictureWish.MORE_CONTRAST: (0, _LIGHT_STEP),
        PictureWish.LESS_CONTRAST: (0, -_LIGHT_STEP),
    }
    return light.changed(*steps[wish]) if wish in steps else Light()
