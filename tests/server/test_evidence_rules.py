"""Consent, withholding, retention, and decisions whose attachments have not come."""

import pytest

from mcassess.errors import RefusedError, UsageError
from mcassess.server import attachments
from mcassess.server.admin_evidence import (
    EvidencePlace,
    destroy_evidence,
    destroy_old_evidence,
    set_consent,
    withhold_evidence,
)
from mcassess.server.admin_records import outcomes, release_decision
from mcassess.server.admin_submissions import withdraw_submission
from mcassess.server.work import now_written
from tests.support.library import TestClock
from tests.support.packs import changed_pack

NOTES = {"sha256": "a" * 64, "size": 5, "name": "notes.pdf", "media_type": "application/pdf", "for": "evidence:d1"}


@pytest.fixture
def folder(platform):
    return platform.data_dir


@pytest.fixture
def pack(tmp_path):
    def change(document):
        document["microcredentials"][0]["policy"] |= {"platform_evidence_days": 60}

    return changed_pack(tmp_path / "pack", change)


def available(person, submission="s-0001"):
    return {piece["id"]: piece["available"] for piece in person.rows()[submission]["data"]["evidence"]}


def test_consent_is_recorded_for_each_piece_and_counts_over_packs(folder, platform, client, pack):
    ada = client()
    set_consent(folder, EvidencePlace("s-0001", "v1"), scoring=False, training=True)
    assert ada.get("/submissions/s-0001/evidence/v1/content").json()["code"] == "withheld"
    platform.load(pack)
    assert not available(ada)["v1"]
    piece = ada.rows()["s-0001"]["data"]["evidence"][0]
    assert piece["consent"] == {"scoring": False, "training": True}
    set_consent(folder, EvidencePlace("s-0001", "v1"), scoring=True)
    assert ada.get("/submissions/s-0001/evidence/v1/content").status_code == 200
    set_consent(folder, EvidencePlace("s-0001", "d1", 1), scoring=False)
    assert ada.get("/submissions/s-0001/evidence/d1/content?attempt=1").status_code == 403
    assert ada.get("/submissions/s-0001/evidence/d1/content").status_code == 200
    with pytest.raises(UsageError, match="no evidence"):
        set_consent(folder, EvidencePlace("s-0001", "v1", 1), scoring=True)
    with pytest.raises(UsageError, match="Say what"):
        set_consent(folder, EvidencePlace("s-0001", "v1"))


def test_words_that_may_not_be_used_do_not_leave_either(folder, client):
    ada = client()
    assert "willow tractor" in ada.get("/submissions/s-0001").text
    set_consent(folder, EvidencePlace("s-0001", "t1"), scoring=False)
    withhold_evidence(folder, EvidencePlace("s-0001", "l1"))
    told = ada.get("/submissions/s-0001").text
    assert "willow tractor" not in told
    assert "juniper-cactus" not in told


def test_what_was_withheld_is_given_back_after_somebody_has_looked(folder, client):
    ada = client()
    ada.push(ada.operation("evidence.report", seq=1, evidence="v1", reason="safety"))
    assert not available(ada)["v1"]
    withhold_evidence(folder, EvidencePlace("s-0001", "v1"), give_back=True)
    assert available(ada)["v1"]
    assert ada.get("/submissions/s-0001/evidence/v1/content").status_code == 200


def test_evidence_goes_when_its_time_is_over_and_words_stay(folder, platform, client, pack):
    ada = client()
    ada.push(ada.decision())
    assert destroy_old_evidence(folder).evidence == []
    later = TestClock()
    later.advance(days=400)
    looked = destroy_old_evidence(folder, only_look=True, clock=later)
    assert {piece["evidence"] for piece in looked.evidence} == {"v1", "d1", "d2", "i1", "t1", "l1"}
    assert ada.get("/submissions/s-0001/evidence/d2/content").status_code == 200
    # The video, the plans and the poster are those of other submissions too; the statement and the captions are not.
    assert destroy_old_evidence(folder, clock=later).files == 2
    assert not any(available(ada).values())
    assert "willow tractor" not in ada.get("/submissions/s-0001").text
    assert ada.get("/submissions/s-0001/evidence/d2/content").json()["code"] == "withheld"
    assert ada.get("/submissions/s-0002/evidence/v1/content").status_code == 200
    platform.load(pack)
    assert "willow tractor" not in ada.get("/submissions/s-0001").text
    again = destroy_old_evidence(folder, clock=later)
    assert (again.evidence, again.files) == ([], 2), "what a pack brings back goes again"
    assert len(platform.decisions()) == 1


