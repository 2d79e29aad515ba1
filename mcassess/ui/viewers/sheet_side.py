"""The panel beside pages: small pages, the outline, what was entered into a form, and marks. Draws no page itself."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mcassess.evidence.page_parts import FormField, OutlineEntry
from mcassess.texts import tr
from mcassess.ui.kit.painting import untinted
from mcassess.ui.kit.tabs import Tab, Tabs
from mcassess.ui.viewers.mark_list import MarkList

_SIDE = 120
_WIDTH = 236
_KEPT = 300
_EDGE = QColor("#B8C2BD")
_PAGE_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class SmallPages(QAbstractListModel):
    """Pages by number, with small pictures of those that were looked at.

    Attributes:
        wanted: Pictures of other pages are wanted: see ``take_wanted``.
    """

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sizes: list[tuple[float, float]] = []
        self._pictures: dict[int, QIcon] = {}
        self._asked: list[int] = []

    def show_pages(self, sizes: list[tuple[float, float]]) -> None:
        """Takes other pages, by their sizes."""
        self.beginResetModel()
        self._sizes = sizes
        self._pictures.clear()
        self._asked.clear()
        self.endResetModel()

    def take_wanted(self) -> tuple[int, float] | None:
        """Returns the page that was asked for last, and at which scale it is to be drawn; None for none."""
        while self._asked:
            index = self._asked.pop()
            if index not in self._pictures and index < len(self._sizes):
                return index, _SIDE / max(*self._sizes[index], 1.0)
        return None

    def set_picture(self, index: int, image: QImage) -> None:
        """Takes the small picture of a page."""
        if len(self._pictures) >= _KEPT:
            self._pictures.pop(next(iter(self._pictures)))
        self._pictures[index] = _small_page(QPixmap.fromImage(image))
        place = self.index(index)
        self.dataChanged.emit(place, place)

    def rowCount(self, parent: _Index | None = None) -> int:
        """Returns the number of pages."""
        return 0 if parent is not None and parent.isValid() else len(self._sizes)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Returns a page's number, or its small picture, which is asked for where it is not there yet."""
        if role == Qt.ItemDataRole.DisplayRole:
            return str(index.row() + 1)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("Page {page}").format(page=index.row() + 1)
        if role == Qt.ItemDataRole.DecorationRole:
            picture = self._pictures.get(index.row())
            if picture is not None:
                return picture
            if index.row() not in self._asked:
                self._asked.append(index.row())
                self.wanted.emit()
            return self._blank(index.row())
        return None

    def _blank(self, index: int) -> QIcon:
        width, height = self._sizes[index]
        share = _SIDE / max(width, height, 1.0)
        blank = QPixmap(QSize(max(1, round(width * share)), max(1, round(height * share))))
        blank.fill(Qt.GlobalColor.white)
        return _small_page(blank)


def _small_page(picture: QPixmap) -> QIcon:
    """Returns a page with an edge, by which white paper stands out."""
    painter = QPainter(picture)
    painter.setPen(_EDGE)
    painter.drawRect(picture.rect().adjusted(0, 0, -1, -1))
    painter.end()
    return untinted(picture)


class SheetSide(QFrame):
    """Small pages, outline, form and marks behind tabs.

    Attributes:
        page_wanted: Emits the page (from 0) to go to.
    """

    page_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._current = 0
        self.model = SmallPages(self)
        self.small = QListView(self)
        self.small.setModel(self.model)
        self.small.setUniformItemSizes(False)
        self.small.setIconSize(QSize(_SIDE, _SIDE))
        self.small.setSpacing(4)
        self.small.setAccessibleName(tr("Pages"))
        self.outline = QTreeWidget(self)
        self.outline.setHeaderHidden(True)
        self.outline.setAccessibleName(tr("Contents"))
        self.form = QListWidget(self)
        self.form.setWordWrap(True)
        self.form.setAccessibleName(tr("What was entered into the form"))
        self.marks = MarkList(self)
        tabs = [("pages", tr("Pages")), ("marks", tr("Marks")), ("outline", tr("Contents")), ("form", tr("Form"))]
        self.tabs = Tabs(tr("Beside the document"), [Tab(id=each, title=title) for each, title in tabs], self)
        self._stack = QStackedWidget(self)
        self._pages: dict[str, QWidget] = {
            "pages": self.small,
            "marks": self.marks,
            "outline": self.outline,
            "form": self.form,
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self.tabs.chosen.connect(lambda tab: self._stack.setCurrentWidget(self._pages[tab]))
        self.small.clicked.connect(lambda index: self.page_wanted.emit(index.row()))
        self.small.activated.connect(lambda index: self.page_wanted.emit(index.row()))
        self.outline.itemClicked.connect(lambda item, _column: self.page_wanted.emit(item.data(0, _PAGE_ROLE)))
        self.outline.itemActivated.connect(lambda item, _column: self.page_wanted.emit(item.data(0, _PAGE_ROLE)))
        self.form.itemClicked.connect(lambda item: self.page_wanted.emit(item.data(_PAGE_ROLE)))
        self.form.itemActivated.connect(lambda item: self.page_wanted.emit(item.data(_PAGE_ROLE)))
        self.show_contents((), ())

    def show_pages(self, sizes: list[tuple[float, float]]) -> None:
        """Takes another document's pages."""
        self.model.show_pages(sizes)
        self.show_contents((), ())
        self._current = 0

    def show_contents(self, outline: Sequence[OutlineEntry], fields: Sequence[FormField]) -> None:
        """Takes the outline and the form; the tab of what there is none of goes."""
        self._show_outline(outline)
        self.form.clear()
        for field in fields:
            item = QListWidgetItem(f"{field.name}: {field.value}" if field.name else field.value, self.form)
            item.setData(_PAGE_ROLE, field.page)
        self._show_tab("outline", shown=bool(outline))
        self._show_tab("form", shown=bool(fields))

    def show_current(self, index: int) -> None:
        """Marks the page that is read."""
        self._current = index
        place = self.model.index(index)
        self.small.setCurrentIndex(place)

    def show_tab(self, tab: str) -> None:
        """Brings a tab to the front."""
        self.tabs.set_chosen(tab)

    def _show_outline(self, outline: Sequence[OutlineEntry]) -> None:
        self.outline.clear()
        above: list[tuple[int, QTreeWidgetItem]] = []
        for entry in outline:
            while above and above[-1][0] >= entry.level:
                above.pop()
            parent = above[-1][1] if above else self.outline.invisibleRootItem()
            item = QTreeWidgetItem(parent, [entry.title])
            item.setToolTip(0, entry.title)
            item.setData(0, _PAGE_ROLE, entry.page)
            above.append((entry.level, item))
        self.outline.expandToDepth(1)

    def _show_tab(self, tab: str, *, shown: bool) -> None:
        place = list(self._pages).index(tab)
        if not shown and self.tabs.currentIndex() == place:
            self.tabs.set_chosen("pages")
        self.tabs.setTabVisible(place, shown)
