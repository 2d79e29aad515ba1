"""What a file is, told from its bytes. Its name is asked only where the bytes say nothing."""

import re
import zipfile
from contextlib import suppress
from enum import Enum
from pathlib import PurePath

from mcassess.evidence.reader import Reader, ReaderFile

_HEAD_BYTES = 4096
_PACKAGE, _OPEN_DOCUMENT, _OLE = b"PK\x03\x04", b"application/vnd.oasis", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_KINDS = (b".text", b".spreadsheet", b".presentation")
_WEB_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_IMAGE_STARTS = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"\x00\x00\x01\x00",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    b"\xff\x4f\xff\x51",
)
_ARCHIVE_STARTS = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")
_SOUND_STARTS = (b"ID3", b"fLaC", b"#!AMR", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9", b"FORM")
_MEDIA_STARTS = (
    b"\x1aE\xdf\xa3",
    b"0&\xb2u",
    b"FLV",
    b"\x00\x00\x01\xba",
    b"\x00\x00\x01\xb3",
    b".RMF",
    b"OggS",
    b"G@",
)
_IMAGE_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif", b"avis")
_MEDIA_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_PICTURE_NAMES = (
    "mp4",
    "m4v",
    "mov",
    "avi",
    "wmv",
    "flv",
    "asf",
    "mpg",
    "mpeg",
    "3gp",
    "webm",
    "mkv",
    "ts",
    "mts",
    "m2ts",
)
_BEFORE_TAGS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_MEDIA_NAMES = frozenset((*_PICTURE_NAMES, "mp3", "m4a", "wav", "aac", "ogg", "oga", "opus"))
_TEXT_NAMES = frozenset(["txt", "md", "markdown", "csv", "log", "srt", "vtt", "text"])


class FileKind(Enum):
    """Which of our doors opens a file; the values of the last four tell why none does."""

    EMPTY = "empty"
    MEDIA = "media"
    PDF = "pdf"
    DOCX = "docx"
    XPS = "xps"
    EPUB = "epub"
    SVG = "svg"
    PPTX = "pptx"
    XLSX = "xlsx"
    OPEN_DOCUMENT = "open document"
    RTF = "rtf"
    HTML = "html"
    IMAGE = "image"
    TEXT = "text"
    OFFICE = "office"
    LOCKED_OFFICE = "locked office"
    ARCHIVE = "archive"
    UNKNOWN = "unknown"

    @property
    def is_document(self) -> bool:
        """Whether pages can be drawn from it."""
        return self.has_pages or self in _LAID_OUT

    @property
    def has_pages(self) -> bool:
        """Whether it comes with pages, or with a layout, of its own; others are laid out here."""
        return self in {FileKind.PDF, FileKind.XPS, FileKind.EPUB, FileKind.SVG}


_LAID_OUT = frozenset(
    {FileKind.DOCX, FileKind.PPTX, FileKind.XLSX, FileKind.OPEN_DOCUMENT, FileKind.RTF, FileKind.HTML}
)


def kind_of(reader: Reader, name: str = "") -> FileKind:
    """Returns what ``reader`` holds.

    Args:
        reader: The file; read from its start.
        name: Its name, for its ending only; may be empty.

    Raises:
        Exception: What the reader raises when it cannot be read.
    """
    if reader.size == 0:
        return FileKind.EMPTY
    reader.seek(0)
    head = reader.read(_HEAD_BYTES)
    if head.startswith(_PACKAGE):
        return _kind_of_package(reader)
    if head.startswith(_OLE):
        return _kind_of_old_office(reader)
    return _kind_of_start(head) or _kind_of_text(head, name)


def _kind_of_start(head: bytes) -> FileKind | None:
    if b"%PDF-" in head[:1024]:
        return FileKind.PDF
    if head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS:
        return FileKind.IMAGE
    if head.startswith(_IMAGE_STARTS) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return FileKind.IMAGE
    if head[4:8] in _MEDIA_BOXES or head.startswith((*_SOUND_STARTS, *_MEDIA_STARTS)):
        return FileKind.MEDIA
    if head[:4] == b"RIFF" and head[8:12] in {b"AVI ", b"WAVE"}:
        return FileKind.MEDIA
    if head.startswith(b"{\\rtf"):
        return FileKind.RTF
    return FileKind.ARCHIVE if head.startswith(_ARCHIVE_STARTS) else None


def _kind_of_text(head: bytes, name: str) -> FileKind:
    ending = PurePath(name).suffix.lower().lstrip(".")
    if b"<svg" in head.lower() and b"<html" not in head.lower() and head.lstrip(_BEFORE_TAGS).startswith(b"<"):
        return FileKind.SVG
    if _WEB_PAGE.search(head[:2048].replace(b"\0", b"")) and head.lstrip(_BEFORE_TAGS).startswith(b"<"):
        return FileKind.HTML
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return FileKind.TEXT
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    if controls == 0 and (ending in _TEXT_NAMES or _mostly_readable(head)):
        return FileKind.TEXT
    return FileKind.MEDIA if ending in _MEDIA_NAMES else FileKind.UNKNOWN


def _mostly_readable(head: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        head[: _HEAD_BYTES - 3].decode()  # letters of every language; the last one may be cut
        return True
    return sum(32 <= byte < 127 or byte in b"\t\n\r" for byte in head) > 0.7 * len(head)


def _kind_of_package(reader: Reader) -> FileKind:
    try:
        with zipfile.ZipFile(ReaderFile(reader)) as package:
            names = package.namelist()[:5000]
            stated = package.read("mimetype")[:80] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError):
        if reader.error is not None:
            raise
        return _kind_of_broken_package(reader)
    if stated.startswith(b"application/epub"):
        return FileKind.EPUB
    if stated.startswith(_OPEN_DOCUMENT):
        return FileKind.OPEN_DOCUMENT if any(kind in stated for kind in _OPEN_KINDS) else FileKind.OFFICE
    for start, kind in (
        ("word/", FileKind.DOCX),
        ("ppt/", FileKind.PPTX),
        ("xl/", FileKind.XLSX),
    ):
        if any(entry.startswith(start) for entry in names):
            return kind
    if any(".fdseq" in entry.lower() for entry in names):  # its own name is free, and it may come in pieces
        return FileKind.XPS
    apple_s = any(entry.endswith(".iwa") or entry == "Index.zip" for entry in names)
    return FileKind.OFFICE if apple_s else FileKind.ARCHIVE if names else FileKind.UNKNOWN


def _kind_of_broken_package(reader: Reader) -> FileKind:
    """A package without its list of contents is broken; its first entries still tell what it was to be."""
    reader.seek(0)
    start = reader.read(1 << 16)
    kinds = ((b"word/", FileKind.DOCX), (b"ppt/", FileKind.PPTX), (b"xl/", FileKind.XLSX))
    return next((kind for sign, kind in kinds if sign in start), FileKind.UNKNOWN)


def _kind_of_old_office(reader: Reader) -> FileKind:
    reader.seek(0)
    start = reader.read(1 << 16)
    reader.seek(max(0, reader.size - (1 << 16)))
    locked = "EncryptedPackage".encode("utf-16-le")
    return FileKind.LOCKED_OFFICE if locked in start or locked in reader.read(1 << 16) else FileKind.OFFICE