def test_evidence_of_what_was_withdrawn_goes_at_once(folder, client):
    client()
    withdraw_submission(folder, "s-0003")
    assert [piece["submission"] for piece in destroy_old_evidence(folder).evidence] == ["s-0003", "s-0003"]


def left(platform, *words):
    """Which of the words are still in the database: in its files, or in any row."""
    tables = [name for (name,) in platform.rows(_TABLES[platform.kind])]
    rows = repr([platform.rows(f"SELECT * FROM {name}") for name in tables])
    files = b"".join(path.read_bytes() for path in platform.data_dir.glob("platform.sqlite3*"))
    return [word for word in words if word in rows or word.encode() in files]


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def test_words_of_what_is_destroyed_are_in_the_database_no_more(folder, platform, client, kind):
    platform.kind = kind
    ada = client()
    ada.push(ada.operation("evidence.report", seq=1, evidence="t1", reason="privacy_breach"))
    assert left(platform, "willow tractor"), "somebody has to look at it"
    destroy_evidence(folder, EvidencePlace("s-0001", "t1"))
    assert left(platform, "willow tractor", "glacier mitten") == ["glacier mitten"]
    withdraw_submission(folder, "s-0001")
    destroy_old_evidence(folder)
    assert left(platform, "willow tractor", "glacier mitten", "juniper-cactus", "velvet comet") == []
    with pytest.raises(UsageError, match="no evidence"):
        destroy_evidence(folder, EvidencePlace("s-0001", "t9"))


def test_a_decision_counts_at_once_and_is_released_when_all_its_attachments_are_here(folder, platform, client):
    ada = client()
    op = ada.decision(attachments=[NOTES])
    (result,) = ada.push(op)
    assert (result["status"], result["attachments_pending"]) == ("applied", [NOTES["sha256"]])
    assert platform.decisions()[0].released_at is None
    assert outcomes(folder) == []
    person = platform.person("Ada")
    with platform.writing() as (data, connection):
        assert attachments.arrived(connection, "somebody else", NOTES["sha256"], now_written(data)) == []
        assert attachments.arrived(connection, person, NOTES["sha256"], now_written(data)) == [op["op_id"]]
    (outcome,) = outcomes(folder)
    assert outcome.attachments == [{"name": "notes.pdf", "sha256": NOTES["sha256"], "arrived": True}]
    with pytest.raises(RefusedError, match="released already"):
        release_decision(folder, "s-0001")


def test_an_approver_or_a_coordinator_releases_what_is_incomplete(folder, client):
    ada = client()
    client("Ann", role="approver")
    ada.push(ada.decision(attachments=[NOTES]), ada.operation("comment.add", seq=2, text="See the notes."))
    with pytest.raises(RefusedError, match="roles"):
        release_decision(folder, "s-0001", by="Ada")
    assert release_decision(folder, "s-0001", by="Ann") == [NOTES["sha256"]]
    (outcome,) = outcomes(folder)
    assert outcome.comments == [{"criterion": None, "text": "See the notes."}]
    assert not outcome.attachments[0]["arrived"]


@pytest.mark.parametrize("wrong", [{"size": -1}, {"sha256": "x"}, {"name": ""}])
def test_attachments_have_a_form(client, wrong):
    ada = client()
    assert ada.push(ada.decision(attachments=[NOTES | wrong]))[0]["problem"]["code"] == "schema"
