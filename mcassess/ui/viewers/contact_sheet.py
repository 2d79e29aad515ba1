"""Several pictures of one attempt at a glance, each with its title; one is chosen by a click or Enter."""

from collections.abc import Sequence
from contextlib import closing

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem, QWidget

from mcassess.errors import McassessError
from mcassess.evidence.images import open_image
from mcassess.evidence.worker import Worker
from mcassess.texts import tr
from mcassess.ui.kit.painting import paint_box, untinted
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import RADII, SPACES
from mcassess.ui.viewers.background import Background, Job
from mcassess.ui.viewers.sheet_source import as_image
from mcassess.ui.viewers.viewer import EvidenceSource

_SIDE = 200
_SIGN = 28
_ID = Qt.ItemDataRole.UserRole


class ContactSheet(QListWidget):
    """Small pictures in rows. They are drawn one after the other, and kept in memory alone.

    Attributes:
        chosen: Emits the id of the piece of evidence that was chosen.
    """

    chosen = Signal(str)

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._worker: Worker | None = None
        self._job: Job[QImage] | None = None
        self._left: list[tuple[QListWidgetItem, EvidenceSource]] = []
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setGridSize(QSize(_SIDE + SPACES.page, _SIDE + 2 * SPACES.page))
        self.setWordWrap(True)
        self.setViewportMargins(SPACES.near, SPACES.card, SPACES.near, SPACES.near)
        self.setAccessibleName(tr("All pictures"))
        self.itemClicked.connect(lambda item: self.chosen.emit(item.data(_ID)))
        self.itemActivated.connect(lambda item: self.chosen.emit(item.data(_ID)))

    def show_pictures(self, sources: Sequence[EvidenceSource], current: str) -> None:
        """Shows pictures; the one with the id ``current`` is marked."""
        self.stop()
        self._worker = Worker("photos")
        for source in sources:
            item = QListWidgetItem(self._blank(), source.evidence.title, self)
            item.setData(_ID, source.evidence.id)
            item.setToolTip(source.evidence.title)
            self._left.append((item, source))
            if source.evidence.id == current:
                self.setCurrentItem(item)
        self._draw_next()

    def stop(self) -> None:
        """Draws no more, and forgets the pictures."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._left.clear()
        self.clear()
        worker, self._worker = self._worker, None
        if worker is not None:
            self._background.run(worker.close)

    def _draw_next(self) -> None:
        worker = self._worker
        if not self._left or worker is None:
            return
        item, source = self._left.pop(0)

        def draw() -> QImage:
            with closing(source.open_reader()) as reader:
                return as_image(open_image(reader, most=_SIDE, worker=worker))

        def done(image: QImage) -> None:
            item.setIcon(untinted(QPixmap.fromImage(image)))
            self._draw_next()

        def failed(error: McassessError) -> None:
            item.setIcon(self._blank("warning"))
            item.setToolTip(f"{source.evidence.title}\n{error.text}")
            self._draw_next()

        self._job = self._background.run(draw, done, failed)

    def _blank(self, sign: str = "image") -> QIcon:
        """Returns what stands in the place of a picture that is not drawn yet, or cannot be."""
        colours, rect = colours_of(self), QRectF(0, 0, _SIDE, _SIDE * 3 // 4)
        blank = QPixmap(rect.size().toSize())
        blank.fill(Qt.GlobalColor.transparent)
        painter = QPainter(blank)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, rect, RADII.chip, colours.window, colours.line)
        middle = QRectF(0, 0, _SIGN, _SIGN)
        middle.moveCenter(rect.center())
        draw_icon(painter, middle, sign, colours.muted)
        painter.end()
        return untinted(blank)
