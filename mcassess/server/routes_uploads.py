"""End points of uploads: announcing a file, asking how much is here, sending a piece, forgetting it."""

import base64
import binascii
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError

from mcassess.server import uploads
from mcassess.server.access import Known, Platform
from mcassess.server.answers import answers
from mcassess.server.framing import bounded_json, decoded, json_body, wire_response
from mcassess.server.problems import ProblemError
from mcassess.sync import wire
from mcassess.sync.wire_uploads import (
    COMPLETE_HEADER,
    DIGEST_HEADER,
    LENGTH_HEADER,
    MAX_CHUNK_BYTES,
    OFFSET_HEADER,
    OFFSET_TYPE,
    UploadRequest,
    UploadState,
)

_MAX_ANNOUNCEMENT_BYTES = 16 << 10
_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):")
UploadId = Annotated[str, PathParameter(max_length=600)]
router = APIRouter(prefix=wire.PREFIX, tags=["uploads"])


def _piece_parameters() -> dict[str, Any]:
    said = {
        OFFSET_HEADER: ("Where the piece begins.", {"type": "integer", "minimum": 0}),
        DIGEST_HEADER: ("RFC 9530, `sha-256=:BASE64:`.", {"type": "string"}),
        LENGTH_HEADER: ("Of the whole file.", {"type": "integer", "minimum": 0}),
        COMPLETE_HEADER: ("`?1` with the last piece.", {"type": "string", "enum": ["?0", "?1"]}),
    }
    required = {OFFSET_HEADER, DIGEST_HEADER}
    parameters = [
        {"name": name, "in": "header", "required": name in required, "description": text, "schema": schema}
        for name, (text, schema) in said.items()
    ]
    body = {"required": True, "content": {OFFSET_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
    return {"parameters": parameters, "requestBody": body}


@router.post(
    "/uploads",
    **answers(UploadState, "too-large", "unsupported-media", "upload-limit", "upload-id-reused", "storage"),
    openapi_extra=json_body(UploadRequest),
)
async def announce(request: Request, data: Platform, person: Known) -> Response:
    """Announces a file, or asks after one that was announced under the same id."""
    document = await bounded_json(request, _MAX_ANNOUNCEMENT_BYTES)
    try:
        asked = UploadRequest.model_validate_json(json.dumps(document), strict=True)
    except (ValidationError, ValueError, RecursionError) as error:
        raise ProblemError("bad-request", "an upload has upload_id, sha256, size and media_type") from error
    return _answer(await run_in_threadpool(uploads.begin, data, person, asked))


@router.head("/uploads/{upload_id}", **answers(None, "not-found", "storage", status=204))
def ask(upload_id: UploadId, data: Platform, person: Known) -> Response:
    """How much is here, in the headers."""
    return Response(status_code=204, headers=_headers(uploads.state(data, person, decoded(upload_id))))


@router.patch(
    "/uploads/{upload_id}",
    **answers(
        UploadState, "not-found", "unsupported-media", "too-large", "offset-mismatch", "digest-mismatch", "storage"
    ),
    openapi_extra=_piece_parameters(),
)
async def send(upload_id: UploadId, request: Request, data: Platform, person: Known) -> Response:
    """Sends the next piece, at most 8 MiB."""
    identifier = decoded(upload_id)
    if request.headers.get("content-type", "") != OFFSET_TYPE:
        raise ProblemError("unsupported-media", f"a piece is {OFFSET_TYPE}")
    offset, digest = _offset(request), _digest(request)
    here = await run_in_threadpool(uploads.state, data, person, identifier)
    _refuse_contradictions(request, here)
    if here.offset != offset or here.complete:
        raise uploads.offset_mismatch(here.offset)
    try:
        piece = await run_in_threadpool(uploads.new_piece, data, person, identifier)
        try:
            await _receive(request, piece, min(MAX_CHUNK_BYTES, here.size - offset), digest)
            now = await run_in_threadpool(uploads.add_piece, data, person, identifier, offset, piece)
        finally:
            piece.unlink(missing_ok=True)
    except OSError as error:
        raise ProblemError("storage", retry_after_s=60) from error
    return _answer(now)


@router.delete("/uploads/{upload_id}", **answers(None, "not-found", status=204))
def forget(upload_id: UploadId, data: Platform, person: Known) -> Response:
    """Forgets an upload; a file that a decision names stays."""
    uploads.drop(data, person, decoded(upload_id))
    return Response(status_code=204)


async def _receive(request: Request, piece: Path, limit: int, digest: bytes) -> None:
    found, size = hashlib.sha256(), 0
    descriptor = os.open(piece, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        async for block in request.stream():
            size += len(block)
            if size > limit:
                raise ProblemError("too-large", f"here at most {limit} bytes more", {"Connection": "close"})
            found.update(block)
            await run_in_threadpool(stream.write, block)
        await run_in_threadpool(_sync, stream)
    if found.digest() != digest:
        raise ProblemError("digest-mismatch")


def _sync(stream: Any) -> None:  # noqa: ANN401 - an open file
    stream.flush()
    os.fsync(stream.fileno())


def _offset(request: Request) -> int:
    text = request.headers.get(OFFSET_HEADER, "")
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise ProblemError("bad-request", f"{OFFSET_HEADER} is missing or no number")
    return int(text)


def _digest(request: Request) -> bytes:
    found = _SHA256.search(request.headers.get(DIGEST_HEADER, ""))
    try:
        return base64.b64decode(found[1] if found else "-", validate=True)
    except binascii.Error as error:
        raise ProblemError("bad-request", f"{DIGEST_HEADER} is missing or has no sha-256") from error


def _refuse_contradictions(request: Request, here: UploadState) -> None:
    length = request.headers.get(LENGTH_HEADER)
    if length is not None and length != str(here.size):
        raise ProblemError("bad-request", f"the file was announced with {here.size} bytes")
    if request.headers.get(COMPLETE_HEADER, "?0") not in {"?0", "?1"}:
        raise ProblemError("bad-request", f"{COMPLETE_HEADER} is ?0 or ?1")


def _answer(state: UploadState) -> Response:
    return wire_response(state, headers=_headers(state))


def _headers(state: UploadState) -> dict[str, str]:
    complete = "?1" if state.complete else "?0"
    return {OFFSET_HEADER: str(state.offset), LENGTH_HEADER: str(state.size), COMPLETE_HEADER: complete}
