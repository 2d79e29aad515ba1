"""In the child of kind ``preflight``: what a file is, and what videos, sounds, photographs and packages hold."""

from dataclasses import asdict
from typing import Any

import av.subtitles

from mcassess.evidence.confinement import load_whole
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.media_survey import survey_media
from mcassess.evidence.package_properties import package_properties
from mcassess.evidence.photo_survey import survey_photo
from mcassess.evidence.reader import read_all
from mcassess.evidence.worker import RemoteReader
from mcassess.texts import tr

_PHOTO_BYTES = 400 << 20
_PACKAGE_BYTES = 600 << 20


class PreflightHandler:
    """Answers one question at a time; keeps nothing."""

    def __init__(self) -> None:
        load_whole(av.subtitles)  # what a stream of subtitles is made of is imported only where one is met

    def handle(self, request: dict[str, Any], reader: RemoteReader) -> tuple[dict[str, Any], bytes | memoryview]:
        """Answers ``media``, ``photo`` and ``package``.

        Raises:
            EvidenceError: ``broken``, ``empty``, ``too_big`` or ``unsupported``.
        """
        match request["do"]:
            case "media":
                return asdict(survey_media(reader.beside, float(request["for_seconds"]))), b""
            case "photo":
                return asdict(survey_photo(_whole(reader, _PHOTO_BYTES))), b""
            case "package":
                return {"who": package_properties(_whole(reader, _PACKAGE_BYTES))}, b""
        raise ValueError(request["do"])


def _whole(reader: RemoteReader, most: int) -> bytes:
    if reader.size > most:
        raise EvidenceError("too_big", tr("The file is too big to be shown."))
    return read_all(reader, most)
