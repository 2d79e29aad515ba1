"""conflicts, resolve, claim, release: what waits is listed with its ways, and usage is checked before any network."""

from dataclasses import replace
from datetime import UTC, datetime

from mcassess.domain.kinds import SubmissionState
from mcassess.domain.submission import Claim
from tests.cli.test_sealing import score_all
from tests.support.command import open_home
from tests.support.library import raw

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


def test_a_claim_is_shown_and_given_back_without_a_network(filled):
    library = open_home(filled.home)
    with library.write() as writing:
        account = writing.accounts.list()[0]
        writing.accounts.update(account.key, url="http://127.0.0.1:9")
        expires_at = datetime(2026, 12, 1, tzinfo=UTC)
        claim = Claim(assessor_id=account.assessor_id, device_id=library.device_id, fence=3, expires_at=expires_at)
        key = writing.submissions.find("s-0001")[0][0]
        stored = writing.submissions.get(key).submission
        held = replace(stored, state=SubmissionState.CLAIMED, claim=claim, version=5, fence=3)
        writing.submissions.put_submission(account.key, held, 5, raw(held))
    library.close()
    assert filled("show", "s-0001")["submission"]["claim"] == {"mine": True, "expires_at": "2026-12-01T00:00:00.000Z"}
    assert filled("show", "s-0002")["submission"]["claim"] is None
    [told] = filled("release", "s-0001", "--reason", "ill")
    assert (told["claimed"], told["problem"]) == (False, None)
    [row] = filled("outbox")
    assert (row["kind"], row["state"]) == ("claim.release", "ready")
    assert "do not hold" in filled("release", "s-0002", code=4)["text"]
    filled("release", "s-0001", "--to", "Grace", code=3)


def test_claims_are_named_or_counted(filled):
    for words in ((), ("s-0001", "--next", "2"), ("--next", "0"), ("--next", "51"), ("s-0001", "--days", "31")):
        filled("claim", *words, code=2)
    filled("release", code=2)
    filled("release", "nothing", code=2)
