"""The messages and headers by which an attachment goes up in pieces, resumable at any of them. Knows no HTTP.

The offsets follow the IETF's draft on resumable uploads; marked as experimental with it.
"""

import base64
import hashlib

from pydantic import ConfigDict, Field

from mcassess.sync.wire import Message

OFFSET_HEADER = "Upload-Offset"
LENGTH_HEADER = "Upload-Length"
COMPLETE_HEADER = "Upload-Complete"
DIGEST_HEADER = "Content-Digest"
OFFSET_TYPE = "application/offset+octet-stream"

MAX_CHUNK_BYTES = 8 << 20
"""Most bytes in one PATCH."""
MAX_ATTACHMENT_BYTES = 2 << 30
MAX_ATTACHMENTS = 20
"""Most attachments of one decision."""


class UploadRequest(Message):
    """POST /uploads: announces a file, or asks after one that was announced under the same id."""

    upload_id: str = Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._-]+$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0, le=MAX_ATTACHMENT_BYTES)
    media_type: str = Field(min_length=1, max_length=200, pattern=r"^[!-~]+/[!-~]+$")


class UploadState(Message):
    """Where an upload stands.

    Attributes:
        offset: How many bytes the platform has safely.
        complete: All of them are there and have the digest that was announced.
    """

    upload_id: str
    offset: int
    size: int
    complete: bool


class Attachment(Message):
    """A file that belongs to a decision, in the ``attachments`` of its body; it may come up later.

    Attributes:
        target: What it was made of, such as ``evidence:d1``; ``for`` on the wire.
    """

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0, le=MAX_ATTACHMENT_BYTES)
    name: str = Field(min_length=1, max_length=200)
    media_type: str = Field(min_length=1, max_length=200)
    target: str = Field(default="", max_length=400, alias="for")


def content_digest(data: bytes) -> str:
    """Returns the value of ``Content-Digest`` (RFC 9530) for a piece's bytes."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
