"""Where exceptions end that nobody caught: of the main thread and Qt's slots, of other threads, of finalizers."""

import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Protocol

Report = Callable[[BaseException], None]


class _Unraisable(Protocol):
    exc_value: BaseException | None


class Hooks:
    """Hands every uncaught exception to one function, and prints nothing of what they say.

    Args:
        report: Called on the thread where it happened; must not raise.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._before: tuple[Callable[..., object], Callable[..., object], Callable[..., object]] | None = None

    def put_up(self) -> None:
        """Takes Python's three hooks."""
        self._before = sys.excepthook, threading.excepthook, sys.unraisablehook
        # PySide gives the exceptions of slots to the same hook, and goes on.
        sys.excepthook = self._uncaught
        threading.excepthook = self._in_thread
        sys.unraisablehook = self._unraisable

    def take_down(self) -> None:
        """Gives them back."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = None

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self._report(error)

    def _in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
            self._report(arguments.exc_value)

    def _unraisable(self, arguments: _Unraisable) -> None:
        if arguments.exc_value is not None:
            self._report(arguments.exc_value)
