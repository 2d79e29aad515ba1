"""The whole job by command line alone: every command a process of its own, over a real platform that goes and comes."""

import json

from tests.support.command import ChildCommands, CommandLine, cheaply_locked, check_shape, passphrase_file
from tests.support.platform import SMALL_PACK
from tests.support.platform_process import PlatformProcess, platform_process

FEEDBACK = "Dear colleague,\nevery student spoke — wait a little longer next time. 👏\n"


def score_all(commands: CommandLine) -> None:
    for criterion in ("c1", "c2", "c3"):
        commands("score", "s-0001", criterion, f"{criterion}-3")
    for check in ("k1", "k2"):
        commands("completeness", "s-0001", check, "yes")


def test_a_submission_goes_from_the_platform_to_a_receipt_with_the_network_away_in_between(tmp_path):
    data = tmp_path / "platform"
    laptop = ChildCommands(cheaply_locked(tmp_path / "home"), tmp_path)
    assert laptop("platform", "load", SMALL_PACK, "--data", data)["submissions"] == 3
    platform = PlatformProcess(data)  # adds Ada, whose token it holds
    platform.start()
    try:
        _work(laptop, platform, tmp_path)
    finally:
        platform.stop()


def _work(laptop: ChildCommands, platform: PlatformProcess, tmp_path) -> None:
    assert laptop("connect", platform.url, "--token", platform.token)["assessor"] == "Ada"
    first = laptop("sync")
    check_shape(first, "sync")
    assert [each["submission"] for each in first["received"]] == ["s-0001", "s-0002", "s-0003"]
    assert len(laptop("queue", "--search", "morning", "--limit", "1")) == 1
    row = next(each for each in laptop("queue", "--search", "morning") if each["id"] == "s-0001")
    assert (row["state"], row["packed_bytes"]) == ("to_review", row["total_bytes"])
    shown = laptop("show", "s-0001")
    check_shape(shown, "show")
    assert shown["evidence"][0]["state"] == "ready"
    assert shown["earlier"][0]["decision"]["scores"] == {}, "earlier scores come after one's own"

    _review(laptop, tmp_path)

    platform.stop()
    op_id = laptop("seal", "s-0001", "not-yet")["op_id"]
    offline = laptop("sync", code=3)
    assert offline["failed"]
    assert offline["sent"] == []
    assert [(each["op_id"], each["state"]) for each in laptop("outbox")] == [(op_id, "ready")]
    platform.start()

    assert [each["op_id"] for each in laptop("sync")["sent"]] == [op_id]
    (decision,) = laptop("platform", "decisions", "--data", platform.data)
    assert (decision["op_id"], decision["submission"], decision["attempt"]) == (op_id, "s-0001", 2)
    assert (decision["assessor"], decision["outcome"]) == ("Ada", "not_yet")
    assert decision["scores"] == {"c1": "c1-3", "c2": "c2-2", "c3": "c3-3"}
    assert laptop("sync")["sent"] == []
    assert len(laptop("platform", "decisions", "--data", platform.data)) == 1
    assert laptop("outbox") == []
    (settled,) = laptop("outbox", "--settled")
    assert settled["receipt"] == decision["receipt"]
    _look_back(laptop, tmp_path)


def _review(laptop: ChildCommands, tmp_path) -> None:
    for criterion in ("c1", "c3"):
        laptop("score", "s-0001", criterion, f"{criterion}-3")
    laptop("score", "s-0001", "c2", "c2-2", "--comment", "Four said nothing.", "--cite", "v1@00:00:01-00:00:02")
    assert laptop("show", "s-0001")["earlier"][0]["decision"]["scores"]["c2"]["level"] == "c2-2"
    for check in ("k1", "k2"):
        laptop("completeness", "s-0001", check, "yes")
    laptop("note", "s-0001", "look at the poster again")
    (tmp_path / "feedback.txt").write_text(FEEDBACK, encoding="utf-8")
    laptop("feedback", "s-0001", "--file", tmp_path / "feedback.txt")
    assert laptop("undo", "s-0001")["review"]["feedback"] == ""
    review = laptop("redo", "s-0001")["review"]
    check_shape({"id": "s-0001", "review": review}, "review")
    assert review["feedback"] == FEEDBACK.rstrip("\n")
    assert review["notes"] == "look at the poster again"
    assert review["scores"]["c2"] == {
        "level": "c2-2",
        "comment": "Four said nothing.",
        "citations": ["v1@00:00:01-00:00:02"],
    }


def _look_back(laptop: ChildCommands, tmp_path) -> None:
    assert laptop("show", "s-0001")["review"]["state"] == "sent"
    assert laptop("export", "s-0001", "-o", tmp_path / "summary.pdf")["summaries"] == 1
    assert (tmp_path / "summary.pdf").read_bytes().startswith(b"%PDF-")
    laptop("export", "--all", "--format", "json", "-o", tmp_path / "summary.json")
    summary = (tmp_path / "summary.json").read_text(encoding="utf-8")
    check_shape(json.loads(summary), "summary")
    assert "Four said nothing." in summary
    assert "look at the poster again" not in summary, "the note is private"
    verified = laptop("verify")
    assert verified["database"] == "ok"
    assert verified["evidence"] == {"ok": 6, "missing": 0, "damaged": 0}
    assert verified["outbox"]["settled"] == 1


def test_the_second_of_two_assessors_is_asked_and_keeps_her_work(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MCASSESS_PASSPHRASE_FILE", str(passphrase_file(tmp_path)))
    ada, bea = (CommandLine(cheaply_locked(tmp_path / name), capsys) for name in ("ada", "bea"))
    data = tmp_path / "platform"
    with platform_process(data, SMALL_PACK) as platform:
        token = bea("platform", "assessor", "Bea", "--data", data)["token"]
        for laptop, its_token in ((ada, platform.token), (bea, token)):
            laptop("connect", platform.url, "--token", its_token)
            laptop("sync")
            score_all(laptop)
            laptop("seal", "s-0001", "award")
        before = bea("show", "s-0001")["review"]
        assert len(ada("sync")["sent"]) == 1

        report = bea("sync", code=4)
        again = bea("sync", code=4)
    assert report["sent"] == []
    (asked,) = report["needs_you"]
    assert (asked["kind"], asked["submission"], asked["code"]) == ("refused", "s-0001", "already-decided")
    assert again["needs_you"] == [asked], "until she has settled it, every run says so"
    after = bea("show", "s-0001")["review"]
    assert after["state"] == "needs_you"
    assert after["scores"] == before["scores"]
    assert after["completeness"] == before["completeness"]
    assert [row["state"] for row in bea("outbox")] == ["attention"]
    (decision,) = ada("platform", "decisions", "--data", data)
    assert decision["assessor"] == "Ada"
