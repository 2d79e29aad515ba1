"""Bytes of plain text as letters, in whatever encoding an old laptop saved them. In the child of kind ``words``."""

import re

from charset_normalizer import from_bytes

from mcassess.evidence.errors import EvidenceError
from mcassess.texts import tr

_SAMPLE_BYTES = 64 << 10
_ENOUGH_TO_GUESS = 8
_SURE = 0.2
_STATED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9_.:-]{2,40})""", re.I)
_MARKS = (
    # the mark of UTF-32 begins with the one of UTF-16, so it is asked for first
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(content: bytes) -> str:
    """Returns bytes as text, lines ended by a line feed.

    What a mark at the start says counts; then UTF-8 and UTF-16 without one, what a web page states of itself, and at
    last a guess by the languages that it would be.

    Raises:
        EvidenceError: ``not_text``.
    """
    text = _marked(content) or _unmarked(content) or _stated(content) or _guessed(content)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    return None


def _unmarked(content: bytes) -> str | None:
    zeros_first, zeros_second = content[:2000:2].count(0), content[1:2000:2].count(0)
    half = len(content[:2000]) / 2
    if zeros_second > 0.4 * half > zeros_first:
        return content.decode("utf-16-le", errors="replace")
    if zeros_first > 0.4 * half > zeros_second:
        return content.decode("utf-16-be", errors="replace")
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in content[:4096])
    if b"\0" in content or controls:
        raise EvidenceError("not_text", tr("The file is not plain text. Ask for a PDF of it."))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start and (error.end == len(content) or error.start >= len(content) - 3):
            return content[: error.start].decode("utf-8")  # cut in the middle of a letter
    return None


def _stated(content: bytes) -> str | None:
    found = _STATED.search(content[:2048])
    if found is None:
        return None
    try:
        return content.decode(found.group(1).decode("ascii"), errors="replace")
    except LookupError:
        return None


def _guessed(content: bytes) -> str:
    sample = content[:_SAMPLE_BYTES]
    western = content.decode("cp1252", errors="replace")
    is_western = "\ufffd" not in western
    if is_western and sum(byte >= 128 for byte in sample) < _ENOUGH_TO_GUESS:
        return western  # with so few, every language is as likely as the next
    best = from_bytes(sample).best()
    if best is not None and (not is_western or best.coherence > _SURE or best.multi_byte_usage > _SURE):
        return content.decode(best.encoding, errors="replace")
    return western
