"""How words stand in the search index and are asked of it: one way for all to write the same. Knows no table."""

import re
import unicodedata
from collections.abc import Iterable

MOST_WORDS = 64
"""So many different words of what is asked for count; with thousands of them, all else would wait for the answer."""

_WORD = re.compile(r"[^\W_]+")
# Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)
_ALIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
_ZERO_WIDTH_SPACE = "\u200b"  # stands between words
_WITHIN_WORDS = frozenset({"Mn", "Cf"})


def plain(text: str) -> str:
    """Returns a text as the index holds it; what FTS5 resolves by itself stays, such as accents and capitals.

    Ligatures, wide and composed forms are one, marks and invisible signs within words are gone. Where words are
    written without spaces each sign is one, so that it is found within a sentence.
    """
    return _spaced(_resolved(text))


def query(text: str) -> str:
    """Returns what FTS5 is asked for: every word of ``text`` as the beginning of a word; empty if it has no word.

    What was indexed before ``plain`` was there is found as it had been written.
    """
    words = _words(_resolved(text))
    asked = _all_of(" ".join(_spaced(word).split()) for word in words)
    written = _words(unicodedata.normalize("NFC", text))
    if len(written) != len(words) or _all_of(written).casefold() == asked.casefold():
        return asked
    return f"({asked}) OR ({_all_of(written)})"


def _resolved(text: str) -> str:
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    kept = (sign for sign in text if sign == _ZERO_WIDTH_SPACE or unicodedata.category(sign) not in _WITHIN_WORDS)
    return "".join(kept)


def _spaced(text: str) -> str:
    return text if text.isascii() else _UNSPACED.sub(r" \g<0> ", text)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(text)))[:MOST_WORDS]


def _all_of(words: Iterable[str]) -> str:
    return " ".join(f'"{word}"*' for word in words)
