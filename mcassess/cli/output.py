"""What the command line prints: one document or text on standard output, messages and progress on standard error."""

import json
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from mcassess.errors import ExitCode, WorldError
from mcassess.texts import tr

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that would steer a terminal; what an educator wrote may hold them."""


class Output:
    """Where a command's result and its messages go.

    Attributes:
        json: Whether the result is printed as one JSON document.
    """

    def __init__(self, *, json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.json = json
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._printed = False

    def result(self, document: object, text: str) -> None:
        """Prints a command's result: ``document`` with ``--json``, else ``text``.

        Raises:
            WorldError: Standard output takes no more.
        """
        if self.json:
            self._print(self._as_json(document, indent=2))
        elif text:
            self._print(_shown(text, self._out))

    def line(self, document: object) -> None:
        """Prints a document as one line of JSON, whether ``--json`` was given or not.

        Raises:
            WorldError: Standard output takes no more.
        """
        self._print(self._as_json(document))

    def message(self, text: str) -> None:
        """Prints a message for a person on standard error."""
        print(_shown(text, self._err), file=self._err, flush=True)

    def failure(self, code: ExitCode, text: str, reasons: Sequence[str] = ()) -> None:
        """Says what went wrong; with ``--json`` in a document too, unless the command has printed its own already.

        Args:
            code: What the command ends with.
            text: One sentence or two.
            reasons: What is missing or wrong, one sentence a piece.
        """
        self.message("\n".join([text, *(f"- {reason}" for reason in reasons if reason not in text)]))
        if self.json and not self._printed:
            with suppress(WorldError, BrokenPipeError):
                self.result({"error": {"exit_code": int(code), "text": text, "reasons": list(reasons)}}, "")

    def _print(self, text: str) -> None:
        self._printed = True
        try:
            print(text, file=self._out, flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise WorldError(tr("The result cannot be written: {why}.").format(why=error.strerror or error)) from None

    def _as_json(self, document: object, indent: int | None = None) -> str:
        text = json.dumps(document, ensure_ascii=False, indent=indent)
        # JSON is UTF-8. Where that is not what goes out, or a file's name holds bytes that are no characters, it is
        # written with escapes alone.
        with suppress(UnicodeEncodeError):
            text.encode()
            if (self._out.encoding or "utf-8").lower().replace("-", "") == "utf8":
                return text
        return json.dumps(document, indent=indent)


def _shown(text: str, file: TextIO) -> str:
    """Returns a text that can be printed: nothing in it steers the terminal or is unknown to it."""
    encoding = file.encoding or "utf-8"
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text).encode(encoding, "backslashreplace").decode(encoding)
