"""Places beyond 4 GiB, where numbers of 32 bits end: in ranges that come down, in pieces that go up, in the vault."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import Request

from mcassess.clock import written
from mcassess.domain.submission import Content
from mcassess.server import uploads
from mcassess.server.content import content_response
from mcassess.server.records import person_of_token
from mcassess.store.vault_files import VaultReader
from mcassess.store.vault_format import NONCE, TAG, Form
from mcassess.sync import wire
from mcassess.sync.platform import RemoteFile, Role
from mcassess.sync.platforms.native_answers import content_part
from mcassess.sync.platforms.native_messages import Answered, Asking
from mcassess.sync.platforms.native_uploads import NativeUploads
from mcassess.sync.wire_uploads import UploadRequest, UploadState
from tests.support.platform import Platform, running_platform

SIZE = (5 << 30) + 77
PLACE = (9 << 29) + 12_345
WORDS = b"these words stand beyond four gigabytes"
SHA256 = "ab" * 32


@pytest.fixture
def sparse(tmp_path: Path) -> Path:
    """A file of 5 GiB that takes next to nothing on the disk."""
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(SIZE)
        file.seek(PLACE)
        file.write(WORDS)
    assert path.stat().st_blocks * 512 < 1 << 20, "else this test would cost 5 GiB"
    return path


def test_a_range_beyond_four_gigabytes_is_served_and_taken(sparse: Path) -> None:
    asked = range(PLACE, PLACE + len(WORDS))
    header = f"bytes={asked.start}-{asked.stop - 1}".encode()
    request = Request({"type": "http", "method": "GET", "headers": [(b"range", header)]})
    answer = content_response(sparse, Content(sha256=SHA256, size=SIZE, media_type="video/mp4"), request)

    async def body() -> bytes:
        return b"".join([bytes(block) async for block in answer.body_iterator])  # type: ignore[attr-defined] # a stream

    assert (answer.status_code, asyncio.run(body())) == (206, WORDS)
    file = RemoteFile(submission_id="s", attempt=1, evidence_id="v", role=Role.CONTENT, sha256=SHA256, size=SIZE)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert content_part(206, headers, file, asked) == asked


def test_a_chunk_beyond_four_gigabytes_is_found_in_the_vault(tmp_path: Path) -> None:
    form = Form(os.urandom(32), SIZE)
    index = PLACE // form.chunk
    plain = bytearray(form.chunk)
    at = PLACE % form.chunk
    plain[at : at + len(WORDS)] = WORDS
    folder = tmp_path / "vault"
    folder.mkdir()
    with (folder / "file").open("wb") as file:
        file.write(form.header)
        file.seek(form.place(index))
        file.write(form.seal(index, memoryview(plain), memoryview(bytearray(NONCE + form.chunk + TAG))))
        file.truncate(form.place(form.chunks))
    assert form.place(index) > 1 << 32
    with closing(VaultReader(folder / "file", form, lambda: pytest.fail("damaged"))) as reader:
        reader.seek(PLACE)
        assert reader.read(len(WORDS)) == WORDS


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path) as running:
        yield running


def test_a_piece_beyond_four_gigabytes_is_taken_by_the_platform(platform: Platform) -> None:
    with platform.writing() as (data, connection):
        ada = person_of_token(connection, platform.token)
        assert ada is not None
        connection.exec_driver_sql(
            "INSERT INTO upload (person_id, id, sha256, size, media_type, received, touched_at) "
            "VALUES (?, 'u-1', ?, ?, 'video/mp4', ?, ?)",
            (ada.id, SHA256, SIZE, PLACE, written(data.clock.now())),
        )
    piece = uploads.new_piece(data, ada, "u-1")
    piece.write_bytes(WORDS)
    assert uploads.add_piece(data, ada, "u-1", PLACE, piece).offset == PLACE + len(WORDS)
    [kept] = [path for path in (platform.data_dir / "uploads").rglob("*") if path.is_file()]
    assert (int(kept.name), kept.read_bytes()) == (PLACE, WORDS)


def test_a_piece_beyond_four_gigabytes_is_sent_with_its_place() -> None:
    seen: list[Asking] = []

    class Platforms:
        def exchange(self, asking: Asking) -> Answered:
            seen.append(asking)
            state = UploadState(upload_id="u-1", offset=PLACE + len(WORDS), size=SIZE, complete=False)
            return Answered(200, {"content-type": wire.MEDIA_TYPE}, state.model_dump_json().encode())

    digest = hashlib.sha256(WORDS).hexdigest()
    # More than the protocol lets an attachment have: it is the numbers that are looked at.
    request = UploadRequest.model_construct(upload_id="u-1", sha256=digest, size=SIZE, media_type="video/mp4")
    state = NativeUploads(Platforms()).send(request, PLACE, WORDS)
    assert state.offset == PLACE + len(WORDS)
    assert seen[0].headers["Upload-Offset"] == str(PLACE)
    assert seen[0].headers["Upload-Length"] == str(SIZE)
