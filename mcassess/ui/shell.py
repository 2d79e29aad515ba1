"""The main window: rail, screens, status line, toast, and the one block where their signals are connected."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mcassess.crash import describe
from mcassess.errors import McassessError
from mcassess.jobs.sentences import bytes_text
from mcassess.texts import tr, tr_n
from mcassess.ui.desk.view import Desk
from mcassess.ui.keys_overlay import KeysOverlay
from mcassess.ui.kit.rail import Rail, RailItem
from mcassess.ui.kit.status_line import Side, StatusLine
from mcassess.ui.kit.toast import Toast
from mcassess.ui.queue.view import QueueScreen
from mcassess.ui.screen import Screen, ShortcutHelp
from mcassess.ui.summary_bar import SummaryBar
from mcassess.ui.sync.presenter import Contact, SyncPresenter, SyncState
from mcassess.ui.sync.view import SyncScreen, contact_text, contact_tone
from mcassess.ui.theme.tokens import Tone
from mcassess.ui.work import Work


class Shell(QWidget):
    """The frame around the screens. It holds no data of its own.

    Signals:
        went: The name of the screen that came into sight, and the key of the submission opened last (0 for none).
    """

    went = Signal(str, int)

    def __init__(
        self, work: Work, screens: tuple[QueueScreen, Desk, SyncScreen], syncing: SyncPresenter, summary: SummaryBar
    ) -> None:
        super().__init__()
        self.setWindowTitle("mcassess")
        self.queue, self.desk, self.sync = screens
        self.summary = summary
        self._syncing = syncing
        self._opened = 0
        self._rail = Rail(tr("Screens"), _rail_items(), self)
        self._stack = QStackedWidget(self)
        self._screens: dict[str, Screen] = {"queue": self.queue, "desk": self.desk, "sync": self.sync}
        for screen in self._screens.values():
            self._stack.addWidget(screen)
        self._status = StatusLine(self)
        self._toast = Toast(self)
        self._keys = KeysOverlay(self)
        self._lay_out()
        self._connect_all(work)
        self._show_sync_state(syncing.state)

    def show_screen(self, name: str) -> None:
        """Brings a screen into sight."""
        screen = self._screens[name]
        before = self._stack.currentWidget()
        if before is not screen:
            if isinstance(before, Screen):
                before.deactivated()
            self._stack.setCurrentWidget(screen)
        self._rail.set_chosen(name)
        screen.activated()
        self.went.emit(name, self._opened)

    def open_review(self, key: int) -> None:
        """Opens a submission on the desk."""
        self._opened = key
        self.desk.open(key)
        self.show_screen("desk")

    def resume(self, screen: str, key: int) -> None:
        """Goes back to where the assessor was the last time, the caret included."""
        self._opened = key
        if key and screen == "desk":
            self.desk.open(key, resume=True)
        if screen in self._screens:
            self.show_screen(screen)

    def show_below(self, line: QWidget) -> None:
        """Shows a quiet line above the status line."""
        self._right.insertWidget(self._right.indexOf(self._status), line)

    def say(self, text: str) -> None:
        """Says something that belongs to no place on the screen."""
        self._toast.show_message(text)

    def leave(self) -> None:
        """Lets the screen in sight record what was typed; the window is about to close."""
        current = self._stack.currentWidget()
        if isinstance(current, Screen):
            current.deactivated()
        self.desk.close_evidence()

    def close_evidence(self) -> None:
        """Closes what lies open on the desk."""
        self.desk.close_evidence()

    def changeEvent(self, event: QEvent) -> None:
        """Lets the screen in sight record what was typed when another window comes to the front."""
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.desk.flush()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        right = self._right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(self.summary)
        right.addWidget(self._status)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addLayout(right, 1)
        self.resize(1440, 900)
        self.setMinimumSize(960, 640)

    def _connect_all(self, work: Work) -> None:
        self._rail.chosen.connect(self.show_screen)
        self.queue.opened.connect(self.open_review)
        self.queue.sync_wanted.connect(self._syncing.sync)
        self.queue.connect_wanted.connect(self._show_connect)
        self.sync.opened.connect(self.open_review)
        self.desk.closed.connect(lambda: self.show_screen("queue"))
        self.desk.sealed.connect(self._syncing.sync_after_hold)
        self.desk.status_changed.connect(self._show_desk_status)
        self.desk.summary_wanted.connect(self.summary.ask)
        self._syncing.state_changed.connect(self._show_sync_state)
        work.failed.connect(self._say_failure)
        work.broken.connect(self._say_bug)
        for keys in ("?", "F1"):
            QShortcut(QKeySequence(keys), self, self._show_keys, context=Qt.ShortcutContext.WindowShortcut)

    def _show_connect(self) -> None:
        self.show_screen("sync")
        self.sync.focus_connect()

    def _show_keys(self) -> None:
        current = self._stack.currentWidget()
        keys = current.shortcuts() if isinstance(current, Screen) else []
        lock = ShortcutHelp(keys=(tr("Ctrl L"),), text=tr("Lock the library"))
        self._keys.show_keys([*keys, lock, ShortcutHelp(keys=("?",), text=tr("This overview"))])

    def _show_desk_status(self, saved: str, undo: str) -> None:
        self._status.show_fact("undo", undo, key="Ctrl Z" if undo else "")
        self._status.show_fact("saved", saved, side=Side.RIGHT)

    def _show_sync_state(self, state: SyncState) -> None:
        waiting = len(state.waiting) - state.needs_you
        status = self._status
        status.show_fact("contact", contact_text(state), tone=contact_tone(state.contact))
        text = tr_n("{count} waiting to send", "{count} waiting to send", waiting).format(count=waiting)
        status.show_fact("waiting", text if waiting else "")
        needs = tr_n("{count} needs you", "{count} need you", state.needs_you).format(count=state.needs_you)
        status.show_fact("needs_you", needs if state.needs_you else "", tone=Tone.BAD)
        here = tr("{size} here, encrypted").format(size=bytes_text(state.bytes_here))
        status.show_fact("here", here if state.bytes_here else "", side=Side.RIGHT)
        status.show_fact("programme", state.accounts[0].programme if state.accounts else "", side=Side.RIGHT)
        self.desk.show_offline(offline=state.contact is Contact.OFFLINE)

    def _say_failure(self, error: McassessError) -> None:
        self.say(error.text)

    def _say_bug(self, error: BaseException) -> None:
        self.say(describe(error))


def _rail_items() -> list[RailItem]:
    return [
        RailItem(id="queue", title=tr("Queue"), icon="queue"),
        RailItem(id="desk", title=tr("Desk"), icon="desk"),
        RailItem(id="sync", title=tr("Sync"), icon="sync", at_bottom=True),
    ]
