"""End points of what there is and what has changed: discovery, who is signed in, feed, snapshot, digest."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from mcassess.server.access import Platform, SignedIn
from mcassess.server.answers import answers
from mcassess.server.data import PlatformData
from mcassess.server.feed import changes_page, digest, snapshot_page
from mcassess.server.framing import wire_response
from mcassess.server.schema import last_seq
from mcassess.sync import wire, wire_sign_in
from mcassess.sync.wire_claims import MAX_CLAIMS, MAX_TTL_S
from mcassess.sync.wire_operations import MAX_TEXT
from mcassess.sync.wire_uploads import MAX_ATTACHMENT_BYTES, MAX_CHUNK_BYTES

MAX_WAIT_SECONDS = 25
_POLL_SECONDS = 0.25
_GONE = ("cursor-expired", "epoch-changed", "cursor-scope")
FEATURES = ("receipts", "digest", "snapshot", "chunks", "claims", "uploads")
LIMITS = {
    "page": wire.MAX_PAGE,
    "ops": wire.MAX_OPS,
    "ops_bytes": wire.MAX_OPS_BYTES,
    "op_bytes": wire.MAX_OP_BYTES,
    "ops_retained_days": 400,
    "comment_characters": MAX_TEXT,
    "evidence_bytes": 10 << 30,
    "leaf_bytes": wire.LEAF_BYTES,
    "attachment_bytes": MAX_ATTACHMENT_BYTES,
    "chunk_bytes": MAX_CHUNK_BYTES,
    "wait_seconds": MAX_WAIT_SECONDS,
    "claims": MAX_CLAIMS,
    "claim_ttl_s": MAX_TTL_S,
}

Limit = Annotated[int, Query(ge=1, le=wire.MAX_PAGE)]
Token = Annotated[str | None, Query(max_length=1000)]
router = APIRouter(prefix=wire.PREFIX, tags=["feed"])


@router.get("/server", **answers(wire.ServerInfo, signed_in=False))
def server(data: Platform) -> Response:
    """Who answers, and what it can do; the only end point of the feed that needs no sign-in."""
    return wire_response(
        wire.ServerInfo(
            server_id=data.server_id,
            epoch=data.epoch,
            name="mcassess reference platform",
            public_key=data.public_key,
            features=list(FEATURES),
            limits=LIMITS,
            auth=["token", "device"],
            sign_in=wire_sign_in.PLACES,
        )
    )


@router.get("/me", **answers(wire.Me))
def me(person: SignedIn) -> Response:
    """Who is signed in."""
    return wire_response(wire.Me(id=person.id, name=person.name, roles=[person.role]))


@router.get("/changes", **answers(wire.ChangesPage, *_GONE))
async def changes(
    request: Request,
    data: Platform,
    person: SignedIn,
    cursor: Token = None,
    limit: Limit = wire.MAX_PAGE,
    wait: Annotated[int, Query(ge=0, le=MAX_WAIT_SECONDS)] = 0,
) -> Response:
    """What has changed since the cursor; ``wait`` holds an empty answer back that many seconds."""
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


@router.get("/snapshot", **answers(wire.SnapshotPage, *_GONE))
def snapshot(data: Platform, person: SignedIn, page: Token = None) -> Response:
    """All that is visible now, a page at a time."""
    return wire_response(snapshot_page(data, person, page))


@router.get("/digest", **answers(wire.StateDigest, *_GONE))
def state_digest(data: Platform, person: SignedIn, cursor: Token = None) -> Response:
    """What a laptop should hold, summed up by type."""
    return wire_response(digest(data, person, cursor))


def _last_seq(data: PlatformData) -> int:
    with data.read() as connection:
        return last_seq(connection)
