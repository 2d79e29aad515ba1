"""In the child of kind ``preflight``: what a document that is a zip package says of its makers."""

import io
import re
import zipfile
from html import unescape

_FILES = ("docProps/core.xml", "docProps/app.xml", "meta.xml")
_WHO = ("creator", "lastModifiedBy", "initial-creator", "Manager", "Company", "title")
_PROPERTY = re.compile(rf"<(?:\w+:)?({'|'.join(_WHO)})\b[^>]*>([^<]*)</")
_MOST_BYTES = 1 << 20
_MOST_VALUE = 200


def package_properties(content: bytes) -> dict[str, str]:
    """Returns what stands in the properties of an office document, by property; nothing of what is broken."""
    found: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in _FILES:
                if name in package.namelist():
                    with package.open(name) as file:
                        text = file.read(_MOST_BYTES).decode(errors="replace")
                    for key, value in _PROPERTY.findall(text):
                        if said := unescape(value).strip():
                            found[key] = said[:_MOST_VALUE]
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError):
        return found
    return found
