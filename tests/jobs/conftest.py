"""A library with one submission to work on; and a laptop that has heard of what a real platform holds."""

from collections.abc import Iterator
from pathlib import Path

import pydantic.fields  # noqa: F401 - Qt's import hook breaks the import of pydantic where it meets it half loaded
import pytest

from tests.support.library import TestClock, add_account, open_library, put, submission, video
from tests.support.platform import Platform, running_platform
from tests.support.syncing import Laptop


@pytest.fixture
def clock():
    return TestClock()


@pytest.fixture
def library(tmp_path, clock):
    opened = open_library(tmp_path / "home", clock)
    yield opened
    opened.close()


@pytest.fixture
def account(library):
    return add_account(library)


@pytest.fixture
def key(library, account):
    """The library's key of a submission with three criteria and one completeness check."""
    (key,) = put(library, account, submission(evidence=(video("a" * 64, 5),)))
    return key


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path) as running:
        yield running


@pytest.fixture
def laptop(tmp_path: Path, platform: Platform) -> Iterator[Laptop]:
    """Joined and synced, without evidence."""
    opened = Laptop(tmp_path / "home")
    opened.join(platform.url, platform.token)
    opened.sync(evidence=False)
    yield opened
    opened.close()
