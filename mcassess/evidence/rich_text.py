"""RTF as HTML by striprtf: its text and the cells of its tables; pictures are not kept. In the child ``words``."""

from html import escape
from typing import Any

from striprtf import striprtf as untyped_striprtf

from mcassess.evidence.converted import Converted, Section

striprtf: Any = untyped_striprtf  # it comes without types
_CELL = "|"


def rich_text(content: bytes) -> Converted:
    """Returns an RTF file's text.

    Raises:
        Exception: What striprtf raises on a broken file.
    """
    text = str(striprtf.rtf_to_text(content.decode("latin-1"), errors="replace"))
    made: list[str] = []
    row_before = False
    for line in text.split("\n"):
        row = line.endswith(_CELL)
        if row_before and not row:
            made.append("</table>")
        if row:
            made.append("" if row_before else "<table>")
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in line.removesuffix(_CELL).split(_CELL))
            made.append(f"<tr>{cells}</tr>")
        elif line.strip():
            made.append(f"<p>{escape(line)}</p>")
        row_before = row
    if row_before:
        made.append("</table>")
    return Converted(sections=[Section(html="".join(made) or "<p></p>")])
