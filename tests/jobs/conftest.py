"""A library with one submission to work on."""

import pydantic.fields  # noqa: F401 - Qt's import hook breaks the import of pydantic where it meets it half loaded
import pytest

from tests.support.library import TestClock, add_account, open_library, put, submission, video


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
