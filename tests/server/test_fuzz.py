"""Whatever is sent to any end point of the platform's own description, signed in or not: no fault of its own."""

import json
import os

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mcassess.sync.wire_uploads import OFFSET_TYPE

schemathesis.serializer.alias(OFFSET_TYPE, "application/octet-stream")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_EXAMPLES = 4
_LONG_EXAMPLES_A_MINUTE = 200


def bounded() -> settings:
    """The same few cases in every run; with MCASSESS_LONG_MINUTES many, and other ones each time."""
    minutes = float(os.environ.get("MCASSESS_LONG_MINUTES") or 0)
    return settings(
        max_examples=max(_EXAMPLES, int(minutes * _LONG_EXAMPLES_A_MINUTE)),
        derandomize=not minutes,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("role", [None, "assessor"])
def test_every_answer_is_as_described_whatever_is_sent(platform, role):
    headers = {"Mcassess-Device": "fuzzing"}
    if role is not None:
        headers["Authorization"] = f"Bearer {platform.token}"
    schema = schemathesis.openapi.from_dict(httpx.get(f"{platform.url}/openapi.json").json())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 15
    with requests.Session() as session:
        for operation in operations:

            @bounded()
            @given(case=operation.as_strategy())
            def answers_as_described(case):
                response = case.call(base_url=platform.url, headers=headers, session=session)
                case.validate_response(response, checks=CHECKS)

            answers_as_described()


HARD = ["\0", "\ud800", 2**53 + 1, -(2**70), [], 1e300, {}, None, True, "x" * 5000]


@pytest.mark.parametrize("field", ["op_id", "device_id", "device_seq", "submission_id", "kind", "client_time", "v"])
def test_an_operation_with_any_odd_field_is_refused_by_itself(client, field):
    ada = client()
    odd = [ada.decision(seq=number + 10) | {field: value} for number, value in enumerate(HARD)]
    told = ada.push(*odd, ada.decision())
    assert told[-1]["status"] == "applied", "whatever else came along"
    assert {result["status"] for result in told[:-1]} <= {"rejected", "applied", "duplicate"}


@pytest.mark.parametrize("value", HARD[:4])
def test_odd_values_deep_in_an_operation_or_a_claim_are_refused(client, value):
    ada = client()
    odd = [
        ada.decision(seq=2, base={"rubric": {"id": value, "version": 3}}),
        ada.decision(seq=3, base={"fence": value}),
        ada.decision(seq=4, scores={value if isinstance(value, str) else "c1": {"level": value, "points": 0}}),
        ada.decision(seq=5, attachments=[{"sha256": "0" * 64, "size": 1, "name": value, "media_type": "a/b"}]),
        ada.decision(seq=6) | {"kind": "comment.add", "body": {"about": value, "text": value}},
    ]
    assert {result["status"] for result in ada.push(*odd)} == {"rejected"}
    claim = {"request_id": "r", "action": "claim", "submission_id": value, "ttl_s": value, "to": value}
    assert ada.http.post("/claims", content=json.dumps(claim)).status_code == 400
    assert ada.http.post("/uploads", content=json.dumps({"upload_id": value})).status_code == 400
    assert ada.get("/ops?device=%00%ED%A0%80").json()["results"] == []
