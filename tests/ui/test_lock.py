"""Locking: what leaves memory, what goes on, and that everything is as it was afterwards."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from mcassess.app import Application
from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Moment
from mcassess.domain.submission import Policy
from mcassess.errors import WorldError
from mcassess.jobs import syncing
from mcassess.store import keys
from mcassess.store.keys import PassphraseKeys, choose_keys
from mcassess.store.library import Library
from mcassess.sync.runner import SyncReport
from mcassess.ui.lock import LockScreen
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.unlock import UnlockScreen
from tests.support.keyrings import FileKeyring
from tests.support.library import TestClock, add_account, microcredential, raw
from tests.support.unlocking import WORDS, on_desk, opened, pump, said, unlock

DEMANDING = replace(microcredential(), policy=Policy(passphrase_required=True, lock_minutes=5))


def test_after_unlocking_everything_is_as_it_was(application: Application, wait_until) -> None:
    opened(application, wait_until)
    key = on_desk(application, wait_until)
    desk = application.shell.desk
    video = next(each for each in desk.presenter.contents.submission.evidence if each.kind.value == "video")
    desk.opening.open(desk.presenter.contents.submission.attempt, video.id)
    pump(wait_until, lambda: isinstance(desk.presenter.hand.stopped.place, Moment))
    desk.area.pane.viewer.show_place(Moment(start_ms=3_000, end_ms=3_000))
    pump(wait_until, lambda: abs(desk.presenter.hand.stopped.place.start_ms - 3_000) < 100)
    at = desk.presenter.hand.stopped.place
    desk.presenter.hand.step(1)
    criterion = desk.presenter.hand.criterion
    desk.commands.write_comment()
    edit = desk.right.rubric.card(criterion).comment_edit()
    QTest.keyClicks(edit, "She waits long.")
    cursor = edit.textCursor()
    cursor.setPosition(3)
    edit.setTextCursor(cursor)
    assert application.lock()
    opened(application, wait_until)
    pump(wait_until, lambda: application.shell.desk.presenter.contents is not None)
    again = application.shell.desk
    assert again is not desk
    assert again.isVisible()
    assert again.presenter.contents.stored.key == key
    stopped = again.presenter.hand.stopped
    assert (stopped.evidence, stopped.place, stopped.criterion) == (video.id, at, criterion)
    pump(wait_until, lambda: abs(again.area.pane.viewer.current_place().start_ms - at.start_ms) < 100)
    comment = again.right.rubric.card(criterion).comment_edit()
    assert comment.toPlainText() == "She waits long."
    pump(wait_until, lambda: again.right.focusWidget() is comment)
    assert comment.textCursor().position() == 3
    assert again.presenter.contents.review.values[ChangeKind.COMMENT, criterion] == "She waits long."


def test_the_window_opens_where_it_was_closed(home: Path, wait_until) -> None:
    first = Application(home, TestClock(), audio_output="dummy")
    first.start()
    try:
        opened(first, wait_until)
        key = on_desk(first, wait_until)
        right = first.shell.desk.right
        right.tabs.set_chosen("notes")
        first.shell.desk.presenter.hand.show_tab("notes")
        right.notes.page.setFocus()
        QTest.keyClicks(right.notes.page, "Ask about pairs")
        right.notes.page.moveCursor(QTextCursor.MoveOperation.PreviousWord)
    finally:
        first.close()
    second = Application(home, TestClock(), audio_output="dummy")
    second.start()
    try:
        opened(second, wait_until)
        pump(wait_until, lambda: second.shell.desk.presenter.contents is not None)
        assert second.shell.desk.presenter.contents.stored.key == key
        page = second.shell.desk.right.notes.page
        pump(wait_until, lambda: page.toPlainText() == "Ask about pairs")
        pump(wait_until, page.hasFocus)
        assert page.textCursor().position() == len("Ask about ")
        assert second.shell.desk.presenter.hand.stopped.caret == "note:10", "it is found again after a kill now, too"
    finally:
        second.close()


def test_behind_the_lock_screen_there_is_no_library_and_no_key(application: Application, wait_until) -> None:
    opened(application, wait_until)
    library = application.library
    QTest.keyClick(application.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(application._unlock, LockScreen)
    assert application.library is None
    assert library._keys is None
    assert library._database._connections._key == b""
    with pytest.raises(WorldError, match="locked or closed"), library.read():
        pass
    with pytest.raises(WorldError, match="locked or closed"):
        library.again()
    unlock(application, wait_until, "wrong words")
    pump(wait_until, lambda: any("not the passphrase" in text for text in said(application)))
    assert application.shell is None
    opened(application, wait_until)


def test_a_passphrase_file_does_not_open_a_locked_window(
    application: Application, wait_until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(application, wait_until)
    file = tmp_path / "file"
    file.write_text(WORDS)
    file.chmod(0o600)
    monkeypatch.setenv(keys.PASSPHRASE_VARIABLE, str(file))
    application.lock()
    unlock(application, wait_until, "wrong words")
    pump(wait_until, lambda: any("not the passphrase" in text for text in said(application)))
    opened(application, wait_until)


def test_what_cannot_be_saved_is_not_given_up(
    application: Application, wait_until, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(application, wait_until)
    on_desk(application, wait_until)
    desk = application.shell.desk
    full = monkeypatch.context()
    with full as context:

        def refuse(*_words: object) -> None:
            raise WorldError("The disk is full.")

        context.setattr(application.library, "write", refuse)
        desk.presenter.texts.typed(ChangeKind.NOTE, "", "not on disk")
        assert not application.lock()
        assert application.shell is not None
    assert desk.area.pane.evidence is not None, "what lay open still does"
    desk.presenter.choose_level(0)
    pump(wait_until, lambda: desk.presenter.contents.review.scores)
    desk.presenter.texts.flush()
    assert application.lock()


def test_a_sync_under_way_goes_on_with_its_own_keys(home: Path, wait_until, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    started, go_on, used = threading.Event(), threading.Event(), []

    def slow(library: Library, **_more: object) -> SyncReport:
        started.set()
        assert go_on.wait(20)
        with library.read() as reading:
            used.append(len(reading.queue.ids(None)))
        return SyncReport()

    monkeypatch.setattr(syncing, "sync", slow)
    running = Application(home, TestClock(), audio_output="dummy")
    running.start()
    try:
        opened(running, wait_until)
        pump(wait_until, started.is_set)
        assert running.lock()
        assert running._retired
        go_on.set()
        pump(wait_until, lambda: not running._retired)
        assert used
        assert used[0] > 0
    finally:
        go_on.set()
        running.close()


@pytest.fixture
def ring(tmp_path: Path, qapp, monkeypatch: pytest.MonkeyPatch) -> FileKeyring:
    apply_theme(qapp, False)
    ring = FileKeyring(tmp_path / "keyring.json")
    monkeypatch.setattr(keys, "trusted_keyring", lambda: ring)
    return ring


def test_a_demanded_passphrase_has_to_be_chosen(tmp_path: Path, ring: FileKeyring, wait_until) -> None:
    home = tmp_path / "home"
    library = Library.open(home, choose_keys(home), TestClock())
    account = add_account(library)
    with library.write() as writing:
        writing.submissions.put_microcredential(account, DEMANDING, 1, raw(DEMANDING))
    library.close()
    running = Application(home, TestClock(), audio_output="dummy")
    running.start()
    try:
        pump(wait_until, lambda: isinstance(running._unlock, UnlockScreen))
        assert any("programme asks for a passphrase" in text for text in said(running))
        for field in running._unlock.findChildren(QLineEdit):
            QTest.keyClicks(field, WORDS)
        QTest.keyClick(field, Qt.Key.Key_Return)
        pump(wait_until, lambda: running.shell is not None)
        QTest.qWait(20)
        assert running.watch._limit_ms == 5 * 60_000
        assert ring.kept == {}
    finally:
        running.close()
    assert PassphraseKeys(lambda: WORDS).unlock(home)


def test_what_a_programme_demands_of_the_lock_counts_as_soon_as_a_sync_has_brought_it(
    tmp_path: Path, ring: FileKeyring, wait_until
) -> None:
    home = tmp_path / "home"
    library = Library.open(home, choose_keys(home), TestClock())
    account = add_account(library)
    library.close()
    running = Application(home, TestClock(), audio_output="dummy")
    running.start()
    try:
        pump(wait_until, lambda: running.syncing is not None)
        assert running.watch._limit_ms == 15 * 60_000
        with running.library.write() as writing:
            writing.submissions.put_microcredential(account, DEMANDING, 1, raw(DEMANDING))
        running.syncing.finished.emit(SyncReport())
        pump(wait_until, lambda: running.watch._limit_ms == 5 * 60_000)
        pump(wait_until, lambda: any("passphrase" in text for text in said(running)))
        assert running.lock()
        running._unlock.submitted.emit("")  # as its button does
        pump(wait_until, lambda: isinstance(running._unlock, UnlockScreen))
        assert any("programme asks for a passphrase" in text for text in said(running))
    finally:
        running.close()


def test_a_key_pressed_in_the_window_is_a_sign_of_life(application: Application, wait_until) -> None:
    opened(application, wait_until)
    clock = application._clock
    clock.advance(seconds=40)
    QTest.keyClick(application.window.windowHandle(), Qt.Key.Key_Shift)
    assert application.watch._touched_ms == clock.monotonic_ms()


def test_what_has_come_is_looked_through_after_the_sync_and_not_while_it_is_locked(
    application: Application, wait_until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "sync", lambda *_arguments, **_options: SyncReport())
    opened(application, wait_until)
    library = application.library
    pump(wait_until, lambda: application.shell._rooms.arrivals.is_busy)
    with library.read() as reading:
        before = len(reading.preflights.unchecked())
    assert before, "the sync's report was there first"
    assert application.lock()
    opened(application, wait_until)
    library = application.library

    def all_checked() -> bool:
        with library.read() as reading:
            return not reading.preflights.unchecked()

    pump(wait_until, all_checked)
