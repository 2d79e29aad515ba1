"""The menu of a video's picture: how large, how bright, and in which windows. It only tells what was chosen."""

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from mcassess.texts import tr


class PictureWish(StrEnum):
    """What can be wished for a picture."""

    FULL_SCREEN = "full_screen"
    SECOND_WINDOW = "second_window"
    LARGER = "larger"
    SMALLER = "smaller"
    FIT = "fit"
    BRIGHTER = "brighter"
    DARKER = "darker"
    MORE_CONTRAST = "more_contrast"
    LESS_CONTRAST = "less_contrast"
    AS_RECORDED = "as_recorded"


class PictureMenu(QMenu):
    """Every wish as a line.

    Signals:
        wished: A PictureWish.
    """

    wished = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        for group in _lines():
            for wish, text in group:
                action = QAction(text, self)
                action.setData(wish)
                self.addAction(action)
            self.addSeparator()
        self.triggered.connect(lambda action: self.wished.emit(PictureWish(action.data())))


def _lines() -> tuple[tuple[tuple[PictureWish, str], ...], ...]:
    return (
        ((PictureWish.FULL_SCREEN, tr("Full screen (F)")), (PictureWish.SECOND_WINDOW, tr("Second window"))),
        (
            (PictureWish.LARGER, tr("Larger (+)")),
            (PictureWish.SMALLER, tr("Smaller (-)")),
            (PictureWish.FIT, tr("All of the picture")),
        ),
        (
            (PictureWish.BRIGHTER, tr("Brighter")),
            (PictureWish.DARKER, tr("Darker")),
            (PictureWish.MORE_CONTRAST, tr("More contrast")),
            (PictureWish.LESS_CONTRAST, tr("Less contrast")),
            (PictureWish.AS_RECORDED, tr("As it was recorded")),
        ),
    )
