"""A platform restored from a backup, a library that is a copy, a program that is too old: nothing that was recorded
is lost, and nothing counts twice.
"""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mcassess import __version__
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import ExitCode
from mcassess.jobs import claiming, conflicts, outgoing
from mcassess.jobs.resolving import resolve
from mcassess.server.backup import write_backup
from mcassess.server.restore import restore_backup
from mcassess.store.outbox import OpState
from mcassess.sync import wire
from mcassess.sync.pack import PackError
from mcassess.sync.platform import PlatformRefusedError
from mcassess.sync.ways import Way
from tests.support.faults import Asked, Fault, FaultProxy
from tests.support.packs import changed_pack
from tests.support.platform import Platform
from tests.support.syncing import Laptop


class Backup:
    """The platform as it was, to be put back by its own commands; it goes on serving."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform, self.path = platform, folder / "backup.tar"
        write_backup(platform.data_dir, self.path)

    def restore(self) -> str:
        """Puts it back and returns the new epoch."""
        return str(restore_backup(self.platform.data_dir, self.path)["epoch"])


def accepted(platform: Platform) -> list[str]:
    return [each.op_id for each in platform.decisions()]


def test_a_decision_that_a_restore_has_lost_comes_back_with_its_receipt(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    joined.sync(evidence=False)
    backup = Backup(platform, tmp_path)
    op_id = joined.seal("s-0003")
    joined.sync(evidence=False)
    before = joined.op(op_id)
    epoch = backup.restore()
    assert accepted(platform) == []
    report = joined.sync(evidence=False)
    assert report.exit_code() is ExitCode.DONE, report
    assert report.sent == []
    assert accepted(platform) == [op_id]
    assert (joined.op(op_id).payload, joined.op(op_id).receipt) == (before.payload, before.receipt)
    assert joined.account().epoch == epoch
    assert joined.sync(evidence=False).exit_code() is ExitCode.DONE


def test_what_was_never_sent_follows_the_fences_that_the_restore_moved_on(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    joined.sync(evidence=False)
    backup = Backup(platform, tmp_path)
    op_id = joined.seal("s-0003")
    backup.restore()
    report = joined.sync(evidence=False)
    assert report.exit_code() is ExitCode.DONE, report
    [sent] = report.sent
    assert sent["op_id"] != op_id, "other bytes have another id"
    assert accepted(platform) == [sent["op_id"]]


def test_claims_are_held_again_after_a_restore(joined: Laptop, platform: Platform, tmp_path: Path) -> None:
    joined.sync(evidence=False)
    key = joined.key("s-0003")
    [told] = claiming.change_claims(joined.library, [key], "claim", connect=joined.connect)
    backup = Backup(platform, tmp_path)
    op_id = joined.seal("s-0003")
    backup.restore()
    report = joined.sync(evidence=False)
    assert report.exit_code() is ExitCode.DONE, report
    assert [each["submission"] for each in report.sent] == ["s-0003"]
    assert accepted(platform) == [report.sent[0]["op_id"]]
    assert report.sent[0]["op_id"] != op_id
    sent = json.loads(joined.op(report.sent[0]["op_id"]).payload)
    assert sent["base"]["fence"] > told["fence"] + 1_000_000


def test_healing_that_is_broken_off_is_done_again(
    joined: Laptop, platform: Platform, network: FaultProxy, tmp_path: Path
) -> None:
    joined.sync(evidence=False)
    backup = Backup(platform, tmp_path)
    op_id = joined.seal("s-0003")
    joined.sync(evidence=False)
    epoch = backup.restore()
    network.always("/ops", Fault(status=503))
    joined.sync(evidence=False)
    assert joined.account().epoch != epoch
    assert joined.op(op_id).state is OpState.SETTLED
    network.rule = lambda _asked: None
    joined.sync(evidence=False)
    assert accepted(platform) == [op_id]
    assert joined.account().epoch == epoch


def test_a_decision_on_an_attempt_that_a_restore_has_lost_waits_until_it_returns(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    def again(document):
        one = document["submissions"][2]
        one["earlier"] = [{"attempt": 1, "evidence": []}]
        one["attempt"] = 2

    backup = Backup(platform, tmp_path)
    platform.load(changed_pack(tmp_path / "again", again))
    joined.sync(evidence=False)
    op_id = joined.seal("s-0003")
    joined.sync(evidence=False)
    backup.restore()
    report = joined.sync(evidence=False)
    assert [each["code"] for each in report.needs_you] == ["attempt-unknown"]
    assert joined.op(op_id).receipt is not None
    platform.load(tmp_path / "again")
    assert accepted(platform) == [op_id], "the platform has applied it by itself"
    report = joined.sync(evidence=False)
    assert report.needs_you == []
    assert joined.op(op_id).state is OpState.SETTLED


def test_a_library_that_is_a_copy_goes_on_as_a_device_of_its_own(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    joined.sync(evidence=False)
    shutil.copytree(joined.library.home, tmp_path / "copy", ignore=shutil.ignore_patterns("running"))
    copy = Laptop(tmp_path / "copy")
    try:
        assert copy.library.device_id == joined.library.device_id
        first = joined.seal("s-0003")
        joined.sync(evidence=False)
        other, held = copy.seal("s-0001"), copy.seal("s-0002")
        report = copy.sync(evidence=False)
        assert report.exit_code() is ExitCode.DONE, report
        assert copy.library.device_id != joined.library.device_id
        sent = {each["submission"]: each["op_id"] for each in report.sent}
        assert sorted(sent) == ["s-0001", "s-0002"]
        assert sent["s-0001"] != other, "its number was taken"
        assert sent["s-0002"] == held, "it may have arrived"
        assert sorted(accepted(platform)) == sorted([first, *sent.values()])
        with copy.library.read() as reading:
            assert reading.settings.get("device_id") == copy.library.device_id
            row = reading.outbox.get(sent["s-0001"])
        assert json.loads(row.payload)["device_id"] == copy.library.device_id
        assert copy.sync(evidence=False).exit_code() is ExitCode.DONE
        stale = Laptop(tmp_path / "copy")
        stale.library.device_id = joined.library.device_id  # as a window that was open meanwhile still has it
        with stale.library.write() as writing:
            sender = outgoing.sender_of(stale.library, writing, copy.account().key)
        stale.close()
        assert sender.device_id == copy.library.device_id
    finally:
        copy.close()


def test_a_program_that_is_too_old_still_sends_what_is_frozen(
    joined: Laptop, platform: Platform, network: FaultProxy
) -> None:
    joined.sync(evidence=False)
    op_id = joined.seal("s-0003")
    problem = {"title": "too old", "status": 400, "code": "protocol-unsupported"}

    def rule(asked: Asked) -> Fault | None:
        if asked.path.endswith("/ops"):
            return None
        body = json.dumps(problem).encode()
        headers = {"Content-Type": wire.PROBLEM_TYPE, "Content-Length": None}
        return Fault(status=400, headers=headers, body=lambda _body: body)

    network.rule = rule
    report = joined.sync(evidence=False)
    assert accepted(platform) == [op_id]
    assert joined.op(op_id).state is OpState.SETTLED
    assert ["too old" in each["text"] for each in report.failed] == [True]


def test_a_platform_of_another_version_refuses_no_decision(
    joined: Laptop, platform: Platform, network: FaultProxy
) -> None:
    joined.sync(evidence=False)
    op_id = joined.seal("s-0003")
    problem = {"title": "another version", "status": 400, "code": "protocol-unsupported"}
    headers = {"Content-Type": wire.PROBLEM_TYPE, "Content-Length": None}
    network.first("/ops", Fault(status=400, headers=headers, body=lambda _body: json.dumps(problem).encode()))
    report = joined.sync(evidence=False)
    assert joined.op(op_id).state is OpState.SENDING, "it is not the decision that was refused"
    assert report.needs_you == []
    joined.sync(evidence=False)
    assert accepted(platform) == [op_id]


@pytest.mark.parametrize("readable_here", [True, False])
def test_what_could_not_be_read_is_read_again_by_another_version_of_the_program(
    joined: Laptop, network: FaultProxy, readable_here: bool
) -> None:
    joined.sync(evidence=False)
    account = joined.account().key
    with joined.library.write() as writing:
        stored = writing.submissions.find_in(account, "s-0003")
        body = writing.submissions._session.sql(
            "SELECT raw FROM submission_body WHERE key = ?", stored.key
        ).scalar_one()
        raw = json.loads(body) | {"version": 7, "attempt": 1 if readable_here else "one"}
        writing.submissions.quarantine(account, "submission", "s-0003", 7, json.dumps(raw), "an earlier fault")
    joined.sync(evidence=False)
    network.seen.clear()
    with joined.library.write() as writing:
        writing.submissions.quarantine(account, "submission", "s-0003", 7, json.dumps(raw), "an earlier fault")
        writing.settings.set(f"quarantine_read_by:{account}", f"{__version__} before")
    joined.sync(evidence=False)
    with joined.library.read() as reading:
        assert reading.submissions.quarantined(account) == []
    assert network.count("/submissions/s-0003") == (0 if readable_here else 1)


def rubric_pack(folder: Path, question: str) -> Path:
    """A pack with version 4 of the rubric, which asks this, and a submission that is pinned to it."""

    def change(document: dict[str, Any]) -> None:
        credential = document["microcredentials"][0]
        credential["rubric"]["version"] = 4
        credential["rubric"]["requirements"][0]["criteria"][0]["title"] = question
        document["microcredentials"] = [credential]
        document["submissions"] = [document["submissions"][0] | {"id": "s-0900"}]

    return changed_pack(folder, change)


def question(laptop: Laptop) -> str:
    with laptop.library.read() as reading:
        return next(reading.submissions.get(laptop.key("s-0900")).rubric.criteria).title


def test_a_rubric_version_that_a_restored_platform_issues_anew_is_not_taken_for_the_old_one(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    backup = Backup(platform, tmp_path)
    platform.load(rubric_pack(tmp_path / "one", "Does she wait?"))
    joined.sync(evidence=False)
    op_id = joined.seal("s-0900")
    assert joined.sync(evidence=False).exit_code() is ExitCode.DONE
    backup.restore()
    platform.load(rubric_pack(tmp_path / "other", "Does she listen?"))
    joined.sync(evidence=False)
    assert accepted(platform) == [], "it was made by what the platform has lost"
    [waits] = conflicts.conflicts(joined.library)
    assert (waits.name, waits.code) == (op_id, "rubric-changed")
    assert Way.KEEP_RUBRIC not in [each.way for each in waits.ways], "the platform cannot keep what it does not have"
    assert "restored" in waits.text
    assert question(joined) == "Does she wait?", "a sealed decision is shown with what it was sealed by"
    resolve(joined.library, op_id, Way.CARRY, claim=lambda _key: None)
    assert question(joined) == "Does she listen?"
    again = joined.seal("s-0900")
    assert joined.sync(evidence=False).exit_code() is ExitCode.DONE
    assert accepted(platform) == [again]


def test_a_rubric_version_that_laptops_have_worked_with_is_not_issued_anew(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    backup = Backup(platform, tmp_path)
    issued = rubric_pack(tmp_path / "one", "Does she wait?")
    platform.load(issued)
    joined.sync(evidence=False)
    op_id = joined.seal("s-0900")
    joined.sync(evidence=False)
    backup.restore()
    joined.sync(evidence=False)
    assert accepted(platform) == [], "its submission is lost"
    with pytest.raises(PackError, match="version 4"):
        platform.load(rubric_pack(tmp_path / "other", "Does she listen?"))
    platform.load(issued)
    assert accepted(platform) == [op_id]


def test_a_draft_keeps_the_scores_that_still_mean_the_same(joined: Laptop, platform: Platform, tmp_path: Path) -> None:
    backup = Backup(platform, tmp_path)
    platform.load(rubric_pack(tmp_path / "one", "Does she wait?"))
    joined.sync(evidence=False)
    key = joined.key("s-0900")
    scores = [Entry(kind=ChangeKind.SCORE, target=f"c{n}", value=f"c{n}-3") for n in (1, 2)]
    with joined.library.write() as writing:
        writing.reviews.append(key, scores)
    backup.restore()
    joined.sync(evidence=False)
    platform.load(rubric_pack(tmp_path / "other", "Does she listen?"))
    joined.sync(evidence=False)
    with joined.library.read() as reading:
        assert reading.reviews.get(key).scores == {"c2": "c2-3"}
    assert question(joined) == "Does she listen?"


@pytest.mark.parametrize(("here", "there"), [(3650, 0), (-3650, 0), (0, 3650), (0, -3650)])
def test_what_a_restore_has_lost_comes_back_whichever_clock_has_jumped(
    joined: Laptop, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: int, there: int
) -> None:
    joined.sync(evidence=False)
    backup = Backup(platform, tmp_path)
    op_id = joined.seal("s-0003")
    joined.sync(evidence=False)
    backup.restore()
    for clock, days in ((joined.library.clock, here), (platform.clock, there)):
        monkeypatch.setattr(clock, "now", lambda days=days: datetime.now(UTC) + timedelta(days=days))
    joined.sync(evidence=False)
    assert accepted(platform) == [op_id]


def attempt_pack(folder: Path, plans: str) -> Path:
    """A pack with the third attempt of a submission, which has these plans."""

    def change(document: dict[str, Any]) -> None:
        first = document["submissions"][0]
        plan = first["evidence"][1] | {"file": f"files/{plans}"}
        document["submissions"] = [first | {"attempt": 3, "evidence": [plan], "earlier": []}]

    return changed_pack(folder, change)


@pytest.mark.parametrize("met_in_between", [False, True])
def test_a_decision_never_lands_on_another_attempt_that_came_under_the_same_number(
    joined: Laptop, platform: Platform, tmp_path: Path, *, met_in_between: bool
) -> None:
    backup = Backup(platform, tmp_path)
    platform.load(attempt_pack(tmp_path / "one", "plans.pdf"))
    joined.sync(evidence=False)
    op_id = joined.seal("s-0001")
    assert joined.sync(evidence=False).exit_code() is ExitCode.DONE
    backup.restore()
    if met_in_between:
        joined.sync(evidence=False)
        assert [each.code for each in conflicts.conflicts(joined.library)] == ["attempt-unknown"]
    platform.load(attempt_pack(tmp_path / "other", "structure.pdf"))
    joined.sync(evidence=False)
    assert accepted(platform) == [], "nobody has seen these plans"
    [waits] = conflicts.conflicts(joined.library)
    assert (waits.name, waits.code) == (op_id, "evidence-changed")
    resolve(joined.library, op_id, Way.EDIT, claim=lambda _key: None)
    again = joined.seal("s-0001")
    assert joined.sync(evidence=False).exit_code() is ExitCode.DONE
    assert accepted(platform) == [again]


def test_a_laptop_that_has_not_heard_of_a_restore_claims_nothing_before_it_has(
    joined: Laptop, platform: Platform, tmp_path: Path
) -> None:
    joined.sync(evidence=False)
    key = joined.key("s-0003")
    Backup(platform, tmp_path).restore()
    with pytest.raises(PlatformRefusedError, match="read what the platform has now"):
        claiming.change_claims(joined.library, [key], "claim", connect=joined.connect)
    assert platform.rows("SELECT * FROM claim") == []
    joined.sync(evidence=False)
    claiming.change_claims(joined.library, [key], "claim", connect=joined.connect)
    assert len(platform.rows("SELECT * FROM claim")) == 1
