"""Translation of every text a person reads. Holds no texts of its own; the languages lie in resources/translations/."""

import gettext
import os
from pathlib import Path

from mcassess.paths import resources


def _load() -> gettext.NullTranslations:
    languages = [value for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))]
    folder: Path = resources() / "translations"
    return gettext.translation("mcassess", folder, languages[0].split(":") if languages else None, fallback=True)


_TRANSLATIONS = _load()


def tr(text: str) -> str:
    """Returns ``text`` in the user's language; fill in values afterwards with ``.format``."""
    return _TRANSLATIONS.gettext(text)


def tr_n(singular: str, plural: str, number: int) -> str:
    """Returns the form of a text that ``number`` asks for, in the user's language."""
    return _TRANSLATIONS.ngettext(singular, plural, number)
