"""Plain text, Markdown and web pages as text, read by the child process of kind ``words`` in whatever encoding."""

from dataclasses import dataclass
from typing import Any

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import BytesReader, Reader, read_all
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

TEXT_BYTES = 4 << 20
TEXT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """A text.

    Attributes:
        text: As it stands in the file, lines ended by a line feed; a web page's without its signs.
        html: The same with headings, lists, emphasis and tables as simple HTML of our own making, in which nothing
            refers to anything; empty for plain text.
    """

    text: str
    html: str = ""


def read_text(
    reader: Reader, *, markdown: bool = False, limit: int = TEXT_BYTES, worker: Worker | None = None
) -> ReadText:
    """Returns the text that ``reader`` holds, with its look; it stays open. Waits for the child.

    Args:
        reader: The evidence.
        markdown: Whether the text is known to be Markdown; a web page is recognised by itself.
        limit: A longer text is cut after so many bytes.
        worker: A child of kind ``words`` to use, which stays the caller's; None starts one for this text.

    Raises:
        EvidenceError: ``empty``, ``not_text``, ``too_slow``, ``crashed`` or ``damaged``.
    """
    _check_size(reader)
    request = {"do": "text", "markdown": markdown, "size": min(reader.size, limit)}
    done = _asked(request, reader, worker)
    return ReadText(text=str(done["text"]), html=str(done["html"]))


def open_text(reader: Reader, limit: int = TEXT_BYTES, worker: Worker | None = None) -> str:
    """Returns the text that ``reader`` holds without any look, lines ended by a line feed; it stays open.

    What is UTF-8, as nearly all is, needs no child.

    Args:
        reader: The evidence.
        limit: A longer text is cut after so many bytes.
        worker: As in ``read_text``.

    Raises:
        EvidenceError: As ``read_text``.
    """
    _check_size(reader)
    content = read_all(reader, limit)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text and not any(letter < " " and letter not in "\t\n\r\f\x1b" for letter in text[:4096]):
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return str(_asked({"do": "letters", "size": len(content)}, BytesReader(content), worker)["text"])


def _check_size(reader: Reader) -> None:
    if reader.size == 0:
        raise EvidenceError("empty", tr("The text is empty: it has no letters at all."))


def _asked(request: dict[str, Any], reader: Reader, worker: Worker | None) -> dict[str, Any]:
    child = worker if worker is not None else Worker("words")
    try:
        done: dict[str, Any] = child.call(request, TEXT_SECONDS, reader).header["done"]
        return done
    finally:
        if worker is None:
            child.close()
