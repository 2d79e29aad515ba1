"""A document that has no pages of its own, as simple HTML to be laid out: what every converter makes. Opens nothing."""

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import Any

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.kinds import FileKind, kind_of
from mcassess.evidence.reader import BytesReader
from mcassess.texts import tr

UNPACKED_BYTES = 300 << 20
"""A package that unpacks to more is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part that begins on a page of its own.

    Attributes:
        html: Its body; pictures are named in ``src`` as in ``Converted.pictures``.
        landscape: Whether the page lies on its long side.
    """

    html: str
    landscape: bool = False


@dataclass(slots=True, kw_only=True)
class Converted:
    """A document as sections, with the pictures in them.

    Attributes:
        pictures: The bytes of picture files, by the name that the HTML uses.
    """

    sections: list[Section] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def keep(self, picture: bytes) -> str:
        """Takes a picture up and returns the name for ``src``; the same bytes are kept once."""
        for name, known in self.pictures.items():
            if known == picture:
                return name
        name = f"picture-{len(self.pictures)}"
        self.pictures[name] = picture
        return name


def check_package(content: bytes) -> None:
    """Refuses a zip package that would fill the memory.

    Raises:
        EvidenceError: ``too_big``.
        zipfile.BadZipFile: It is no package.
    """
    with zipfile.ZipFile(BytesIO(content)) as package:
        if sum(entry.file_size for entry in package.infolist()) > UNPACKED_BYTES:
            raise EvidenceError(
                "too_big", tr("The document is too big to be shown: unpacked it would fill the memory.")
            )


def convert(converter: Callable[[bytes], Converted], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Returns what a converter makes of a file as a message: the HTML in its header, the pictures one after the other.

    Raises:
        EvidenceError: ``broken`` or ``too_big``, or what the converter says.
    """
    try:
        found = converter(content)
    except (EvidenceError, MemoryError):
        raise
    except Exception as error:  # the libraries raise nearly everything on broken files
        raise EvidenceError(
            "broken", tr("The document cannot be opened: it is broken. Ask for it to be sent again.")
        ) from error
    payload = b"".join(found.pictures.values())
    if len(payload) > UNPACKED_BYTES:
        raise EvidenceError("too_big", tr("The document is too big to be shown: unpacked it would fill the memory."))
    header = {
        "sections": [[_told(section.html, found.pictures), section.landscape] for section in found.sections],
        "pictures": [[name, len(picture)] for name, picture in found.pictures.items()],
    }
    return header, payload


def _told(html: str, pictures: Mapping[str, bytes]) -> str:
    """Returns HTML that says in their places which pictures no library here reads, such as drawings of old programs."""
    note = f"<i>[{escape(tr('A picture of a kind that cannot be shown here'))}]</i>"
    for name, picture in pictures.items():
        if kind_of(BytesReader(picture)) is not FileKind.IMAGE:
            html = re.sub(rf'<img [^>]*src="{re.escape(name)}"[^>]*>', lambda _: note, html)
    return html
