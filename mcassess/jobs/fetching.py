"""What the assessor says about fetching evidence; the fetching itself is the sync's."""

from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library


def want_earlier(library: Library, key: int) -> ChangeSet:
    """Asks for the evidence of a submission's earlier attempts; the next sync fetches it."""
    with library.write("fetching") as writing:
        writing.evidence.want_earlier(key)
    return writing.change_set
