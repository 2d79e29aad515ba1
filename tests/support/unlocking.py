"""A window with a passphrase, and the hands that unlock it. Tests nothing."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from mcassess.app import Application
from mcassess.store.keys import Argon2Cost, PassphraseKeys
from mcassess.ui.lock import LockScreen
from mcassess.ui.unlock import UnlockScreen

WORDS = "several words together"
KEYS = PassphraseKeys(lambda: WORDS, Argon2Cost(memory_kib=64, iterations=1, lanes=1))


def unlock(running: Application, wait_until: Callable[..., None], passphrase: str = WORDS) -> None:
    """Waits until the passphrase is asked for, and types one."""
    asking = (UnlockScreen, LockScreen)
    pump(wait_until, lambda: isinstance(running._unlock, asking))
    [field] = [each for each in running._unlock.findChildren(QLineEdit) if each.isVisible()]
    field.clear()
    QTest.keyClicks(field, passphrase)
    QTest.keyClick(field, Qt.Key.Key_Return)


def pump(wait_until: Callable[..., None], condition: Callable[[], object]) -> None:
    """Waits on a condition while the window goes on."""

    def pumped() -> object:
        QTest.qWait(5)
        return condition()

    wait_until(pumped)


def opened(running: Application, wait_until: Callable[..., None]) -> None:
    """Unlocks the window and waits until it shows its screens."""
    unlock(running, wait_until)
    pump(wait_until, lambda: running.shell is not None)
    QTest.qWait(20)


def on_desk(running: Application, wait_until: Callable[..., None]) -> int:
    """Opens the first review of the queue, and returns the submission's key."""
    with running.library.read() as reading:
        key = reading.queue.ids("open")[0]
    running.shell.open_review(key)
    pump(wait_until, lambda: running.shell.desk.presenter.contents is not None)
    return key


def said(running: Application) -> list[str]:
    """Returns what stands in the window."""
    return [each.text() for each in running.window.findChildren(QLabel) if each.isVisible()]
