"""Libraries to test with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.store.library import Library
from tests.support.library import TestClock, add_account, open_library


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def library(home: Path, clock: TestClock) -> Iterator[Library]:
    opened = open_library(home, clock)
    yield opened
    opened.close()


@pytest.fixture
def account(library: Library) -> int:
    return add_account(library)
