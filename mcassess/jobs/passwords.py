"""Passwords of documents: asked for once, kept in the library, forgotten with the document."""

from mcassess.store.changes import ChangeSet
from mcassess.store.evidence import StoredFile
from mcassess.store.library import Library
from mcassess.store.settings import PASSWORDS_SETTING
from mcassess.store.states import EvidenceState


def document_password(library: Library, sha256: str) -> str | None:
    """Returns what opens a document, by the digest of its file; None where nothing is known."""
    with library.read() as reading:
        kept = reading.settings.get(PASSWORDS_SETTING, {})
    password = kept.get(sha256)
    return str(password) if password is not None else None


def keep_document_password(library: Library, sha256: str, password: str) -> ChangeSet:
    """Keeps what opens a document; passwords of documents that are not here any more are dropped."""
    with library.write("password") as writing:
        kept = {**writing.settings.get(PASSWORDS_SETTING, {}), sha256: password}
        here = {each: text for each, text in kept.items() if _is_here(writing.evidence.get(each))}
        writing.settings.set(PASSWORDS_SETTING, here)
    return writing.change_set


def _is_here(stored: StoredFile | None) -> bool:
    return stored is not None and stored.state is not EvidenceState.DESTROYED
