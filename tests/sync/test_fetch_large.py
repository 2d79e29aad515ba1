"""Large files, which come straight from the connection: cut, silent, cancelled, with little memory."""

import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcassess.store.vault_format import CHUNK
from mcassess.sync.platforms import native
from mcassess.sync.retry import RetryPolicy
from tests.support.faults import Fault, FaultProxy
from tests.support.syncing import Laptop, Served, served, write_pack

SIZE = 40 * CHUNK + 77
ONE_TRY = RetryPolicy(tries=1)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(tmp_path_factory.mktemp("large") / "pack", {"lesson": SIZE})


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, pack: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("large"), pack) as running:
        yield running


def arrived(laptop: Laptop, pack: Path) -> bool:
    with laptop.library.read() as reading:
        [row] = reading.evidence.states(laptop.key("s-0001")).values()
    reader = laptop.library.vault.reader(row.sha256)
    try:
        return reader.read(SIZE) == (pack / "files" / "lesson.bin").read_bytes()
    finally:
        reader.close()


def ranges(network: FaultProxy) -> list[str | None]:
    return [asked.headers.get("range") for asked in network.seen if "/lesson/" in asked.path]


def test_a_large_file_arrives_whole_and_takes_little_memory(laptop: Laptop, platform: Served, pack: Path) -> None:
    laptop.join(platform.url, platform.token)
    laptop.sync(evidence=False)
    tracemalloc.start()
    try:
        assert laptop.sync().failed == []
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert arrived(laptop, pack)
    assert most < SIZE // 2


def test_a_large_file_that_is_cut_goes_on_at_the_last_whole_chunk(
    joined: Laptop, pack: Path, network: FaultProxy
) -> None:
    network.first("/lesson/", Fault(cut=30 * CHUNK + 99))
    assert joined.sync().failed == []
    assert ranges(network) == [None, f"bytes={30 * CHUNK}-"]
    assert arrived(joined, pack)


def test_a_large_file_that_falls_silent_is_given_up_and_goes_on_the_next_time(
    joined: Laptop, pack: Path, network: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "_SILENCE_SECONDS", 0.5)
    network.drip = ("/lesson/", 20 * CHUNK)
    try:
        report = joined.sync(policy=ONE_TRY)
    finally:
        network.let_go.set()
    assert [each["text"] for each in report.failed] == [
        "Nothing came from the platform for 30 seconds. Sync again later."
    ]
    network.drip = None
    network.seen.clear()
    assert joined.sync().failed == []
    assert ranges(network) == [f"bytes={20 * CHUNK}-"]
    assert arrived(joined, pack)


def test_cancelling_ends_a_large_file_that_waits_for_bytes(
    joined: Laptop, network: FaultProxy, wait_until: Callable[..., None]
) -> None:
    network.drip = ("/lesson/", 20 * CHUNK)
    runs = threading.Thread(target=joined.sync, name="run")
    runs.start()
    try:
        wait_until(network.dripping.is_set)
        vault = joined.library.home / "vault"
        wait_until(lambda: any(file.stat().st_size > 19 * CHUNK for file in vault.iterdir()))
        joined.cancel.set()
        runs.join(10)
        assert not runs.is_alive()
    finally:
        network.let_go.set()
        runs.join(60)
