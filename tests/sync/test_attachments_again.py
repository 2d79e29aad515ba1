"""Files that a platform had and has no more, uploads that it forgot, and files that do not arrive: sent once more."""

import json
from pathlib import Path

import pytest

from mcassess.jobs import attaching, retention
from mcassess.server.backup import write_backup
from mcassess.server.restore import restore_backup
from mcassess.store.outbox import OpState
from mcassess.sync.retry import RetryPolicy
from tests.support.attaching import BIG, PIECE, arrived, attach_and_seal, content, kept, pending, waiting
from tests.support.faults import Asked, Fault, FaultProxy
from tests.support.platform import Platform
from tests.support.syncing import Laptop

ONE_TRY = RetryPolicy(tries=1)
pytestmark = pytest.mark.usefixtures("small_pieces")


def posted(network: FaultProxy, path: str) -> int:
    return sum(each.method == "POST" and each.path.endswith(path) for each in network.seen)


@pytest.mark.parametrize("before", ["the decision", "the file"])
def test_a_restored_platform_gets_the_files_again_that_it_has_lost(
    desk: Laptop, platform: Platform, network: FaultProxy, paper: Path, tmp_path: Path, before: str
) -> None:
    backup = tmp_path / "backup.tar"
    if before == "the file":
        network.always("/uploads", Fault(answer=(503, {}, b"")))
        op_id = attach_and_seal(desk, paper)
        desk.sync(evidence=False, policy=ONE_TRY)
        network.rule = lambda _asked: None
        write_backup(platform.data_dir, backup)
        desk.sync(evidence=False)
    else:
        write_backup(platform.data_dir, backup)
        op_id = attach_and_seal(desk, paper)
        desk.sync(evidence=False)
    assert (pending(platform), waiting(desk)) == ([[]], 0)
    retention.enforce(desk.library)
    restore_backup(platform.data_dir, backup)
    report = desk.sync(evidence=False)
    assert (report.failed, report.needs_you, report.sent) == ([], [], [])
    assert desk.op(op_id).state is OpState.SETTLED
    assert [each.op_id for each in platform.decisions()] == [op_id]
    assert (pending(platform), waiting(desk)) == ([[]], 0)


def test_a_platform_restored_without_its_files_gets_them_again(
    desk: Laptop, platform: Platform, paper: Path, tmp_path: Path
) -> None:
    attach_and_seal(desk, paper)
    desk.sync(evidence=False)
    write_backup(platform.data_dir, tmp_path / "backup.tar", files=False)
    for path in (platform.data_dir / "attachments").rglob("*"):
        if path.is_file():
            path.unlink()
    restore_backup(platform.data_dir, tmp_path / "backup.tar")
    assert len(pending(platform)[0]) == 1
    assert desk.sync(evidence=False).failed == []
    assert pending(platform) == [[]]
    assert kept(platform) == [content(BIG)]


def test_what_is_lost_on_both_sides_is_told_once_and_can_be_given_again(
    desk: Laptop, platform: Platform, paper: Path, tmp_path: Path
) -> None:
    write_backup(platform.data_dir, tmp_path / "backup.tar")
    attach_and_seal(desk, paper)
    desk.sync(evidence=False)
    key = desk.key("s-0001")
    retention.wipe(desk.library, [key])
    restore_backup(platform.data_dir, tmp_path / "backup.tar")
    report = desk.sync(evidence=False)
    assert [(each["kind"], each["attachment"]) for each in report.needs_you] == [("file", paper.name)]
    assert [each.state for each in attaching.attached_files(desk.library, key)] == [attaching.FileState.LOST]
    assert desk.sync(evidence=False).needs_you == []
    attaching.attach(desk.library, key, paper)
    assert desk.sync(evidence=False).failed == []
    assert pending(platform) == [[]]
    assert [each.state for each in attaching.attached_files(desk.library, key)] == [attaching.FileState.SENT]


def test_an_upload_that_was_collected_half_way_begins_anew_and_the_decision_does_not(
    desk: Laptop, platform: Platform, network: FaultProxy, paper: Path
) -> None:
    attach_and_seal(desk, paper)
    patched = [0]

    def collected(asked: Asked) -> Fault | None:
        if asked.method == "PATCH":
            patched[0] += 1
            if patched[0] == 2:
                platform.change("DELETE FROM upload")
        return None

    network.rule = collected
    assert desk.sync(evidence=False).failed == []
    assert arrived(platform) == [(BIG, BIG)]
    assert pending(platform) == [[]]
    assert posted(network, "/ops") == 1
    assert [each.headers["upload-offset"] for each in network.seen if each.method == "PATCH"] == [
        "0",
        str(PIECE),
        "0",
        str(PIECE),
        str(2 * PIECE),
    ]


@pytest.mark.parametrize(("status", "code"), [(410, "gone"), (404, "not-found"), (409, "upload-id-reused")])
def test_an_upload_that_the_platform_will_not_take_up_again_goes_under_another_id(
    desk: Laptop, platform: Platform, network: FaultProxy, paper: Path, status: int, code: str
) -> None:
    attach_and_seal(desk, paper)
    told = json.dumps({"type": "about:blank", "title": code, "status": status, "code": code}).encode()
    network.first("/uploads", Fault(status=status, body=lambda _body: told, headers={"Content-Length": None}))
    assert desk.sync(evidence=False).failed == []
    announced = [json.loads(each.body)["upload_id"] for each in network.seen if each.path.endswith("/uploads")]
    assert len(set(announced)) == 2
    assert pending(platform) == [[]]
    assert posted(network, "/ops") == 1


def test_an_upload_that_always_breaks_off_holds_up_no_evidence(
    desk: Laptop, platform: Platform, network: FaultProxy, paper: Path
) -> None:
    attach_and_seal(desk, paper)
    network.rule = lambda asked: Fault(lost=True) if asked.method == "PATCH" else None
    report = desk.sync(policy=ONE_TRY)
    assert [each["attachment"] for each in report.failed] == [paper.name]
    assert report.evidence != []
    network.rule = lambda _asked: None
    assert desk.sync().failed == []
    assert pending(platform) == [[]]
