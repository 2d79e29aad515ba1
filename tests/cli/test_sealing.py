"""seal, take-back, outbox, export: what is frozen, what is refused with a list, and what leaves as a file."""

import json

from mcassess.store.outbox import OpState
from tests.support.command import check_shape, open_home


def score_all(command, name="s-0001", level="high", *words):
    for criterion in ("c1", "c2", "c3"):
        command("score", name, criterion, level, *words)
    command("completeness", name, "k1", "yes")


def test_a_seal_is_refused_with_every_thing_that_is_missing(filled):
    filled("score", "s-0001", "c2", "low")
    error = filled("seal", "s-0001", "award", code=4)
    assert len(error["reasons"]) == 4
    for words in ("seen and heard", "1 Criterion 1", "Below the level that passes: 2", "without a comment"):
        assert any(words in reason for reason in error["reasons"]), words
    assert filled("outbox") == []
    assert filled("show", "s-0001")["review"]["state"] == "in_progress"


def test_each_outcome_asks_for_its_own(filled):
    assert "not told why" in filled("seal", "s-0001", "return", code=4)["text"]
    score_all(filled)
    assert "not told why" in filled("seal", "s-0001", "not-yet", code=4)["text"]
    assert "cannot carry a condition" in filled("seal", "s-0001", "award", "--condition", "plagiarism", code=4)["text"]


def test_evidence_need_neither_be_here_nor_seen(filled):
    score_all(filled)
    sealed = filled("seal", "s-0001", "award")
    assert (sealed["state"], sealed["outcome"], sealed["tries"]) == ("ready", "award", 0)
    assert sealed["kind"].startswith("decision.")
    assert filled("outbox") == [sealed]
    assert filled("show", "s-0001")["review"]["state"] == "waiting"


def test_a_condition_may_be_written_either_way(filled):
    for name, written in (("s-0001", "wrong-file"), ("s-0002", "wrong_file"), ("s-1", "WRONG_FILE")):
        filled("seal", name, "return", "--condition", written)
    library = open_home(filled.home)
    with library.read() as reading:
        bodies = [json.loads(row.payload)["body"] for row in reading.outbox.list()]
    library.close()
    assert [body["condition"] for body in bodies] == ["wrong_file"] * 3
    assert [body["outcome"] for body in bodies] == ["returned"] * 3


def test_a_sealed_review_stands_still_until_it_is_taken_back(filled):
    score_all(filled)
    filled("seal", "s-0001", "award")
    for words in (
        ("score", "s-0001", "c1", "low"),
        ("note", "s-0001", "x"),
        ("completeness", "s-0001", "k1", "no"),
        ("undo", "s-0001"),
        ("seal", "s-0001", "award"),
        ("seal", "s-0001", "return", "--condition", "duplicate"),
    ):
        assert "ealed" in filled(*words, code=4)["text"], words
    assert filled("take-back", "s-0001") == {"id": "s-0001", "state": "in_progress"}
    assert filled("outbox") == []
    assert "Nothing is sealed" in filled("take-back", "s-0001", code=4)["text"]
    filled("score", "s-0001", "c1", "low", "--comment", "after all")
    assert filled("seal", "s-0001", "not-yet")["outcome"] == "not_yet"


def test_after_the_first_try_to_send_nothing_is_taken_back(filled):
    score_all(filled)
    op_id = filled("seal", "s-0001", "award")["op_id"]
    library = open_home(filled.home)
    with library.write() as writing:
        writing.outbox.mark_sending([op_id])
    library.close()
    assert "on its way" in filled("take-back", "s-0001", code=4)["text"]
    assert [row["state"] for row in filled("outbox")] == ["sending"]


def test_settled_operations_are_listed_only_when_asked_for(filled):
    score_all(filled)
    op_id = filled("seal", "s-0001", "award")["op_id"]
    library = open_home(filled.home)
    with library.write() as writing:
        writing.outbox.settle(op_id, {"status": "applied"}, {"signature": "s"})
    library.close()
    assert filled("outbox") == []
    (row,) = filled("outbox", "--settled")
    assert (row["state"], row["receipt"]) == (OpState.SETTLED.value, {"signature": "s"})


def test_all_sealed_reviews_are_exported_together_or_some_by_name(filled, tmp_path):
    score_all(filled, "s-0001", "high", "--comment", "Zoë waits.", "--cite", "v1@00:01")
    filled("seal", "s-0001", "award")
    filled("seal", "s-0002", "return", "--condition", "link_only")
    path = tmp_path / "all.json"
    assert filled("export", "--all", "--format", "json", "-o", path) == {"path": str(path), "summaries": 2}
    document = json.loads(path.read_text(encoding="utf-8"))
    check_shape(document, "summary")
    assert [each["outcome"] for each in document["summaries"]] == ["award", "returned"]
    assert filled("export", "s-0002", "s-0001", "--format", "json", "-o", tmp_path)["summaries"] == 2
    document = json.loads((tmp_path / "review-summary.json").read_text(encoding="utf-8"))
    assert [each["submission"] for each in document["summaries"]] == ["s-0002", "s-0001"]


