"""Forgetting all evidence of which the keys are lost, so that it is fetched again. Nothing the assessor wrote goes."""

from mcassess.store import edges
from mcassess.store.library import VAULT_FOLDER, Library
from mcassess.store.states import EvidenceState


def forget_evidence(library: Library) -> None:
    """Marks all evidence as wanted and removes its files; what was destroyed on purpose stays destroyed.

    Raises:
        WorldError: The world stands in the way; another call finishes it.
    """
    with library.write("recovery") as writing:
        for state in (EvidenceState.READY, EvidenceState.PARTIAL, EvidenceState.DAMAGED):
            for stored in writing.evidence.in_state(state):
                writing.evidence.forget_bytes(stored.sha256, EvidenceState.WANTED)
    # Nothing refers to them any more, not even to what an earlier call has left.
    with edges.world(library.home):
        for path in (library.home / VAULT_FOLDER).iterdir():
            if path.is_file():
                path.unlink(missing_ok=True)
