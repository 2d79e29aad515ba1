"""What every answer has in common: the platform's headers, problems for errors, bounded bodies, undecoded ids."""

import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import exc
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcassess.server.metrics import Metrics
from mcassess.server.problems import ProblemError
from mcassess.sync import wire
from mcassess.sync.wire import MEDIA_TYPE, PROBLEM_TYPE, REQUEST_HEADER, canonical

_LOG = logging.getLogger(__name__)
_MAX_REQUEST_ID = 200
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 as canonical JSON writes it."""
_RETRY_SECONDS = 5
_OTHER_VERSION = re.compile(rf"/mcsync/v(?!{wire.VERSION}(/|$))\d+(/|$)")


class Frame:
    """Outermost layer of the application: puts the headers of sync.md C1 on every answer, errors included."""

    def __init__(self, app: ASGIApp, headers: Callable[[], Mapping[str, str]], metrics: Metrics) -> None:
        self._app = app
        self._headers = headers
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if raw := scope.get("raw_path"):
            # Ids are opaque and may hold slashes: paths are taken apart while still coded.
            scope["path"] = raw.decode("ascii", "replace")
        began, status = time.monotonic(), 0

        async def framed_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers().items():
                    headers[name] = value
                asked = Request(scope).headers.get(REQUEST_HEADER, "")
                if asked and len(asked) <= _MAX_REQUEST_ID and asked.isascii() and asked.isprintable():
                    headers[REQUEST_HEADER] = asked
            await send(message)

        try:
            await self._app(scope, receive, framed_send)
        except ClientDisconnect:
            return  # nobody waits for an answer any more, and what came of the request is not acted upon
        except Exception as error:
            # An error's text may quote what people wrote, so only its kind and place are logged.
            trace = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("a fault of the platform's own: %s\n%s", type(error).__name__, trace)
            if status:
                raise
            await problem_response(ProblemError("bug"))(scope, receive, framed_send)
        finally:
            self._metrics.count(getattr(scope.get("route"), "path", ""), status, time.monotonic() - began)


class WireResponse(Response):
    """An answer that holds a message of the protocol."""

    media_type = MEDIA_TYPE


def wire_response(document: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Returns an answer with a message of the protocol."""
    return WireResponse(document.model_dump_json(), status, {"Cache-Control": "no-store", **(headers or {})})


def json_body(message: type[BaseModel] | dict[str, Any]) -> dict[str, Any]:
    """Returns what a route says of a body that it reads by itself: a message, or the schema of one."""
    if isinstance(message, dict):
        schema = message
    else:
        schema = message.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": schema}}}}


def problem_response(error: ProblemError) -> Response:
    """Returns the answer that a problem makes."""
    return Response(
        error.problem.model_dump_json(exclude_none=True),
        status_code=error.problem.status,
        media_type=PROBLEM_TYPE,
        headers={"Cache-Control": "no-store", **error.headers},
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Makes every refusal of the framework a problem too."""

    @app.exception_handler(ProblemError)
    async def _problem(_request: Request, error: ProblemError) -> Response:
        return problem_response(error)

    @app.exception_handler(RequestValidationError)
    async def _wrong_parameter(_request: Request, error: RequestValidationError) -> Response:
        names = sorted({str(fault["loc"][-1]) for fault in error.errors()})
        return problem_response(ProblemError("bad-request", f"wrong or missing: {', '.join(names)}"))

    @app.exception_handler(exc.OperationalError)
    @app.exception_handler(exc.InterfaceError)
    @app.exception_handler(exc.TimeoutError)
    async def _database(_request: Request, error: Exception) -> Response:
        # Full, busy, restarted, or more requests than connections: that passes.
        _LOG.warning("the database does not answer: %s", type(error).__name__)
        return problem_response(ProblemError("unavailable", retry_after_s=_RETRY_SECONDS))

    @app.exception_handler(exc.DataError)
    async def _unstorable(_request: Request, _error: Exception) -> Response:
        return problem_response(ProblemError("bad-request", "it holds something that cannot be stored"))

    @app.exception_handler(ClientDisconnect)
    async def _gone(_request: Request, _error: Exception) -> Response:
        return problem_response(ProblemError("bad-request", "the connection ended before the body did"))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404 and _OTHER_VERSION.match(request.url.path):
            spoken = {"version_min": wire.VERSION, "version_max": wire.VERSION}
            detail = f"version {wire.VERSION} is spoken here"
            return problem_response(ProblemError("protocol-unsupported", detail, current=spoken))
        codes = {404: "not-found", 405: "method-not-allowed"}
        return problem_response(ProblemError(codes.get(error.status_code, "bad-request")))


async def bounded_body(request: Request, limit: int) -> bytes:
    """Reads a request's body.

    Raises:
        ProblemError: It is larger than ``limit`` bytes, or compressed.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProblemError("unsupported-media", "send it uncompressed")
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > limit:
            raise ProblemError("too-large", f"a request has at most {limit} bytes", {"Connection": "close"})
    return bytes(body)


async def bounded_json(request: Request, limit: int) -> Any:  # noqa: ANN401 - any JSON at all may arrive
    """Reads a request's body as JSON.

    Raises:
        ProblemError: It is larger than ``limit`` bytes, compressed, or not JSON.
    """
    body = await bounded_body(request, limit)
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ProblemError("bad-request", "the body is not JSON") from error


def storable(document: dict[str, Any]) -> bytes:
    """Returns a document's canonical form if it can be stored and compared everywhere.

    Raises:
        ValueError: It holds a number beyond 2^53 or the character U+0000, which PostgreSQL cannot store.
    """
    content = canonical(document)
    if _NUL.search(content):
        raise ValueError("a text holds the character U+0000")
    return content


def decoded(segment: str) -> str:
    """Returns an id from its coded form in a path.

    Raises:
        ProblemError: Nothing has such an id: it is not UTF-8, or holds signs that cannot be printed.
    """
    try:
        identifier = unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise ProblemError("not-found") from error
    if not identifier.isprintable():
        raise ProblemError("not-found")
    return identifier


def _no_constant(name: str) -> None:
    raise ValueError(name)
