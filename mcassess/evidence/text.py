"""Plain text in whatever encoding it was saved."""

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader, read_all
from mcassess.texts import tr

TEXT_BYTES = 4 << 20


def open_text(reader: Reader, limit: int = TEXT_BYTES) -> str:
    """Returns the text that ``reader`` holds, lines ended by a line feed; it stays open.

    Args:
        reader: The evidence.
        limit: A longer text is cut after so many bytes.

    Raises:
        EvidenceError: ``empty``, ``not_text`` or ``damaged``.
    """
    if reader.size == 0:
        raise EvidenceError("empty", tr("The text is empty: it has no letters at all."))
    return decode(read_all(reader, limit))


def decode(content: bytes) -> str:
    """Returns bytes as text: UTF-8, UTF-16 or UTF-32 with a mark, UTF-16 without one, else Windows' western letters.

    Raises:
        EvidenceError: ``not_text``.
    """
    text = _marked(content) or _unmarked(content)
    if text is None:
        raise EvidenceError("not_text", tr("The file is not plain text. Ask for a PDF of it."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(content: bytes) -> str | None:
    # the mark of UTF-32 begins with the one of UTF-16, so it is asked for first
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
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
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(content) or error.start >= len(content) - 3:
            return content[: error.start].decode("utf-8")  # cut in the middle of a letter
    controls = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in content[:4096])
    return content.decode("cp1252", errors="replace") if controls == 0 else None
