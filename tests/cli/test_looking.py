"""queue, show, outbox, verify, doctor: what is printed, and for whom."""

import hashlib

import pytest

from mcassess.domain.rubric import RubricPin
from tests.support.command import open_home
from tests.support.library import raw, submission


def test_the_queue_lists_submissions_in_the_order_in_which_they_are_due(filled):
    rows = filled("queue")
    assert [row["id"] for row in rows] == ["s-0001", "s-0002", "s-1"]
    assert rows[0] == {
        "id": "s-0001",
        "microcredential": "Wait Time When Asking Questions",
        "educator": "Educator 7F3A",
        "attempt": 1,
        "state": "to_review",
        "due_at": "2026-11-24T17:00:00.000Z",
        "evidence": 4,
        "packed_bytes": 0,
        "total_bytes": 9,
        "scored": 0,
        "criteria": 3,
    }


def test_the_queue_can_be_asked_for_a_state_for_words_and_for_so_many(filled):
    filled("score", "s-0002", "c1", "high")
    assert [row["id"] for row in filled("queue", "--state", "in_progress")] == ["s-0002"]
    assert len(filled("queue", "--state", "open")) == 3
    assert filled("queue", "--state", "sent") == []
    assert len(filled("queue", "--search", "wait tim")) == 3
    assert filled("queue", "--search", "Ruth") == [], "a blind educator's name is not found"
    assert [row["id"] for row in filled("queue", "--limit", "1")] == ["s-0001"]
    assert filled("queue", "--limit", "0") == []


@pytest.mark.parametrize("words", [("--state", "gone"), ("--limit", "-1"), ("--limit", "many"), ("--limit", "١")])
def test_what_the_queue_cannot_be_asked_for_is_wrong_usage(filled, words):
    assert filled("queue", *words, code=2)["text"]


def test_an_empty_queue_says_what_to_do(command):
    assert "mcassess sync" in command.text("queue")
    assert "No submission is like that" in command.text("queue", "--search", "x")


def test_a_submission_is_shown_whole(filled):
    shown = filled("show", "s-0001")
    assert set(shown) == {"submission", "rubric", "evidence", "review", "blocks", "earlier"}
    assert [criterion["id"] for criterion in shown["rubric"]["requirements"][0]["criteria"]] == ["c1", "c2", "c3"]
    assert [piece["id"] for piece in shown["evidence"]] == ["v1", "d1", "i1", "t1"]
    assert shown["evidence"][0]["state"] == "wanted"
    assert shown["evidence"][1]["pointers"][0]["page"] == 2
    assert shown["review"]["scores"] == {}
    assert shown["review"]["state"] == "to_review"
    assert {block["code"] for block in shown["blocks"]} == {"check_not_answered", "not_scored"}


def test_a_blind_educators_name_is_printed_nowhere(filled):
    for words in (("queue",), ("show", "s-0001"), ("queue", "--json"), ("show", "s-0001", "--json")):
        assert "Nakamura" not in filled.text(*words)


def test_people_read_the_review_beside_the_rubric(filled):
    filled("score", "s-0001", "c2", "low", "--comment", "Wait longer.", "--cite", "v1@00:01-00:02")
    filled("completeness", "s-0001", "k1", "yes")
    filled("note", "s-0001", "look again")
    text = filled.text("show", "s-0001")
    for words in ("Criterion 2: low", "v1@00:00:01-00:00:02", "Wait longer.", "seen and heard: yes", "look again"):
        assert words in text


def test_what_an_educator_wrote_cannot_steer_the_terminal(filled):
    filled("note", "s-0001", "a\x1b[2Jb\x9bc")
    text = filled.text("show", "s-0001")
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert filled("show", "s-0001")["review"]["notes"] == "a\x1b[2Jb\x9bc", "and yet it is kept as it is"


def test_an_exact_id_counts_before_one_that_only_begins_so(filled):
    assert filled("show", "s-1")["submission"]["id"] == "s-1"
    assert filled("show", "s-0002")["submission"]["id"] == "s-0002"


def test_the_beginning_of_an_id_will_do_where_it_is_the_only_one(filled):
    assert filled("score", "s-1", "c1", "h")["review"]["scores"]["c1"]["level"] == "high"


@pytest.mark.parametrize(("name", "words"), [("s-0", "s-0001, s-0002"), ("nothing", "mcassess queue"), ("", "''")])
def test_an_id_that_means_none_or_several_is_wrong_usage(filled, name, words):
    assert words in filled("show", name, code=2)["text"]


def test_a_rubric_that_has_not_come_yet_is_said_so(filled):
    library = open_home(filled.home)
    with library.write() as writing:
        early = submission("early", rubric=RubricPin(id="r-1", version=9))
        writing.submissions.put_submission(1, early, 1, raw(early))
    library.close()
    assert len(filled("queue")) == 4
    assert "Sync again" in filled("show", "early", code=3)["text"]


def test_nothing_waits_to_be_sent_at_first(filled):
    assert filled("outbox") == []
    assert "Nothing waits" in filled.text("outbox")


def test_a_sound_library_is_verified(filled):
    assert filled("verify") == {
        "database": "ok",
        "evidence": {"ok": 0, "missing": 0, "damaged": 0},
        "damage": [],
        "outbox": {"ready": 0, "sending": 0, "settled": 0, "attention": 0, "kept": 0},
    }


def test_damaged_and_missing_evidence_is_counted_and_ends_with_3(filled):
    library = open_home(filled.home)
    for data in (b"the plan", b"v"):
        writer = library.vault.writer(hashlib.sha256(data).hexdigest(), len(data))
        writer.write(data)
        writer.finish()
    library.close()
    files = sorted(path for path in (filled.home / "vault").rglob("*") if path.is_file())
    assert filled("verify")["evidence"] == {"ok": 2, "missing": 0, "damaged": 0}
    broken = bytearray(files[0].read_bytes())
    broken[-1] ^= 1
    files[0].write_bytes(broken)
    files[1].unlink()
    assert filled("verify", code=3)["evidence"] == {"ok": 0, "missing": 1, "damaged": 1}


def test_the_doctor_opens_no_library(command, tmp_path, monkeypatch):
    monkeypatch.delenv("MCASSESS_PASSPHRASE_FILE")
    told = command("doctor", "--home", tmp_path / "not there")
    assert not (tmp_path / "not there").exists()
    assert told["home_exists"] is False
    assert told["disk_free_bytes"] > 0
    assert [part["name"] for part in told["parts"]] == [
        "python",
        "qt",
        "libvlc",
        "pymupdf",
        "sqlcipher",
        "walls",
        "keyring",
    ]
    for part in told["parts"]:
        assert (part["version"] is None) == (part["name"] in told["missing"])
        assert bool(part["remedy"]) == (part["version"] is None)
    assert "Free on the disk" in command.text("doctor")