def test_only_what_was_sealed_since_a_day_is_exported(filled, tmp_path):
    filled("seal", "s-0002", "return", "--condition", "link_only")
    words = ("export", "--all", "--format", "json", "-o", tmp_path / "x.json")
    assert filled(*words, "--since", "2020-01-01")["summaries"] == 1
    assert filled(*words, "--since", "2999-01-01T00:00:00Z", code=4)["text"]


def test_a_draft_is_marked_as_one_and_names_can_be_left_out(filled, tmp_path):
    filled("score", "s-0001", "c1", "low", "--comment", "Ada thinks that Ruth Nakamura waits.")
    filled("export", "s-0001", "--format", "json", "--deidentify", "-o", tmp_path / "x.json")
    text = (tmp_path / "x.json").read_text(encoding="utf-8")
    (summary,) = json.loads(text)["summaries"]
    assert (summary["sealed"], summary["assessor"], summary["educator"]) == (False, "", "")
    assert "Ada Assessor" not in text
    assert "7F3A" not in text


def test_a_summary_is_a_pdf_that_its_owner_alone_can_read(filled, tmp_path):
    filled("feedback", "s-0001", "--file", _letter(tmp_path))
    filled("seal", "s-0001", "return")
    text = filled.text("export", "s-0001", "-o", tmp_path / "x.pdf")
    assert "1 summary written" in text
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "x.pdf").stat().st_mode & 0o077 == 0


def _letter(tmp_path):
    letter = tmp_path / "letter"
    # All that a letter may hold, for the printer too.
    letter.write_text(
        "#set page() $x$ \\ a\x00b\x1b\ufffe\U0010ffff 👩🏽‍🏫 אבג \u202eabc <b> `raw` // */ end", encoding="utf-8"
    )
    return letter


def test_an_export_that_fails_leaves_what_was_there(filled, tmp_path):
    filled("seal", "s-0001", "return", "--condition", "duplicate")
    before = sorted(tmp_path.iterdir())
    assert "cannot be written" in filled("export", "s-0001", "-o", tmp_path / "none" / "x.pdf", code=3)["text"]
    assert sorted(tmp_path.iterdir()) == before


def test_exports_want_to_know_what_of_and_where_to(filled, tmp_path):
    for words in (
        ("-o", tmp_path),
        ("s-0001", "--all", "-o", tmp_path),
        ("s-0001",),
        ("s-0001", "--since", "2026-01-01", "-o", tmp_path),
        ("--all", "--since", "yesterday", "-o", tmp_path),
        ("--all", "--format", "doc", "-o", tmp_path),
        ("nothing", "-o", tmp_path),
    ):
        assert filled("export", *words, code=2)["text"], words
    assert "no sealed review" in filled("export", "--all", "-o", tmp_path, code=4)["text"]


def test_comments_wait_to_be_sent_like_decisions(filled):
    op_id = filled("comment", "s-0001", "Look at page two.", "--criterion", "c1")["op_id"]
    assert filled("comment-amend", op_id, "Look at page 2.")["kind"] == "comment.amend"
    assert filled("comment-remove", op_id, "--reason", "A slip.")["state"] == "ready"
    filled("comment-remove", op_id, code=4)
    filled("comment", "s-0001", "x", "--cite", "nothing@1", code=2)
    assert [row["kind"] for row in filled("outbox")] == ["comment.add", "comment.amend", "comment.remove"]


def test_only_what_has_arrived_is_revised(filled):
    assert "no decision" in filled("revise", "s-0001", code=4)["text"]
    score_all(filled)
    op_id = filled("seal", "s-0001", "award")["op_id"]
    filled("revise", "s-0001", code=4)
    library = open_home(filled.home)
    with library.write() as writing:
        writing.outbox.settle(op_id, {"status": "applied"}, {"signature": "c2ln"})
    library.close()
    assert filled("revise", "s-0001")["state"] == "in_progress"
    filled("score", "s-0001", "c1", "low")
    assert filled("revise", "s-0001", "--give-up")["state"] == "sent"
    assert filled("show", "s-0001")["review"]["scores"]["c1"]["level"] == "high"
    filled("revise", "s-0001", "--give-up", code=4)
