"""What the command line prints: one document or text on standard output, messages and progress on standard error."""

import json
import sys
from typing import TextIO


class Output:
    """Where a command's result and its messages go.

    Attributes:
        json: Whether the result is printed as one JSON document.
    """

    def __init__(self, *, json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.json = json
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    def result(self, document: object, text: str) -> None:
        """Prints a command's result: ``document`` with ``--json``, else ``text``."""
        body = json.dumps(document, ensure_ascii=False, indent=2) if self.json else text
        if body:
            print(body, file=self._out, flush=True)

    def line(self, document: object) -> None:
        """Prints a document as one line of JSON, whether ``--json`` was given or not."""
        print(json.dumps(document, ensure_ascii=False), file=self._out, flush=True)

    def message(self, text: str) -> None:
        """Prints a message for a person on standard error."""
        print(text, file=self._err, flush=True)
