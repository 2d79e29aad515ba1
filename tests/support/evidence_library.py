"""A library with one submission whose evidence is what a test wants it to be."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence
from mcassess.store.library import Library
from tests.support.library import add_account, content, open_library, put, submission

_TYPES = {
    EvidenceKind.VIDEO: "video/mp4",
    EvidenceKind.AUDIO: "audio/mp4",
    EvidenceKind.DOCUMENT: "application/pdf",
    EvidenceKind.IMAGE: "image/png",
    EvidenceKind.TEXT: "text/plain",
}


def library_with(home: Path, pieces: Mapping[str, tuple[EvidenceKind, bytes]]) -> Library:
    """Opens a library with a submission of these pieces: by title, what they come as and their bytes."""
    library = open_library(home)
    evidence = tuple(
        Evidence(
            id=f"e{number}", title=title, kind=kind, content=content(digest(data), len(data), media_type=_TYPES[kind])
        )
        for number, (title, (kind, data)) in enumerate(pieces.items(), 1)
    )
    put(library, add_account(library), submission(evidence=evidence))
    for sha256, data in {digest(data): data for _, data in pieces.values()}.items():
        writer = library.vault.writer(sha256, len(data))
        writer.write(data)
        writer.finish()
    return library


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
