"""The composition root of the window: library → work → sync → screens, locking, and the order of shutting down."""

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedLayout, QWidget

from mcassess import starting
from mcassess.clock import Clock
from mcassess.crash import describe
from mcassess.crash_file import CrashFile
from mcassess.errors import McassessError
from mcassess.opening import (
    Choose,
    NewPassphraseWantedError,
    Opened,
    PassphraseWantedError,
    is_kept_by_keyring,
    open_library,
    recover_library,
)
from mcassess.store.edges import DamagedLibraryError
from mcassess.store.keys import choose_keys, is_new
from mcassess.store.library import Library
from mcassess.texts import tr
from mcassess.ui.closing import Closing
from mcassess.ui.kit.states import ErrorState, LoadingState
from mcassess.ui.lock_watch import LockWatch
from mcassess.ui.queue.presenter import QueuePresenter
from mcassess.ui.queue.view import QueueScreen
from mcassess.ui.shell import Shell
from mcassess.ui.whereabouts import Whereabouts
from mcassess.ui.work import Work

if TYPE_CHECKING:  # loaded after the first picture
    from mcassess.ui.lock import LockScreen
    from mcassess.ui.sync.presenter import SyncPresenter
    from mcassess.ui.unlock import UnlockScreen
    from mcassess.ui.viewers.factory import ViewerFactory

_PATIENCE_MS = 150
"""Most libraries are open by then; what would only flash is not shown."""


