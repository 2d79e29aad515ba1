"""Every refusal has a way on, and the recommended one is the one that the programme's rules suggest."""

from typing import get_args

import pytest

from mcassess.domain.submission import Policy
from mcassess.sync.ways import Refusal, Way, ways_on
from mcassess.sync.wire_operations import OP_KINDS, ConflictCode

CLOSED = Policy(second_opinions=False, review_requests=False)
DECIDED = {"decision": {"outcome": "award", "assessor": "Grace"}}
OTHERS_CLAIM = {"claim": {"assessor": "Grace", "mine": False}}


@pytest.mark.parametrize("code", [*get_args(ConflictCode), "", "something-new"])
@pytest.mark.parametrize("kind", OP_KINDS)
@pytest.mark.parametrize("policy", [Policy(), CLOSED, Policy(allow_old_attempt=True)])
def test_whatever_is_refused_can_be_left_as_a_record_and_no_way_is_named_twice(code, kind, policy):
    ways = ways_on(Refusal(kind=kind, code=code, policy=policy))
    assert Way.RECORD in ways
    assert len(set(ways)) == len(ways)


@pytest.mark.parametrize(
    ("code", "policy", "current", "expected"),
    [
        ("already-decided", Policy(), DECIDED, [Way.RECORD, Way.SECOND_OPINION, Way.ASK]),
        ("already-decided", Policy(), {}, [Way.RECORD, Way.ASK]),
        ("already-decided", CLOSED, DECIDED, [Way.RECORD]),
        ("attempt-superseded", Policy(), {}, [Way.CARRY, Way.RECORD]),
        ("attempt-superseded", Policy(allow_old_attempt=True), {}, [Way.CARRY, Way.OLD_ATTEMPT, Way.RECORD]),
        ("attempt-unknown", Policy(), {}, [Way.RECORD]),
        ("rubric-changed", Policy(), {}, [Way.KEEP_RUBRIC, Way.CARRY, Way.ASK, Way.RECORD]),
        ("claim-lost", Policy(), {"claim": None}, [Way.CLAIM_AGAIN, Way.ASK, Way.RECORD]),
        ("claim-lost", Policy(), OTHERS_CLAIM, [Way.ASK, Way.CLAIM_AGAIN, Way.RECORD]),
        ("lease-expired", CLOSED, {"claim": {"mine": True}}, [Way.CLAIM_AGAIN, Way.RECORD]),
        ("withdrawn", Policy(), {}, [Way.RECORD]),
        ("assessor-removed", Policy(), {}, [Way.EXPORT, Way.SEND_AGAIN, Way.RECORD]),
        ("policy", Policy(), {}, [Way.EDIT, Way.ASK, Way.RECORD]),
    ],
)
def test_the_ways_on_from_a_decision_follow_the_problem_and_the_policy(code, policy, current, expected):
    refusal = Refusal(kind="decision.submit", code=code, policy=policy, current=current)
    assert list(ways_on(refusal)) == expected
