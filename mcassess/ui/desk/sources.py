"""From a piece of evidence on the desk to what a viewer opens: its bytes, its state, what it is shown together with."""

from dataclasses import replace

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence
from mcassess.jobs.opening_evidence import EvidenceOpener
from mcassess.jobs.passwords import document_password
from mcassess.store.library import Library
from mcassess.store.states import EvidenceState
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.viewers.viewer import EvidenceSource

_TIMED = frozenset({EvidenceKind.VIDEO, EvidenceKind.AUDIO})


def source_of(library: Library, contents: DeskContents, attempt: int, evidence: Evidence) -> EvidenceSource:
    """Returns a piece of evidence as viewers take it; a picture with the others of its attempt that are here.

    Small pictures of the others are shown only where the programme lets them stand in lists.
    """
    source = _alone(library, contents, attempt, evidence)
    if evidence.kind is not EvidenceKind.IMAGE or not contents.policy.stills_in_lists:
        return source
    pictures = [each for each in contents.evidence_of(attempt) if each.kind is EvidenceKind.IMAGE]
    found = [_alone(library, contents, attempt, each) for each in pictures]
    here = [each for each in found if each.state is not None and each.state.state is EvidenceState.READY]
    return replace(source, beside=tuple(here))


def _alone(library: Library, contents: DeskContents, attempt: int, evidence: Evidence) -> EvidenceSource:
    row = contents.file(attempt, evidence.id)
    captions = contents.captions_file(attempt, evidence.id)
    if captions is not None and captions.state is not EvidenceState.READY:
        captions = None  # the video plays without them until they have come
    way = EvidenceOpener(library, row.sha256 if row is not None else "", plays=evidence.kind in _TIMED)
    return EvidenceSource(
        evidence=evidence,
        attempt=attempt,
        open_reader=way.open,
        try_again=way.try_again,
        open_captions=EvidenceOpener(library, captions.sha256).open if captions is not None else None,
        state=row,
        password=(lambda: document_password(library, row.sha256)) if row is not None else None,
        may_leave=contents.policy.files_may_leave,
    )
