"""Addresses of platforms."""

import pytest

from mcassess.errors import WorldError
from mcassess.sync.platforms.address import is_loopback, normalised


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (" http://localhost:8000/ ", "http://localhost:8000"),
        ("http://[::1]:8000/mcsync/v1/", "http://[::1]:8000"),
        ("https://Platform.Example.org/district/7/", "https://platform.example.org/district/7"),
        ("https://platform.example.org/mcsync/v1", "https://platform.example.org"),
    ],
)
def test_an_address_is_kept_in_one_form(given: str, kept: str) -> None:
    assert normalised(given) == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "https://user:pass@h.example",
        "https://h.example/?a=1",
        "https://h.example/#a",
        "https://h.exa mple",
        "https://h.example:99999",
        "file:///etc/passwd",
        "h.example",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(WorldError) as said:
        normalised(url)
    assert "pass@" not in said.value.text


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("h", False)],
)
def test_this_computer_is_known(host: str, *, own: bool) -> None:
    assert is_loopback(host) is own
