"""The program's log in the home: kinds of errors and places in our code, never what people wrote or sent."""

import logging
import os
from contextlib import suppress
from pathlib import Path

LOG_FILE = "mcassess.log"
_MOST_BYTES = 256 << 10
_LOGGER = "mcassess"


class Log:
    """Writes the program's warnings and errors to a small file that only its owner reads.

    Args:
        home: The library's folder; where it cannot be written, nothing is.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / LOG_FILE
        self._handler: logging.Handler | None = None

    def begin(self) -> None:
        """Writes from now on."""
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))
            if self._path.stat().st_size > _MOST_BYTES // 2:
                self._path.replace(self._path.with_suffix(".1.log"))
                os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))
            handler = _Handler(self._path, encoding="utf-8", delay=True)
            handler.setLevel(logging.WARNING)
            handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
            logging.getLogger(_LOGGER).addHandler(handler)
            self._handler = handler

    def end(self) -> None:
        """Writes no more."""
        if self._handler is not None:
            logging.getLogger(_LOGGER).removeHandler(self._handler)
            self._handler.close()
            self._handler = None


class _Handler(logging.FileHandler):
    """Writes to a file until it is full; Python's own that rotates costs 15 ms of start."""

    def emit(self, record: logging.LogRecord) -> None:
        if self.stream is None or self.stream.tell() < _MOST_BYTES:
            super().emit(record)


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # Tracebacks repeat what exceptions say, and that may be somebody's words: their lines of code are enough.
        error = record.exc_info[1] if record.exc_info else None
        plain = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None, "stack_info": None})
        text = super().format(plain)
        if error is None:
            return text
        from mcassess.crash import stack_lines  # noqa: PLC0415 - hardly ever needed

        return "\n".join([text, *stack_lines(error)])
