"""Evidence through anything: resumed where it stopped, verified as a whole, one bad file blocking no other."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcassess.errors import ExitCode
from mcassess.store.states import EvidenceState
from mcassess.store.vault_format import CHUNK, HEADER_BYTES, RECORD
from mcassess.sync.fetch import AT_ONCE
from mcassess.sync.retry import RetryPolicy
from tests.support.faults import Asked, Fault, FaultProxy, fault_proxy
from tests.support.syncing import Laptop, Served, served, write_pack

BIG = 5 * CHUNK + 1234
FILES = {"big": BIG, "small": 3000, "empty": 0}
ONE_TRY = RetryPolicy(tries=1)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(tmp_path_factory.mktemp("fetch") / "pack", FILES)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, pack: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("fetch"), pack) as running:
        yield running


def states(laptop: Laptop) -> dict[str, EvidenceState]:
    with laptop.library.read() as reading:
        return {name[1]: row.state for name, row in reading.evidence.states(laptop.key("s-0001")).items()}


def fetched(laptop: Laptop, pack: Path, identifier: str) -> bool:
    """Tells whether the library holds exactly the file's bytes."""
    with laptop.library.read() as reading:
        row = reading.evidence.states(laptop.key("s-0001"))[1, identifier, "content"]
    reader = laptop.library.vault.reader(row.sha256)
    try:
        return reader.read(reader.size) == (pack / "files" / f"{identifier}.bin").read_bytes()
    finally:
        reader.close()


def ranges(network: FaultProxy) -> list[str | None]:
    return [asked.headers.get("range") for asked in network.seen if "/big/" in asked.path]


def to_big(fault: Fault, times: int = 10**6) -> Callable[[Asked], Fault | None]:
    left = [times]

    def rule(asked: Asked) -> Fault | None:
        if "/big/" not in asked.path or not left[0]:
            return None
        left[0] -= 1
        return fault

    return rule


def test_files_arrive_whole_the_empty_one_too(joined: Laptop, pack: Path) -> None:
    report = joined.sync()
    assert report.failed == []
    assert all(fetched(joined, pack, name) for name in FILES)
    assert sorted(each["bytes"] for each in report.evidence) == [0, 3000, BIG]


def test_a_download_that_is_cut_goes_on_at_the_last_whole_chunk(
    joined: Laptop, pack: Path, network: FaultProxy
) -> None:
    network.rule = to_big(Fault(cut=3 * CHUNK + 99), times=1)
    report = joined.sync()
    assert report.failed == []
    assert ranges(network) == [None, f"bytes={3 * CHUNK}-"]
    assert fetched(joined, pack, "big")


def test_what_came_in_one_run_is_not_fetched_again_in_the_next(joined: Laptop, pack: Path, network: FaultProxy) -> None:
    network.rule = to_big(Fault(cut=2 * CHUNK))
    report = joined.sync(policy=ONE_TRY)
    assert [each["evidence"] for each in report.failed] == ["big"]
    assert states(joined) == {"big": EvidenceState.PARTIAL, "small": EvidenceState.READY, "empty": EvidenceState.READY}
    network.rule = lambda _asked: None
    network.seen.clear()
    joined.sync()
    assert ranges(network) == [f"bytes={2 * CHUNK}-"]
    assert fetched(joined, pack, "big")


def test_a_connection_that_breaks_off_again_and_again_gets_there_as_long_as_each_try_brings_something(
    joined: Laptop, pack: Path, network: FaultProxy
) -> None:
    network.rule = to_big(Fault(cut=CHUNK + 10))
    assert joined.sync().failed == []
    assert len(ranges(network)) == 6
    assert fetched(joined, pack, "big")


def test_a_platform_that_ignores_ranges_sends_the_whole_file_once_more(
    joined: Laptop, pack: Path, network: FaultProxy
) -> None:
    network.rule = to_big(Fault(cut=2 * CHUNK))
    joined.sync(policy=ONE_TRY)
    whole = (pack / "files" / "big.bin").read_bytes()
    network.rule = to_big(
        Fault(status=200, headers={"Content-Range": None, "Content-Length": None}, body=lambda _body: whole)
    )
    assert joined.sync().failed == []
    assert fetched(joined, pack, "big")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(headers={"Content-Range": f"bytes 0-{BIG - 1}/{BIG}"}),
        Fault(headers={"Content-Range": f"bytes {CHUNK}-{BIG - 1}/{BIG + 1}"}),
        Fault(headers={"Content-Range": f"bytes {2 * CHUNK}-{BIG - 1}/{BIG}"}),
        Fault(headers={"Content-Range": None}),
        Fault(headers={"Content-Range": "bytes x"}),
        Fault(headers={"ETag": f'"sha256-{"0" * 64}"'}),
        Fault(headers={"Content-Encoding": "gzip"}),
        Fault(headers={"Content-Length": str(BIG)}),
        Fault(status=416),
        Fault(status=404),
    ],
    ids=["from 0", "other total", "from later", "no range", "nonsense", "etag", "gzip", "length", "416", "404"],
)
def test_an_answer_that_is_not_the_rest_of_this_file_is_not_taken(
    joined: Laptop, pack: Path, network: FaultProxy, fault: Fault
) -> None:
    network.rule = to_big(Fault(cut=CHUNK))
    joined.sync(policy=ONE_TRY)
    network.rule = to_big(fault)
    report = joined.sync(policy=ONE_TRY)
    assert [each["evidence"] for each in report.failed] == ["big"]
    assert report.exit_code() in {ExitCode.WORLD, ExitCode.REFUSED}
    assert states(joined)["big"] is EvidenceState.PARTIAL
    network.rule = lambda _asked: None
    network.seen.clear()
    assert joined.sync().failed == []
    assert ranges(network) == [f"bytes={CHUNK}-"]
    assert fetched(joined, pack, "big")


