"""The native connector against answers that are not what they should be."""

import logging
import time
from collections.abc import Iterator

import pytest

from mcassess.sync import wire
from mcassess.sync.platform import (
    BusyError,
    CancelledError,
    NotOurPlatformError,
    OfflineError,
    Platform,
    RemoteFile,
    Role,
    UnreadableAnswerError,
)
from mcassess.sync.platforms.native import NativePlatform
from mcassess.sync.platforms.native_messages import segment
from tests.support.faults import Fault, FaultProxy
from tests.support.platform import SMALL_PACK
from tests.support.syncing import Laptop, Served, served


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("native"), SMALL_PACK) as running:
        yield running


@pytest.fixture
def connection(joined: Laptop, network: FaultProxy) -> Iterator[Platform]:
    opened = joined.connect(joined.account())
    network.seen.clear()
    yield opened
    opened.close()


HEADERS = [wire.SERVER_HEADER, wire.TIME_HEADER, wire.REQUEST_HEADER, "Content-Type", wire.EPOCH_HEADER]


@pytest.mark.parametrize(("header", "value"), [(header, value) for header in HEADERS for value in (None, "wrong")][:-1])
def test_an_answer_without_our_signs_is_not_ours(
    connection: Platform, network: FaultProxy, header: str, value: str | None
) -> None:
    network.always("", Fault(headers={header: value}))
    with pytest.raises(NotOurPlatformError):
        connection.me()


def test_every_request_carries_the_protocols_headers(
    connection: Platform, network: FaultProxy, joined: Laptop, platform: Served
) -> None:
    connection.server()
    connection.me()
    server, me = network.seen
    assert server.path == "/mcsync/v1/server"
    assert "authorization" not in server.headers
    assert me.headers["authorization"] == f"Bearer {platform.token}"
    for asked in (server, me):
        assert asked.headers["mcassess-device"] == joined.library.device_id
        assert asked.headers["user-agent"].startswith("mcassess/")
    assert server.headers["mcassess-request"] != me.headers["mcassess-request"]


def test_an_answer_without_end_is_not_read_to_its_end(connection: Platform, network: FaultProxy) -> None:
    network.always("", Fault(body=lambda _body: b" " * (9 << 20), headers={"Content-Length": None}))
    with pytest.raises(UnreadableAnswerError):
        connection.me()


def test_packed_answers_are_not_unpacked(connection: Platform, network: FaultProxy) -> None:
    network.always("", Fault(headers={"Content-Encoding": "gzip"}))
    with pytest.raises(NotOurPlatformError):
        connection.me()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["http://127.0.0.1:9/", "file:///etc/passwd", "/mcsync/v1/me"])
def test_redirects_are_not_followed(connection: Platform, network: FaultProxy, status: int, target: str) -> None:
    network.always("", Fault(answer=(status, {"Location": target}, b"")))
    with pytest.raises(NotOurPlatformError):
        connection.me()
    assert len(network.seen) == 1


def test_a_gateways_503_is_busy_and_says_how_long(connection: Platform, network: FaultProxy) -> None:
    network.always("", Fault(answer=(503, {"Retry-After": "7", "Content-Type": "text/html"}, b"<html>")))
    with pytest.raises(BusyError) as busy:
        connection.me()
    assert busy.value.retry_after_s == 7


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"\xff", b'{"title": 1}'])
def test_a_refusal_without_sense_is_not_ours(connection: Platform, network: FaultProxy, body: bytes) -> None:
    network.always("", Fault(status=403, body=lambda _body: body, headers={"Content-Length": None}))
    with pytest.raises(NotOurPlatformError):
        connection.me()


def test_a_platforms_words_cannot_forge_lines(connection: Platform, network: FaultProxy) -> None:
    problem = b'{"title": "no\\n\\u001b[31mERROR all is lost\\u202e", "status": 403, "code": "x"}'
    network.always("", Fault(status=403, body=lambda _body: problem, headers={"Content-Length": None}))
    with pytest.raises(Exception, match="refused") as refused:
        connection.me()
    assert str(refused.value).isprintable()


def test_a_broken_connection_is_offline(connection: Platform, network: FaultProxy) -> None:
    network.always("", Fault(lost=True))
    with pytest.raises(OfflineError):
        connection.me()


def test_an_interrupted_connection_answers_nothing_more(connection: Platform) -> None:
    connection.me()
    connection.interrupt()
    begun = time.monotonic()
    with pytest.raises(CancelledError):
        connection.me()
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("identifier", ["../../x", "..", ".", "a/b", "a?b#c", "ü %2F", "a b", "C:\\x"])
def test_ids_are_one_segment_of_the_path_whatever_they_hold(
    connection: Platform, network: FaultProxy, identifier: str
) -> None:
    file = RemoteFile(
        submission_id=identifier, attempt=1, evidence_id=identifier, role=Role.CONTENT, sha256="0" * 64, size=1
    )
    with pytest.raises(Exception, match="refused"):
        connection.open_content(file, 0, file.size)
    [asked] = network.seen
    coded = segment(identifier)
    assert "/" not in coded
    assert asked.path == f"/mcsync/v1/submissions/{coded}/evidence/{coded}/content?attempt=1"


def test_the_token_stands_in_no_log(connection: Platform, platform: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    connection.me()
    assert caplog.records, "httpx logs something at this level, or this test proves nothing"
    assert all(platform.token not in f"{record.getMessage()} {record.__dict__}" for record in caplog.records)


def test_proxies_of_the_environment_are_not_asked_for_this_computer(
    joined: Laptop, platform: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    connection = NativePlatform(platform.url, platform.token, None, joined.library.device_id, joined.library.clock)
    try:
        assert connection.me().name == "Ada"
    finally:
        connection.close()
