"""The queue's table: ids of all rows, and blocks of rows fetched when they come into sight. Asks no library."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from mcassess.store.queue import QueueRow
from mcassess.texts import tr
from mcassess.ui.queue import cells

BLOCK = 200
Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The table's columns, in their order."""

    MICROCREDENTIAL = 0
    EDUCATOR = 1
    ATTEMPT = 2
    EVIDENCE = 3
    ON_LAPTOP = 4
    DUE = 5
    STATE = 6


class QueueModel(QAbstractTableModel):
    """Shows any number of rows at once, since it holds only their ids and the blocks that were looked at.

    Signals:
        block_wanted: The number of a block whose rows are not here yet.
    """

    block_wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys: list[int] = []
        self._rows: dict[int, QueueRow] = {}
        self._wanted: set[int] = set()
        self._place: dict[int, int] = {}

    def show_keys(self, keys: Sequence[int], first_rows: Sequence[QueueRow] = ()) -> None:
        """Shows these submissions, of which the first rows may be known already."""
        self.beginResetModel()
        self._keys = list(keys)
        self._place = {key: place for place, key in enumerate(self._keys)}
        self._rows = {row.key: row for row in first_rows}
        self._wanted.clear()
        self.endResetModel()

    def take_rows(self, rows: Sequence[QueueRow]) -> None:
        """Takes rows that were asked for, or that have changed."""
        for row in rows:
            place = self._place.get(row.key)
            if place is None:
                continue
            self._rows[row.key] = row
            self._wanted.discard(place // BLOCK)
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(Column) - 1))

    def block_keys(self, block: int) -> list[int]:
        """Returns the submissions of a block."""
        return self._keys[block * BLOCK : (block + 1) * BLOCK]

    def key_at(self, row: int) -> int | None:
        """Returns the submission at a row, or None."""
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def place_of(self, key: int) -> int | None:
        """Returns the row of a submission, or None where it is not shown."""
        return self._place.get(key)

    def row_at(self, row: int) -> QueueRow | None:
        """Returns what is known of a row; asks for its block where nothing is."""
        key = self.key_at(row)
        if key is None:
            return None
        found = self._rows.get(key)
        block = row // BLOCK
        if found is None and block not in self._wanted:
            self._wanted.add(block)
            self.block_wanted.emit(block)
        return found

    def known_keys(self) -> list[int]:
        """Returns the submissions whose rows are here."""
        return list(self._rows)

    def rowCount(self, parent: Index | None = None) -> int:
        """Tells how many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index | None = None) -> int:
        """Tells how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        """Returns a column's title."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            Column.MICROCREDENTIAL: tr("Micro-credential"),
            Column.EDUCATOR: tr("Educator"),
            Column.ATTEMPT: tr("Attempt"),
            Column.EVIDENCE: tr("Evidence"),
            Column.ON_LAPTOP: tr("On this laptop"),
            Column.DUE: tr("Due"),
            Column.STATE: tr("State"),
        }[Column(section)]

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Returns a cell's words; the delegate paints from the row itself (``UserRole``)."""
        row = self.row_at(index.row())
        if row is None:
            return None
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cells.words(row, index.column())
        return None
