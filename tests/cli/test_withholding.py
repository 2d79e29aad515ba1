"""withhold: evidence goes from this laptop, and the report waits in the outbox."""


def test_evidence_is_withheld_and_its_report_waits_to_be_sent(filled):
    assert filled("withhold", "s-0001", "v", "--text", "A name tag.") == {
        "submission": "s-0001",
        "evidence": "v1",
        "reason": "privacy_breach",
        "destroyed": 1,
        "guidance": "",
    }
    [row] = filled("outbox")
    assert (row["kind"], row["state"], row["outcome"]) == ("evidence.report", "ready", None)
    shown = filled("show", "s-0001")
    assert shown["review"]["condition"] == "privacy_breach"
    assert next(piece["state"] for piece in shown["evidence"] if piece["id"] == "v1") == "destroyed"


def test_a_worry_about_a_child_sets_no_condition_code(filled):
    assert filled("withhold", "s-0001", "v1", "--safety")["reason"] == "safety"
    assert filled("show", "s-0001")["review"]["condition"] is None


def test_only_what_is_there_can_be_withheld(filled):
    assert "v9" in filled("withhold", "s-0001", "v9", code=2)["text"]
    assert "attempt 7" in filled("withhold", "s-0001", "v1", "--attempt", "7", code=2)["text"]
    assert filled("outbox") == []
