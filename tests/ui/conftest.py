"""A window with a passphrase, on a library that holds the small pack."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from mcassess.app import Application
from mcassess.store import keys
from mcassess.store.library import Library
from mcassess.ui.theme.style import apply_theme
from tests.support.filled import fill
from tests.support.library import TestClock
from tests.support.unlocking import KEYS


@pytest.fixture(scope="session")
def locked_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    home = tmp_path_factory.mktemp("locked") / "home"
    library = Library.open(home, KEYS, TestClock())
    fill(library)
    library.close()
    return home


@pytest.fixture
def home(tmp_path: Path, locked_home: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Path:
    apply_theme(qapp, False)
    monkeypatch.setattr(keys, "trusted_keyring", lambda: None)
    shutil.copytree(locked_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def application(home: Path) -> Iterator[Application]:
    running = Application(home, TestClock(), audio_output="dummy")
    running.start()
    yield running
    running.close()
