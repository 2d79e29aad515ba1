"""In the child of kind ``pages``: words, links, fields and hits of a page as rows of plain values. Draws nothing."""

import time
import unicodedata
from typing import Any

from mcassess.texts import tr

_MOST_SAID = 200
_MOST_OUTLINE = 5000
_MOST_HITS = 500
_MOST_FIELDS = 2000
_TICKED = frozenset({"CheckBox", "RadioButton"})
_INSIDE = frozenset({1, 4})  # MuPDF's numbers of links to a page, and to a name in the document
Page = Any  # PyMuPDF comes without types
Box = list[float]


def box_on(page: Page, rect: Any) -> Box:  # noqa: ANN401 - see above
    """Returns a rectangle of a page as fractions of it as it is drawn: turned, and counted from what is shown."""
    shown = page.rect.__class__(rect) * page.rotation_matrix
    width, height = page.rect.width or 1, page.rect.height or 1
    return [shown.x0 / width, shown.y0 / height, shown.width / width, shown.height / height]


def words(page: Page, flags: int) -> list[list[Any]]:
    """Returns the words of a page in reading order: text, box and the number of their line."""
    return [
        [text, *box_on(page, (left, top, right, bottom)), block * 10_000 + line]
        for left, top, right, bottom, text, block, line, _ in page.get_text("words", flags=flags)
    ]


def links(document: Any, page: Page) -> list[dict[str, Any]]:  # noqa: ANN401 - see above
    """Returns where a page leads: ``page`` inside the document, else ``address``."""
    found = []
    for link in page.get_links():
        target = link.get("page", -1)
        if link.get("kind") in _INSIDE and isinstance(target, int) and 0 <= target < document.page_count:
            found.append({"box": box_on(page, link["from"]), "page": target})
        elif address := str(link.get("uri") or link.get("file") or ""):
            found.append({"box": box_on(page, link["from"]), "address": address})
    return found


def outline(document: Any) -> list[list[Any]]:  # noqa: ANN401 - see above
    """Returns the outline: level, title and page (from 0) of each entry that leads to a page."""
    entries = document.get_toc(simple=True)[:_MOST_OUTLINE]
    return [[level, title, page - 1] for level, title, page in entries if 1 <= page <= document.page_count]


def fields(document: Any, first: int, count: int) -> list[dict[str, Any]]:  # noqa: ANN401 - see above
    """Returns the form fields of some pages with what was entered."""
    if not document.is_form_pdf:
        return []
    found: list[dict[str, Any]] = []
    for index in range(first, min(first + count, document.page_count)):
        page = document[index]
        for widget in page.widgets() or ():
            name = str(widget.field_label or widget.field_name or "")
            found.append({"name": name, "value": _value(widget), "page": index, "box": box_on(page, widget.rect)})
            if len(found) >= _MOST_FIELDS:
                return found
    return found


def _value(widget: Any) -> str:  # noqa: ANN401 - see above
    value = widget.field_value
    if widget.field_type_string in _TICKED:
        return tr("no") if value in {None, False, "", "Off", "No"} else tr("yes")
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


def find(rows: list[list[Any]], text: str) -> list[tuple[int, int]]:
    """Returns where a text stands among the words of a page: the first and the last word of each hit.

    Capitals, accents written apart, ligatures and line breaks make no difference.
    """
    wanted = plain(text)
    if not wanted:
        return []
    starts, joined, length = [], [], 0
    for row in rows:
        starts.append(length)
        joined.append(plain(str(row[0])))
        length += len(joined[-1]) + 1
    whole = " ".join(joined)
    hits: list[tuple[int, int]] = []
    at = whole.find(wanted)
    word = 0
    while at >= 0 and len(hits) < _MOST_HITS:
        while word + 1 < len(starts) and starts[word + 1] <= at:
            word += 1
        last = word
        while last + 1 < len(starts) and starts[last + 1] < at + len(wanted):
            last += 1
        hits.append((word, last))
        at = whole.find(wanted, at + len(wanted))
    return hits


def plain(text: str) -> str:
    """Returns a text as it is compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def survey(document: Any, flags: int, for_seconds: float) -> dict[str, Any]:  # noqa: ANN401 - see above
    """Returns the number of words, None where counting takes longer, and what the document says of its makers."""
    until, number = time.monotonic() + for_seconds, 0
    said = document.metadata or {}
    who = {name: str(said[name])[:_MOST_SAID] for name in ("author", "title") if said.get(name)}
    for page in document:
        number += len(page.get_text("words", flags=flags))
        if time.monotonic() > until:
            return {"words": None, "who": who}
    return {"words": number, "who": who}
