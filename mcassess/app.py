"""The composition root of the window: library → work → sync → screens, and the order of shutting down."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from mcassess import paths
from mcassess.clock import Clock, SystemClock
from mcassess.crash import describe
from mcassess.errors import ExitCode, McassessError, WorldError
from mcassess.store.keys import LibraryKeys, choose_keys, is_new
from mcassess.store.library import Library
from mcassess.texts import tr
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.view import Desk
from mcassess.ui.kit.states import ErrorState, LoadingState
from mcassess.ui.queue.presenter import QueuePage, QueuePresenter, read_page
from mcassess.ui.queue.view import QueueScreen
from mcassess.ui.shell import Shell
from mcassess.ui.summary_bar import SummaryBar
from mcassess.ui.sync.presenter import SyncPresenter
from mcassess.ui.sync.view import SyncScreen
from mcassess.ui.theme.icons import application_icon
from mcassess.ui.theme.style import Theme, apply_theme
from mcassess.ui.unlock import UnlockScreen
from mcassess.ui.viewers.factory import ViewerFactory
from mcassess.ui.work import Work


class PassphraseWantedError(WorldError):
    """The library is locked with a passphrase that nobody has typed yet."""


class Application(QObject):
    """The window, from the locked library to the last thread that ends.

    Signals:
        opened: The library is open and its queue is in sight.
    """

    opened = Signal()
    _arrived = Signal(object)

    def __init__(
        self,
        home: Path,
        clock: Clock,
        *,
        account: tuple[str, str] | None = None,
        choose: Callable[[Path, Callable[[str], str]], LibraryKeys] = choose_keys,
        audio_output: str | None = None,
    ) -> None:
        super().__init__()
        self._home = home
        self._clock = clock
        self._account = account
        self._choose = choose
        self._audio_output = audio_output
        self._passphrase: str | None = None
        self._opener = ThreadPoolExecutor(1, thread_name_prefix="opening")
        self.library: Library | None = None
        self.work: Work | None = None
        self.syncing: SyncPresenter | None = None
        self.viewers: ViewerFactory | None = None
        self.shell: Shell | None = None
        self.window = QWidget()
        self.window.setWindowTitle("mcassess")
        self.window.resize(1440, 900)
        self._layers = QStackedLayout(self.window)
        self._unlock: UnlockScreen | None = None
        self._arrived.connect(lambda call: call())

    def start(self) -> None:
        """Shows the window and opens the library behind it."""
        self._show(LoadingState(tr("Opening your library…")))
        self.window.show()
        self._open()

    def close(self) -> None:
        """Records what was typed, ends every thread, and closes the library."""
        self.window.close()
        if self.shell is not None:
            self.shell.leave()
        if self.viewers is not None:
            self.viewers.close()
        if self.syncing is not None:
            self.syncing.close()
        if self.work is not None:
            self.work.close()
        self._opener.shutdown(wait=True)
        if self.library is not None:
            self.library.close()

    def _open(self) -> None:
        future = self._opener.submit(self._open_library)
        future.add_done_callback(lambda done: self._arrived.emit(lambda: self._take(done.exception(), done)))

    def _open_library(self) -> tuple[Library, QueuePage]:
        keys = self._choose(self._home, self._ask)
        library = Library.open(self._home, keys, self._clock)
        return library, read_page(library, "open", "")

    def _ask(self, _prompt: str) -> str:
        if self._passphrase is None:
            raise PassphraseWantedError(tr("The passphrase is wanted."))
        return self._passphrase

    def _take(self, error: BaseException | None, done: object) -> None:
        from concurrent.futures import Future  # noqa: PLC0415 - for the type alone

        assert isinstance(done, Future)
        if error is None:
            self._compose(*done.result())
        elif isinstance(error, PassphraseWantedError):
            self._ask_for_passphrase()
        elif self._unlock is not None and isinstance(error, McassessError):
            self._unlock.show_problem(error.text)
        else:
            state = ErrorState(error.text if isinstance(error, McassessError) else describe(error))
            state.acted.connect(self._open)
            self._show(state)

    def _ask_for_passphrase(self) -> None:
        self._unlock = UnlockScreen(new=is_new(self._home))
        self._unlock.submitted.connect(self._try_passphrase)
        self._show(self._unlock)
        self._unlock.setFocus()

    def _try_passphrase(self, passphrase: str) -> None:
        self._passphrase = passphrase
        self._open()

    def _compose(self, library: Library, page: QueuePage) -> None:
        self._passphrase = None
        self._unlock = None
        work = Work(self)
        syncing = SyncPresenter(library, work, self)
        queue = QueueScreen(QueuePresenter(library, work, self), library.clock)
        self.viewers = ViewerFactory(self._audio_output)
        desk = Desk(DeskPresenter(library, work, self), self.viewers)
        sync = SyncScreen(syncing, library.clock)
        self.library, self.work, self.syncing = library, work, syncing
        self.shell = Shell(work, (queue, desk, sync), syncing, SummaryBar(library, work))
        queue.show_page(page)
        self._show(self.shell)
        self.shell.show_screen("queue")
        # The first picture comes before anything else is asked of disk or network.
        QTimer.singleShot(0, self._after_first_picture)

    def _after_first_picture(self) -> None:
        assert self.syncing is not None
        self.opened.emit()
        self.syncing.reload()
        if self._account is not None:
            self.syncing.connect_once(*self._account)
        else:
            self.syncing.sync()

    def _show(self, widget: QWidget) -> None:
        before = self._layers.currentWidget()
        self._layers.addWidget(widget)
        self._layers.setCurrentWidget(widget)
        if before is not None:
            self._layers.removeWidget(before)
            before.deleteLater()


def open_window(
    home: Path | None, message: Callable[[str], None], *, account: tuple[str, str] | None = None
) -> ExitCode:
    """Opens the window and returns when it is closed.

    Args:
        home: As it was given on the command line, or None.
        message: Says something to the person at the command line.
        account: Address and token of a platform to connect to, if the library knows none yet.
    """
    application = QApplication.instance() or QApplication(["mcassess"])
    assert isinstance(application, QApplication)
    application.setApplicationDisplayName("mcassess")
    theme: Theme = apply_theme(application, None)
    application.setWindowIcon(application_icon(theme.colours))
    running = Application(paths.home(home), SystemClock(), account=account)
    try:
        running.start()
        application.exec()
    finally:
        running.close()
    message(tr("Closed; all is saved."))
    return ExitCode.DONE
