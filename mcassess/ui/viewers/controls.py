"""The line of controls under a video. Knows no player: it shows what it is told, and tells what is pressed."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from mcassess.texts import tr
from mcassess.ui.kit.buttons import Button, ButtonKind, IconButton
from mcassess.ui.kit.labels import KeyHint, make_label
from mcassess.ui.kit.timeline_geometry import clock_text
from mcassess.ui.theme.tokens import SPACES
from mcassess.ui.viewers.caption_track import CaptionChoice
from mcassess.ui.viewers.picture_menu import PictureMenu

RATES = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
VOLUMES = (200, 150, 125, 100, 75, 50, 25)
JUMP_MS = 5_000
_HINTS_FROM = 640
_FRAMES_FROM = 510
_JUMPS_FROM = 360
_LOOP_FROM = 300
_TIME_FROM = 240
_LEAST = 150


class VideoControls(QWidget):
    """Buttons, time and menus.

    Attributes:
        play_pressed: Play or pause.
        jumped: Emits the milliseconds to go on, or back when negative.
        stepped: Emits the pictures to go on, or back when negative.
        rate_chosen: Emits a speed.
        loop_pressed: The loop is to be switched on or off.
        clear_pressed: The in and out marks are to go.
        captions_chosen: Emits the id of the captions to be shown; empty to hide them.
        volume_chosen: Emits a loudness in percent; 0 for silence, more than 100 for quiet classrooms.
        picture_wished: Emits a PictureWish.
    """

    play_pressed = Signal()
    jumped = Signal(int)
    stepped = Signal(int)
    rate_chosen = Signal(float)
    loop_pressed = Signal()
    clear_pressed = Signal()
    captions_chosen = Signal(str)
    volume_chosen = Signal(int)
    picture_wished = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._play = IconButton("play", tr("Play"), key=tr("Space"), parent=self)
        self._position = make_label("", "strong", self)
        self._duration = make_label("", "muted", self)
        self._back = IconButton("back-5", tr("5 seconds back"), key="←", parent=self)
        self._on = IconButton("forward-5", tr("5 seconds on"), key="→", parent=self)
        self._step_back = IconButton("step-back", tr("One frame back"), key=",", parent=self)
        self._step_on = IconButton("step-forward", tr("One frame on"), key=".", parent=self)
        self._rate = Button("1×", ButtonKind.QUIET, parent=self)
        self._loop = IconButton("loop", tr("Play between the in and out marks over and over"), key="I O", parent=self)
        self._clear = IconButton("close", tr("Remove the in and out marks"), parent=self)
        self._captions = IconButton("captions", tr("Captions"), key="V", parent=self)
        self._caption_choices: tuple[CaptionChoice, ...] = ()
        self._captions_shown = ""
        self._volume = IconButton("volume", tr("Loudness"), parent=self)
        self._more = IconButton("more", tr("Picture: size, light, other windows"), parent=self)
        self._hints = [KeyHint(key, self) for key in ("J", "K", "L", ",", ".", "I", "O")]
        self._rates = self._rate_menu()
        self._volumes = self._volume_menu()
        self._picture = PictureMenu(self)
        self._lay_out()
        self._connect()
        self.show_position(0, 0)
        self.show_rate(1.0)
        self.show_marks(any_mark=False)
        self.show_captions((), "")

    def show_playing(self, *, playing: bool) -> None:
        """Shows whether it plays."""
        self._play.set_icon("pause" if playing else "play")
        self._play.set_name(tr("Pause") if playing else tr("Play"))

    def show_position(self, position_ms: int, duration_ms: int) -> None:
        """Shows where it is, and how long it is."""
        self._position.setText(clock_text(position_ms, hundredths=True))
        self._duration.setText(f"/ {clock_text(duration_ms, hundredths=True)}" if duration_ms else "")

    def show_rate(self, rate: float) -> None:
        """Shows the speed."""
        self._rate.setText(f"{rate:g}×")
        self._rate.setAccessibleName(tr("Speed {rate}").format(rate=f"{rate:g}×"))
        self._rate.updateGeometry()
        for action in self._rates.actions():
            action.setChecked(action.data() == rate)

    def show_loop(self, *, looping: bool) -> None:
        """Shows whether it plays over and over."""
        self._loop.setChecked(looping)

    def show_marks(self, *, any_mark: bool) -> None:
        """Offers to remove the marks where there are any."""
        self._clear.setVisible(any_mark)

    def show_captions(self, choices: Sequence[CaptionChoice], shown: str) -> None:
        """Shows which of the captions are shown; an empty id for none. Without choices there is nothing to switch."""
        self._caption_choices, self._captions_shown = tuple(choices), shown
        self._captions.setVisible(bool(choices))
        self._captions.setChecked(bool(shown))

    def show_volume(self, percent: int) -> None:
        """Shows the loudness; 0 is silence."""
        self._volume.set_icon("volume" if percent else "mute")
        for action in self._volumes.actions():
            action.setChecked(action.data() == percent)

    def show_pictures(self, *, has_picture: bool) -> None:
        """Offers single pictures only where there are pictures."""
        self._step_back.setEnabled(has_picture)
        self._step_on.setEnabled(has_picture)
        self._more.setVisible(has_picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leaves out what can be done without where room is short, key hints first."""
        super().resizeEvent(event)
        for hint in self._hints:
            hint.setVisible(self.width() >= _HINTS_FROM)
        for button in (self._step_back, self._step_on):
            button.setVisible(self.width() >= _FRAMES_FROM)
        self._duration.setVisible(self.width() >= _FRAMES_FROM)
        for button in (self._back, self._on):
            button.setVisible(self.width() >= _JUMPS_FROM)
        for widget in (self._rate, self._loop):
            widget.setVisible(self.width() >= _LOOP_FROM)
        self._position.setVisible(self.width() >= _TIME_FROM)

    def _lay_out(self) -> None:
        hints = self._hints
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACES.hair)
        groups: tuple[Sequence[QWidget], ...] = (
            (self._play,),
            (self._position, self._duration),
            (self._back, *hints[:3], self._on),
            (self._step_back, *hints[3:5], self._step_on),
        )
        for group in groups:
            for widget in group:
                row.addWidget(widget)
            row.addSpacing(SPACES.tight)
        row.addStretch(1)
        for widget in (self._rate, self._loop, *hints[5:], self._clear):
            row.addWidget(widget)
        row.addSpacing(SPACES.tight)
        row.addWidget(self._captions)
        row.addWidget(self._volume)
        row.addWidget(self._more)
        for label in (self._position, self._duration):
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._loop.setCheckable(True)
        self._captions.setCheckable(True)
        self._rate.setToolTip(tr("Speed"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_LEAST)

    def _connect(self) -> None:
        self._play.clicked.connect(self.play_pressed)
        self._back.clicked.connect(lambda: self.jumped.emit(-JUMP_MS))
        self._on.clicked.connect(lambda: self.jumped.emit(JUMP_MS))
        self._step_back.clicked.connect(lambda: self.stepped.emit(-1))
        self._step_on.clicked.connect(lambda: self.stepped.emit(1))
        self._rate.clicked.connect(lambda: self._unfold(self._rates, self._rate))
        self._loop.clicked.connect(self.loop_pressed)
        self._clear.clicked.connect(self.clear_pressed)
        self._captions.clicked.connect(self._press_captions)
        self._volume.clicked.connect(lambda: self._unfold(self._volumes, self._volume))
        self._more.clicked.connect(lambda: self._unfold(self._picture, self._more))
        self._picture.wished.connect(self.picture_wished)
        self._rates.triggered.connect(lambda action: self.rate_chosen.emit(action.data()))
        self._volumes.triggered.connect(lambda action: self.volume_chosen.emit(action.data()))

    def _rate_menu(self) -> QMenu:
        return self._menu([(f"{rate:g}×", rate) for rate in RATES])

    def _volume_menu(self) -> QMenu:
        return self._menu([*((f"{percent} %", percent) for percent in VOLUMES), (tr("Mute"), 0)])

    def _press_captions(self) -> None:
        choices, shown = self._caption_choices, self._captions_shown
        self._captions.setChecked(bool(shown))  # until what was chosen is shown
        if len(choices) == 1:
            self.captions_chosen.emit("" if shown else choices[0].id)
            return
        menu = self._menu([*((each.name, each.id) for each in choices), (tr("No captions"), "")])
        for action in menu.actions():
            action.setChecked(action.data() == shown)
        menu.triggered.connect(lambda action: self.captions_chosen.emit(action.data()))
        menu.aboutToHide.connect(menu.deleteLater)
        self._unfold(menu, self._captions)

    def _menu(self, choices: Sequence[tuple[str, float | str]]) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for text, value in choices:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setData(value)
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _unfold(self, menu: QMenu, button: QWidget) -> None:
        menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
