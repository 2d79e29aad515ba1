"""A platform that means harm: whatever it answers, a run ends soon, in little memory, with a sentence, and unharmed."""

import gzip
import json
import os
import random
import socket
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcassess.errors import ExitCode
from mcassess.store.accounts import Account
from mcassess.sync.retry import RetryPolicy
from mcassess.sync.wire import MEDIA_TYPE
from tests.support.faults import Asked, Fault, FaultProxy, fault_proxy
from tests.support.hostile import Answer, raw_server, spoiled
from tests.support.syncing import Laptop, Served, served, write_pack

SECONDS = 6.0
ONE_TRY = RetryPolicy(tries=1)
MEMORY = 96 << 20
LONGEST_RUN = 30.0


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    with served(folder, write_pack(folder / "pack", {"v1": 300_000, "d1": 2000}, submissions=3)) as running:
        yield running


@pytest.fixture
def network(platform: Served) -> Iterator[FaultProxy]:
    with fault_proxy(platform.url) as proxy:
        yield proxy


@pytest.fixture
def laptop(tmp_path: Path, platform: Served, network: FaultProxy) -> Iterator[Laptop]:
    opened = Laptop(tmp_path / "home")
    opened.join(network.url, platform.token)
    yield opened
    opened.close()


def is_whole(laptop: Laptop) -> bool:
    """Tells whether a run with an honest platform leads to all that it has, verified."""
    report = laptop.sync(policy=ONE_TRY)
    counts = laptop.library.vault.verify()
    return (
        (report.failed, report.needs_you) == ([], [])
        and (counts.ok, counts.damaged) == (2, 0)
        and "s-0001" in laptop.ids()
    )


def test_answers_with_anything_in_them_do_no_harm(
    tmp_path: Path, platform: Served, laptop: Laptop, network: FaultProxy
) -> None:
    seed = int(os.environ.get("MCASSESS_SEED", random.randrange(10**9)))
    seconds = max(SECONDS, 60 * float(os.environ.get("MCASSESS_LONG_MINUTES", "0")))
    chance, until, runs = random.Random(seed), time.monotonic() + seconds, 0
    laptop.sync(evidence=False)
    sealed = {op_id: laptop.op(op_id).payload for op_id in (laptop.seal("s-0002"), laptop.seal("s-0003"))}
    before = {path for path in tmp_path.rglob("*") if tmp_path / "home" not in path.parents}
    while time.monotonic() < until:
        runs += 1
        with laptop.library.write("test") as writing:
            writing.accounts.update(laptop.account().key, cursor=None)
        rate = chance.choice([0.3, 0.6, 1.0])

        def rule(asked: Asked, rate: float = rate) -> Fault | None:
            if "/content" in asked.path or chance.random() > rate:
                return None
            return Fault(body=lambda body: spoiled(body, chance), headers={"Content-Length": None})

        network.rule = rule
        begun = time.monotonic()
        report = laptop.sync(policy=ONE_TRY, removals_confirmed=True)
        assert time.monotonic() - begun < LONGEST_RUN, f"seed {seed}"
        assert all(each["text"] for each in report.failed), f"seed {seed}"
        assert ExitCode.BUG not in {each["exit_code"] for each in report.failed}, f"seed {seed}"
        network.seen.clear()
        assert {op_id: laptop.op(op_id).payload for op_id in sealed} == sealed, f"seed {seed}"
    assert {each.op_id for each in platform.decisions()} <= set(sealed)
    network.rule = lambda _asked: None
    with afresh(tmp_path, platform) as other:
        assert is_whole(other), "the platform itself was not harmed"
    assert laptop.library.check() == [], f"seed {seed}"
    outside = {path for path in tmp_path.rglob("*") if tmp_path / "home" not in path.parents}
    assert {path for path in outside - before if tmp_path / "afresh" not in (path, *path.parents)} == set()
    print(f"{runs} runs against spoiled answers, seed {seed}")


@contextmanager
def afresh(folder: Path, platform: Served) -> Iterator[Laptop]:
    opened = Laptop(folder / "afresh")
    opened.join(platform.url, platform.token)
    yield opened
    opened.close()


