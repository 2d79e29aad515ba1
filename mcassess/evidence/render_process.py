"""In the child of kind ``pages``: opens documents and draws their pages. The only file that imports PyMuPDF."""

import encodings.latin_1
import encodings.raw_unicode_escape
import encodings.utf_16  # noqa: F401 - imported on use it would be too late
import io
from typing import Any

import pymupdf as untyped_pymupdf

from mcassess.evidence import page_contents
from mcassess.evidence.burning import Burner, notes_html
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import read_all
from mcassess.evidence.story import STORY
from mcassess.evidence.worker import RemoteReader
from mcassess.texts import tr

pymupdf: Any = untyped_pymupdf  # it comes without types
_Untyped = Any
_WORD_FLAGS = pymupdf.TEXTFLAGS_WORDS & ~pymupdf.TEXT_PRESERVE_LIGATURES  # a quote says "fi" in two letters
_DOCUMENT_BYTES = 600 << 20
_PICTURE_PIXELS = 80_000_000
_MEASURED_PAGES = 3000
_POINTS_A_PIXEL = 72 / 96
_PAPER = pymupdf.paper_rect("a4")
_MARGINS = (54, 54, -54, -54)
_STYLE = """
body { font-family: sans-serif; font-size: 11pt; line-height: 1.35; }
table { border-collapse: collapse; width: 100%; }
td, th { border: 0.5pt solid #888888; padding: 3pt; vertical-align: top; }
img { max-width: 100%; }
h1 { font-size: 20pt; }
h2 { font-size: 15pt; }
h3 { font-size: 13pt; }
pre, code { font-family: monospace; font-size: 9.5pt; }
blockquote { margin-left: 18pt; font-style: italic; }
"""


class PageHandler:
    """Keeps one document open and answers questions about it."""

    def __init__(self) -> None:
        pymupdf.TOOLS.mupdf_display_errors(False)  # noqa: FBT003 - the binding's own signature
        pymupdf.TOOLS.mupdf_display_warnings(False)  # noqa: FBT003 - the binding's own signature
        self._document: Any = None
        self._password = ""
        self._drawn: Any = None  # the pixels that were answered last live as long as this

    def handle(self, request: dict[str, Any], reader: RemoteReader) -> tuple[dict[str, Any], bytes | memoryview]:
        """Answers ``open``, ``draw`` and ``burn``, and questions about what is on pages.

        Raises:
            EvidenceError: ``password``, ``no_pages``, ``broken`` or ``too_big``.
        """
        try:
            match request["do"]:
                case "open":
                    return self._open(request, reader), b""
                case "draw":
                    return self._draw(int(request["page"]), float(request["scale"]), int(request.get("quarters", 0)))
                case "burn":
                    return {}, self._burnt(request["annotations"], str(request["title"]))
                case _:
                    return self._contents(request), b""
        except (EvidenceError, MemoryError):
            raise
        except Exception as error:  # PyMuPDF raises nearly everything on broken files
            raise _broken() from error

    def _open(self, request: dict[str, Any], reader: RemoteReader) -> dict[str, Any]:
        if reader.size > _DOCUMENT_BYTES:
            raise EvidenceError("too_big", tr("The document is too big to be shown."))
        self._document = None
        self._password = str(request.get("password") or "")
        content = read_all(reader, _DOCUMENT_BYTES)
        kind = str(request["kind"])
        if kind == STORY:
            content, kind = laid_out(request, content), "pdf"
        document = pymupdf.open(stream=content, filetype=kind)
        if document.needs_pass and not document.authenticate(self._password):
            raise EvidenceError("password", tr("The document is locked with a password. Ask for a copy without one."))
        if document.page_count == 0:
            raise EvidenceError("no_pages", tr("The document has no pages. Ask for it to be sent again."))
        measured = min(document.page_count, _MEASURED_PAGES)
        sizes = [_size(document, index) for index in range(measured)]
        sizes += [sizes[0]] * (document.page_count - measured)
        self._document = document
        return {"sizes": sizes, "repaired": bool(getattr(document, "is_repaired", False))}

    def _opened(self) -> _Untyped:
        if self._document is None:
            raise _broken()
        return self._document

    def _draw(self, index: int, scale: float, quarters: int) -> tuple[dict[str, Any], memoryview]:
        page = self._opened()[index]
        pixels = max(1.0, page.rect.width * page.rect.height * scale * scale)
        if pixels > _PICTURE_PIXELS:
            scale *= (_PICTURE_PIXELS / pixels) ** 0.5
        self._drawn = drawn = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale).prerotate(90 * quarters), alpha=False)
        return {"width": drawn.width, "height": drawn.height, "stride": drawn.stride}, drawn.samples_mv

    def _contents(self, request: dict[str, Any]) -> dict[str, Any]:
        document = self._opened()
        match request["do"]:
            case "words":
                return {"words": page_contents.words(document[int(request["page"])], _WORD_FLAGS)}
            case "survey":
                return page_contents.survey(document, _WORD_FLAGS, float(request["for_seconds"]))
            case "links":
                return {"links": page_contents.links(document, document[int(request["page"])])}
            case "outline":
                return {"outline": page_contents.outline(document)}
            case "fields":
                return {"fields": page_contents.fields(document, int(request["first"]), int(request["count"]))}
            case "find":
                return {"hits": self._hits(str(request["text"]), int(request["first"]), int(request["count"]))}
        raise ValueError(request["do"])

    def _hits(self, text: str, first: int, count: int) -> list[list[Any]]:
        document = self._opened()
        found: list[list[Any]] = []
        for index in range(first, min(first + count, document.page_count)):
            rows = page_contents.words(document[index], _WORD_FLAGS)
            found += [[index, start, rows[start : end + 1]] for start, end in page_contents.find(rows, text)]
        return found

    def _burnt(self, annotations: list[dict[str, Any]], title: str) -> bytes:
        content = self._opened().convert_to_pdf() if not self._opened().is_pdf else self._opened().tobytes()
        copy = pymupdf.open(stream=content, filetype="pdf")
        if copy.needs_pass:
            copy.authenticate(self._password)
        Burner(pymupdf, copy).burn(annotations)
        if annotations:
            notes = story_to_pdf([[notes_html(title, annotations), False]], [], b"")
            copy.insert_pdf(pymupdf.open(stream=notes, filetype="pdf"))
        copy.set_metadata({})
        return bytes(copy.tobytes(garbage=3, deflate=True, encryption=pymupdf.PDF_ENCRYPT_NONE))


