"""The picture of a video in windows of its own: over the whole screen, or on a second one. Plays nothing itself."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.evidence.captions import Caption
from mcassess.evidence.video import VideoFrame
from mcassess.ui.viewers.picture_view import Light
from mcassess.ui.viewers.video_canvas import VideoCanvas

_SMALL = (960, 540)


class PictureWindow(QWidget):
    """A window that shows a video's picture and no more; what is pressed in it, the desk is told.

    Args:
        keys_for: Who is told of keys, as if they had been pressed there.

    Signals:
        gone: It was closed.
    """

    gone = Signal()

    def __init__(self, keys_for: QWidget) -> None:
        super().__init__(keys_for, Qt.WindowType.Window)
        self._keys_for = keys_for
        self.setWindowTitle("mcassess")  # a title of evidence would stand in the system's lists of windows
        self.canvas = VideoCanvas(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes; everything else means what it means on the desk."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            QCoreApplication.sendEvent(self._keys_for, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Says that it is gone."""
        self.gone.emit()
        super().closeEvent(event)


class PictureWindows(QObject):
    """One full-screen picture, one second window, of one viewer.

    Signals:
        clicked: A picture was clicked.
        changed: A window is there that was not, or no more.
    """

    clicked = Signal()
    changed = Signal()

    def __init__(self, viewer: QWidget) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._full: PictureWindow | None = None
        self._second: PictureWindow | None = None
        self._frame: VideoFrame | None = None
        self._captions: tuple[Caption, ...] = ()
        self._light = Light()
        viewer.installEventFilter(self)

    @property
    def windows(self) -> tuple[PictureWindow, ...]:
        """The windows that are open."""
        return tuple(window for window in (self._full, self._second) if window is not None)

    def toggle_full_screen(self) -> None:
        """Shows the picture over the whole screen, or no more."""
        if self._full is not None:
            self._full.close()
            return
        self._full = self._make()
        self._full.gone.connect(self._full_gone)
        self._full.canvas.full_screen_wanted.connect(self._full.close)
        self._full.showFullScreen()
        self._full.setFocus()

    def toggle_second(self) -> None:
        """Shows the picture in a second window too, over another screen where there is one; or no more."""
        if self._second is not None:
            self._second.close()
            return
        window = self._second = self._make()
        window.gone.connect(self._second_gone)
        other = _other_screen(self._viewer.screen())
        if other is not None:
            window.setGeometry(other.geometry())
            window.showFullScreen()
        else:
            window.resize(*_SMALL)
            window.show()

    def show_frame(self, frame: VideoFrame) -> None:
        """Shows the newest picture in every window."""
        self._frame = frame if self.windows else None
        for window in self.windows:
            window.canvas.show_frame(frame)

    def show_captions(self, captions: tuple[Caption, ...]) -> None:
        """Shows captions in every window."""
        self._captions = captions
        for window in self.windows:
            window.canvas.show_captions(captions)

    def show_light(self, light: Light) -> None:
        """Shows pictures so bright in every window."""
        self._light = light
        for window in self.windows:
            window.canvas.show_light(light)

    def clear(self) -> None:
        """Lets go of the picture; the windows stay for the next video."""
        self._frame = None
        for window in self.windows:
            window.canvas.clear()

    def close(self) -> None:
        """Closes every window."""
        for window in self.windows:
            window.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Closes the windows when the viewer goes out of sight: they belong to what is in it."""
        if event.type() == QEvent.Type.Hide:
            self.close()
        return super().eventFilter(watched, event)

    def _make(self) -> PictureWindow:
        window = PictureWindow(self._viewer)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.canvas.clicked.connect(self.clicked)
        window.canvas.show_captions(self._captions)
        window.canvas.show_light(self._light)
        return window

    def _full_gone(self) -> None:
        self._full = None
        self.changed.emit()

    def _second_gone(self) -> None:
        self._second = None
        self.changed.emit()


def _other_screen(own: QScreen) -> QScreen | None:
    return next((screen for screen in QGuiApplication.screens() if screen is not own), None)
