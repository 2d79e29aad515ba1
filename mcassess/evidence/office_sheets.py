"""XLSX as HTML: each sheet's values as a table, and its pictures. No formula is computed. In the child ``words``."""

import re
from datetime import datetime, timedelta
from html import escape
from xml.etree import ElementTree as ET

from mcassess.evidence.converted import Converted, Section
from mcassess.evidence.office_package import OfficePackage, each, first, name_of, relation_id
from mcassess.texts import tr

_MOST_ROWS = 2000
_MOST_COLUMNS = 60
_MOST_SHEETS = 100
_WIDE_FROM = 7
_DATE_FORMATS = frozenset((*range(14, 23), *range(45, 48)))
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def sheets(content: bytes) -> Converted:
    """Returns an XLSX file's sheets.

    Raises:
        EvidenceError: ``too_big``.
        Exception: What the parsers raise on a broken file.
    """
    package = OfficePackage(content)
    main = "xl/workbook.xml"
    workbook, parts = package.xml(main), package.relations(main)
    values = _Values(package, workbook)
    found = Converted()
    for sheet in list(each(workbook, "sheet"))[:_MOST_SHEETS]:
        part = parts.get(relation_id(sheet), "")
        if part in package and sheet.get("state", "visible") == "visible":
            found.sections.append(_sheet(package, part, sheet.get("name", ""), values, found))
    if not found.sections:
        found.sections.append(Section(html=f"<p>{escape(tr('There are no sheets in it.'))}</p>"))
    return found


class _Values:
    """How a cell's value reads: the shared texts, and which styles stand for dates."""

    def __init__(self, package: OfficePackage, workbook: ET.Element) -> None:
        shared, styles = "xl/sharedStrings.xml", "xl/styles.xml"
        self._shared = [_rich(item) for item in each(package.xml(shared), "si")] if shared in package else []
        self._dates = _date_styles(package.xml(styles)) if styles in package else frozenset()
        properties = first(workbook, "workbookPr")
        since_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
        self._day_zero = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's dates have no zone

    def text(self, cell: ET.Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _rich(cell)
        holder = first(cell, "v")
        value = (holder.text or "") if holder is not None else ""
        if kind == "s":
            return self._shared[int(value)] if value.isdigit() and int(value) < len(self._shared) else ""
        if kind == "b":
            return tr("yes") if value == "1" else tr("no")
        if kind == "n" and value:
            return self._number(value, int(cell.get("s", 0)))
        return value

    def _number(self, value: str, style: int) -> str:
        number = float(value)
        if style in self._dates and 0 <= number < 2_958_466:
            moment = self._day_zero + timedelta(days=number)
            if number < 1:
                return f"{moment:%H:%M}"
            return f"{moment:%Y-%m-%d}" if number == int(number) else f"{moment:%Y-%m-%d %H:%M}"
        return f"{number:.10g}"


def _date_styles(styles: ET.Element) -> frozenset[int]:
    codes = {
        int(each_format.get("numFmtId", 0)): each_format.get("formatCode", "") for each_format in each(styles, "numFmt")
    }
    cells = first(styles, "cellXfs")
    found = set()
    for place, look in enumerate(cells if cells is not None else ()):
        number = int(look.get("numFmtId", 0))
        code = _QUOTED.sub("", codes.get(number, "")).lower()
        if number in _DATE_FORMATS or "yy" in code or "dd" in code or "h:mm" in code:
            found.add(place)
    return frozenset(found)


def _rich(item: ET.Element) -> str:
    # what is in phonetic runs says again, in other letters, what stands there
    return "".join(
        text.text or ""
        for part in item.iter()
        if name_of(part) in {"si", "is", "r"}
        for text in part
        if name_of(text) == "t"
    )


def _sheet(package: OfficePackage, part: str, title: str, values: _Values, found: Converted) -> Section:
    rows: dict[int, dict[int, str]] = {}
    cut = False
    for number, row in enumerate(each(package.xml(part), "row"), 1):
        at = int(row.get("r", number))
        for place, cell in enumerate(each(row, "c")):
            column = _column(cell.get("r", "")) if cell.get("r") else place
            text = values.text(cell)
            if column >= _MOST_COLUMNS or len(rows) >= _MOST_ROWS:
                cut = True
            elif text:
                rows.setdefault(at, {})[column] = text
    columns = max((column for row in rows.values() for column in row), default=-1) + 1
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(row.get(column, ''))}</td>" for column in range(columns)) + "</tr>"
        for _, row in sorted(rows.items())
    )
    table = f"<table>{body}</table>" if body else f"<p>{escape(tr('This sheet is empty.'))}</p>"
    note = f"<p><i>{escape(tr('The sheet is longer or wider than what is shown here.'))}</i></p>" if cut else ""
    html = f"<h2>{escape(title)}</h2>{table}{note}{_pictures(package, part, found)}"
    return Section(html=html, landscape=columns >= _WIDE_FROM)


def _pictures(package: OfficePackage, part: str, found: Converted) -> str:
    drawings = (each for each in package.relations(part).values() if "/drawings/" in each and each.endswith(".xml"))
    pictures = (
        picture
        for drawing in drawings
        if drawing in package
        for picture in package.relations(drawing).values()
        if "/media/" in picture and picture in package
    )
    return "".join(f'<p><img src="{found.keep(package.bytes_of(picture))}"></p>' for picture in pictures)


def _column(reference: str) -> int:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    number = 0
    for letter in found.group(1):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