class Application(QObject):
    """The window, from the locked library to the last thread that ends.

    Signals:
        opened: The library is open and its queue is in sight.
        locked: The library is closed behind the lock screen.
    """

    opened = Signal()
    locked = Signal()
    _arrived = Signal(object)

    def __init__(
        self,
        home: Path,
        clock: Clock,
        *,
        account: tuple[str, str] | None = None,
        choose: Choose = choose_keys,
        audio_output: str | None = None,
        crashes: CrashFile | None = None,
    ) -> None:
        super().__init__()
        self._home = home
        self._clock = clock
        self._account = account
        self._choose = choose
        self._audio_output = audio_output
        self._crashes = crashes
        self._crash_lines = crashes.earlier() if crashes is not None else ""
        self._passphrase: str | None = None
        self._opener = ThreadPoolExecutor(1, thread_name_prefix="opening")
        self._opening: Future[Opened] | None = None
        self._is_over = False
        self.library: Library | None = None
        self.work: Work | None = None
        self.syncing: SyncPresenter | None = None
        self.viewers: ViewerFactory | None = None
        self.shell: Shell | None = None
        self.window = QWidget()
        self.window.setWindowTitle("mcassess")
        self.window.resize(1440, 900)
        self._layers = QStackedLayout(self.window)
        self._unlock: UnlockScreen | LockScreen | None = None
        self._logic: QObject | None = None
        self._retired: list[tuple[Work, SyncPresenter]] = []
        self._closing = Closing(self.window, self.save, self._say)
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self._show_opening)
        self._suspend: QObject | None = None
        self._others: QObject | None = None
        self.watch = LockWatch(clock, self)
        self.watch.idle.connect(self.lock)
        self.watch.slept.connect(self._lock_for_sleep)
        QShortcut(QKeySequence("Ctrl+L"), self.window, self.lock, context=Qt.ShortcutContext.WindowShortcut)
        self._arrived.connect(self._take_call)

    def start(self) -> None:
        """Shows the window and opens the library behind it."""
        self.window.show()
        self.window.windowHandle().installEventFilter(self.watch)
        self._open()
        self._patience.start(_PATIENCE_MS)

    def save(self) -> bool:
        """Brings everything typed to the disk, and tells whether it is there."""
        shell, work = self.shell, self.work
        if shell is None or work is None:
            return True
        shell.flush()
        work.settle()
        return not shell.desk.presenter.texts.is_waiting()

    def close(self) -> bool:
        """Records what was typed, ends every thread, and closes the library; tells whether all is saved."""
        self._patience.stop()
        self.watch.stop()
        saved = self.save()
        if self.shell is not None:
            self.shell.leave()
        self._closing.ask_no_more()
        self.window.close()
        self._leave()
        for work, syncing in self._retired:
            syncing.stop()
            work.close()
        self._retired.clear()
        self._opener.shutdown(wait=True)
        self._is_over = True
        if self._opening is not None and self._opening.exception() is None:  # it came to its end just now
            self._opening.result().library.close()
        self._opening = None
        return saved

    def lock(self) -> bool:
        """Hides the window behind the lock screen and closes the library; tells whether it did.

        What cannot be saved now is not given up: then the library stays open, and says so. A sync under way goes on.
        """
        if self.shell is None:
            return False
        if not self.save():
            self._say(tr("The library was not locked: what you wrote is not saved yet."))
            return False
        self.shell.leave()
        from mcassess.ui.lock import LockScreen  # noqa: PLC0415 - not needed for the first picture

        screen = LockScreen(by_passphrase=not is_kept_by_keyring(self._home))
        screen.submitted.connect(self._try_passphrase)
        self._unlock = screen
        self._show(screen)
        screen.setFocus()
        self.watch.stop()
        self._leave()
        self.locked.emit()
        return True

    def report(self, error: BaseException) -> None:
        """Takes an exception that nobody caught, on whatever thread: says so in the window, and goes on."""
        if self._crashes is not None:
            self._crashes.note(error)
        sentence = describe(error)
        self._arrived.emit(lambda: self._say(sentence))

    def _say(self, sentence: str) -> None:
        if self.shell is not None:
            self.shell.say(sentence)

    def _lock_for_sleep(self) -> None:
        # A computer asleep packs nothing: no key has to stay in its memory.
        self.lock()
        for _, syncing in self._retired:
            syncing.stop()

    def _show_opening(self) -> None:
        if self._layers.count() == 0:
            self._show(LoadingState(tr("Opening your library…")))

    def _leave(self) -> None:
        """Takes apart what was composed; a sync under way keeps its own library until it ends."""
        shell, viewers, syncing, work, library = self.shell, self.viewers, self.syncing, self.work, self.library
        self.shell = self.viewers = self.syncing = self.work = self.library = None
        if shell is not None:
            shell.close_evidence()
        if viewers is not None:
            viewers.close()
        if work is not None and syncing is not None:
            syncing.retire()
            work.close_database()
            self._retire(work, syncing)
        elif work is not None:
            work.close()
        if self._logic is not None:
            self._logic.deleteLater()
            self._logic = None
        if library is not None:
            library.close()

    def _retire(self, work: Work, syncing: "SyncPresenter") -> None:
        if not syncing.is_running:
            work.close()
            syncing.deleteLater()
            work.deleteLater()
            return
        pair = (work, syncing)
        self._retired.append(pair)

        def ended() -> None:
            if pair in self._retired:
                self._retired.remove(pair)
                work.close()
                syncing.deleteLater()
                work.deleteLater()

        syncing.retired.connect(ended, Qt.ConnectionType.QueuedConnection)

    def _open(self) -> None:
        passphrase = self._passphrase
        future = self._opener.submit(open_library, self._home, self._clock, self._choose, passphrase)
        self._opening = future
        future.add_done_callback(lambda done: self._arrived.emit(lambda: self._take(done)))

    def _take_call(self, call: Callable[[], None]) -> None:
        if not self._is_over:
            call()

    def _take(self, done: "Future[Opened]") -> None:
        self._opening = None
        error = done.exception()
        if error is not None:
            starting.done()
        if error is None:
            self._compose(done.result())
        elif isinstance(error, PassphraseWantedError):
            self._ask_for_passphrase(new=is_new(self._home))
        elif isinstance(error, NewPassphraseWantedError):
            self._ask_for_passphrase(new=True)
            assert self._unlock is not None, "it has just been made"
            self._unlock.show_problem(error.text)
        elif isinstance(error, DamagedLibraryError):
            self._offer_recovery(error)
        elif self._unlock is not None and isinstance(error, McassessError):
            self._unlock.show_problem(error.text)
        else:
            state = ErrorState(error.text if isinstance(error, McassessError) else describe(error))
            state.acted.connect(self._open)
            self._show(state)

    def _offer_recovery(self, damage: DamagedLibraryError) -> None:
        given = (self._home, self._clock, self._choose, self._passphrase)
        from mcassess.ui.recovery import RecoveryScreen  # noqa: PLC0415 - hardly ever wanted

        screen = RecoveryScreen(damage.text, lambda act: self._opener.submit(recover_library, *given, act=act))
        screen.recovered.connect(self._open)
        self._unlock = None
        self._show(screen)

    def _ask_for_passphrase(self, *, new: bool) -> None:
        from mcassess.ui.unlock import UnlockScreen  # noqa: PLC0415 - not needed where the keyring keeps the key

        self._unlock = UnlockScreen(new=new)
        self._unlock.submitted.connect(self._try_passphrase)
        self._show(self._unlock)
        self._unlock.setFocus()

    def _try_passphrase(self, passphrase: str) -> None:
        self._passphrase = passphrase or None
        self._open()

    def _compose(self, opened: Opened) -> None:
        self._passphrase = None
        self._unlock = None
        library = opened.library
        work = Work(self)
        logic = self._logic = QObject(self)
        queue = QueueScreen(QueuePresenter(library, work, logic), library.clock)
        self.library, self.work = library, work
        shell = Shell(queue)
        queue.show_page(opened.page)
        self._show(shell)
        shell.show_screen("queue")
        # The first picture comes before anything else is loaded, or asked of disk or network.
        self.window.repaint()
        QTimer.singleShot(1, shell, lambda: self._complete(shell, opened))

    def _complete(self, shell: Shell, opened: Opened) -> None:
        from mcassess.ui.lock_terms import Terms  # noqa: PLC0415 - not needed for the first picture
        from mcassess.ui.rooms import make_rooms  # noqa: PLC0415 - as above

        starting.done()
        library, work, logic = self.library, self.work, self._logic
        if library is None or work is None or logic is None:
            return  # closed meanwhile
        rooms = make_rooms(library, work, (self, logic), self._audio_output)
        self.viewers, self.syncing, self.shell = rooms.viewers, rooms.syncing, shell
        shell.complete(work, rooms)
        shell.went.connect(Whereabouts(library, work, opened.place, logic).keep)
        rooms.desk.area.moved.connect(self.watch.watching)
        self.watch.start(opened.lock_minutes)
        rooms.syncing.finished.connect(Terms(library, work, self.watch, shell.say, logic).heed)
        self._go_on(shell, rooms.syncing, opened)
        rooms.care.keep()
        rooms.viewers.warm_up()

    def _go_on(self, shell: Shell, syncing: "SyncPresenter", opened: Opened) -> None:
        self.opened.emit()
        self._listen_for_others()
        if opened.place.screen:
            shell.resume(opened.place.screen, opened.place.key)
        self._show_crash_line(shell, opened)
        if opened.library.read_only:
            from mcassess.ui.notice_line import NoticeLine  # noqa: PLC0415 - hardly ever wanted

            shell.show_below(NoticeLine(opened.library.read_only))
        self._watch_suspend()
        syncing.reload()
        if self._retired:
            syncing.follow(self._retired[-1][1])
        elif self._account is not None:
            syncing.connect_once(*self._account)
        else:
            syncing.sync()

    def _show_crash_line(self, shell: Shell, opened: Opened) -> None:
        if self._crashes is None or not self._crash_lines:
            return
        from mcassess.ui.crash_line import CrashLine  # noqa: PLC0415 - hardly ever wanted

        line = CrashLine(self._crash_lines, opened.played)
        line.forgotten.connect(self._forget_crash)
        shell.show_below(line)

    def _forget_crash(self) -> None:
        self._crash_lines = ""
        if self._crashes is not None:
            self._crashes.forget()

    def _listen_for_others(self) -> None:
        if self._others is None:
            from mcassess.ui.first_window import FirstWindow  # noqa: PLC0415 - not needed for the first picture

            self._others = FirstWindow(self._home, self.window)

    def _watch_suspend(self) -> None:
        if self._suspend is None and sys.platform == "linux":
            from mcassess.ui.suspend import SuspendWatch  # noqa: PLC0415 - D-Bus is not needed for the first picture

            watch = self._suspend = SuspendWatch(parent=self)
            watch.suspending.connect(self._lock_for_sleep)

    def _show(self, widget: QWidget) -> None:
        before = self._layers.currentWidget()
        self._layers.addWidget(widget)
        self._layers.setCurrentWidget(widget)
        if before is not None:
            self._layers.removeWidget(before)
            before.hide()
            before.deleteLater()
