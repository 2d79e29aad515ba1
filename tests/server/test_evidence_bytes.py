"""Files over HTTP: ranges, validators, digests; compared with what curl makes of them."""

import asyncio
import base64
import hashlib
import subprocess

import pytest
from fastapi import Request

from mcassess.domain.submission import Content
from mcassess.server.content import content_response
from mcassess.sync.wire import LEAF_BYTES
from tests.support.platform import SMALL_PACK

CONTENT = "/submissions/s-0001/evidence/v1/content"
VIDEO = (SMALL_PACK / "files" / "lesson.mp4").read_bytes()
SIZE = len(VIDEO)


def repr_digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def test_a_file_comes_whole_with_strong_validator_and_digest(shared):
    answer = shared.get(CONTENT)
    assert answer.status_code == 200
    assert answer.content == VIDEO
    headers = answer.headers
    assert headers["etag"] == f'"sha256-{hashlib.sha256(VIDEO).hexdigest()}"'
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-encoding"] == "identity"
    assert headers["cache-control"] == "private, no-transform"
    assert headers["content-type"] == "video/mp4"
    assert headers["repr-digest"] == repr_digest(VIDEO)


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        ("bytes=100-", 100, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=-7", SIZE - 7, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        (f"bytes=10-{SIZE * 3}", 10, SIZE),
    ],
)
def test_a_range_comes_as_asked(shared, asked, begin, end):
    answer = shared.get(CONTENT, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {begin}-{end - 1}/{SIZE}"
    assert answer.content == VIDEO[begin:end]
    assert answer.headers["content-length"] == str(end - begin)


@pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=a-b", "rubbish"])
def test_what_is_no_single_range_is_answered_whole(shared, asked):
    answer = shared.get(CONTENT, headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.content == VIDEO


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_behind_the_end_is_refused_with_the_size(shared, asked):
    answer = shared.get(CONTENT, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert answer.json()["code"] == "range-not-satisfiable"


def test_a_range_of_another_version_is_answered_whole(shared):
    ada = shared
    etag = ada.get(CONTENT).headers["etag"]
    same = ada.get(CONTENT, headers={"Range": "bytes=5-9", "If-Range": etag})
    other = ada.get(CONTENT, headers={"Range": "bytes=5-9", "If-Range": '"sha256-other"'})
    assert (same.status_code, other.status_code) == (206, 200)
    assert other.content == VIDEO


def test_curl_resumes_a_file_and_has_it_whole(shared, tmp_path):
    part = tmp_path / "lesson.mp4"
    part.write_bytes(VIDEO[:1000])
    url = str(shared.http.base_url).rstrip("/") + CONTENT
    command = ["curl", "-sf", "-C", "-", "-o", part, "-H", f"Authorization: Bearer {shared.token}", url]
    subprocess.run(command, check=True, timeout=20)
    assert part.read_bytes() == VIDEO


def test_head_tells_the_size_without_the_bytes(shared):
    answer = shared.http.head(CONTENT)
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.content == b""


def test_captions_and_files_of_earlier_attempts_have_their_own_addresses(shared):
    ada = shared
    captions = ada.get("/submissions/s-0001/evidence/v1/captions")
    assert captions.headers["content-type"].startswith("text/vtt")
    assert captions.content == (SMALL_PACK / "files" / "lesson.vtt").read_bytes()
    plans = "/submissions/s-0001/evidence/d1/content"
    assert ada.get(f"{plans}?attempt=1").content == (SMALL_PACK / "files" / "structure.pdf").read_bytes()
    assert ada.get(f"{plans}?attempt=2").content == (SMALL_PACK / "files" / "plans.pdf").read_bytes()
    assert ada.get(plans).content == ada.get(f"{plans}?attempt=2").content
    assert ada.get(f"{plans}?attempt=3").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/submissions/s-0002/evidence/i1/content",
        "/submissions/s-0001/evidence/l1/content",
        "/submissions/s-0001/evidence/t1/chunks",
        "/submissions/s-0001/evidence/d1/captions",
        "/submissions/s-0001/evidence/..%2Fv1/content",
        "/submissions/..%2F..%2Fsigning.key/evidence/v1/content",
        "/submissions/%ff/evidence/v1/content",
        f"/submissions/s-0002/evidence/{hashlib.sha256(VIDEO).hexdigest()}/content",
    ],
)
def test_there_is_nothing_under_any_other_address(shared, path):
    assert shared.get(path).status_code == 404


def test_the_list_of_leaves_adds_up(shared):
    document = shared.get("/submissions/s-0001/evidence/v1/chunks").json()
    assert document["chunk_size"] == LEAF_BYTES
    assert document["size"] == SIZE
    assert document["chunks"] == [hashlib.sha256(VIDEO).hexdigest()]
    leaves = b"".join(bytes.fromhex(leaf) for leaf in document["chunks"])
    assert document["chunks_sha256"] == hashlib.sha256(leaves).hexdigest()


def test_a_file_lost_on_the_platform_is_a_passing_problem(platform, client):
    for path in (platform.data_dir / "files").glob("*/*"):
        path.unlink()
    answer = client().get(CONTENT)
    assert answer.status_code == 503
    assert answer.json()["retryable"]


def test_a_range_behind_4_gib_comes_as_asked(tmp_path):
    far, tail = 1 << 32, b"what lies behind"
    path = tmp_path / "large"
    with path.open("wb") as stream:  # a hole, which takes no room
        stream.seek(far)
        stream.write(tail)
    content = Content(sha256="0" * 64, size=far + len(tail), media_type="video/mp4")
    asked = Request({"type": "http", "method": "GET", "headers": [(b"range", b"bytes=%d-" % (far + 5))]})
    answer = content_response(path, content, asked)
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {far + 5}-{far + len(tail) - 1}/{far + len(tail)}"
    assert answer.headers["content-length"] == str(len(tail) - 5)

    async def body() -> bytes:
        return b"".join([block async for block in answer.body_iterator])

    assert asyncio.run(body()) == tail[5:]
