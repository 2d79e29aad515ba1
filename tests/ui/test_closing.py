"""However the window comes to its end, what was typed is saved before, or it is said that it is not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from mcassess.app import Application
from mcassess.domain.changes import ChangeKind
from mcassess.errors import WorldError
from mcassess.store import keys
from mcassess.store.library import Library
from mcassess.ui.closing import EndSignals
from tests.support.library import TestClock
from tests.support.typing_window import WORDS as TYPED
from tests.support.unlocking import KEYS, WORDS, on_desk, opened, pump, said

HOUR_MS = 3_600_000


def refuse(*_words: object) -> None:
    raise WorldError("The disk is full.")


def notes(home: Path) -> list[str]:
    library = Library.open(home, KEYS, TestClock())
    with library.read() as reading:
        found = [reading.reviews.get(key).note for key in reading.queue.ids()]
    library.close()
    return [note for note in found if note]


def test_a_window_with_words_that_cannot_be_saved_stays_open_until_they_are(
    application: Application, home: Path, wait_until, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(application, wait_until)
    on_desk(application, wait_until)
    desk = application.shell.desk
    with monkeypatch.context() as context:
        context.setattr(application.library, "write", refuse)
        desk.presenter.texts.typed(ChangeKind.NOTE, "", "not on disk")
        assert not application.window.close()
        assert application.window.isVisible()
        pump(wait_until, lambda: any("not saved yet" in text for text in said(application)))
    desk.presenter.choose_level(0)
    pump(wait_until, lambda: desk.presenter.contents.review.scores)
    assert application.window.close()
    assert application.close()
    assert notes(home) == ["not on disk"]


def test_a_window_is_closed_all_the_same_when_it_is_closed_once_more(
    application: Application, home: Path, wait_until, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(application, wait_until)
    on_desk(application, wait_until)
    with monkeypatch.context() as context:
        context.setattr(application.library, "write", refuse)
        application.shell.desk.presenter.texts.typed(ChangeKind.NOTE, "", "not on disk")
        assert not application.window.close()
        assert application.window.close()
        assert not application.close(), "it does not say that all is saved"
    assert notes(home) == []


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows ends programs otherwise")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_what_was_typed_is_saved_when_the_system_ends_the_program(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = tmp_path / "passphrase"
    file.write_text(WORDS)
    file.chmod(0o600)
    monkeypatch.setenv(keys.PASSPHRASE_VARIABLE, str(file))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    command = [sys.executable, "-m", "tests.support.typing_window", str(home), str(HOUR_MS)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == f"typed {TYPED}\n"
        child.send_signal(signal.Signals[name])
        assert child.stdout.readline() == "Closed; all is saved.\n"
        assert child.wait(30) == 0
    finally:
        child.kill()
        child.communicate()
    assert notes(home) == [TYPED]


def test_a_signal_that_was_ignored_before_stays_ignored(qapp: object) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended: list[None] = []
    signals = EndSignals(lambda: ended.append(None))
    signals.put_up()
    try:
        os.kill(os.getpid(), signal.SIGINT)
        QApplication.processEvents()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert not ended
    finally:
        signals.take_down()
        signal.signal(signal.SIGINT, before)


def test_a_window_that_is_closed_while_its_library_opens_shows_nothing_afterwards(
    application: Application, home: Path
) -> None:
    application.start()
    application.close()
    shown: list[object] = []
    application._layers.currentChanged.connect(shown.append)
    QApplication.processEvents()  # what the opening has left behind is handed over
    assert not shown
    assert not application._patience.isActive()
