"""The sign of each kind of evidence, the same on every screen. Pure."""

from mcassess.domain.kinds import EvidenceKind

_ICONS = {
    EvidenceKind.VIDEO: "film",
    EvidenceKind.AUDIO: "audio",
    EvidenceKind.DOCUMENT: "document",
    EvidenceKind.IMAGE: "image",
    EvidenceKind.TEXT: "text",
    EvidenceKind.LINK: "link",
}


def kind_icon(kind: EvidenceKind) -> str:
    """Returns the name of the icon that stands for a kind."""
    return _ICONS[kind]
