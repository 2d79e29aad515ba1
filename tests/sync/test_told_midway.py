"""What a platform says in the middle of a run counts as much as at its beginning, and to a copy as well."""

import shutil
from contextlib import closing
from pathlib import Path

from mcassess.jobs import conflicts
from mcassess.server.admin_people import remove_person, restore_device, revoke_device, take_back_person
from mcassess.server.admin_records import apply_unapplied
from mcassess.store.outbox import OpState
from tests.support.faults import Asked, Fault, FaultProxy
from tests.support.platform import Platform
from tests.support.syncing import Laptop


def test_evidence_goes_whichever_step_is_told_that_the_laptop_was_revoked(
    joined: Laptop, platform: Platform, network: FaultProxy
) -> None:
    joined.sync()
    assert joined.library.vault.verify().ok
    device = joined.library.device_id

    def revoked_meanwhile(asked: Asked) -> None:
        if "/changes" in asked.path:
            revoke_device(platform.data_dir, "Ada", device)
            network.rule = lambda _asked: None

    network.rule = revoked_meanwhile
    report = joined.sync()
    assert [each["step"] for each in report.failed] == ["pull"]
    assert "its evidence was destroyed" in report.failed[0]["text"]
    assert list((joined.library.home / "vault").iterdir()) == []


def test_what_was_refused_is_asked_about_again_until_the_platform_has_answered(
    joined: Laptop, platform: Platform, network: FaultProxy
) -> None:
    joined.sync(evidence=False)
    op_id = joined.seal("s-0003")
    remove_person(platform.data_dir, "Ada")
    joined.sync(evidence=False)
    joined.join(network.url, take_back_person(platform.data_dir, "Ada"))
    apply_unapplied(platform.data_dir, op_id)

    network.rule = lambda asked: Fault(status=400) if asked.method == "GET" and "/ops" in asked.path else None
    report = joined.sync(evidence=False)
    assert len(report.failed) == 1
    assert joined.op(op_id).state is OpState.ATTENTION

    network.rule = lambda _asked: None
    report = joined.sync(evidence=False)
    assert report.needs_you == []
    assert joined.op(op_id).state is OpState.SETTLED
    assert conflicts.conflicts(joined.library) == []

    network.seen.clear()
    joined.sync(evidence=False)
    assert not [asked for asked in network.seen if "/ops" in asked.path], "what is known is not asked again"


def test_a_copy_of_a_revoked_laptop_is_as_revoked_and_a_device_of_its_own_only_when_that_ends(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    joined.sync()
    device = joined.library.device_id
    shutil.copytree(joined.library.home, tmp_path / "copy", ignore=shutil.ignore_patterns("running"))
    joined.seal("s-0003")
    joined.seal("s-0002")
    joined.sync()
    accepted = [each.op_id for each in platform.decisions()]
    revoke_device(platform.data_dir, "Ada", device)
    with closing(Laptop(tmp_path / "copy")) as copy:
        op_id = copy.seal("s-0001")
        report = copy.sync()
        assert [(each["op_id"], each["code"]) for each in report.needs_you] == [(op_id, "device-revoked")]
        assert copy.library.device_id == device
        assert list((copy.library.home / "vault").iterdir()) == []
        assert [each.op_id for each in platform.decisions()] == accepted

        restore_device(platform.data_dir, "Ada", device)
        apply_unapplied(platform.data_dir, op_id)
        copy.seal("s-0002")  # under a number of the other's
        copy.sync()
        assert copy.library.device_id != device
        assert copy.op(op_id).state is OpState.SETTLED
    assert {each.op_id for each in platform.decisions()} == {*accepted, op_id}