def test_wrong_bytes_are_never_called_verified(joined: Laptop, pack: Path, network: FaultProxy) -> None:
    network.rule = to_big(Fault(body=lambda body: body[:-1] + bytes([body[-1] ^ 1])))
    report = joined.sync()
    assert [each["evidence"] for each in report.failed] == ["big"]
    assert states(joined)["big"] is EvidenceState.DAMAGED
    assert states(joined)["small"] is EvidenceState.READY
    network.rule = lambda _asked: None
    assert joined.sync().failed == []
    assert fetched(joined, pack, "big")


def test_more_bytes_than_announced_are_not_taken(joined: Laptop, pack: Path, network: FaultProxy) -> None:
    network.rule = to_big(Fault(body=lambda body: body + b"x" * CHUNK, headers={"Content-Length": None}))
    assert [each["evidence"] for each in joined.sync().failed] == ["big"]
    network.rule = lambda _asked: None
    assert joined.sync().failed == []
    assert fetched(joined, pack, "big")


@pytest.mark.parametrize("status", [403, 404, 410, 503])
def test_a_file_that_the_platform_does_not_give_blocks_no_other(
    joined: Laptop, pack: Path, network: FaultProxy, status: int
) -> None:
    network.rule = to_big(Fault(status=status, headers={"Content-Length": None}, body=_problem(status)))
    report = joined.sync()
    assert [each["evidence"] for each in report.failed] == ["big"]
    assert fetched(joined, pack, "small")


def _problem(status: int) -> Callable[[bytes], bytes]:
    return lambda _body: b'{"title": "no", "status": %d, "code": "not-found"}' % status


def test_a_sign_in_page_instead_of_a_file_ends_the_fetching(joined: Laptop, pack: Path, network: FaultProxy) -> None:
    page = (200, {"Content-Type": "text/html"}, b"<html>Sign in</html>")
    network.always("/evidence/", Fault(answer=page))
    report = joined.sync()
    assert report.exit_code() is ExitCode.WORLD
    assert report.evidence == []
    assert network.count("/evidence/") <= AT_ONCE


def test_a_redirect_to_another_host_gets_neither_token_nor_visit(
    joined: Laptop, network: FaultProxy, platform: Served
) -> None:
    with fault_proxy(platform.url) as elsewhere:
        network.always("/evidence/", Fault(answer=(307, {"Location": f"{elsewhere.url}/mcsync/v1/me"}, b"")))
        report = joined.sync()
        assert elsewhere.seen == []
    assert report.evidence == []
    assert report.exit_code() is ExitCode.WORLD


def test_without_room_on_the_disk_nothing_is_fetched_and_it_is_said(tmp_path: Path, platform: Served) -> None:
    laptop = Laptop(tmp_path / "full", reserve_bytes=10**18)
    try:
        laptop.join(platform.url, platform.token)
        report = laptop.sync()
    finally:
        laptop.close()
    assert report.evidence == []
    assert {each["text"] for each in report.failed} == {
        "There is not enough room on the disk for more evidence. Free some space and sync again."
    }
    assert len(report.received) == 1


def test_cancelled_in_the_middle_of_a_file_what_came_is_kept_and_the_next_run_goes_on(
    joined: Laptop, pack: Path, network: FaultProxy, wait_until: Callable[..., None]
) -> None:
    network.drip = ("/big/", 4 * CHUNK + CHUNK // 2)
    runs = threading.Thread(target=joined.sync, name="run")
    runs.start()
    try:
        wait_until(network.dripping.is_set)
        vault = joined.library.home / "vault"
        wait_until(lambda: any(file.stat().st_size > 2 * CHUNK for file in vault.iterdir()))
        joined.cancel.set()
        runs.join(10)
        assert not runs.is_alive(), "cancelling ends a transfer that waits for bytes"
    finally:
        network.let_go.set()
        runs.join(60)
    assert states(joined)["big"] is EvidenceState.PARTIAL
    joined.cancel = type(joined.cancel)()
    network.drip = None
    network.seen.clear()
    assert joined.sync().failed == []
    assert ranges(network)[0] not in {None, "bytes=0-"}
    assert fetched(joined, pack, "big")


def test_a_run_that_was_cancelled_before_it_began_asks_nobody(joined: Laptop, network: FaultProxy) -> None:
    network.seen.clear()
    joined.cancel.set()
    report = joined.sync()
    assert report.cancelled
    assert network.seen == []


def test_every_file_is_asked_for_once(joined: Laptop, network: FaultProxy) -> None:
    joined.sync()
    digests = [asked.path for asked in network.seen if "/evidence/" in asked.path]
    assert len(digests) == len(set(digests)) == len(FILES)


def test_only_the_damaged_chunks_are_fetched_again(joined: Laptop, pack: Path, network: FaultProxy) -> None:
    assert joined.sync().failed == []
    path = next(each for each in (joined.library.home / "vault").iterdir() if each.stat().st_size > BIG)
    with path.open("r+b") as file:
        for number in (2, 3, 5):
            file.seek(HEADER_BYTES + (number - 1) * RECORD + 1000)
            file.write(b"\0" * 8)
    [damage] = joined.library.vault.verify().damage
    assert damage.chunks == (2, 3, 5)
    network.seen.clear()
    assert joined.sync().failed == []
    assert ranges(network) == [f"bytes={CHUNK}-{3 * CHUNK - 1}", f"bytes={4 * CHUNK}-{5 * CHUNK - 1}"]
    assert fetched(joined, pack, "big")
    assert joined.library.vault.verify().damage == ()
