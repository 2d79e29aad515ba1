"""The main window: rail, screens, status line, toast, and the one block where their signals are connected."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mcassess.crash import describe
from mcassess.errors import McassessError
from mcassess.texts import tr
from mcassess.ui.kit.rail import Rail, RailItem
from mcassess.ui.kit.status_line import Side, StatusLine
from mcassess.ui.queue.view import QueueScreen
from mcassess.ui.screen import Screen, ShortcutHelp
from mcassess.ui.work import Work

if TYPE_CHECKING:  # what is behind the queue is loaded after the first picture
    from mcassess.ui.desk.view import Desk
    from mcassess.ui.keys_overlay import KeysOverlay
    from mcassess.ui.kit.toast import Toast
    from mcassess.ui.rooms import Rooms
    from mcassess.ui.sync.presenter import SyncState


class Shell(QWidget):
    """The frame around the screens. It holds no data of its own.

    It begins with the queue alone, so that the first picture waits for nothing; ``complete`` adds the others.

    Signals:
        went: The name of the screen that came into sight, and the key of the submission opened last (0 for none).
    """

    went = Signal(str, int)

    def __init__(self, queue: QueueScreen) -> None:
        super().__init__()
        self.setWindowTitle("mcassess")
        self.queue = queue
        self._opened = 0
        self._rail = Rail(tr("Screens"), _rail_items(), self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(queue)
        self._screens: dict[str, Screen] = {"queue": queue}
        self.status = StatusLine(self)
        self._rooms: Rooms | None = None
        self._lay_out()

    @property
    def desk(self) -> "Desk":
        """The desk; there once the shell is complete."""
        assert self._rooms is not None, "the first picture has come"
        return self._rooms.desk

    @cached_property
    def _toast(self) -> "Toast":
        from mcassess.ui.kit.toast import Toast  # noqa: PLC0415 - not needed for the first picture

        return Toast(self)

    @cached_property
    def _keys(self) -> "KeysOverlay":
        from mcassess.ui.keys_overlay import KeysOverlay  # noqa: PLC0415 - not needed for the first picture

        return KeysOverlay(self)

    def complete(self, work: Work, rooms: "Rooms") -> None:
        """Adds the screens behind the queue."""
        self._rooms = rooms
        self._screens |= {"desk": rooms.desk, "sync": rooms.sync}
        for screen in (rooms.desk, rooms.sync):
            self._stack.addWidget(screen)
        self._right.insertWidget(1, rooms.summary)
        self._connect_all(work, rooms)

    def show_screen(self, name: str) -> None:
        """Brings a screen into sight."""
        screen = self._screens.get(name)
        if screen is None:
            return
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
        self._right.insertWidget(self._right.indexOf(self.status), line)

    def say(self, text: str) -> None:
        """Says something that belongs to no place on the screen."""
        self._toast.show_message(text)

    def flush(self) -> None:
        """Lets the desk record what was typed, and goes on."""
        if self._rooms is not None:
            self._rooms.desk.flush()

    def leave(self) -> None:
        """Lets the screen in sight record what was typed; the window is about to close."""
        current = self._stack.currentWidget()
        if isinstance(current, Screen):
            current.deactivated()
        self.close_evidence()

    def close_evidence(self) -> None:
        """Closes what lies open on the desk, and what is looked through behind it."""
        if self._rooms is not None:
            self._rooms.arrivals.stop()
            self._rooms.desk.close_evidence()

    def changeEvent(self, event: QEvent) -> None:
        """Lets the screen in sight record what was typed when another window comes to the front."""
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.flush()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        right = self._right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(self.status)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addLayout(right, 1)
        self.resize(1440, 900)
        self.setMinimumSize(960, 640)

    def _connect_all(self, work: Work, rooms: "Rooms") -> None:
        self._rail.chosen.connect(self.show_screen)
        self.queue.opened.connect(self.open_review)
        self.queue.sync_wanted.connect(rooms.syncing.sync)
        self.queue.connect_wanted.connect(self._show_connect)
        rooms.sync.opened.connect(self.open_review)
        rooms.desk.closed.connect(lambda: self.show_screen("queue"))
        rooms.desk.sealed.connect(rooms.syncing.sync_after_hold)
        rooms.desk.status_changed.connect(self._show_desk_status)
        rooms.desk.summary_wanted.connect(rooms.summary.ask)
        rooms.desk.commands.marking.copy_wanted.connect(rooms.summary.ask_copy)
        rooms.desk.commands.marking.elsewhere_wanted.connect(rooms.summary.ask_elsewhere)
        rooms.syncing.state_changed.connect(self._show_sync_state)
        work.failed.connect(self._say_failure)
        work.broken.connect(self._say_bug)
        for keys in ("?", "F1"):
            QShortcut(QKeySequence(keys), self, self._show_keys, context=Qt.ShortcutContext.WindowShortcut)
        self._show_sync_state(rooms.syncing.state)

    def _show_connect(self) -> None:
        assert self._rooms is not None
        self.show_screen("sync")
        self._rooms.sync.focus_connect()

    def _show_keys(self) -> None:
        current = self._stack.currentWidget()
        keys = current.shortcuts() if isinstance(current, Screen) else []
        lock = ShortcutHelp(keys=(tr("Ctrl L"),), text=tr("Lock the library"))
        self._keys.show_keys([*keys, lock, ShortcutHelp(keys=("?",), text=tr("This overview"))])

    def _show_desk_status(self, saved: str, undo: str) -> None:
        self.status.show_fact("undo", undo, key="Ctrl Z" if undo else "")
        self.status.show_fact("saved", saved, side=Side.RIGHT)

    def _show_sync_state(self, state: "SyncState") -> None:
        from mcassess.ui.sync.status import is_offline, show_sync_state  # noqa: PLC0415 - after the first picture

        show_sync_state(self.status, state)
        self.desk.show_offline(offline=is_offline(state))

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
