"""Markdown as simple HTML: headings, lists, quotes, code, tables, emphasis. Follows no link and loads no picture."""

import re
from html import escape

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(\s*)(?:[-*+]|\d{1,9}[.)])\s+(.*)")
_ORDERED = re.compile(r"\s*\d")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_INLINE = re.compile(
    # each is looked for over so many letters and no more, or a line of signs alone would take for ever
    r"(?P<tick>`{1,9})(?P<code>.{1,400}?)(?P=tick)(?!`)"
    r"|!\[(?P<alt>[^\]]{0,200})\]\([^)]{0,2000}\)"
    r"|\[(?P<label>[^\]]{1,200})\]\((?P<address>[^)\s]{1,2000})[^)]{0,200}\)"
    r"|(?P<strong>\*\*|__)(?P<bold>\S.{0,400}?)(?P=strong)"
    r"|(?<![\w*])(?P<em>[*_])(?P<italic>[^\s*_](?:.{0,200}?[^\s*_])?)(?P=em)(?![\w*])"
    r"|\\(?P<plain>[!-/:-@\[-`{-~])"
)
_MOST_DEPTH = 12
_UNDERLINES = {"=": "h1", "-": "h2"}


def markdown_html(text: str) -> str:
    """Returns Markdown as HTML of our own making; whatever markup the text holds itself is shown as it stands."""
    return "".join(_Blocks(text.expandtabs(4).split("\n")).read())


class _Blocks:
    """One pass over the lines; each kind of block takes as many of them as are its own."""

    def __init__(self, lines: list[str], depth: int = 0) -> None:
        self._lines = lines
        self._depth = depth
        self._at = 0

    def read(self) -> list[str]:
        made = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip():
                self._at += 1
            elif _FENCE.match(line):
                made.append(self._code())
            elif heading := _HEADING.match(line):
                level = len(heading.group(1))
                made.append(f"<h{level}>{_inline(heading.group(2))}</h{level}>")
                self._at += 1
            elif _RULE.match(line):
                made.append("<hr>")
                self._at += 1
            elif self._holds_blocks(line):
                made.append(self._quote() if line.lstrip().startswith(">") else self._list())
            elif self._is_table():
                made.append(self._table())
            else:
                made.append(self._paragraph())
        return made

    def _holds_blocks(self, line: str) -> bool:
        """Tells whether a quote or a list begins; those that lie too deep in others are words like all others."""
        return self._depth < _MOST_DEPTH and (line.lstrip().startswith(">") or _ITEM.match(line) is not None)

    def _take(self) -> str:
        self._at += 1
        return self._lines[self._at - 1]

    def _code(self) -> str:
        fence = _FENCE.match(self._take())
        assert fence is not None
        end, held = fence.group(1), []
        while self._at < len(self._lines) and not self._lines[self._at].strip().startswith(end):
            held.append(self._take())
        self._at += 1
        return f"<pre>{escape(chr(10).join(held))}</pre>"

    def _quote(self) -> str:
        held = []
        while self._at < len(self._lines) and self._lines[self._at].lstrip().startswith(">"):
            held.append(self._take().lstrip()[1:].removeprefix(" "))
        return f"<blockquote>{''.join(_Blocks(held, self._depth + 1).read())}</blockquote>"

    def _list(self) -> str:
        tag = "ol" if _ORDERED.match(self._lines[self._at]) else "ul"
        items: list[list[str]] = []
        outer = len(self._lines[self._at]) - len(self._lines[self._at].lstrip())
        while self._at < len(self._lines):
            line = self._lines[self._at]
            item = _ITEM.match(line)
            if item is not None and len(item.group(1)) <= outer + 1:
                items.append([item.group(2)])
            elif line.strip() and (line.startswith(" " * (outer + 2)) or self._goes_on()):
                items[-1].append(line[outer + 2 :] if line.startswith(" " * (outer + 2)) else line)
            elif line.strip() or not self._next_is_inside(outer):
                break
            else:
                items[-1].append("")
            self._at += 1
        return f"<{tag}>{''.join(f'<li>{_item(lines, self._depth + 1)}</li>' for lines in items)}</{tag}>"

    def _goes_on(self) -> bool:
        """Tells whether a line that is not moved in still belongs to the item's paragraph before it."""
        line, before = self._lines[self._at], self._lines[self._at - 1]
        return bool(before.strip()) and not (_HEADING.match(line) or _RULE.match(line) or _FENCE.match(line))

    def _next_is_inside(self, outer: int) -> bool:
        after = next((line for line in self._lines[self._at + 1 :] if line.strip()), "")
        return after.startswith(" " * (outer + 2)) or _ITEM.match(after) is not None

    def _is_table(self) -> bool:
        following = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
        return "|" in self._lines[self._at] and "-" in following and _TABLE_RULE.match(following) is not None

    def _table(self) -> str:
        rows = [_row(self._take(), "th")]
        self._at += 1
        while self._at < len(self._lines) and "|" in self._lines[self._at]:
            rows.append(_row(self._take(), "td"))
        return f"<table>{''.join(rows)}</table>"

    def _paragraph(self) -> str:
        held = [self._take()]
        while self._at < len(self._lines) and (line := self._lines[self._at]).strip():
            if (underline := _UNDERLINES.get(line.strip()[0])) and set(line.strip()) == {line.strip()[0]}:
                self._at += 1
                return f"<{underline}>{_inline(' '.join(held))}</{underline}>"
            if _HEADING.match(line) or _FENCE.match(line) or self._holds_blocks(line):
                break
            held.append(self._take())
        lines = [_inline(line.strip()) + ("<br>" if line.endswith(("  ", "\\")) else "") for line in held]
        return f"<p>{' '.join(lines)}</p>"


def _item(lines: list[str], depth: int) -> str:
    """Returns an item's contents; a single paragraph stands without a tag of its own."""
    made = _Blocks(lines, depth).read()
    if made and made[0].startswith("<p>"):
        made[0] = made[0].removeprefix("<p>").removesuffix("</p>")
    return "".join(made)


def _row(line: str, tag: str) -> str:
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    return f"<tr>{''.join(f'<{tag}>{_inline(cell.strip())}</{tag}>' for cell in cells)}</tr>"


def _inline(text: str) -> str:
    made, at = [], 0
    for found in _INLINE.finditer(text):
        made.append(escape(text[at : found.start()]))
        made.append(_marked(found))
        at = found.end()
    return "".join((*made, escape(text[at:])))


def _marked(found: re.Match[str]) -> str:
    parts = found.groupdict()
    if parts["code"] is not None:
        return f"<code>{escape(parts['code'].strip())}</code>"
    if parts["alt"] is not None:
        return f"<i>[{escape(parts['alt'])}]</i>"
    if parts["label"] is not None:
        return f"{_inline(parts['label'])} <i>({escape(parts['address'])})</i>"
    if parts["bold"] is not None:
        return f"<b>{_inline(parts['bold'])}</b>"
    if parts["italic"] is not None:
        return f"<i>{_inline(parts['italic'])}</i>"
    return escape(parts["plain"])
