"""HTML cut down to what is read: no script, no look of its own, nothing from outside. In the child ``words``."""

import base64
import binascii
import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

from mcassess.evidence.converted import Converted

_KEPT = frozenset(
    {
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
        "caption",
        "b",
        "i",
        "em",
        "strong",
        "u",
        "s",
        "sub",
        "sup",
        "code",
        "pre",
        "blockquote",
    }
)
_BLOCKS = frozenset(
    {
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "figure",
        "figcaption",
        "form",
        "fieldset",
        "address",
    }
)
_BARE = frozenset({"br", "hr"})
_DROPPED = frozenset(
    {
        "script",
        "style",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "noscript",
        "svg",
        "math",
        "head",
        "select",
        "textarea",
    }
)
_STARTS = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_DATA = re.compile(r"data:image/[a-z.+-]+;?(base64)?,(.*)", re.IGNORECASE | re.DOTALL)
_SPANS = ("colspan", "rowspan")
_MOST_DEPTH = 200


def is_web_page(text: str) -> bool:
    """Tells whether a text begins as web pages do."""
    return _STARTS.search(text[:1024]) is not None


def web_page(text: str, found: Converted | None = None) -> tuple[str, str]:
    """Returns a web page's contents as simple HTML, and as plain text.

    Args:
        text: The page.
        found: Keeps the pictures that lie in the page itself; without it there are none.
    """
    reading = _Reading(found)
    reading.feed(text)
    reading.close()
    return reading.html(), reading.text()


class _Reading(HTMLParser):
    def __init__(self, found: Converted | None) -> None:
        super().__init__(convert_charrefs=True)
        self._found = found
        self._html: list[str] = []
        self._text: list[str] = []
        self._open: list[str] = []
        self._dropped: list[str] = []
        self._address = ""
        self._label: list[str] = []

    def html(self) -> str:
        return "".join((*self._html, *(f"</{tag}>" for tag in reversed(self._open))))

    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._text).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropped or tag in _DROPPED:
            if tag in _DROPPED and tag != "embed":  # that one is never closed
                self._dropped.append(tag)
            return
        values = {name: value or "" for name, value in attrs}
        if tag in _BARE:
            self._html.append(f"<{tag}>")
            self._text.append("\n")
        elif tag == "img":
            self._picture(values)
        elif tag == "a":
            self._address, self._label = values.get("href", ""), []
        elif (kept := "p" if tag in _BLOCKS else tag) in _KEPT and len(self._open) < _MOST_DEPTH:
            spans = "".join(f' {name}="{int(values[name])}"' for name in _SPANS if values.get(name, "").isdigit())
            self._open.append(kept)
            self._html.append(f"<{kept}{spans}>")
            self._break(kept)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            if tag == self._dropped[-1]:
                self._dropped.pop()
            return
        if tag == "a":
            self._end_link()
        kept = "p" if tag in _BLOCKS else tag
        if kept in self._open:
            while (closed := self._open.pop()) != kept:
                self._html.append(f"</{closed}>")
            self._html.append(f"</{kept}>")
            self._break(kept)

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        shown = data if "pre" in self._open else _SPACE.sub(" ", data)
        self._html.append(escape(shown))
        self._text.append(shown)
        self._label.append(shown)

    def _break(self, tag: str) -> None:
        if tag not in {"b", "i", "em", "strong", "u", "s", "sub", "sup", "code"}:
            self._text.append("\t" if tag in {"td", "th"} else "\n")

    def _end_link(self) -> None:
        """Says where a link leads: it is not followed here, so its address has to be readable."""
        address, self._address = self._address, ""
        if address.lower().startswith(("http:", "https:", "mailto:")) and address not in "".join(self._label):
            self._html.append(f" <i>({escape(address)})</i>")
            self._text.append(f" ({address})")

    def _picture(self, values: dict[str, str]) -> None:
        picture = _inner_picture(values.get("src", "")) if self._found is not None else None
        if picture and self._found is not None:
            self._html.append(f'<img src="{self._found.keep(picture)}">')
        elif values.get("alt"):
            self._html.append(f"<i>[{escape(values['alt'])}]</i>")
            self._text.append(f"[{values['alt']}]")


def _inner_picture(address: str) -> bytes | None:
    """Returns the picture that lies in an address itself; None where it would have to be fetched."""
    found = _DATA.match(address)
    if found is None:
        return None
    try:
        raw = unquote_to_bytes(found.group(2))
        return base64.b64decode(raw, validate=False) if found.group(1) else raw
    except binascii.Error:
        return None
