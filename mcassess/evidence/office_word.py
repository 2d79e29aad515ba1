"""DOCX as HTML by mammoth: text, headings, tables and pictures, not its layout. In the child of kind ``office``."""

import io
from typing import Any

import mammoth

from mcassess.evidence.converted import Converted, Section, check_package

_STYLES = """
p[style-name='Title'] => h1.title:fresh
p.Title => h1.title:fresh
p[style-name='Subtitle'] => h3.subtitle:fresh
p.Subtitle => h3.subtitle:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
u => u
strike => s
"""


def word_document(content: bytes) -> Converted:
    """Returns a DOCX file's contents.

    Raises:
        EvidenceError: ``too_big``.
        Exception: What mammoth raises on a broken file.
    """
    check_package(content)
    found = Converted()

    def keep(image: Any) -> dict[str, str]:  # noqa: ANN401 - mammoth has no types
        with image.open() as opened:
            return {"src": found.keep(opened.read())}

    made = mammoth.convert_to_html(
        io.BytesIO(content), style_map=_STYLES, convert_image=mammoth.images.img_element(keep)
    )
    found.sections.append(Section(html=made.value or "<p></p>"))
    return found
