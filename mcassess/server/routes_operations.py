"""End points of the outbox's other end: operations come in, and their stored results are asked for."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError

from mcassess.server.access import Known, Platform
from mcassess.server.answers import answers
from mcassess.server.framing import bounded_json, json_body, wire_response
from mcassess.server.operations import push, stored_results
from mcassess.server.problems import ProblemError
from mcassess.sync import wire

router = APIRouter(prefix=wire.PREFIX, tags=["operations"])
_BATCH = {
    "type": "object",
    "required": ["ops"],
    "properties": {
        "ops": {"type": "array", "maxItems": wire.MAX_OPS},
        "receipts": {"type": "object", "description": "By operation id, receipts of an earlier epoch."},
    },
}


@router.post(
    "/ops", **answers(wire.OpResults, "too-large", "unsupported-media", "device-fork"), openapi_extra=json_body(_BATCH)
)
async def push_operations(request: Request, data: Platform, person: Known) -> Response:
    """Takes operations and gives a result for each, in their order."""
    document = await bounded_json(request, wire.MAX_OPS_BYTES)
    raws = document.get("ops") if isinstance(document, dict) else None
    if not isinstance(raws, list):
        raise ProblemError("bad-request", "the body holds no list 'ops'")
    if len(raws) > wire.MAX_OPS:
        raise ProblemError("too-large", f"at most {wire.MAX_OPS} operations at a time")
    return wire_response(await run_in_threadpool(push, data, person, raws, _receipts(document)))


@router.get("/ops", **answers(wire.OpResults))
def results(
    data: Platform,
    person: Known,
    device: Annotated[str, Query(min_length=1, max_length=200)],
    after_device_seq: Annotated[int, Query(ge=-1, lt=2**53)] = -1,
) -> Response:
    """What became of the operations of one of one's own devices, after one of its numbers."""
    if not device.isprintable():
        return wire_response(wire.OpResults(results=[]))
    return wire_response(stored_results(data, person, device, after_device_seq))


def _receipts(document: dict[str, Any]) -> dict[str, wire.Receipt]:
    """Reads the receipts of an earlier epoch; what is none says nothing."""
    given = document.get("receipts")
    found = {}
    for op_id, raw in given.items() if isinstance(given, dict) else ():
        with suppress(ValidationError):
            found[op_id] = wire.Receipt.model_validate(raw)
    return found
