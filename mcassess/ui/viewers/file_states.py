"""What is said where a piece of evidence is not on this laptop. Pure."""

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence
from mcassess.store.evidence import FileRow
from mcassess.store.states import EvidenceState
from mcassess.texts import tr


def missing_sentence(evidence: Evidence, file: FileRow | None) -> str:
    """Returns why evidence cannot be opened for want of its file, and what to do; empty where it can."""
    if evidence.kind is EvidenceKind.LINK or evidence.text is not None:
        return ""
    if evidence.content is None and file is None:
        return tr("No file came with this piece of evidence. Return the submission to ask for it.")
    if file is None:
        return "" if evidence.available else _sentence(EvidenceState.UNAVAILABLE)
    if file.state is EvidenceState.PARTIAL and file.size:
        return tr("{percent} % of this file is on this laptop. The next sync brings the rest.").format(
            percent=file.done_bytes * 100 // file.size
        )
    return _sentence(file.state)


def _sentence(state: EvidenceState) -> str:
    return {
        EvidenceState.READY: "",
        EvidenceState.WANTED: tr("This file is not on this laptop yet. The next sync brings it."),
        EvidenceState.PARTIAL: tr("Only a part of this file is on this laptop. The next sync brings the rest."),
        EvidenceState.DAMAGED: tr("This file was damaged on this laptop's disk. The next sync fetches it again."),
        EvidenceState.UNAVAILABLE: tr("The platform does not have this file ready. Sync again later, or return it."),
        EvidenceState.DESTROYED: tr("This file was destroyed on this laptop, as its programme asks."),
    }[state]