def _size(document: _Untyped, index: int) -> list[float]:
    """Returns width and height of a page as it is shown; the binding's own way takes three times as long."""
    bounds = pymupdf.mupdf.fz_bound_page(pymupdf.mupdf.fz_load_page(document.this, index))
    return [bounds.x1 - bounds.x0, bounds.y1 - bounds.y0]


def laid_out(request: dict[str, Any], content: bytes) -> bytes:
    """Returns a PDF of what another child has read: ``sections`` and ``pictures``, or ``scans``."""
    if "scans" in request:
        return scans_to_pdf(request["scans"], content)
    return story_to_pdf(request["sections"], request["pictures"], content)


def scans_to_pdf(scans: list[list[int]], content: bytes) -> bytes:
    """Returns a PDF with a picture on each page, as large as at 96 dots an inch.

    Args:
        scans: Width and height in pixels, and number of bytes, of each picture.
        content: The bytes of all pictures, one after the other.
    """
    document = pymupdf.open()
    at = 0
    for width, height, size in scans:
        page = document.new_page(width=width * _POINTS_A_PIXEL, height=height * _POINTS_A_PIXEL)
        page.insert_image(page.rect, stream=content[at : at + size])
        at += size
    return bytes(document.tobytes())


def story_to_pdf(sections: list[list[Any]], pictures: list[list[Any]], content: bytes) -> bytes:
    """Returns a PDF of a document that is laid out here.

    Args:
        sections: HTML, and whether the page lies on its long side; each begins on a new page.
        pictures: Name and number of bytes of each picture.
        content: The bytes of all pictures, one after the other.
    """
    archive = pymupdf.Archive()
    at = 0
    for name, size in pictures:
        archive.add((content[at : at + size], name))
        at += size
    target = io.BytesIO()
    writer = pymupdf.DocumentWriter(target)
    for html, landscape in sections:
        paper = pymupdf.Rect(0, 0, _PAPER.height, _PAPER.width) if landscape else _PAPER
        story = pymupdf.Story(html=f"<body>{html}</body>", user_css=_STYLE, archive=archive)
        more = True
        while more:
            device = writer.begin_page(paper)
            more, _ = story.place(paper + _MARGINS)
            story.draw(device)
            writer.end_page()
    writer.close()
    return target.getvalue()


def _broken() -> EvidenceError:
    return EvidenceError("broken", tr("The document cannot be opened: it is broken. Ask for it to be sent again."))
