"""The platform's end points. Each reads the request, asks the rooms behind it and writes the answer; no rules here."""

import asyncio
import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from mcassess.clock import Clock, written
from mcassess.domain.submission import Content, Evidence
from mcassess.server.content import content_response
from mcassess.server.data import PlatformData
from mcassess.server.feed import changes_page, digest, snapshot_page, visible_submission
from mcassess.server.framing import Frame, add_problem_handlers, bounded_json, decoded, wire_response
from mcassess.server.leaves import leaf_list
from mcassess.server.operations import push, stored_results
from mcassess.server.problems import ProblemError
from mcassess.server.records import Person, is_of_lost_laptop, person_of_token
from mcassess.server.schema import last_seq
from mcassess.server.views import may_be_fetched
from mcassess.sync import wire

MAX_WAIT_SECONDS = 25
_POLL_SECONDS = 0.25


def create_app(data: PlatformData, clock: Clock, stopping: Callable[[], bool] = lambda: False) -> FastAPI:
    """Returns the platform as an ASGI application.

    Args:
        data: Open; closed by whoever opened it.
        stopping: Tells whether waiting requests shall come to an end, because the server stops.
    """
    app = FastAPI(title="mcassess reference platform", version="1", docs_url=None, redoc_url=None)
    app.router.redirect_slashes = False
    app.state.data = data
    app.state.stopping = stopping
    app.add_middleware(
        Frame,
        headers=lambda: {
            wire.SERVER_HEADER: data.server_id,
            wire.EPOCH_HEADER: data.epoch,
            wire.TIME_HEADER: written(clock.now()),
        },
    )
    add_problem_handlers(app)
    _add_routes(app)
    return app


def _platform(request: Request) -> PlatformData:
    data: PlatformData = request.app.state.data
    return data


def _signed_in(request: Request) -> Person:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    with _platform(request).read() as connection:
        person = person_of_token(connection, token.strip()) if scheme.lower() == "bearer" else None
        lost = person is None and is_of_lost_laptop(connection, token.strip())
    if lost:
        raise ProblemError(wire.LAPTOP_LOST)
    if person is None:
        raise ProblemError("not-signed-in", headers={"WWW-Authenticate": "Bearer"})
    return person


Platform = Annotated[PlatformData, Depends(_platform)]
SignedIn = Annotated[Person, Depends(_signed_in)]
Limit = Annotated[int, Query(ge=1, le=wire.MAX_PAGE)]
AttemptNumber = Annotated[int | None, Query(ge=1)]
Token = Annotated[str | None, Query(max_length=1000)]


def _add_routes(app: FastAPI) -> None:
    reading = ["GET", "HEAD"]
    piece = "/submissions/{submission_id}/evidence/{evidence_id}"
    routes: list[tuple[str, Callable[..., Any], list[str]]] = [
        ("/server", _server, ["GET"]),
        ("/me", _me, ["GET"]),
        ("/changes", _changes, ["GET"]),
        ("/snapshot", _snapshot, ["GET"]),
        ("/digest", _state_digest, ["GET"]),
        ("/submissions/{submission_id}", _submission, ["GET"]),
        (f"{piece}/content", _content, reading),
        (f"{piece}/captions", _captions, reading),
        (f"{piece}/chunks", _chunks, ["GET"]),
        ("/ops", _push_operations, ["POST"]),
        ("/ops", _results, ["GET"]),
    ]
    for path, endpoint, methods in routes:
        app.add_api_route(wire.PREFIX + path, endpoint, methods=methods, response_class=Response)


def _server(data: Platform) -> Response:
    limits = {
        "page": wire.MAX_PAGE,
        "ops": wire.MAX_OPS,
        "ops_bytes": wire.MAX_OPS_BYTES,
        "op_bytes": wire.MAX_OP_BYTES,
        "leaf_bytes": wire.LEAF_BYTES,
        "wait_seconds": MAX_WAIT_SECONDS,
    }
    return wire_response(
        wire.ServerInfo(
            server_id=data.server_id,
            epoch=data.epoch,
            name="mcassess reference platform",
            public_key=data.public_key,
            features=["receipts", "digest", "snapshot", "chunks"],
            limits=limits,
        )
    )


def _me(person: SignedIn) -> Response:
    return wire_response(wire.Me(id=person.id, name=person.name, roles=[person.role]))


