"""Review summaries as a tagged PDF (PDF/UA-1), set by typst. Texts travel as data and are never read as markup."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mcassess.paths import resources
from mcassess.report.layout import document_data
from mcassess.report.summary import ReviewSummary

if TYPE_CHECKING:
    import typst

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that no font here can show."""

_LACKING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_TRIES = 4


def summary_pdf(summaries: Sequence[ReviewSummary]) -> bytes:
    """Returns one PDF of the summaries, each begun on a new page with its own count of pages.

    The same summaries give the same bytes, but for letters that the fonts at hand lack: these are taken from the
    computer's own fonts, and where it has none either a replacement character stands for them.

    Raises:
        ValueError: There is nothing to print.
    """
    if not summaries:
        raise ValueError("a document has at least one summary")
    import typst  # noqa: PLC0415 - 5 MB of shared library that only an export needs

    template = (resources() / "report" / "summary.typ").read_bytes()
    data = json.dumps(document_data(summaries), ensure_ascii=False)
    embedded = partial(typst.Compiler, template, ignore_system_fonts=True)
    try:
        return _set(embedded(), data)
    except typst.TypstError as error:
        if not lacking(error.diagnostic):
            raise
    return _set_with_what_fonts_there_are(partial(typst.Compiler, template), data)


def lacking(diagnostic: str) -> set[str]:
    """Returns the characters that typst says no font has."""
    return {character for text in _LACKING.findall(diagnostic) for character in _ESCAPE.sub(_unescaped, text)}


def _set_with_what_fonts_there_are(compiler: Callable[[], "typst.Compiler"], data: str) -> bytes:
    import typst  # noqa: PLC0415 - as above

    for _ in range(_TRIES):
        try:
            return _set(compiler(), data)
        except typst.TypstError as error:
            missing = lacking(error.diagnostic)
            if not missing:
                raise
            data = _replaced(data, missing)
    return _set(compiler(), _replaced(data, {character for character in data if ord(character) > 0xFF}))


def _set(compiler: "typst.Compiler", data: str) -> bytes:
    pdf = compiler.compile(format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"])
    assert isinstance(pdf, bytes), "one document gives one file"
    return pdf


def _replaced(data: str, lost: Iterable[str]) -> str:
    return data.translate({ord(character): REPLACEMENT for character in lost if not character.isascii()})


def _unescaped(found: re.Match[str]) -> str:
    code, character = found.groups()
    return chr(int(code, 16)) if code else _ESCAPED.get(character, character)
