"""The sync screen: what waits to be sent, what comes in, and the platforms that are connected."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from mcassess.clock import Clock
from mcassess.errors import McassessError
from mcassess.jobs.conflicts import Conflict
from mcassess.jobs.sentences import outcome_name
from mcassess.store.outbox import OpState
from mcassess.store.queue import QueueRow
from mcassess.sync.runner import SyncEvent
from mcassess.sync.ways import Way
from mcassess.texts import tr
from mcassess.ui.file_line import FileLine
from mcassess.ui.kit.buttons import Button, ButtonKind
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.labels import ElidedLabel, Pill, make_label
from mcassess.ui.kit.progress import ProgressLine
from mcassess.ui.screen import Screen, ShortcutHelp
from mcassess.ui.sync.conflict_card import ConflictList
from mcassess.ui.sync.connect_form import ConnectForm
from mcassess.ui.sync.presenter import Contact, FileItem, SyncPresenter, SyncState, WaitingItem
from mcassess.ui.theme.tokens import SPACES, Tone

_LEADS_TO_THE_DESK = frozenset({Way.CARRY, Way.EDIT})


class SyncScreen(Screen):
    """Shows where the assessor's work is.

    Signals:
        opened: The key of a submission to look at.
    """

    opened = Signal(int)

    def __init__(self, presenter: SyncPresenter, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._clock = clock
        self._form_wanted = False
        self._sync = Button(tr("Sync now"), ButtonKind.PRIMARY, icon="sync", key="Ctrl R", parent=self)
        self._conflicts = ConflictList(self)
        self._waiting = Card(self, padding=SPACES.card)
        self._coming = Card(self, padding=SPACES.card)
        self._contact = make_label("", "muted", wrap=True)
        self._problem = make_label("", "bad", wrap=True)
        self._progress = ProgressLine(tr("Sync"), self, stoppable=True)
        self._platforms = Card(self, padding=SPACES.card)
        self._connect = ConnectForm(self)
        self._another = Button(tr("Connect another platform"), icon="plus", parent=self)
        self._rows = QWidget(self._waiting)
        self._shown_waiting: object = None
        self._file_lines: list[FileLine] = []
        self._account_rows = QWidget(self._platforms)
        self._lay_out()
        self._sync.clicked.connect(presenter.sync)
        self._progress.stop_requested.connect(presenter.stop)
        self._connect.submitted.connect(presenter.connect_to)
        self._connect.code_wanted.connect(presenter.connect_with_code)
        presenter.invited.connect(self._connect.show_invitation)
        self._another.clicked.connect(self.focus_connect)
        self._conflicts.chosen.connect(self._resolve)
        self._conflicts.looked.connect(self.opened)
        presenter.connect_failed.connect(self._connect.show_problem)
        presenter.connected.connect(self._close_form)
        presenter.state_changed.connect(self.show_state)
        presenter.progressed.connect(self._show_progress)
        presenter.finished.connect(lambda _report: self._progress.hide())
        QShortcut(QKeySequence("Ctrl+R"), self, presenter.sync, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.show_state(presenter.state)

    def show_state(self, state: SyncState) -> None:
        """Shows what waits, how it stands with the platform, and the accounts."""
        running = state.contact is Contact.SYNCING
        self._sync.setEnabled(bool(state.accounts) and not running)
        self._progress.setVisible(running)
        self._contact.setText(contact_text(state))
        self._problem.setText(state.problem)
        self._problem.setVisible(bool(state.problem) and not running)
        self._conflicts.show_conflicts(state.conflicts)
        self._show_waiting(state)
        self._show_accounts(state)

    def focus_connect(self) -> None:
        """Shows the form that connects to a platform, and puts the keyboard into it."""
        self._form_wanted = True
        self._show_form(self._presenter.state)
        self._connect.setFocus(Qt.FocusReason.OtherFocusReason)

    def shortcuts(self) -> list[ShortcutHelp]:
        """Returns the screen's keys."""
        return [ShortcutHelp(keys=("Ctrl R",), text=tr("Sync now"))]

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACES.inner)
        head.addWidget(make_label(tr("Sync"), "heading"), alignment=Qt.AlignmentFlag.AlignBottom)
        promise = make_label(tr("Nothing that you record is ever dropped. What can't be sent waits here."), "muted")
        head.addWidget(promise, 1, alignment=Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self._sync)
        self._waiting_title = make_label("", "strong")
        self._waiting.body.addWidget(self._waiting_title)
        self._waiting.body.addWidget(self._rows)
        self._coming.body.addWidget(make_label(tr("Coming in"), "strong"))
        for widget in (self._contact, self._problem, self._progress):
            self._coming.body.addWidget(widget)
        self._platforms.body.addWidget(make_label(tr("Platforms"), "strong"))
        self._platforms.body.addWidget(self._account_rows)
        self._platforms.body.addWidget(self._connect)
        self._platforms.body.addWidget(self._another, alignment=Qt.AlignmentFlag.AlignLeft)
        for card in (self._waiting, self._coming, self._platforms):
            card.body.setSpacing(SPACES.near)
        grid = QGridLayout()
        grid.setSpacing(SPACES.page)
        grid.addWidget(self._waiting, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._coming, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._platforms, 1, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACES.page, SPACES.page, SPACES.page, SPACES.page)
        column.setSpacing(SPACES.page)
        column.addLayout(head)
        column.addWidget(self._conflicts)
        column.addLayout(grid)
        column.addStretch(1)

    def _show_waiting(self, state: SyncState) -> None:
        number = len(state.waiting) + len(state.files)
        shown = (state.waiting, tuple((each.file.key, each.row) for each in state.files))
        if shown == self._shown_waiting:
            # Whoever has the keyboard in here keeps it while files go up.
            for line, each in zip(self._file_lines, state.files, strict=True):
                line.show_file(each.file)
            return
        self._shown_waiting, self._file_lines = shown, []
        self._waiting_title.setText(tr("Waiting to send · {count}").format(count=number))
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACES.near)
        if not number:
            column.addWidget(make_label(tr("Nothing waits. All that you sealed has arrived."), "muted", wrap=True))
        for item in state.waiting:
            column.addWidget(self._waiting_row(item))
        for each in state.files:
            column.addWidget(self._file_row(each))
        self._waiting.body.replaceWidget(self._rows, rows)
        self._rows.deleteLater()
        self._rows = rows

    def _waiting_row(self, item: WaitingItem) -> QWidget:
        operation, row = item.operation, item.row
        outcome = outcome_name(operation.outcome) if operation.outcome else operation.kind
        widget, line = _row()
        words = QVBoxLayout()
        words.setSpacing(SPACES.hair)
        words.addWidget(ElidedLabel(f"{outcome} · {row.microcredential_title}"))
        words.addWidget(make_label(f"{row.educator_shown} · {_operation_text(item)}", "small", wrap=True))
        line.addLayout(words, 1)
        line.addWidget(Pill(*_operation_pill(item)))
        if operation.state is OpState.READY and operation.tries == 0:
            back = Button(tr("Take back"))
            back.clicked.connect(lambda: self._presenter.take_back(operation.key, self._say))
            line.addWidget(back)
        line.addWidget(self._look_button(row))
        return widget

    def _file_row(self, item: FileItem) -> QWidget:
        widget, line = _row()
        about = f"{item.row.microcredential_title} · {item.row.educator_shown}"
        shown = FileLine(item.file, widget, about=about, removable=False)
        self._file_lines.append(shown)
        line.addWidget(shown, 1)
        line.addWidget(self._look_button(item.row))
        return widget

    def _look_button(self, row: QueueRow) -> Button:
        look = Button(tr("Look"))
        look.setAccessibleName(tr("Look at {title}").format(title=row.microcredential_title))
        look.clicked.connect(lambda: self.opened.emit(row.key))
        return look

    def _resolve(self, conflict: Conflict, way: Way) -> None:
        def done() -> None:
            self._conflicts.setEnabled(True)
            self._problem.hide()
            if way in _LEADS_TO_THE_DESK and conflict.key is not None:
                self.opened.emit(conflict.key)

        def failed(error: McassessError) -> None:
            self._conflicts.setEnabled(True)
            self._say(error)

        # Until it is done: the same way must not be gone twice.
        self._conflicts.setEnabled(False)
        self._presenter.resolve(conflict, way, done, failed)

    def _close_form(self) -> None:
        self._form_wanted = False
        self._connect.clear()
        self._show_form(self._presenter.state)

    def _show_form(self, state: SyncState) -> None:
        wanted = self._form_wanted or not state.accounts
        self._connect.setVisible(wanted)
        self._another.setVisible(not wanted)

    def _show_accounts(self, state: SyncState) -> None:
        self._show_form(state)
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        for account in state.accounts:
            name = f"{account.assessor_name} · {account.programme}" if account.programme else account.assessor_name
            column.addWidget(ElidedLabel(name))
            column.addWidget(ElidedLabel(account.url, "small"))
        self._platforms.body.replaceWidget(self._account_rows, rows)
        self._account_rows.deleteLater()
        self._account_rows = rows

    def _show_progress(self, event: SyncEvent) -> None:
        share = event.done / event.total if event.total else 0.0
        self._progress.show_progress(share, event.text)

    def _say(self, error: McassessError) -> None:
        self._problem.setText(error.text)
        self._problem.show()


