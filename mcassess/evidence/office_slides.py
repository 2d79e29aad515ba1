"""PPTX as HTML: a page a slide with its text, tables and pictures, and the speaker's notes. In the child ``words``."""

from html import escape
from xml.etree import ElementTree as ET

from mcassess.evidence.converted import Converted, Section
from mcassess.evidence.office_package import OfficePackage, each, first, name_of, relation_id
from mcassess.texts import tr

_TITLES = {"title": "h1", "ctrTitle": "h1", "subTitle": "h3"}
_SKIPPED = frozenset({"dt", "ftr", "sldNum", "hdr"})
_SLIDE_WIDTH = 9_144_000
_INDENT = 18
_MOST_SLIDES = 1000


def slides(content: bytes) -> Converted:
    """Returns a PPTX file's slides.

    Raises:
        EvidenceError: ``too_big``.
        Exception: What the parsers raise on a broken file.
    """
    package = OfficePackage(content)
    main = "ppt/presentation.xml"
    presentation, parts = package.xml(main), package.relations(main)
    size = first(presentation, "sldSz")
    width = int(size.get("cx", _SLIDE_WIDTH)) if size is not None else _SLIDE_WIDTH
    found = Converted()
    for slide_id in list(each(presentation, "sldId"))[:_MOST_SLIDES]:
        part = parts.get(relation_id(slide_id), "")
        if part in package:
            found.sections.append(Section(html=_Slide(package, part, width, found).html(), landscape=True))
    if not found.sections:
        found.sections.append(Section(html=f"<p>{escape(tr('There are no slides in it.'))}</p>", landscape=True))
    return found


class _Slide:
    def __init__(self, package: OfficePackage, part: str, width: int, found: Converted) -> None:
        self._package, self._part, self._width, self._found = package, part, max(width, 1), found
        self._parts = package.relations(part)

    def html(self) -> str:
        tree = first(self._package.xml(self._part), "spTree")
        return (self._shapes(tree) if tree is not None else "") + self._notes() or "<p></p>"

    def _shapes(self, tree: ET.Element) -> str:
        made = []
        for shape in tree:
            match name_of(shape):
                case "sp":
                    made.append(_text(shape))
                case "pic":
                    made.append(self._picture(shape))
                case "graphicFrame":
                    made += [_table(table) for table in each(shape, "tbl")]
                case "grpSp":
                    made.append(self._shapes(shape))
        return "".join(made)

    def _picture(self, shape: ET.Element) -> str:
        blip, extent = first(shape, "blip"), first(shape, "ext")
        part = self._parts.get(relation_id(blip, "embed"), "") if blip is not None else ""
        if part not in self._package:
            return ""
        share = int(extent.get("cx", 0)) / self._width if extent is not None else 0.0
        percent = round(100 * min(share, 1.0)) or 50
        return f'<p><img src="{self._found.keep(self._package.bytes_of(part))}" style="width: {percent}%"></p>'

    def _notes(self) -> str:
        part = next((part for part in self._parts.values() if "/notesSlides/" in part), "")
        if part not in self._package:
            return ""
        shapes = [shape for shape in each(self._package.xml(part), "sp") if _placeholder(shape) == "body"]
        text = "".join(_paragraph(line, is_list=False) for shape in shapes for line in each(shape, "p"))
        return f"<hr><p><i>{escape(tr('Notes of the speaker'))}</i></p>{text}" if text else ""


def _placeholder(shape: ET.Element) -> str | None:
    """Returns what a shape holds the place of, None for a shape of its own."""
    place = first(shape, "ph")
    return None if place is None else place.get("type", "")


def _text(shape: ET.Element) -> str:
    place = _placeholder(shape)
    if place in _SKIPPED:
        return ""
    body = next((child for child in shape if name_of(child) == "txBody"), None)
    paragraphs = list(each(body, "p")) if body is not None else []
    tag = _TITLES.get(place or "")
    if tag is not None:
        title = " ".join(text for text in map(_runs, paragraphs) if text)
        return f"<{tag}>{title}</{tag}>" if title else ""
    return "".join(_paragraph(paragraph, is_list=place is not None) for paragraph in paragraphs)


def _paragraph(paragraph: ET.Element, *, is_list: bool) -> str:
    text = _runs(paragraph)
    if not text:
        return ""
    look = first(paragraph, "pPr")
    level = int(look.get("lvl", 0)) if look is not None else 0
    bare = look is not None and first(look, "buNone") is not None
    marked = look is not None and any(first(look, name) is not None for name in ("buChar", "buAutoNum"))
    sign = "• " if marked or (is_list and not bare) else ""
    return f'<p style="margin-left: {level * _INDENT}pt">{sign}{text}</p>'


def _runs(paragraph: ET.Element) -> str:
    made = []
    for run in paragraph:
        if name_of(run) == "br":
            made.append("<br>")
        elif name_of(run) in {"r", "fld"}:
            text = escape("".join(each_text.text or "" for each_text in each(run, "t")))
            look = first(run, "rPr")
            for name, tag in (("b", "b"), ("i", "i")):
                if look is not None and look.get(name) == "1":
                    text = f"<{tag}>{text}</{tag}>"
            made.append(text)
    return "".join(made)


def _table(table: ET.Element) -> str:
    rows = []
    for row in each(table, "tr"):
        cells = []
        for cell in each(row, "tc"):
            if cell.get("hMerge") == "1" or cell.get("vMerge") == "1":
                continue
            text = "".join(f"<p>{_runs(paragraph)}</p>" for paragraph in each(cell, "p"))
            spans = f' colspan="{int(cell.get("gridSpan", 1))}" rowspan="{int(cell.get("rowSpan", 1))}"'
            cells.append(f"<td{spans}>{text}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"
