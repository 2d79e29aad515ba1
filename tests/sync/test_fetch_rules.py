"""Where bytes may come from, which are fetched again, and how the assessor's wishes are heeded."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mcassess.jobs import fetching
from mcassess.store.outbox import OpState
from mcassess.store.states import EvidenceState
from mcassess.store.vault_format import CHUNK
from mcassess.sync.platform import ContentError, RemoteFile, Role
from mcassess.sync.platforms.native_answers import content_part, storage_place
from mcassess.sync.retry import RetryPolicy
from mcassess.sync.runner import SyncOptions, run_sync
from mcassess.sync.wire import LEAF_BYTES
from tests.support.faults import Asked, Fault, FaultProxy
from tests.support.syncing import HASTY, Laptop, Served, served, write_pack

SIZE = LEAF_BYTES + 9 * CHUNK + 5
ONE_TRY = RetryPolicy(tries=1)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(tmp_path_factory.mktemp("rules") / "pack", {"lesson": SIZE, "plan": 2000})


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, pack: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("rules"), pack) as running:
        yield running


class Storage:
    """Where a platform may keep its evidence: gives bytes to whoever knows the address."""

    def __init__(self, content: bytes) -> None:
        self.seen: list[dict[str, str]] = []
        self.statuses: list[int] = []
        storage = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                storage.seen.append({name.lower(): value for name, value in self.headers.items()})
                status = storage.statuses.pop(0) if storage.statuses else 200
                body = content if status == 200 else b"<Error>Request has expired</Error>"
                asked = self.headers.get("Range")
                self.close_connection = True
                if status == 200 and asked:
                    begin = int(asked.removeprefix("bytes=").partition("-")[0])
                    self.send_response(206)
                    self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
                    body = content[begin:]
                else:
                    self.send_response(status)
                self.send_header("Location", "/again")
                self.send_header("ETag", '"another-servers-own"')
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/bucket/x?signature=s3cr3t"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], name="storage")
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()


@pytest.fixture
def storage(pack: Path) -> Iterator[Storage]:
    opened = Storage((pack / "files" / "lesson.bin").read_bytes())
    yield opened
    opened.close()


def state(laptop: Laptop, identifier: str) -> EvidenceState:
    with laptop.library.read() as reading:
        return reading.evidence.states(laptop.key("s-0001"))[1, identifier, "content"].state


def arrived(laptop: Laptop, pack: Path, identifier: str = "lesson") -> bool:
    content = (pack / "files" / f"{identifier}.bin").read_bytes()
    reader = laptop.library.vault.reader(hashlib.sha256(content).hexdigest())
    try:
        return reader.read(SIZE) == content
    finally:
        reader.close()


def to_lesson(fault: Fault, *, parts: str = "/lesson/content", times: int = 10**6) -> Callable[[Asked], Fault | None]:
    left = [times]

    def rule(asked: Asked) -> Fault | None:
        if parts not in asked.path or not left[0]:
            return None
        left[0] -= 1
        return fault

    return rule


def elsewhere(url: str) -> Fault:
    return Fault(status=307, headers={"Location": url, "Content-Length": "0", "ETag": None}, body=lambda _body: b"")


def test_bytes_come_from_where_the_platform_sends_and_nobody_there_learns_who_asks(
    joined: Laptop, pack: Path, network: FaultProxy, storage: Storage
) -> None:
    network.rule = to_lesson(elsewhere(storage.url))
    assert joined.sync().failed == []
    assert arrived(joined, pack)
    [asked] = storage.seen
    assert {"authorization", "cookie", "mcassess-device", "mcassess-request"} & set(asked) == set()
    assert "s3cr3t" not in "".join(event.text for event in joined.events)


def test_an_address_that_has_run_out_is_asked_for_again_and_the_file_goes_on(
    joined: Laptop, pack: Path, network: FaultProxy, storage: Storage
) -> None:
    network.rule = to_lesson(Fault(cut=3 * CHUNK), times=1)
    joined.sync(policy=ONE_TRY)
    storage.statuses = [403, 410]
    network.rule = to_lesson(elsewhere(storage.url))
    assert joined.sync().failed == []
    assert arrived(joined, pack)
    assert [asked.get("range") for asked in storage.seen] == [f"bytes={3 * CHUNK}-"] * 3
    assert {asked.get("if-range") for asked in storage.seen} == {network.seen[-1].headers["if-range"]}


def test_who_sends_on_and_on_is_not_followed(joined: Laptop, pack: Path, network: FaultProxy, storage: Storage) -> None:
    storage.statuses = [307] * 9
    network.rule = to_lesson(elsewhere(storage.url))
    report = joined.sync()
    assert [each["evidence"] for each in report.failed] == ["lesson"]
    assert len(storage.seen) == 1
    assert arrived(joined, pack, "plan")


@pytest.mark.parametrize(
    "location",
    [
        None,
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://192.0.2.7/x",
        "https://who:what@example.org/x",
        "https://exa mple.org/x",
        "https://[::1/x",
        "https:///x",
        "https://example.org:99999/x",
        "javascript:alert(1)",
        "//192.0.2.7/x",
        "https://example.org/" + "x" * 70_000,
    ],
)
def test_unsafe_addresses_are_not_asked(location: str | None) -> None:
    headers = {} if location is None else {"location": location}
    with pytest.raises(ContentError):
        storage_place(headers, "http://127.0.0.1:5/mcsync/v1/x")


def test_off_loopback_only_tls_is_asked() -> None:
    asked = "https://platform.example.org/mcsync/v1/x"
    assert (
        storage_place({"location": "https://bucket.example.net/x?s=1#f"}, asked) == "https://bucket.example.net/x?s=1"
    )
    assert storage_place({"location": "/files/x"}, asked) == "https://platform.example.org/files/x"
    with pytest.raises(ContentError):
        storage_place({"location": "http://127.0.0.1/x"}, asked)


def flipped(at: int) -> Callable[[bytes], bytes]:
    return lambda body: body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def test_of_a_damaged_file_just_the_damaged_leaf_is_fetched_again(
    joined: Laptop, pack: Path, network: FaultProxy
) -> None:
    network.rule = to_lesson(Fault(body=flipped(LEAF_BYTES + 100)), times=1)
    report = joined.sync()
    assert report.failed == []
    assert arrived(joined, pack)
    ranges = [asked.headers.get("range") for asked in network.seen if "/lesson/content" in asked.path]
    assert ranges == [None, f"bytes={LEAF_BYTES}-"]
    assert network.count("/lesson/chunks") == 1


def test_what_is_wrong_at_its_source_is_reported_once_and_not_fetched_for_ever(
    joined: Laptop, pack: Path, network: FaultProxy
) -> None:
    network.rule = to_lesson(Fault(body=flipped(77)))
    report = joined.sync()
    assert [each["evidence"] for each in report.failed] == ["lesson"]
    assert network.count("/lesson/content") == 4, "once whole, and three times its first leaf"
    assert state(joined, "lesson") is EvidenceState.UNAVAILABLE
    with joined.library.read() as reading:
        [row] = reading.outbox.list()
    assert (row.kind, row.state, row.submission_id) == ("evidence.report", OpState.READY, "s-0001")
    assert b'"reason":"damaged"' in row.payload
    network.seen.clear()
    joined.sync()
    assert network.count("/lesson/") == 0
    assert arrived(joined, pack, "plan")


@pytest.mark.parametrize(
    "body",
    [
        lambda _body: b"{}",
        lambda body: body.replace(b'"chunk_size":8388608', b'"chunk_size":0'),
        lambda body: body.replace(b'"chunk_size":8388608', b'"chunk_size":8388607'),
        lambda body: body.replace(b'"size":', b'"size":1'),
        lambda body: body.replace(b'"chunks":["', b'"chunks":["zz'),
    ],
    ids=["empty", "zero", "odd", "size", "no digest"],
)
def test_a_list_of_leaves_that_is_not_of_this_file_is_not_relied_on(
    joined: Laptop, network: FaultProxy, body: Callable[[bytes], bytes]
) -> None:
    damage, lie = Fault(body=flipped(77)), Fault(body=body, headers={"Content-Length": None})
    network.rule = lambda asked: (
        damage if "/lesson/content" in asked.path else lie if "/lesson/chunks" in asked.path else None
    )
    report = joined.sync()
    assert [each["evidence"] for each in report.failed] == ["lesson"]
    assert state(joined, "lesson") is EvidenceState.DAMAGED
    with joined.library.read() as reading:
        assert reading.outbox.list() == []


def test_paused_nothing_is_fetched_and_all_else_travels(joined: Laptop, pack: Path, network: FaultProxy) -> None:
    fetching.wish(joined.library, paused=True)
    report = joined.sync()
    assert report.failed == []
    assert len(report.received) == 1
    assert network.count("/evidence/") == 0
    assert "paused" in joined.events[-1].text
    fetching.wish(joined.library, paused=False)
    assert joined.sync().failed == []
    assert arrived(joined, pack)


def test_a_pause_is_heeded_in_the_middle_of_a_file_and_what_came_is_kept(
    joined: Laptop, pack: Path, network: FaultProxy, wait_until: Callable[..., None]
) -> None:
    fetching.limit(joined.library, 1_000_000)
    runs = threading.Thread(target=joined.sync, name="run")
    runs.start()
    try:
        vault = joined.library.home / "vault"
        wait_until(lambda: any(file.stat().st_size > 2 * CHUNK for file in vault.iterdir()))
        fetching.wish(joined.library, paused=True)
        runs.join(10)
        assert not runs.is_alive(), "it would have taken eleven seconds"
    finally:
        joined.cancel.set()
        runs.join(30)
    joined.cancel = type(joined.cancel)()
    assert state(joined, "lesson") is EvidenceState.PARTIAL
    fetching.wish(joined.library, paused=False)
    fetching.limit(joined.library, None)
    network.seen.clear()
    assert joined.sync().failed == []
    assert [asked.headers.get("range") for asked in network.seen if "/lesson/" in asked.path] != [None]
    assert arrived(joined, pack)


def test_a_connection_paid_by_volume_is_left_alone_unless_it_may_be_used(joined: Laptop, network: FaultProxy) -> None:
    options = SyncOptions(policy=HASTY, reserve_bytes=0, is_metered=lambda: True)

    def sync() -> list[dict[str, object]]:
        return run_sync(
            joined.library, joined.connect, on_event=joined.events.append, cancel=joined.cancel, options=options
        ).evidence

    assert sync() == []
    assert network.count("/evidence/") == 0
    fetching.wish(joined.library, on_metered=True)
    assert len(sync()) == 2


def test_a_part_behind_4_gib_is_known_by_its_range() -> None:
    far = 1 << 32
    file = RemoteFile(submission_id="s", attempt=1, evidence_id="e", role=Role.CONTENT, sha256="0" * 64, size=far + 100)
    asked = range(far + 7, far + 100)
    headers = {"content-range": f"bytes {far + 7}-{far + 99}/{far + 100}", "content-length": "93"}
    assert content_part(206, headers, file, asked) == asked
    for other in (f"bytes 7-99/{far + 100}", f"bytes {far + 7}-{far + 99}/100"):
        with pytest.raises(ContentError):
            content_part(206, headers | {"content-range": other}, file, asked)
