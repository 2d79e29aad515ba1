"""Attachments: sealed with their decision, sent after it, piece by piece, whatever the network does."""

from pathlib import Path
from typing import Any

import pytest

from mcassess.errors import RefusedError, UsageError
from mcassess.jobs import attaching, retention, sealing
from mcassess.store.outbox import OpState
from mcassess.sync.retry import RetryPolicy
from tests.support.attaching import BIG, PIECE, arrived, attach_and_seal, waiting
from tests.support.faults import Asked, Fault, FaultProxy
from tests.support.packs import changed_pack
from tests.support.platform import Platform
from tests.support.syncing import Laptop

ONE_TRY = RetryPolicy(tries=1)
pytestmark = pytest.mark.usefixtures("small_pieces")


def test_the_decision_goes_first_and_its_file_after_it(
    desk: Laptop, platform: Platform, network: FaultProxy, paper: Path
) -> None:
    op_id = attach_and_seal(desk, paper)
    network.seen.clear()
    report = desk.sync(evidence=False)
    assert report.failed == []
    assert desk.op(op_id).state is OpState.SETTLED
    asked = [(each.method, each.path.rpartition("/mcsync/v1")[2].partition("?")[0][:8]) for each in network.seen]
    assert asked.index(("POST", "/ops")) < asked.index(("POST", "/uploads"))
    assert [each.headers["upload-offset"] for each in network.seen if each.method == "PATCH"] == [
        "0",
        str(PIECE),
        str(2 * PIECE),
    ]
    assert arrived(platform) == [(BIG, BIG)]
    assert waiting(desk) == 0
    assert [record.attachments_pending for record in platform.decisions()] == [[]]


def test_a_file_that_does_not_arrive_holds_up_no_decision(
    desk: Laptop, platform: Platform, network: FaultProxy, paper: Path
) -> None:
    op_id = attach_and_seal(desk, paper)
    network.always("/uploads", Fault(status=503, body=lambda _body: b"", headers={"Content-Length": None}))
    report = desk.sync(evidence=False)
    assert [each["step"] for each in report.failed] == ["upload"]
    assert desk.op(op_id).state is OpState.SETTLED
    assert [len(record.attachments_pending) for record in platform.decisions()] == [1]
    network.rule = lambda _asked: None
    assert desk.sync(evidence=False).failed == []
    assert [record.attachments_pending for record in platform.decisions()] == [[]]


def test_an_upload_goes_on_where_it_stopped(desk: Laptop, platform: Platform, network: FaultProxy, paper: Path) -> None:
    attach_and_seal(desk, paper)
    second = [0]

    def rule(asked: Asked) -> Fault | None:
        second[0] += asked.method == "PATCH"
        return Fault(answer=(503, {}, b"")) if asked.method == "PATCH" and second[0] > 1 else None

    network.rule = rule
    desk.sync(evidence=False, policy=ONE_TRY)
    assert arrived(platform) == [(PIECE, BIG)]
    network.rule = lambda _asked: None
    network.seen.clear()
    assert desk.sync(evidence=False).failed == []
    sent = sum(len(each.body) for each in network.seen if each.method == "PATCH")
    assert sent == BIG - PIECE
    assert arrived(platform) == [(BIG, BIG)]


@pytest.mark.parametrize(
    "fault",
    [Fault(lost=True), Fault(answer=(502, {}, b"")), Fault(cut=3)],
    ids=["answer lost", "gateway", "answer cut"],
)
def test_faults_on_the_way_are_got_over(
    desk: Laptop, platform: Platform, network: FaultProxy, paper: Path, fault: Fault
) -> None:
    attach_and_seal(desk, paper)
    network.first("/uploads/", fault, times=2)
    assert desk.sync(evidence=False).failed == []
    assert arrived(platform) == [(BIG, BIG)]


def test_bytes_that_were_altered_on_the_way_are_sent_again(
    desk: Laptop, platform: Platform, network: FaultProxy, paper: Path
) -> None:
    attach_and_seal(desk, paper)
    network.first("/uploads/", Fault(ask=lambda body: b"x" + body[1:]), times=2)
    assert desk.sync(evidence=False).failed == []
    assert arrived(platform) == [(BIG, BIG)]


def test_a_platform_that_never_gets_further_is_left_alone_until_the_next_run(
    desk: Laptop, network: FaultProxy, paper: Path
) -> None:
    attach_and_seal(desk, paper)
    network.rule = lambda asked: (
        Fault(answer=(409, _framed(desk, asked) | {"Upload-Offset": "0"}, b"")) if asked.method == "PATCH" else None
    )
    report = desk.sync(evidence=False)
    assert [each["attachment"] for each in report.failed] == [paper.name]
    assert sum(each.method == "PATCH" for each in network.seen) <= 4
    assert waiting(desk) == 1


def _framed(desk: Laptop, asked: Asked) -> dict[str, str]:
    account = desk.account()
    return {
        "Mcassess-Server": account.server_id,
        "Mcassess-Epoch": account.epoch,
        "Mcassess-Time": "2026-11-22T08:00:00.000Z",
        "Mcassess-Request": asked.headers["mcassess-request"],
    }


@pytest.mark.parametrize("days", [None, 30, 0])
def test_files_are_kept_encrypted_until_they_were_sent_and_go_with_the_evidence(
    joined: Laptop, platform: Platform, paper: Path, tmp_path: Path, days: int | None
) -> None:
    def keeping(document: dict[str, Any]) -> None:
        document["microcredentials"][0]["policy"]["evidence_days"] = days

    platform.load(changed_pack(tmp_path / "keeping", keeping))
    joined.sync(evidence=False)
    attach_and_seal(joined, paper)
    marker = paper.read_bytes()[1000:1064]
    paper.unlink()
    assert not any(marker in path.read_bytes() for path in joined.library.home.rglob("*") if path.is_file())
    assert retention.enforce(joined.library).files == {}
    assert joined.library.vault.verify().ok == 1
    assert joined.sync(evidence=False).failed == []
    joined.sync(evidence=False)  # which tells the platform's time after the receipt
    retention.enforce(joined.library)
    assert joined.library.vault.verify().ok == (0 if days == 0 else 1)
    assert joined.library.vault.verify().damaged == 0
    with joined.library.read() as reading:
        assert [each.policy.evidence_days for each in reading.holdings.held()] == ([] if days == 0 else [days or 180])


def test_what_is_sealed_is_not_changed_and_what_is_taken_back_is(desk: Laptop, paper: Path) -> None:
    key = desk.key("s-0001")
    attach_and_seal(desk, paper)
    for change in (
        lambda: attaching.attach(desk.library, key, paper),
        lambda: attaching.detach(desk.library, key, paper.name),
    ):
        with pytest.raises(RefusedError, match="sealed already"):
            change()
    sealing.take_back(desk.library, key)
    attaching.detach(desk.library, key, paper.name)
    assert attaching.attached(desk.library, key) == []
    op_id = attach_and_seal(desk, paper)
    assert desk.op(op_id).payload.count(b'"for":"evidence:d1"') == 1


def test_only_evidence_of_this_attempt_can_be_named(desk: Laptop, paper: Path) -> None:
    with pytest.raises(UsageError, match="no evidence"):
        attaching.attach(desk.library, desk.key("s-0001"), paper, "d9")
