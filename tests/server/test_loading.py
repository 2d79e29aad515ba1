"""Packs coming in: again, in new versions, as new attempts, wrong ones; while the platform serves."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mcassess.errors import RefusedError, UsageError, WorldError
from mcassess.server.admin import add_assessor, decisions, load_pack
from mcassess.server.data import DATABASE_NAME
from mcassess.server.signing import KEY_NAME
from mcassess.sync.pack import PackError
from tests.support.packs import changed_pack
from tests.support.platform import SMALL_PACK


def tree(folder: Path) -> dict[str, bytes]:
    """What lies in a data folder; SQLite's side files come and go with connections."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def next_attempt(document):
    submission = document["submissions"][0]
    del submission["earlier"]
    submission["attempt"] = 3
    submission["submitted_at"] = "2026-12-01T09:00:00+13:00"
    submission["evidence"] = [{"id": "t9", "title": "Third reflection", "kind": "text", "text": "All spoke."}]
    document["submissions"] = [submission]


def test_a_pack_loaded_again_changes_nothing(platform, client, tmp_path):
    ada = client()
    ada.push(ada.decision())
    before, cursor = ada.changes()
    platform.load(SMALL_PACK)
    platform.load(SMALL_PACK)
    assert ada.changes()[0] == before
    assert ada.changes(cursor)[0] == []


def test_a_pack_loaded_while_the_platform_serves_shows_at_once(platform, client, tmp_path):
    ada = client()
    _, cursor = ada.changes()

    def another(document):
        document["submissions"] = [document["submissions"][1] | {"id": "s/ 1?#ä"}]

    platform.load(changed_pack(tmp_path / "more", another))
    ((row),) = ada.changes(cursor)[0]
    assert row["id"] == "s/ 1?#ä"
    from urllib.parse import quote

    path = f"/submissions/{quote(row['id'], safe='')}"
    assert ada.get(path).json()["data"]["id"] == row["id"]
    assert ada.get(f"{path}/evidence/v1/content").content == (SMALL_PACK / "files" / "lesson.mp4").read_bytes()


def test_a_new_attempt_reopens_a_submission_with_the_decision_accepted_here(platform, client, tmp_path):
    ada, bea = client(), client("Bea")
    scores = {
        "c1": {"level": "c1-1", "points": 0, "comment": "Name it."},
        "c2": {"level": "c2-3", "points": 2},
        "c3": {"level": "c3-3", "points": 2},
    }
    ada.push(ada.decision(outcome="not_yet", scores=scores))
    _, cursor = bea.changes()
    platform.load(changed_pack(tmp_path / "third", next_attempt))
    (row,) = bea.changes(cursor)[0]
    data = row["data"]
    assert (data["state"], data["attempt"], data["version"], data["decision_id"]) == ("open", 3, 3, None)
    assert [past["attempt"] for past in data["earlier"]] == [1, 2]
    second = data["earlier"][1]
    assert second["decision"]["outcome"] == "not_yet"
    assert second["decision"]["scores"]["c1"] == {"level": "c1-1", "comment": "Name it."}
    assert second["decision"]["feedback"] == "The walrus remembers every morning."
    assert [piece["id"] for piece in second["evidence"]] == ["v1", "d1", "d2", "i1", "t1", "l1"]
    assert bea.get("/submissions/s-0001/evidence/v1/content?attempt=2").status_code == 200
    # The older pack comes again and takes nothing back.
    platform.load(SMALL_PACK)
    assert bea.rows()["s-0001"]["data"] == data
    (late,) = bea.push(bea.decision())
    assert late["problem"]["code"] == "attempt-superseded"
    assert bea.push(bea.decision(seq=2, base={"attempt": 3}))[0]["status"] == "applied"
    assert [(d.attempt, d.outcome.value) for d in platform.decisions()] == [(2, "not_yet"), (3, "award")]


def test_a_new_version_of_a_rubric_leaves_submissions_with_the_one_they_had(platform, client, tmp_path):
    ada = client()

    def newer(document):
        rubric = document["microcredentials"][0]["rubric"]
        rubric["version"] = 4
        rubric["requirements"][0]["criteria"][0]["title"] = "The purpose, said aloud"
        document["submissions"][2] = document["submissions"][1] | {"id": "s-0009"}
        document["submissions"][0]["due_at"] = "2026-11-30T17:00:00Z"

    platform.load(changed_pack(tmp_path / "newer", newer))
    rows, _ = ada.changes()
    assert {row["version"] for row in rows if row["type"] == "rubric" and row["id"] == "mm-sel-r"} == {3, 4}
    assert next(row["version"] for row in rows if row["id"] == "s-0002") == 1, "nothing of it changed"
    pins = {row["id"]: row["data"]["rubric"]["version"] for row in rows if row["type"] == "submission"}
    assert pins == {"s-0001": 3, "s-0002": 3, "s-0003": 1, "s-0009": 4}
    (credential,) = [row for row in rows if row["type"] == "microcredential" and row["id"] == "mm-sel"]
    assert (credential["version"], credential["data"]["rubric"]["version"]) == (2, 4)
    assert ada.rows()["s-0001"]["data"]["due_at"] == "2026-11-30T17:00:00Z"
    assert ada.push(ada.decision())[0]["note"] == "base-moved"
    # The older pack again: the micro-credential stays at its newest rubric.
    platform.load(SMALL_PACK)
    assert ada.rows("microcredential")["mm-sel"]["data"]["rubric"]["version"] == 4


