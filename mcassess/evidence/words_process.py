"""In the child of kind ``words``: reads texts, and light documents as simple HTML. Python alone; draws nothing."""

import encodings
from collections.abc import Callable
from html import escape
from typing import Any

from mcassess.evidence.confinement import load_whole
from mcassess.evidence.converted import Converted, Section, convert
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.kinds import FileKind
from mcassess.evidence.letters import decode
from mcassess.evidence.markdown import markdown_html
from mcassess.evidence.office_sheets import sheets
from mcassess.evidence.office_slides import slides
from mcassess.evidence.reader import read_all
from mcassess.evidence.rich_text import rich_text
from mcassess.evidence.web_page import is_web_page, web_page
from mcassess.evidence.worker import RemoteReader
from mcassess.texts import tr

_DOCUMENT_BYTES = 600 << 20


class WordsHandler:
    """Answers one question at a time; keeps nothing."""

    def __init__(self) -> None:
        load_whole(encodings)

    def handle(self, request: dict[str, Any], reader: RemoteReader) -> tuple[dict[str, Any], bytes | memoryview]:
        """Answers ``text``, ``letters`` and ``convert``.

        Raises:
            EvidenceError: ``not_text``, ``broken`` or ``too_big``.
        """
        content = whole(reader)
        match request["do"]:
            case "text":
                return _text(content, markdown=bool(request.get("markdown"))), b""
            case "letters":
                return {"text": decode(content)}, b""
            case "convert":
                return convert(_CONVERTERS[FileKind(request["kind"])], content)
        raise ValueError(request["do"])


def whole(reader: RemoteReader) -> bytes:
    """Returns all bytes of a document.

    Raises:
        EvidenceError: ``too_big``.
    """
    if reader.size > _DOCUMENT_BYTES:
        raise EvidenceError("too_big", tr("The document is too big to be shown."))
    return read_all(reader, _DOCUMENT_BYTES)


def _text(content: bytes, *, markdown: bool) -> dict[str, Any]:
    text = decode(content)
    if is_web_page(text):
        html, plain = web_page(text)
        return {"text": plain, "html": html}
    return {"text": text, "html": markdown_html(text) if markdown else ""}


def _page(content: bytes) -> Converted:
    found = Converted()
    html, _ = web_page(decode(content), found)
    found.sections.append(Section(html=html or "<p></p>"))
    return found


def _preformatted(content: bytes) -> Converted:
    lines = "".join(f"<p>{escape(line) or '&nbsp;'}</p>" for line in decode(content).split("\n"))
    return Converted(sections=[Section(html=lines)])


_CONVERTERS: dict[FileKind, Callable[[bytes], Converted]] = {
    FileKind.PPTX: slides,
    FileKind.XLSX: sheets,
    FileKind.RTF: rich_text,
    FileKind.HTML: _page,
    FileKind.TEXT: _preformatted,
}