def _head(account: Account, request: str, *fields: str) -> bytes:
    lines = [
        "HTTP/1.1 200 OK",
        f"Mcassess-Server: {account.server_id}",
        f"Mcassess-Epoch: {account.epoch}",
        "Mcassess-Time: 2026-11-22T08:00:00.000Z",
        f"Mcassess-Request: {request}",
        f"Content-Type: {MEDIA_TYPE}",
        *fields,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def endless_body(account: Account) -> Answer:
    def answer(connection: socket.socket, request: str) -> None:
        connection.sendall(_head(account, request))
        while True:
            connection.sendall(b'{"id": "a", "name": "' + b"x" * (1 << 20))

    return answer


def endless_chunks(account: Account) -> Answer:
    def answer(connection: socket.socket, request: str) -> None:
        connection.sendall(_head(account, request, "Transfer-Encoding: chunked"))
        while True:
            connection.sendall(b"100000\r\n" + b" " * (1 << 20) + b"\r\n")

    return answer


def endless_headers(account: Account) -> Answer:
    def answer(connection: socket.socket, request: str) -> None:
        connection.sendall(_head(account, request)[:-2])
        while True:
            connection.sendall(b"X-More: " + b"x" * 60_000 + b"\r\n")

    return answer


def gzip_bomb(account: Account) -> Answer:
    bomb = gzip.compress(gzip.compress(b"\0" * (64 << 20)))

    def answer(connection: socket.socket, request: str) -> None:
        head = _head(account, request, "Content-Encoding: gzip, gzip", f"Content-Length: {len(bomb)}")
        connection.sendall(head + bomb)

    return answer


def noise(_account: Account) -> Answer:
    def answer(connection: socket.socket, _request: str) -> None:
        connection.sendall(b"\x16\x03\x01" + bytes(range(256)) * 40)

    return answer


@pytest.mark.parametrize("attack", [endless_body, endless_chunks, endless_headers, gzip_bomb, noise])
def test_floods_are_left_in_little_memory(laptop: Laptop, attack: object, platform: Served) -> None:
    account = laptop.account()
    with raw_server(attack(account)) as url:  # type: ignore[operator]  # each is a function of this module
        with laptop.library.write("test") as writing:
            writing.accounts.update(account.key, url=url)
        tracemalloc.start()
        begun = time.monotonic()
        try:
            report = laptop.sync(policy=ONE_TRY)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert time.monotonic() - begun < LONGEST_RUN
    assert most < MEMORY
    assert report.failed
    assert all(each["text"] for each in report.failed)
    with laptop.library.write("test") as writing:
        writing.accounts.update(account.key, url=platform.url)
    assert is_whole(laptop)


def test_a_feed_that_never_ends_ends(laptop: Laptop, network: FaultProxy) -> None:
    number = [0]

    def on_and_on(_body: bytes) -> bytes:
        number[0] += 1
        return json.dumps({"changes": [], "next": f"c{number[0]}", "more": True}).encode()

    network.always("/changes", Fault(body=on_and_on, headers={"Content-Length": None}))
    report = laptop.sync(policy=ONE_TRY)
    assert [each["step"] for each in report.failed] == ["pull"]
    assert number[0] <= 2000
    network.rule = lambda _asked: None
    with laptop.library.write("test") as writing:
        writing.accounts.update(laptop.account().key, cursor=None)
    assert is_whole(laptop)


def test_a_cursor_without_end_is_not_kept_for_the_runs_to_come(laptop: Laptop, network: FaultProxy) -> None:
    long = json.dumps({"changes": [], "next": "x" * 100_000, "more": True}).encode()
    network.always("/changes", Fault(body=lambda _body: long, headers={"Content-Length": None}))
    assert [each["step"] for each in laptop.sync(policy=ONE_TRY).failed] == ["pull"]
    network.rule = lambda _asked: None
    assert is_whole(laptop)


def test_a_name_too_long_to_ask_for_holds_nothing_else_up(laptop: Laptop, network: FaultProxy) -> None:
    def long(body: bytes) -> bytes:
        return body.replace(b'"id":"v1"', b'"id":"' + b"v" * 100_000 + b'"')

    network.always("/changes", Fault(body=long, headers={"Content-Length": None}))
    report = laptop.sync(policy=ONE_TRY)
    assert [each["evidence"] for each in report.evidence] == ["d1"]
    assert [each["step"] for each in report.failed] == ["fetch"]


@pytest.mark.parametrize("size", [2**53 - 1, 10**15])
def test_evidence_larger_than_any_disk_is_not_begun(laptop: Laptop, network: FaultProxy, size: int) -> None:
    def huge(body: bytes) -> bytes:
        return body.replace(b'"size":300000', f'"size":{size}'.encode())

    network.always("/changes", Fault(body=huge, headers={"Content-Length": None}))
    report = laptop.sync(policy=ONE_TRY)
    assert any("room" in each["text"] for each in report.failed)
    assert sum(path.stat().st_size for path in (laptop.library.home / "vault").iterdir()) < 1 << 20


def test_names_that_lead_elsewhere_stay_names(tmp_path: Path, laptop: Laptop, network: FaultProxy) -> None:
    def astray(body: bytes) -> bytes:
        return body.replace(b'"id":"v1"', b'"id":"../../../../x"').replace(b'"id":"s-0001"', b'"id":"..%2f..%2fetc"')

    network.always("/changes", Fault(body=astray, headers={"Content-Length": None}))
    laptop.sync(policy=ONE_TRY)
    assert all(
        asked.path.count("..") == asked.path.count("..%2F") + asked.path.count("..%252f") for asked in network.seen
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]
