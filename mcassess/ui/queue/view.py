"""The queue screen: what waits for the assessor, how much of it is here, and what is due."""

from datetime import datetime, timedelta

from PySide6.QtCore import QItemSelection, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QStackedLayout, QTableView, QVBoxLayout, QWidget

from mcassess.clock import Clock
from mcassess.texts import tr, tr_n
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.fields import SearchField
from mcassess.ui.kit.filters import Filter, FilterPills
from mcassess.ui.kit.labels import make_label
from mcassess.ui.kit.states import EmptyState, LoadingState
from mcassess.ui.queue import cells
from mcassess.ui.queue.delegate import QueueDelegate
from mcassess.ui.queue.model import Column, QueueModel
from mcassess.ui.queue.presenter import OPEN_STATES, QueuePage, QueuePresenter
from mcassess.ui.queue.preview import PreviewPanel
from mcassess.ui.screen import Screen, ShortcutHelp
from mcassess.ui.theme.tokens import SPACES

_WIDTHS = {
    Column.EDUCATOR: 136,
    Column.ATTEMPT: 72,
    Column.EVIDENCE: 124,
    Column.ON_LAPTOP: 110,
    Column.DUE: 104,
    Column.STATE: 152,
}
_PREVIEW_WIDTH = 304
_NARROW = 1180
_SOON = timedelta(days=7)


class _Table(QTableView):
    """The table; Enter opens the row in hand."""

    entered_row = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered_row.emit()
        else:
            super().keyPressEvent(event)


