"""The sync screen connects, syncs by itself and on request, and shows what waits; against the real platform."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from mcassess.clock import SystemClock
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Condition, Outcome
from mcassess.jobs import attaching, fetching, reviewing, sealing
from mcassess.server.admin_sign_in import approve
from mcassess.store.accounts import Account
from mcassess.store.library import Library
from mcassess.ui.file_line import FileLine
from mcassess.ui.sync.presenter import Contact, SyncPresenter
from mcassess.ui.sync.view import SyncScreen
from mcassess.ui.work import Work
from tests.support.key_stub import KEYS
from tests.support.platform import Platform, running_platform


@dataclass
class Bench:
    library: Library
    work: Work
    presenter: SyncPresenter
    screen: SyncScreen

    def texts(self) -> list[str]:
        return [label.text() for label in self.screen.findChildren(QLabel) if label.isVisible() and label.text()]

    def has_button(self, name: str) -> bool:
        return any(each.isVisible() and each.text() == name for each in self.screen.findChildren(QAbstractButton))

    def button(self, name: str) -> QAbstractButton:
        found = self.screen.findChildren(QAbstractButton)
        return next(each for each in found if each.isVisible() and each.text() == name)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path) as running:
        yield running


@pytest.fixture
def bench(tmp_path: Path, qtbot) -> Iterator[Bench]:
    library = Library.open(tmp_path / "home", KEYS, SystemClock())
    work = Work()
    presenter = SyncPresenter(library, work)
    screen = SyncScreen(presenter, library.clock)
    screen.resize(1200, 800)
    screen.show()
    made = Bench(library, work, presenter, screen)
    presenter.reload()
    yield made
    presenter.close()
    screen.close()
    work.close()
    library.close()


def _connect(bench: Bench, platform: Platform, qtbot) -> None:
    url, token = (field for field in bench.screen.findChildren(QLineEdit) if field.isVisible())
    qtbot.keyClicks(url, platform.url)
    qtbot.keyClicks(token, platform.token)
    with qtbot.waitSignal(bench.presenter.finished, timeout=30_000):
        bench.button("Connect").click()


def _seal_one(bench: Bench, hold: timedelta = timedelta(0)) -> int:
    with bench.library.read() as reading:
        key = reading.queue.ids()[0]
    reviewing.record(bench.library, key, [Entry(kind=ChangeKind.FEEDBACK, value="Please send the recording again.")])
    sealing.seal_decision(bench.library, key, Outcome.RETURNED, condition=Condition.UNPLAYABLE, hold=hold)
    return key


def test_without_an_account_it_asks_to_connect(bench, qtbot):
    qtbot.waitUntil(lambda: "No platform connected" in bench.texts())
    assert not bench.button("Sync now").isEnabled()


def test_without_an_account_a_run_asks_nobody_and_says_so(bench, qtbot):
    qtbot.waitUntil(lambda: bench.presenter.state.contact is Contact.UNCONNECTED)
    shown: list[Contact] = []
    bench.presenter.state_changed.connect(lambda state: shown.append(state.contact))
    with qtbot.waitSignal(bench.presenter.finished):
        bench.presenter.sync()
    assert set(shown) == {Contact.UNCONNECTED}


def test_connecting_brings_the_queue_and_its_evidence(bench, platform, qtbot):
    _connect(bench, platform, qtbot)
    with bench.library.read() as reading:
        assert len(reading.queue.ids()) == 3
        assert not reading.evidence.wanted(reading.accounts.list()[0].key)
    qtbot.waitUntil(lambda: bench.presenter.state.contact is Contact.ONLINE)
    assert any(text.startswith("Online") for text in bench.texts())


def test_a_wrong_token_is_said_in_place(bench, platform, qtbot):
    url, token = (field for field in bench.screen.findChildren(QLineEdit) if field.isVisible())
    qtbot.keyClicks(url, platform.url)
    qtbot.keyClicks(token, "not-the-token")
    with qtbot.waitSignal(bench.presenter.connect_failed, timeout=30_000):
        bench.button("Connect").click()
    said = [each for each in bench.screen.findChildren(QLabel) if each.property("rank") == "bad" and each.isVisible()]
    assert len(said) == 1
    assert bench.button("Connect").isEnabled()


def test_a_sealed_decision_is_shown_until_it_has_arrived(bench, platform, qtbot):
    _connect(bench, platform, qtbot)
    _seal_one(bench)
    bench.presenter.reload()
    qtbot.waitUntil(lambda: "Waiting to send · 1" in bench.texts())
    with qtbot.waitSignal(bench.presenter.finished, timeout=30_000):
        bench.button("Sync now").click()
    qtbot.waitUntil(lambda: "Waiting to send · 0" in bench.texts())
    assert len(platform.decisions()) == 1


def test_taking_back_frees_the_review_again(bench, platform, qtbot):
    _connect(bench, platform, qtbot)
    key = _seal_one(bench, hold=timedelta(minutes=5))  # no sync takes it meanwhile
    bench.presenter.reload()
    qtbot.waitUntil(lambda: bench.has_button("Take back"))
    bench.button("Take back").click()
    qtbot.waitUntil(lambda: "Waiting to send · 0" in bench.texts())
    reviewing.record(bench.library, key, [Entry(kind=ChangeKind.NOTE, value="One more look.")])
    assert platform.decisions() == []


def test_while_the_platform_is_away_the_decision_waits_and_the_reason_is_said(bench, platform, qtbot):
    _connect(bench, platform, qtbot)
    _seal_one(bench)
    platform.stop()
    with qtbot.waitSignal(bench.presenter.finished, timeout=60_000):
        bench.presenter.sync()
    qtbot.waitUntil(lambda: bench.presenter.state.contact is Contact.OFFLINE and bool(bench.presenter.state.waiting))
    assert any(text.startswith("Offline since") for text in bench.texts())
    platform.start()
    with qtbot.waitSignal(bench.presenter.finished, timeout=60_000):
        bench.presenter.sync()
    qtbot.waitUntil(lambda: bench.presenter.state.contact is Contact.ONLINE and not bench.presenter.state.waiting)
    assert len(platform.decisions()) == 1


def test_stopping_a_run_leaves_what_has_arrived_and_the_next_goes_on(bench, platform, qtbot):
    _connect(bench, platform, qtbot)
    with qtbot.waitSignal(bench.presenter.finished, timeout=30_000):
        bench.presenter.sync()
        bench.presenter.stop()
    assert not bench.presenter.is_running
    with qtbot.waitSignal(bench.presenter.finished, timeout=30_000) as finished:
        bench.presenter.sync()
    assert finished.args[0].failed == []


def test_without_a_token_a_code_signs_the_laptop_in(bench, platform, qtbot, monkeypatch):
    monkeypatch.setattr("mcassess.sync.run.Cancel.pause", lambda self, _seconds: self.raise_if_set())
    url, _ = (field for field in bench.screen.findChildren(QLineEdit) if field.isVisible())
    qtbot.keyClicks(url, platform.url)
    bench.presenter.invited.connect(lambda invitation: approve(platform.data_dir, invitation.code, "Ada"))
    with qtbot.waitSignal(bench.presenter.finished, timeout=30_000):
        bench.button("Connect").click()
    [account] = bench.presenter.state.accounts or _accounts(bench)
    assert account.assessor_name == "Ada"
    assert account.refresh_token


def test_the_code_stands_on_the_screen_until_it_was_agreed_to_and_closing_ends_the_wait(bench, platform, qtbot):
    url, _ = (field for field in bench.screen.findChildren(QLineEdit) if field.isVisible())
    qtbot.keyClicks(url, platform.url)
    with qtbot.waitSignal(bench.presenter.invited, timeout=30_000) as shown:
        bench.button("Connect").click()
    code = shown.args[0].code
    assert any(f"<b>{code}</b>" in text and "/device?user_code=" in text for text in bench.texts())


def _accounts(bench: Bench) -> list[Account]:
    with bench.library.read() as reading:
        return reading.accounts.list()


def test_a_file_that_goes_up_after_its_decision_is_seen_until_it_has_arrived(bench, platform, qtbot, tmp_path):
    _connect(bench, platform, qtbot)
    path = tmp_path / "starters.pdf"
    path.write_bytes(bytes(100))
    with bench.library.read() as reading:
        key = reading.queue.ids()[0]
    attaching.attach(bench.library, key, path)
    _seal_one(bench)
    fetching.wish(bench.library, paused=True)
    with qtbot.waitSignal(bench.presenter.finished, timeout=30_000):
        bench.presenter.sync()
    qtbot.waitUntil(lambda: "starters.pdf" in bench.texts())
    assert "Waiting to send · 1" in bench.texts()
    [line] = (each for each in bench.screen.findChildren(FileLine) if each.isVisible())
    assert line.accessibleName().endswith("· 100 bytes · waits to be sent")
    bench.screen.activateWindow()
    look = next(
        each for each in bench.screen.findChildren(QAbstractButton) if each.isVisible() and each.text() == "Look"
    )
    look.setFocus()
    with bench.library.write() as writing:
        [file] = writing.attachments.owed()
        writing.attachments.arrived(file.key, 40)
    bench.work.announce(writing.change_set)
    qtbot.waitUntil(lambda: any(text.endswith("· 100 bytes · 40 % sent") for text in bench.texts()))
    assert look.hasFocus(), "what is shown anew takes the keyboard from nobody"
    fetching.wish(bench.library, paused=False)
    with qtbot.waitSignal(bench.presenter.finished, timeout=30_000):
        bench.presenter.sync()
    qtbot.waitUntil(lambda: "Nothing waits. All that you sealed has arrived." in bench.texts())
