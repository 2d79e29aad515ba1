"""Listens to all that is logged while a world runs: nothing of it may be anybody's words, name or token."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from tests.simulation.oracle import BrokenError

_LOUD = {"mcassess": logging.DEBUG, "httpx": logging.INFO}
_FORM = logging.Formatter("%(levelname)s %(name)s %(message)s")


class Listener(logging.Handler):
    """Hears every record, with its traceback; gives on to others only what is loud, since they keep all that they hear.

    others: Who would hear it else, for as long as a whole soak lasts.
    """

    def __init__(self, world: Any, others: Sequence[logging.Handler]) -> None:
        super().__init__()
        self._world = world
        self._others = others

    def emit(self, record: logging.LogRecord) -> None:
        text = _FORM.format(record)
        record.exc_info = None  # its text is kept; its frames would keep the whole world
        if record.levelno >= logging.WARNING:
            for other in self._others:
                other.handle(record)
        self._world.trace.count("log records")
        leaks = [secret for secret in self._world.secrets() if secret in text]
        if leaks:
            raise BrokenError(f"I15: {record.name} logs what nobody may read there: {leaks} in {text[:300]}")
        if record.levelno >= logging.ERROR:
            self._world.faults_of_its_own.append(text)


@contextmanager
def listening(world: Any) -> Iterator[None]:
    """Hears all that is logged by both sides while the block lasts, however quiet it is meant to be."""
    root = logging.getLogger()
    handler = Listener(world, root.handlers)
    with ExitStack() as stack:
        for name, level in _LOUD.items():
            stack.enter_context(patch.object(logging.getLogger(name), "level", level))
        stack.enter_context(patch.object(root, "handlers", [handler]))
        logging.root.manager._clear_cache()  # what is heard was remembered for each logger
        yield
    logging.root.manager._clear_cache()
