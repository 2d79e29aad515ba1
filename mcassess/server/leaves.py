"""The list of SHA-256 leaves of a file, by which a laptop finds the damaged part. Computed when asked for."""

import hashlib
from pathlib import Path
from typing import Any

from mcassess.domain.submission import Content
from mcassess.server.problems import ProblemError
from mcassess.sync.wire import LEAF_BYTES, LeafList

_BLOCK_BYTES = 1 << 20


def leaf_list(path: Path, content: Content) -> LeafList:
    """Returns the digests of a file's leaves of ``LEAF_BYTES``, and the digest of that list of bytes.

    Raises:
        ProblemError: The file is missing on the platform.
    """
    leaves: list[bytes] = []
    try:
        with path.open("rb", 0) as stream:
            while leaf := _leaf(stream.read):
                leaves.append(leaf)
    except OSError as error:
        raise ProblemError("evidence-missing") from error
    return LeafList(
        sha256=content.sha256,
        size=content.size,
        chunk_size=LEAF_BYTES,
        chunks=[leaf.hex() for leaf in leaves],
        chunks_sha256=hashlib.sha256(b"".join(leaves)).hexdigest(),
    )


def _leaf(read: Any) -> bytes:  # noqa: ANN401 - a file's read
    digest, size = hashlib.sha256(), 0
    while size < LEAF_BYTES and (block := read(min(_BLOCK_BYTES, LEAF_BYTES - size))):
        digest.update(block)
        size += len(block)
    return digest.digest() if size else b""
