"""Two videos of one submission side by side, as from two cameras: they play together, so far apart as they were put."""

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from mcassess.texts import tr
from mcassess.ui.desk.pane import Pane, Timed
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.labels import make_label
from mcassess.ui.theme.tokens import SPACES

NUDGE_MS = 100
_FARTHEST_APART_MS = 120
_MEND_EVERY_MS = 1_500


class PairBar(QWidget):
    """The line over two videos: whether they play together, and how far apart they are.

    Args:
        parent: The widget that owns it.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.together = Button(tr("Play together"), ButtonKind.QUIET, parent=self)
        self.earlier = Button(tr("− 0.1 s"), ButtonKind.QUIET, parent=self)
        self.later = Button(tr("+ 0.1 s"), ButtonKind.QUIET, parent=self)
        self._text = make_label("", "muted", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACES.tight, 0, SPACES.tight, 0)
        row.setSpacing(SPACES.near)
        for widget in (self.together, self._text, self.earlier, self.later):
            row.addWidget(widget)
        row.addStretch(1)
        self.hide()

    def show_state(self, offset_ms: int | None) -> None:
        """Shows how much later the right video is in its own time; None while each plays by itself."""
        self.together.setText(tr("Play together") if offset_ms is None else tr("Each by itself"))
        for widget in (self.earlier, self.later, self._text):
            widget.setVisible(offset_ms is not None)
        later = offset_ms or 0
        text = tr("Right: {seconds} s behind") if later < 0 else tr("Right: {seconds} s ahead")
        self._text.setText(text.format(seconds=f"{abs(later) / 1000:.1f}"))


class PairedVideos(QObject):
    """Keeps the second video with the one in hand, while that is wished.

    Attributes:
        bar: Where it is switched; in sight while two videos lie side by side.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.bar = PairBar(parent)
        self._sides: tuple[Timed, Timed] | None = None
        self._in_hand = 0
        self._offset_ms: int | None = None
        self._mended = QElapsedTimer()
        self.bar.together.clicked.connect(lambda: self.set_together(together=self._offset_ms is None))
        self.bar.earlier.clicked.connect(lambda: self._nudge(-NUDGE_MS))
        self.bar.later.clicked.connect(lambda: self._nudge(NUDGE_MS))

    @property
    def offset_ms(self) -> int | None:
        """How much later the right video is than the left one, each in its own time; None while they are not paired."""
        return self._offset_ms

    def look(self, panes: Sequence[Pane], in_hand: int) -> None:
        """Looks which videos lie side by side now, and which of them is in hand."""
        timed = [pane.timed for pane in panes if pane.evidence is not None]
        left, right = (timed[0], timed[1]) if len(timed) == 2 else (None, None)
        sides = None if left is None or right is None else (left, right)
        if sides != self._sides:
            self.set_together(together=False)
            self._sides = sides
            self.bar.setVisible(sides is not None)
        self._in_hand = in_hand
        self._share_sound()

    def set_together(self, *, together: bool) -> None:
        """Pairs the videos as they stand now, or lets each play by itself."""
        if self._offset_ms is not None and self._sides is not None and not together:
            for side in self._sides:
                side.playing_changed.disconnect(self._follow)
                side.position_changed.disconnect(self._follow)
        if self._sides is None or not together:
            self._offset_ms = None
        elif self._offset_ms is None:
            self._offset_ms = self._sides[1].position_ms - self._sides[0].position_ms
            for side in self._sides:
                side.playing_changed.connect(self._follow)
                side.position_changed.connect(self._follow)
            self._mended.start()
        self.bar.show_state(self._offset_ms)
        self._share_sound()

    def _nudge(self, by_ms: int) -> None:
        if self._offset_ms is not None:
            self._offset_ms += by_ms
            self.bar.show_state(self._offset_ms)
            self._go_along(always=True)

    def _share_sound(self) -> None:
        """Lets only the one in hand be heard while both play."""
        for index, side in enumerate(self._sides or ()):
            side.set_muted(muted=self._offset_ms is not None and index != self._in_hand)

    def _follow(self, _told: object) -> None:
        teller: object = self.sender()
        if self._sides is None or teller is not self._sides[self._in_hand]:
            return
        leading, following = self._sides[self._in_hand], self._sides[1 - self._in_hand]
        if leading.playing != following.playing:
            following.set_rate(leading.rate)
            self._go_along(always=True)
            following.set_playing(playing=leading.playing)
        else:
            self._go_along(always=not leading.playing)

    def _go_along(self, *, always: bool) -> None:
        """Puts the other video where it belongs; while both play, only when it has drifted, and now and then."""
        if self._sides is None or self._offset_ms is None:
            return
        leading, following = self._sides[self._in_hand], self._sides[1 - self._in_hand]
        belongs = leading.position_ms + (self._offset_ms if self._in_hand == 0 else -self._offset_ms)
        apart = abs(following.position_ms - belongs)
        if following.rate != leading.rate:
            following.set_rate(leading.rate)
        if (always and apart) or (apart > _FARTHEST_APART_MS and self._mended.hasExpired(_MEND_EVERY_MS)):
            self._mended.restart()
            following.seek(belongs)
