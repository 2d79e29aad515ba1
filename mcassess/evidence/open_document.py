"""ODT, ODS and ODP as HTML by odfdo: text, lists, tables and pictures, not their layout. In the child ``words``."""

from collections.abc import Callable
from html import escape
from io import BytesIO
from typing import Any

from odfdo import Document

from mcassess.evidence.converted import Converted, Section, check_package
from mcassess.texts import tr

_MOST_ROWS = 2000
_MOST_COLUMNS = 60
_SKIPPED = frozenset(
    {
        "text:sequence-decls",
        "text:tracked-changes",
        "text:table-of-content",
        "office:annotation",
        "office:annotation-end",
        "office:forms",
        "table:calculation-settings",
        "presentation:settings",
    }
)
_Element = Any  # odfdo has types, but not for what its elements hold


def open_document(content: bytes) -> Converted:
    """Returns an OpenDocument file's contents: a text in one section, sheets and slides in one each.

    Raises:
        EvidenceError: ``too_big``.
        Exception: What odfdo raises on a broken file.
    """
    check_package(content)
    document = Document(BytesIO(content))
    found = Converted()
    walk = _Walk(document, found)
    body = document.body
    if body.tag == "office:spreadsheet":
        for table in (child for child in body.children if child.tag == "table:table"):
            title = escape(str(table.get_attribute("table:name") or ""))
            found.sections.append(Section(html=f"<h2>{title}</h2>{walk.html(table)}"))
    elif body.tag == "office:presentation":
        for page in (child for child in body.children if child.tag == "draw:page"):
            found.sections.append(Section(html=walk.inside(page) or "<p></p>", landscape=True))
    else:
        found.sections.append(Section(html=walk.inside(body) or "<p></p>"))
    if not found.sections:
        found.sections.append(Section(html=f"<p>{escape(tr('There is nothing in it.'))}</p>"))
    return found


class _Walk:
    def __init__(self, document: _Element, found: Converted) -> None:
        self._document, self._found = document, found
        self._looks = _looks(document)
        self._makers: dict[str, Callable[[_Element], str]] = {
            "text:h": self._heading,
            "text:p": self._paragraph,
            "text:list": lambda element: f"<ul>{self.inside(element)}</ul>",
            "text:list-item": lambda element: f"<li>{self.inside(element)}</li>",
            "text:list-header": lambda element: f"<li>{self.inside(element)}</li>",
            "table:table": self._table,
            "draw:image": self._picture,
            "presentation:notes": self._notes,
        }

    def html(self, element: _Element) -> str:
        """Returns an element as HTML."""
        tag = element.tag
        if tag in _SKIPPED:
            return ""
        made = self._makers.get(tag)
        if made is not None:
            return made(element)
        return self._flow(element) if tag.startswith("text:") and tag != "text:section" else self.inside(element)

    def inside(self, element: _Element) -> str:
        """Returns what is in an element as HTML."""
        return "".join(self.html(child) for child in element.children)

    def _heading(self, element: _Element) -> str:
        level = min(max(int(element.get_attribute("text:outline-level") or 1), 1), 6)
        return f"<h{level}>{self._flow(element)}</h{level}>"

    def _notes(self, element: _Element) -> str:
        notes = self.inside(element)
        return f"<hr><p><i>{escape(tr('Notes of the speaker'))}</i></p>{notes}" if notes.strip() else ""

    def _paragraph(self, element: _Element) -> str:
        flow = self._flow(element)
        style = self._looks.get(str(element.get_attribute("text:style-name") or ""), "")
        if style in {"Title", "Subtitle"}:
            tag = "h1" if style == "Title" else "h3"
            return f"<{tag}>{flow}</{tag}>"
        return f"<p>{flow}</p>"

    def _flow(self, element: _Element) -> str:
        """Returns running text: what odfdo calls text, children and their tails, in order."""
        made = [escape(element.text or "")]
        for child in element.children:
            match child.tag:
                case "text:s":
                    made.append(" " * int(child.get_attribute("text:c") or 1))
                case "text:tab":
                    made.append("\u2003")
                case "text:line-break":
                    made.append("<br>")
                case "text:span":
                    made.append(self._span(child))
                case _:
                    made.append(self.html(child))
            made.append(escape(child.tail or ""))
        return "".join(made)

    def _span(self, element: _Element) -> str:
        style = self._looks.get(str(element.get_attribute("text:style-name") or ""), "")
        text = self._flow(element)
        return f"<{style}>{text}</{style}>" if style in {"b", "i"} else text

    def _picture(self, element: _Element) -> str:
        address = str(element.get_attribute("xlink:href") or "").removeprefix("./")
        if not address.startswith("Pictures/"):
            return ""  # a picture that lies elsewhere is not fetched
        try:
            return f'<img src="{self._found.keep(self._document.get_part(address))}">'
        except KeyError:
            return ""

    def _table(self, element: _Element) -> str:
        made: list[str] = []
        for row in element.get_elements("descendant::table:table-row"):
            repeated = min(int(row.get_attribute("table:number-rows-repeated") or 1), _MOST_ROWS)
            cells = self._cells(row)
            if cells:
                made += [f"<tr>{cells}</tr>"] * min(repeated, _MOST_ROWS - len(made))
            if len(made) >= _MOST_ROWS:
                break
        return f"<table>{''.join(made)}</table>" if made else ""

    def _cells(self, row: _Element) -> str:
        cells: list[str] = []
        for cell in row.children:
            if cell.tag not in {"table:table-cell", "table:covered-table-cell"}:
                continue
            repeated = min(int(cell.get_attribute("table:number-columns-repeated") or 1), _MOST_COLUMNS)
            if cell.tag == "table:table-cell":
                cells += [self.inside(cell)] * repeated
        while cells and not cells[-1]:
            cells.pop()
        return "".join(f"<td>{cell}</td>" for cell in cells[:_MOST_COLUMNS])


def _looks(document: _Element) -> dict[str, str]:
    """Returns what the styles that HTML keeps stand for, by their names: ``Title``, ``Subtitle``, ``b`` or ``i``."""
    found = {"Title": "Title", "Subtitle": "Subtitle"}
    for style in document.get_styles():
        name = str(getattr(style, "name", "") or "")
        parent = str(style.get_attribute("style:parent-style-name") or "")
        if parent in {"Title", "Subtitle"}:
            found[name] = parent
        for look in style.get_elements("style:text-properties"):
            if look.get_attribute("fo:font-weight") == "bold":
                found.setdefault(name, "b")
            elif look.get_attribute("fo:font-style") == "italic":
                found.setdefault(name, "i")
    return found