class QueueScreen(Screen):
    """Lists submissions, filters and searches them, shows one at a glance.

    Signals:
        opened: The key of a submission to review.
        sync_wanted: The assessor wants to sync now.
        connect_wanted: There is no account yet, and she wants one.
    """

    opened = Signal(int)
    sync_wanted = Signal()
    connect_wanted = Signal()

    def __init__(self, presenter: QueuePresenter, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._clock = clock
        self._is_connected = True
        self.model = QueueModel(self)
        self._heading = make_label(tr("My queue"), "heading", self)
        self._summary = make_label("", "muted", self)
        self._sync = Button(tr("Sync now"), icon="sync", key="Ctrl R", parent=self)
        self._continue = Button(tr("Continue review"), ButtonKind.PRIMARY, key="↵", parent=self)
        self._search = SearchField(tr("Search educators, micro-credentials, feedback…"), key="Ctrl K", parent=self)
        self._filters = FilterPills(tr("Show"), _filters(), self)
        self._table = self._make_table(clock)
        self._empty = EmptyState("queue", "", parent=self)
        self._unconnected = EmptyState(
            "sync", tr("No platform is connected yet."), tr("Connect to a platform"), parent=self
        )
        self._preview = PreviewPanel(self)
        self._stack = QStackedLayout()
        self._loading = LoadingState(parent=self)
        for state in (self._loading, self._table, self._empty, self._unconnected):
            self._stack.addWidget(state)
        self._lay_out()
        self._connect()

    def show_page(self, page: QueuePage) -> None:
        """Shows what a reading of the queue brought, and keeps the row in hand."""
        key = self.current_key()
        self.model.show_keys(page.keys, page.rows)
        self._filters.set_counts({name: page.counts.get(name, 0) for name in self._filters.option_ids()})
        if page.more and not self._presenter.searching:
            QTimer.singleShot(0, self._presenter.reload)  # the first picture comes before the rest of a long list
        self._summary.setText(_summary(page, self._clock.now(), searching=self._presenter.searching))
        place = self.model.place_of(key) if key is not None else None
        self._continue.setEnabled(bool(page.keys))
        self._show_what_there_is(connected=page.connected)
        if page.keys:
            self._stack.setCurrentWidget(self._table)
            self._table.selectRow(place or 0)
        else:
            self._presenter.preview(None)
            self._stack.setCurrentWidget(self._unconnected if not page.connected else self._empty)
            self._empty.set_sentence(
                tr("Nothing here holds these words.")
                if self._presenter.searching
                else tr("Nothing here. Sync fetches what is new on the platform.")
            )

    def current_key(self) -> int | None:
        """Returns the submission in hand, or None."""
        return self.model.key_at(self._table.currentIndex().row())

    def activated(self) -> None:
        """Puts the keyboard into the list."""
        self._table.setFocus()

    def focus_search(self) -> None:
        """Puts the keyboard into the search."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def open_current(self) -> None:
        """Opens the submission in hand."""
        key = self.current_key()
        if key is not None:
            self.opened.emit(key)

    def shortcuts(self) -> list[ShortcutHelp]:
        """Returns the queue's keys."""
        return [
            ShortcutHelp(keys=("↑", "↓"), text=tr("Earlier and later submission")),
            ShortcutHelp(keys=("↵",), text=tr("Open the review")),
            ShortcutHelp(keys=("Ctrl K",), text=tr("Search")),
            ShortcutHelp(keys=("Ctrl R",), text=tr("Sync now")),
        ]

    def resizeEvent(self, event: object) -> None:
        """Gives the whole width to the list where there is little."""
        self._preview.setVisible(self._is_connected and self.width() >= _NARROW)
        super().resizeEvent(event)  # type: ignore[arg-type]  # handed through

    def _show_what_there_is(self, *, connected: bool) -> None:
        """Shows nothing that leads nowhere where there is no platform yet."""
        self._is_connected = connected
        for widget in (self._sync, self._continue, self._search, self._filters):
            widget.setVisible(connected)
        self._preview.setVisible(connected and self.width() >= _NARROW)

    def _make_table(self, clock: Clock) -> _Table:
        table = _Table(self)
        delegate = QueueDelegate(table, clock)
        table.setModel(self.model)
        table.setItemDelegate(delegate)
        table.setAccessibleName(tr("Queue"))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        rows = table.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(delegate.row_height())
        rows.hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.MICROCREDENTIAL, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(56)
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, width)
        return table

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACES.inner)
        for widget in (self._heading, self._summary):
            head.addWidget(widget, alignment=Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.addWidget(self._sync)
        head.addWidget(self._continue)
        tools = QHBoxLayout()
        tools.setSpacing(SPACES.inner)
        tools.addWidget(self._search, 1)
        tools.addWidget(self._filters, 2)
        left = QVBoxLayout()
        left.setSpacing(SPACES.card)
        left.addLayout(head)
        left.addLayout(tools)
        left.addLayout(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACES.page, SPACES.page, SPACES.page, 0)
        row.setSpacing(SPACES.page)
        row.addLayout(left, 1)
        self._preview.setFixedWidth(_PREVIEW_WIDTH)
        row.addWidget(self._preview)

    def _connect(self) -> None:
        presenter = self._presenter
        presenter.listed.connect(self.show_page)
        presenter.rows_changed.connect(self.model.take_rows)
        presenter.previewed.connect(self._preview.show_preview)
        self.model.block_wanted.connect(lambda block: presenter.fetch(self.model.block_keys(block)))
        self._filters.chosen.connect(presenter.choose_filter)
        self._search.textEdited.connect(presenter.search)
        self._search.returnPressed.connect(self._table.setFocus)
        self._table.entered_row.connect(self.open_current)
        self._table.doubleClicked.connect(lambda _index: self.open_current())
        self._table.selectionModel().selectionChanged.connect(self._selected)
        self._preview.opened.connect(self.open_current)
        self._preview.claim_wanted.connect(self._claim)
        self._continue.clicked.connect(self.open_current)
        self._sync.clicked.connect(self.sync_wanted)
        self._unconnected.acted.connect(self.connect_wanted)
        for keys, call in (
            (QKeySequence("Ctrl+K"), self.focus_search),
            (QKeySequence("Ctrl+R"), self.sync_wanted.emit),
        ):
            QShortcut(keys, self, call, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _selected(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        key = self.current_key()
        row = self.model.row_at(self._table.currentIndex().row()) if key is not None else None
        self._continue.setEnabled(key is not None)
        self._continue.setText(cells.open_text(row.state) if row else tr("Open review"))
        QTimer.singleShot(0, self, self._show_preview)  # what is in sight is painted first

    def _claim(self, give_back: bool) -> None:  # noqa: FBT001 - a signal's value
        key = self.current_key()
        if key is not None:
            self._presenter.claim(key, give_back=give_back)

    def _show_preview(self) -> None:
        self._presenter.preview(self.current_key())


def _filters() -> list[Filter]:
    return [
        Filter(id="open", title=tr("Open")),
        Filter(id="in_progress", title=tr("In progress")),
        Filter(id="waiting", title=tr("Waiting to send")),
        Filter(id="needs_you", title=tr("Needs you")),
        Filter(id="sent", title=tr("Sent")),
    ]


def _summary(page: QueuePage, now: datetime, *, searching: bool) -> str:
    if page.more and searching:
        return tr("The first {count} found are listed; more letters find fewer.").format(count=len(page.keys))
    number = page.counts.get("open", 0)
    text = tr_n("{count} open", "{count} open", number).format(count=number)
    # The list is in the order of due dates, so the first block holds what is due soon.
    soon = sum(row.state in OPEN_STATES and row.due_at is not None and row.due_at < now + _SOON for row in page.rows)
    if not soon:
        return text
    return f"{text} · {tr_n('{count} due within a week', '{count} due within a week', soon).format(count=soon)}"
