"""End point of claims: asking for submissions, renewing, giving back and handing over."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError

from mcassess.server.access import Platform, SignedIn
from mcassess.server.answers import answers
from mcassess.server.claims import claims
from mcassess.server.framing import bounded_json, json_body, storable, wire_response
from mcassess.server.problems import ProblemError
from mcassess.sync import wire
from mcassess.sync.wire_claims import ClaimRequest, ClaimResults

_MAX_BYTES = 256 << 10
_MAX_DEVICE = 200
router = APIRouter(prefix=wire.PREFIX, tags=["claims"])


@router.post(
    "/claims",
    **answers(ClaimResults, "too-large", "unsupported-media", "request-id-reused"),
    openapi_extra=json_body(ClaimRequest),
)
async def post_claims(request: Request, data: Platform, person: SignedIn) -> Response:
    """Claims submissions, or renews, releases or hands them over; the same request gives the same answer."""
    document = await bounded_json(request, _MAX_BYTES)
    if not isinstance(document, dict):
        raise ProblemError("bad-request", "a request for claims is a JSON object")
    device = request.headers.get(wire.DEVICE_HEADER, "")
    if not device or len(device) > _MAX_DEVICE:
        raise ProblemError("bad-request", f"a claim is a device's: the header {wire.DEVICE_HEADER} names it")
    try:
        asked = ClaimRequest.model_validate_json(storable(document), strict=True)
    except (ValidationError, ValueError, RecursionError) as error:
        raise ProblemError("bad-request", _first_fault(error)) from error
    return wire_response(await run_in_threadpool(claims, data, person, device, asked))


def _first_fault(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "the request is not understood"
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
