"""conflicts, resolve, claim, release: what waits is listed with its ways, and usage is checked before any network."""

from tests.cli.test_sealing import score_all
from tests.support.command import open_home

PROBLEM = {"code": "already-decided", "title": "Another decision was accepted before", "status": 409, "current": {}}


def refuse(command):
    score_all(command)
    op_id = command("seal", "s-0001", "award")["op_id"]
    library = open_home(command.home)
    with library.write() as writing:
        writing.outbox.mark_sending([op_id])
        writing.outbox.refuse(op_id, {"op_id": op_id, "status": "rejected", "problem": PROBLEM})
    library.close()
    return op_id


def test_what_waits_is_listed_with_its_ways_and_resolved_by_its_name(filled):
    assert filled("conflicts") == []
    op_id = refuse(filled)
    [found] = filled("conflicts")
    assert (found["op"], found["submission"], found["code"]) == (op_id, "s-0001", "already-decided")
    assert f"mcassess resolve {op_id} record" in filled.text("conflicts")
    assert "no way on" in filled("resolve", op_id, "carry", code=2)["text"]
    assert "no way on" in filled("resolve", op_id, "nonsense", code=2)["text"]
    assert filled("resolve", op_id, "record") == {"op": op_id, "way": "record", "waiting": 0}
    assert filled("outbox") == []
    [row] = filled("outbox", "--settled")
    assert (row["state"], row["receipt"]) == ("kept", None)


def test_claims_are_named_or_counted(filled):
    for words in ((), ("s-0001", "--next", "2"), ("--next", "0"), ("--next", "51"), ("s-0001", "--days", "31")):
        filled("claim", *words, code=2)
    filled("release", code=2)
    filled("release", "nothing", code=2)