async def _changes(
    request: Request,
    data: Platform,
    person: SignedIn,
    cursor: Token = None,
    limit: Limit = wire.MAX_PAGE,
    wait: Annotated[int, Query(ge=0, le=MAX_WAIT_SECONDS)] = 0,
) -> Response:
    deadline = time.monotonic() + wait
    while True:
        # Asked before the page, or a change between the two would be waited for in vain.
        seen = await run_in_threadpool(_last_seq, data)
        page = await run_in_threadpool(changes_page, data, person, cursor, limit)
        while not page.changes and await run_in_threadpool(_last_seq, data) == seen:
            if time.monotonic() >= deadline or request.app.state.stopping() or await request.is_disconnected():
                break
            await asyncio.sleep(_POLL_SECONDS)
        else:
            if not page.changes:
                continue
        return wire_response(page)


def _snapshot(data: Platform, person: SignedIn, page: Token = None) -> Response:
    return wire_response(snapshot_page(data, person, page))


def _state_digest(data: Platform, person: SignedIn, cursor: Token = None) -> Response:
    return wire_response(digest(data, person, cursor))


def _submission(submission_id: str, data: Platform, person: SignedIn) -> Response:
    with data.read() as connection:
        seen = visible_submission(data, connection, person, decoded(submission_id))
    if seen is None:
        raise ProblemError("not-found")
    return wire_response(seen[1])


def _served(request: Request, data: PlatformData, content: Content | None) -> Response:
    if content is None:
        raise ProblemError("not-found")
    return content_response(data.files.path(content.sha256), content, request)


def _content(
    submission_id: str,
    evidence_id: str,
    request: Request,
    data: Platform,
    person: SignedIn,
    attempt: AttemptNumber = None,
) -> Response:
    piece = _evidence(data, person, decoded(submission_id), decoded(evidence_id), attempt)
    return _served(request, data, piece.content)


def _captions(
    submission_id: str,
    evidence_id: str,
    request: Request,
    data: Platform,
    person: SignedIn,
    attempt: AttemptNumber = None,
) -> Response:
    piece = _evidence(data, person, decoded(submission_id), decoded(evidence_id), attempt)
    return _served(request, data, piece.captions)


def _chunks(
    submission_id: str, evidence_id: str, data: Platform, person: SignedIn, attempt: AttemptNumber = None
) -> Response:
    piece = _evidence(data, person, decoded(submission_id), decoded(evidence_id), attempt)
    if piece.content is None:
        raise ProblemError("not-found")
    return wire_response(leaf_list(data.files.path(piece.content.sha256), piece.content))


async def _push_operations(request: Request, data: Platform, person: SignedIn) -> Response:
    document = await bounded_json(request, wire.MAX_OPS_BYTES)
    raws = document.get("ops") if isinstance(document, dict) else None
    if not isinstance(raws, list):
        raise ProblemError("bad-request", "the body holds no list 'ops'")
    if len(raws) > wire.MAX_OPS:
        raise ProblemError("too-large", f"at most {wire.MAX_OPS} operations at a time")
    return wire_response(await run_in_threadpool(push, data, person, raws))


def _results(
    data: Platform,
    person: SignedIn,
    device: Annotated[str, Query(max_length=200)],
    after_device_seq: Annotated[int, Query(ge=-1, lt=2**53)] = -1,
) -> Response:
    return wire_response(stored_results(data, person, device, after_device_seq))


def _last_seq(data: PlatformData) -> int:
    with data.read() as connection:
        return last_seq(connection)


def _evidence(
    data: PlatformData, person: Person, submission_id: str, evidence_id: str, attempt: int | None
) -> Evidence:
    """Returns a piece of evidence that a person may read: by the submission she sees, never by knowing a digest."""
    with data.read() as connection:
        seen = visible_submission(data, connection, person, submission_id)
    if seen is None:
        raise ProblemError("not-found")
    whole = seen[0]
    past = None if attempt in {None, whole.attempt} else whole.earlier_attempt(attempt or 0)
    if attempt not in {None, whole.attempt} and past is None:
        raise ProblemError("not-found")
    pieces = whole.evidence if past is None else past.evidence
    piece = next((each for each in pieces if each.id == evidence_id), None)
    if piece is None:
        raise ProblemError("not-found")
    if not may_be_fetched(piece):
        raise ProblemError("withheld")
    return piece
