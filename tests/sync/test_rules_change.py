"""The rules change while a decision is on its way: rubric, role, laptop, withdrawal; with the real platform."""

import json
from pathlib import Path
from typing import Any

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Outcome
from mcassess.jobs import claiming, conflicts, resolving, sealing, withholding
from mcassess.server.admin_people import remove_person, restore_device, revoke_device, take_back_person
from mcassess.server.admin_records import apply_unapplied, remarks
from mcassess.server.admin_submissions import move_rubric, withdraw_submission
from mcassess.store.outbox import OpState
from mcassess.store.states import EvidenceState, QueueState
from mcassess.sync.ways import Way
from tests.support.faults import FaultProxy
from tests.support.packs import changed_pack
from tests.support.platform import Platform
from tests.support.syncing import Laptop


def go(laptop: Laptop, way: Way, **more: Any) -> None:
    [found] = conflicts.conflicts(laptop.library)
    claim = lambda key: claiming.claim_one(laptop.library, key, laptop.connect)  # noqa: E731
    resolving.resolve(laptop.library, found.name, way, claim=claim, **more)


def conflict(laptop: Laptop) -> tuple[str, list[Way]]:
    [found] = conflicts.conflicts(laptop.library)
    return found.code, [each.way for each in found.ways]


def scored(laptop: Laptop, name: str) -> list[str]:
    """Gives every criterion its lowest level and a comment, and returns the criteria."""
    key = laptop.key(name)
    with laptop.library.write() as writing:
        rubric = writing.submissions.get(key).rubric
        for each in rubric.completeness:
            writing.reviews.append(key, [Entry(kind=ChangeKind.COMPLETENESS, target=each.id, value=True)])
        for each in rubric.criteria:
            level = Entry(kind=ChangeKind.SCORE, target=each.id, value=each.levels[0].id)
            writing.reviews.append(key, [level, Entry(kind=ChangeKind.COMMENT, target=each.id, value="Wait longer.")])
    return [each.id for each in rubric.criteria]


def reworded(document) -> None:
    rubric = document["microcredentials"][1]["rubric"]
    rubric["version"] = 2
    rubric["requirements"][0]["criteria"][0]["title"] = "Asked in another way"


@pytest.fixture
def moved(joined: Laptop, platform: Platform, tmp_path: Path) -> list[str]:
    """A decision on version 1 of a rubric that a coordinator has moved to version 2; returns the criteria."""
    joined.sync(evidence=False)
    criteria = scored(joined, "s-0003")
    sealing.seal_decision(joined.library, joined.key("s-0003"), Outcome.NOT_YET)
    platform.load(changed_pack(tmp_path / "reworded", reworded))
    move_rubric(platform.data_dir, "s-0003", 2)
    joined.sync(evidence=False)
    assert conflict(joined) == ("rubric-changed", [Way.KEEP_RUBRIC, Way.CARRY, Way.ASK, Way.RECORD])
    return criteria


def test_the_educator_is_judged_by_the_version_she_worked_from(
    joined: Laptop, platform: Platform, moved: list[str]
) -> None:
    go(joined, Way.KEEP_RUBRIC)
    report = joined.sync(evidence=False)
    assert report.needs_you == [], report
    [decision] = platform.decisions()
    assert sorted(decision.scores) == sorted(moved)
    with joined.library.read() as reading:
        assert reading.submissions.get(joined.key("s-0003")).submission.rubric.version == 1


def test_or_what_was_reworded_is_scored_anew_on_the_new_version(
    joined: Laptop, platform: Platform, moved: list[str]
) -> None:
    go(joined, Way.CARRY)
    key = joined.key("s-0003")
    with joined.library.read() as reading:
        assert sorted(reading.reviews.get(key).scores) == sorted(moved[1:])
    scored(joined, "s-0003")
    sealing.seal_decision(joined.library, key, Outcome.NOT_YET)
    report = joined.sync(evidence=False)
    assert report.needs_you == [], report
    assert len(platform.decisions()) == 1


