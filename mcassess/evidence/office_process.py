"""In the child of kind ``office``: DOCX and OpenDocument as simple HTML, by libraries that take time to load."""

import encodings
import xml.dom.expatbuilder  # noqa: F401 - mammoth's reader of XML imports it only on use, and then it is too late
from typing import Any

import odfdo

from mcassess.evidence.confinement import load_whole
from mcassess.evidence.converted import convert
from mcassess.evidence.kinds import FileKind
from mcassess.evidence.office_word import word_document
from mcassess.evidence.open_document import open_document
from mcassess.evidence.words_process import whole
from mcassess.evidence.worker import RemoteReader

_CONVERTERS = {FileKind.DOCX: word_document, FileKind.OPEN_DOCUMENT: open_document}


class OfficeHandler:
    """Answers one question at a time; keeps nothing."""

    def __init__(self) -> None:
        load_whole(encodings)
        load_whole(odfdo)

    def handle(self, request: dict[str, Any], reader: RemoteReader) -> tuple[dict[str, Any], bytes | memoryview]:
        """Answers ``convert``.

        Raises:
            EvidenceError: ``broken`` or ``too_big``.
        """
        if request["do"] != "convert":
            raise ValueError(request["do"])
        return convert(_CONVERTERS[FileKind(request["kind"])], whole(reader))