def contact_text(state: SyncState) -> str:
    """Returns how it stands with the platform, in words."""
    since = f"{state.since.astimezone():%H:%M}" if state.since else ""
    return {
        Contact.UNKNOWN: tr("Not synced yet"),
        Contact.SYNCING: tr("Syncing…"),
        Contact.ONLINE: tr("Online · synced at {time}").format(time=since),
        Contact.OFFLINE: tr("Offline since {time}").format(time=since),
        Contact.UNCONNECTED: tr("No platform connected"),
    }[state.contact]


def contact_tone(contact: Contact) -> Tone:
    """Returns the tone of the dot beside ``contact_text``."""
    return {Contact.ONLINE: Tone.OK, Contact.SYNCING: Tone.OK, Contact.OFFLINE: Tone.WARN}.get(contact, Tone.NEUTRAL)


def _row() -> tuple[QWidget, QHBoxLayout]:
    widget = QWidget()
    line = QHBoxLayout(widget)
    line.setContentsMargins(0, SPACES.tight, 0, SPACES.tight)
    return widget, line


def _operation_text(item: WaitingItem) -> str:
    sealed = f"{item.operation.sealed_at.astimezone():%d.%m. %H:%M}"
    text = tr("sealed {time}").format(time=sealed)
    return f"{text} · {item.operation.last_error}" if item.operation.last_error else text


def _operation_pill(item: WaitingItem) -> tuple[str, Tone]:
    return {
        OpState.READY: (tr("ready to send"), Tone.NEUTRAL),
        OpState.SENDING: (tr("sent, no receipt yet"), Tone.WARN),
        OpState.ATTENTION: (tr("needs you"), Tone.BAD),
    }.get(item.operation.state, (tr("arrived"), Tone.OK))