def test_a_later_attempt_keeps_the_rubric_that_the_educator_worked_from(platform, client, tmp_path):
    def third_attempt_and_rubric(document):
        next_attempt(document)
        document["microcredentials"][0]["rubric"] |= {"version": 4, "title": "The next rubric"}

    platform.load(changed_pack(tmp_path / "third", third_attempt_and_rubric))
    ada = client()
    assert ada.rows()["s-0001"]["data"]["rubric"] == {"id": "mm-sel-r", "version": 3}
    assert ada.push(ada.decision(base={"attempt": 3}))[0]["status"] == "applied"


def test_a_pack_of_submissions_alone_may_name_what_the_platform_knows(platform, client, tmp_path):
    def alone(document):
        del document["microcredentials"], document["exemplars"]
        document["submissions"] = [document["submissions"][2] | {"id": "s-0010"}]

    platform.load(changed_pack(tmp_path / "alone", alone))
    assert client().rows()["s-0010"]["data"]["rubric"] == {"id": "exit-ticket-r", "version": 1}


def other_rubric(document):
    document["microcredentials"][0]["rubric"]["title"] = "Other"


def other_evidence(document):
    document["submissions"][0]["evidence"][4]["text"] = "Another text."


def other_microcredential(document):
    document["submissions"][2]["id"] = "s-0002"
    del document["submissions"][1]


def no_such_level(document):
    document["submissions"][0]["earlier"][0]["decision"]["scores"]["c1"]["level"] = "c2-1"


@pytest.mark.parametrize("change", [other_rubric, other_evidence, other_microcredential, no_such_level])
def test_a_pack_that_is_wrong_or_contradicts_is_refused_and_changes_nothing(tmp_path, data_dir, change):
    load_pack(data_dir, SMALL_PACK)
    before = tree(data_dir)
    pack = changed_pack(tmp_path / "wrong", change)
    (pack / "files" / "plans.pdf").write_bytes(b"%PDF other")
    with pytest.raises(PackError):
        load_pack(data_dir, pack)
    assert tree(data_dir) == before


def test_a_wrong_pack_does_not_even_make_a_data_folder(tmp_path):
    with pytest.raises(PackError):
        load_pack(tmp_path / "data", tmp_path)
    assert not (tmp_path / "data").exists()


def test_two_loads_at_once_leave_one_of_everything(data_dir):
    program = "import sys; from pathlib import Path; from mcassess.server.admin import load_pack; "
    program += "load_pack(Path(sys.argv[1]), Path(sys.argv[2]))"
    command = [sys.executable, "-c", program, str(data_dir), str(SMALL_PACK)]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert (data_dir / KEY_NAME).stat().st_size == 44
    load_pack(data_dir, SMALL_PACK)
    assert not list(data_dir.rglob("*.part"))


def test_people_have_names_of_their_own_and_known_roles(data_dir):
    assert add_assessor(data_dir, " Ada ") != add_assessor(data_dir, "Bea", "approver")
    with pytest.raises(RefusedError):
        add_assessor(data_dir, "Ada")
    with pytest.raises(UsageError):
        add_assessor(data_dir, "Cem", "king")
    with pytest.raises(UsageError):
        add_assessor(data_dir, " ")


def test_a_folder_without_a_platform_is_named_and_not_made_one(tmp_path):
    with pytest.raises(WorldError):
        decisions(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_without_its_signing_key_the_platform_says_so_and_makes_no_other(tmp_path):
    add_assessor(tmp_path, "Ada")
    (tmp_path / KEY_NAME).unlink()
    with pytest.raises(WorldError, match="signing key"):
        decisions(tmp_path)
    assert not (tmp_path / KEY_NAME).exists()


def test_a_database_that_is_none_is_refused_in_a_sentence(tmp_path):
    (tmp_path / DATABASE_NAME).write_bytes(b"no database at all, but long enough" * 200)
    with pytest.raises(WorldError):
        decisions(tmp_path)


def test_a_database_that_is_newer_is_refused_in_a_sentence(platform):
    platform.change("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(WorldError, match="newer"):
        decisions(platform.data_dir)


def test_the_list_of_decisions_is_plain_json(platform, client):
    ada = client()
    ada.push(ada.decision())
    (record,) = platform.decisions()
    document = json.loads(record.model_dump_json())
    assert set(document) >= {
        "submission",
        "attempt",
        "assessor",
        "outcome",
        "scores",
        "op_id",
        "receipt",
        "accepted_at",
    }
