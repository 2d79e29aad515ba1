"""Whatever is sent to any end point of the platform's own description, signed in or not: no fault of its own."""

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
