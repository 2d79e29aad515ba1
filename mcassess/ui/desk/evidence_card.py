"""One piece of evidence as a card: what it is, how much of it was seen, where the educator points."""

from PySide6.QtCore import QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QImage, QLinearGradient, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.review import Review
from mcassess.domain.submission import Evidence
from mcassess.store.evidence import FileRow
from mcassess.store.states import EvidenceState
from mcassess.texts import tr
from mcassess.ui.desk.surfaces import WordLink
from mcassess.ui.desk.wording import evidence_line, pointer_text
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.labels import make_label
from mcassess.ui.kit.painting import paint_box
from mcassess.ui.theme.icons import draw_icon
from mcassess.ui.theme.style import colours_of
from mcassess.ui.theme.tokens import RADII, SPACES, Colours, Tone

DRAGGED = "application/x-mcassess-evidence"
_PADDING = 8
_PICTURE_HEIGHT = 62
_PAPER_LINE = 8
_ICON = 18
_PICTURES = frozenset({EvidenceKind.VIDEO, EvidenceKind.DOCUMENT, EvidenceKind.IMAGE})


class _Sketch(QWidget):
    """Stands for the picture of a piece: a dark frame, lined paper, a print."""

    def __init__(self, kind: EvidenceKind, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._still: QImage | None = None
        self._aspect = 1.0
        self.setFixedHeight(_PICTURE_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_still(self, still: QImage | None, aspect: float) -> None:
        self._still, self._aspect = still, aspect
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = colours_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        if self._still is not None:
            self._paint_still(painter, rect, self._still, colours)
        elif self._kind is EvidenceKind.DOCUMENT:
            self._paint_paper(painter, rect, colours)
        else:
            self._paint_picture(painter, rect, colours)

    def _paint_paper(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        paint_box(painter, rect, RADII.chip, "#FFFFFF", colours.line)
        top = rect.top() + _PAPER_LINE
        while top < rect.bottom() - 2:
            painter.fillRect(QRectF(rect.left() + 1, round(top), rect.width() - 2, 1), QColor("#E3E8E5"))
            top += _PAPER_LINE

    def _paint_picture(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        video = self._kind is EvidenceKind.VIDEO
        shades = ("#31524A", "#5E8474", "#A9B48F") if video else ("#F0E2C0", "#EACDA6", "#E3B98A")
        gradient = QLinearGradient(rect.topLeft(), rect.bottomRight())
        for at, shade in zip((0.0, 0.6, 1.0), shades, strict=True):
            gradient.setColorAt(at, QColor(shade))
        painter.fillPath(_rounded(rect), gradient)
        draw_icon(painter, _middle(rect), "play" if video else "image", colours.on_video if video else "#6B4A1E")

    def _paint_still(self, painter: QPainter, rect: QRectF, still: QImage, colours: Colours) -> None:
        """Fills the frame with the middle of the picture, as large as it takes to leave no edge empty."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(_rounded(rect))
        width = max(rect.width(), rect.height() * self._aspect)
        target = QRectF(0, 0, width, width / self._aspect)
        target.moveCenter(rect.center())
        painter.drawImage(target, still)
        painter.setClipping(False)
        if self._kind is EvidenceKind.VIDEO:
            ground = QColor(colours.video)
            ground.setAlphaF(0.55)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawEllipse(_middle(rect).adjusted(-5, -5, 5, 5))
            draw_icon(painter, _middle(rect), "play", colours.on_video)


def _rounded(rect: QRectF) -> QPainterPath:
    shape = QPainterPath()
    shape.addRoundedRect(rect, RADII.chip, RADII.chip)
    return shape


def _middle(rect: QRectF) -> QRectF:
    return QRectF(rect.center().x() - _ICON / 2, rect.center().y() - _ICON / 2, _ICON, _ICON)


class EvidenceCard(Card):
    """A piece of evidence, to be opened by click, Enter or dragging it to a side of the viewer.

    Signals:
        pointer_followed: The educator's pointer (domain Pointer) that was clicked.
    """

    pointer_followed = Signal(object)

    def __init__(self, evidence: Evidence, parent: QWidget | None = None) -> None:
        super().__init__(parent, clickable_name=evidence.title, padding=_PADDING)
        self.evidence = evidence
        self._pressed_at = QPoint()
        self._sketch: _Sketch | None = None
        if evidence.kind in _PICTURES:
            self._sketch = _Sketch(evidence.kind, self)
            self.body.addWidget(self._sketch)
            self.body.addSpacing(SPACES.hair)
        self.body.setSpacing(1)
        self.body.addWidget(make_label(evidence.title, "strong", self, wrap=True))
        self._line = make_label("", "small", self, wrap=True)
        self.body.addWidget(self._line)
        several = len(evidence.pointers) > 1
        if several:
            self.body.addWidget(make_label(tr("The educator says:"), "small", self, wrap=True))
        for pointer in evidence.pointers:
            text = pointer_text(pointer) if several else tr("{pointer}, says the educator")
            text = text.format(pointer=pointer_text(pointer))
            link = WordLink(text, tr("Go there"), parent=self)
            link.followed.connect(lambda pointer=pointer: self.pointer_followed.emit(pointer))
            self.body.addWidget(link)

    def show_still(self, still: QImage | None, aspect: float) -> None:
        """Shows a real picture of the piece, ``aspect`` times as wide as high; None shows the drawn one again."""
        if self._sketch is not None:
            self._sketch.show_still(still, aspect)

    def show_state(self, review: Review, file: FileRow | None) -> None:
        """Shows how much of it was seen, and whether its file is here."""
        line = evidence_line(self.evidence, review.seen.get(self.evidence.id), file)
        if line != self._line.text():
            self._line.setText(line)
        self.set_tone(Tone.BAD if file is not None and file.state is EvidenceState.DAMAGED else Tone.NEUTRAL)
        self.setAccessibleDescription(line)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remembers where a drag may have begun."""
        self._pressed_at = event.pos()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begins to drag the piece."""
        moved = (event.pos() - self._pressed_at).manhattanLength()
        if event.buttons() & Qt.MouseButton.LeftButton and moved >= QApplication.startDragDistance():
            drag = QDrag(self)
            data = QMimeData()
            data.setData(DRAGGED, self.evidence.id.encode())
            drag.setMimeData(data)
            drag.setPixmap(self.grab().scaledToWidth(120, Qt.TransformationMode.SmoothTransformation))
            drag.exec(Qt.DropAction.CopyAction)
        else:
            super().mouseMoveEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Returns a width that lets long titles wrap."""
        return QSize(110, super().minimumSizeHint().height())