def test_a_withdrawn_submission_leaves_the_decision_as_a_record(joined: Laptop, platform: Platform) -> None:
    joined.sync(evidence=False)
    op_id = joined.seal("s-0003")
    withdraw_submission(platform.data_dir, "s-0003")
    joined.sync(evidence=False)
    assert conflict(joined) == ("withdrawn", [Way.RECORD])
    go(joined, Way.RECORD)
    assert joined.op(op_id).state is OpState.KEPT
    with joined.library.read() as reading:
        assert reading.queue.rows([joined.key("s-0003")])[0].state is QueueState.WITHDRAWN


def test_a_laptop_that_was_revoked_keeps_the_words_and_may_be_restored(joined: Laptop, platform: Platform) -> None:
    joined.sync()
    joined.seal("s-0003")
    revoke_device(platform.data_dir, "Ada", joined.library.device_id)
    report = joined.sync()
    assert ["revoked this laptop" in each["text"] for each in report.failed] == [True]
    assert joined.library.vault.verify().ok == 0
    code, ways = conflict(joined)
    assert (code, ways[0]) == ("device-revoked", Way.EXPORT)
    restore_device(platform.data_dir, "Ada", joined.library.device_id)
    go(joined, Way.SEND_AGAIN)
    report = joined.sync()
    assert report.needs_you == [], report
    assert len(platform.decisions()) == 1
    assert joined.library.vault.verify().ok > 0, "what is hers again is fetched again"


def test_whoever_has_left_exports_her_decision_and_may_come_back(
    joined: Laptop, platform: Platform, network: FaultProxy, tmp_path: Path
) -> None:
    joined.sync(evidence=False)
    op_id = joined.seal("s-0003")
    remove_person(platform.data_dir, "Ada")
    joined.sync(evidence=False)
    assert conflict(joined)[0] == "assessor-removed"
    go(joined, Way.EXPORT, output=tmp_path / "decision.json")
    assert json.loads((tmp_path / "decision.json").read_text())["operation"]["op_id"] == op_id
    joined.join(network.url, take_back_person(platform.data_dir, "Ada"))
    apply_unapplied(platform.data_dir, op_id)
    report = joined.sync(evidence=False)
    assert report.needs_you == [], "what the coordinator has applied is no conflict any more"
    assert joined.op(op_id).state is OpState.SETTLED


def test_a_report_on_evidence_reaches_the_programme_and_withholds_it_from_everybody(
    joined: Laptop, platform: Platform
) -> None:
    joined.sync()
    key = joined.key("s-0003")
    with joined.library.read() as reading:
        piece = reading.submissions.get(key).submission.evidence[0]
    withholding.withhold(joined.library, key, piece.id, text="A name on the page.")
    report = joined.sync()
    assert report.needs_you == [], report
    [remark] = remarks(platform.data_dir)
    assert (remark.kind, remark.about) == ("evidence.report", piece.id)
    with joined.library.read() as reading:
        stored = reading.submissions.get(key)
        states = {file.state for (_, name, _), file in reading.evidence.states(key).items() if name == piece.id}
    assert not stored.submission.find_evidence(piece.id).available
    assert states <= {EvidenceState.DESTROYED, EvidenceState.UNAVAILABLE}
    assert joined.sync().evidence == []


def test_a_mass_removal_waits_for_an_answer_and_then_goes(joined: Laptop, platform: Platform, tmp_path: Path) -> None:
    def many(document) -> None:
        one = document["submissions"][2]
        document["submissions"] += [one | {"id": f"m-{number:02d}"} for number in range(30)]

    platform.load(changed_pack(tmp_path / "many", many))
    joined.sync(evidence=False)
    for number in range(30):
        withdraw_submission(platform.data_dir, f"m-{number:02d}")
    joined.sync(evidence=False)
    [found] = conflicts.conflicts(joined.library)
    assert found.code == "mass-removal"
    assert [each["kind"] for each in joined.sync(evidence=False).needs_you] == ["mass-removal"]
    go(joined, Way.REMOVE)
    report = joined.sync(evidence=False)
    assert report.needs_you == [], report
    assert conflicts.conflicts(joined.library) == []
    with joined.library.read() as reading:
        assert reading.mass_removals.get(joined.account().key) is None
