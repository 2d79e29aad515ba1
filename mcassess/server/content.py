"""Serving a file's bytes: whole, or the range that was asked for, with strong validators. Knows no people."""

import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from mcassess.domain.submission import Content
from mcassess.server.problems import ProblemError

_BLOCK_BYTES = 1 << 20
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def content_response(path: Path, content: Content, request: Request) -> Response:
    """Returns the answer that carries a file's bytes; to HEAD, the same without them.

    Several ranges at once, and what is no range of bytes, are answered with the whole file (RFC 9110 allows it).

    Raises:
        ProblemError: The range begins behind the end (416), or the file is missing on the platform (503).
    """
    etag = f'"sha256-{content.sha256}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(content.sha256)).decode()}:",
        "Content-Encoding": "identity",
        "Cache-Control": "private, no-transform",
        "X-Content-Type-Options": "nosniff",
    }
    if not path.is_file() or path.stat().st_size != content.size:
        raise ProblemError("evidence-missing")
    asked = request.headers
    wanted = _range(asked.get("range"), content.size) if asked.get("if-range") in {None, etag} else None
    begin, end = wanted or (0, content.size)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{content.size}"
    headers["Content-Length"] = str(end - begin)
    status = 200 if wanted is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=content.media_type)
    return StreamingResponse(
        _read(path, begin, end), status_code=status, headers=headers, media_type=content.media_type
    )


def _range(header: str | None, size: int) -> tuple[int, int] | None:
    """Returns begin and end (exclusive) of the range that is meant, or None for the whole file."""
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < begin:
            return None
    if begin >= size or begin >= end:
        raise ProblemError("range-not-satisfiable", headers={"Content-Range": f"bytes */{size}"})
    return begin, end


async def _read(path: Path, begin: int, end: int) -> AsyncIterator[bytes]:
    with await run_in_threadpool(path.open, "rb", 0) as stream:
        stream.seek(begin)
        while begin < end:
            block = await run_in_threadpool(stream.read, min(_BLOCK_BYTES, end - begin))
            if not block:
                return
            begin += len(block)
            yield block
