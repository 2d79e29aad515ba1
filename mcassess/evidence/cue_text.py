"""The words of one caption, without its marks: who speaks, and which words stand out. Reads no files.

Three kinds of marks are read: the tags of WebVTT and SRT, which differ little, and the codes of ASS, as which FFmpeg
gives the text tracks inside videos.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

_TAG = re.compile(r"<(/?)([a-zA-Z]*)([^<>]*)>|<\d[\d:.]*>")
_CODES = re.compile(r"\{([^{}]*)\}")
_RULE = re.compile(r"::cue\(\s*\.([\w\\-]+)\s*\)\s*\{([^}]*)\}")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_FONT_COLOUR = re.compile(r"color\s*=\s*[\"']?(#?\w+)(?![\w(])")
_ASS_COLOUR = re.compile(r"1?c&H([0-9A-Fa-f]{1,8})&?")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}|[a-z]{3,20}")
_SPOKEN_COLOURS = frozenset(["white", "lime", "cyan", "red", "yellow", "magenta", "blue", "black"])


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How a stretch of a caption's words stands out.

    Attributes:
        start: The place of its first character in the words, from 0.
        length: How many characters.
        colour: ``#rrggbb``, ``#rgb`` or a name; empty for the usual one.
    """

    start: int = 0
    length: int = 0
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = ""

    @property
    def plain(self) -> bool:
        """Whether nothing stands out."""
        return not (self.bold or self.italic or self.underline or self.colour)


@dataclass(frozen=True, slots=True, kw_only=True)
class CueText:
    """The words of a caption.

    Attributes:
        text: Without marks; where several speak in one caption, each of the later ones is named in it.
        speaker: Who speaks, where it is said.
        styles: The stretches that stand out, in order, without overlap.
    """

    text: str
    speaker: str | None = None
    styles: tuple[TextStyle, ...] = ()


class _Words:
    """Collects words and how they stand out; leaves out spaces at both ends."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, TextStyle]] = []
        self.speaker: str | None = None

    def add(self, words: str, style: TextStyle) -> None:
        if words:
            self._pieces.append((words, style))

    def speak(self, name: str) -> None:
        """Notes who speaks from here on."""
        if self.speaker is None and not any(words.strip() for words, _ in self._pieces):
            self.speaker = name
            return
        if name != self.speaker:
            begun = self._pieces and not self._pieces[-1][0].endswith("\n")
            self.add(("\n" if begun else "") + f"{name}: ", TextStyle())

    def text(self) -> CueText:
        whole = "".join(words for words, _ in self._pieces)
        text = whole.strip()
        skipped = len(whole) - len(whole.lstrip())
        styles, at = [], -skipped
        for words, style in self._pieces:
            begin, end = max(at, 0), min(at + len(words), len(text))
            if end > begin and not style.plain:
                styles.append(replace(style, start=begin, length=end - begin))
            at += len(words)
        return CueText(text=text, speaker=self.speaker, styles=tuple(styles))


def style_rules(sheets: str) -> dict[str, TextStyle]:
    """Returns how the classes of a WebVTT file stand out, by class; what else its style sheets say is left out."""
    rules: dict[str, TextStyle] = {}
    for name, body in _RULE.findall(sheets):
        values = {key.lower(): value.strip().lower() for key, value in _DECLARATION.findall(body)}
        colour = values.get("color", "")
        rules[name] = TextStyle(
            bold=values.get("font-weight") in {"bold", "bolder", "600", "700", "800", "900"},
            italic=values.get("font-style") in {"italic", "oblique"},
            underline="underline" in values.get("text-decoration", ""),
            colour=colour if _COLOUR.fullmatch(colour) else "",
        )
    return rules


def tagged_text(raw: str, rules: Mapping[str, TextStyle]) -> CueText:
    """Returns the words of a WebVTT or SRT caption; ``rules`` are those of ``style_rules``."""
    words = _Words()
    open_tags: list[tuple[str, TextStyle]] = []
    at = 0
    raw = _CODES.sub("", raw)  # SRT files carry codes of ASS
    for tag in _TAG.finditer(raw):
        style = open_tags[-1][1] if open_tags else TextStyle()
        words.add(html.unescape(raw[at : tag.start()]), style)
        at = tag.end()
        closing, name, rest = tag.group(1), (tag.group(2) or "").lower(), tag.group(3) or ""
        if closing:
            while open_tags and name in {each for each, _ in open_tags} and open_tags.pop()[0] != name:
                pass
        elif name:
            classes, _, said = rest.partition(" ")
            open_tags.append((name, _with_classes(_with_tag(style, name, rest), classes, rules)))
            if name == "v" and said.strip():
                words.speak(html.unescape(" ".join(said.split())))
    words.add(html.unescape(raw[at:]), open_tags[-1][1] if open_tags else TextStyle())
    return words.text()


def ass_text(event: str) -> CueText:
    """Returns the words of an event of an ASS track, as decoders give it: eight fields, then the text."""
    fields = event.split(",", 8)
    name, raw = (fields[3].strip(), fields[8]) if len(fields) == 9 else ("", event)
    words = _Words()
    words.speaker = name or None
    style, at = TextStyle(), 0
    for codes in _CODES.finditer(raw):
        words.add(_ass_plain(raw[at : codes.start()]), style)
        style, at = _with_codes(style, codes.group(1)), codes.end()
    words.add(_ass_plain(raw[at:]), style)
    return words.text()


def _ass_plain(raw: str) -> str:
    return raw.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")


def _with_tag(style: TextStyle, name: str, rest: str) -> TextStyle:
    if name == "font" and (found := _FONT_COLOUR.search(rest.lower())) and _COLOUR.fullmatch(found.group(1)):
        return replace(style, colour=found.group(1))
    return replace(
        style,
        bold=style.bold or name in {"b", "strong"},
        italic=style.italic or name in {"i", "em"},
        underline=style.underline or name == "u",
    )


def _with_classes(style: TextStyle, classes: str, rules: Mapping[str, TextStyle]) -> TextStyle:
    for name in filter(None, classes.split(".")):
        rule = rules.get(name, TextStyle(colour=name if name in _SPOKEN_COLOURS else ""))
        style = replace(
            style,
            bold=style.bold or rule.bold,
            italic=style.italic or rule.italic,
            underline=style.underline or rule.underline,
            colour=rule.colour or style.colour,
        )
    return style


def _with_codes(style: TextStyle, codes: str) -> TextStyle:
    for code in codes.split("\\"):
        if code[:1] in {"b", "i", "u"} and code[1:].isdigit():
            set_on = code[1:] != "0"
            bold, italic, underline = (set_on if code[0] == each else None for each in "biu")
            style = replace(
                style,
                bold=style.bold if bold is None else bold,
                italic=style.italic if italic is None else italic,
                underline=style.underline if underline is None else underline,
            )
        elif code == "r":
            style = TextStyle()
        elif found := _ASS_COLOUR.fullmatch(code):
            blue_green_red = found.group(1).rjust(6, "0")[-6:]
            colour = f"#{blue_green_red[4:]}{blue_green_red[2:4]}{blue_green_red[:2]}".lower()
            style = replace(style, colour="" if colour == "#ffffff" else colour)
    return style
