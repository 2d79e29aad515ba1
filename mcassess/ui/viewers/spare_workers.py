"""Child processes that are started before they are needed: a document then opens at once. Asks them nothing."""

import threading
from collections.abc import Callable
from contextlib import suppress

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import BytesReader
from mcassess.evidence.worker import Worker

_ANYTHING = b" "


class SpareWorkers:
    """Keeps one child of a kind ready, from the first wish on.

    Args:
        kind: The kind of child.
        run: Carries out a job off the window's thread.
    """

    def __init__(self, kind: str, run: Callable[[Callable[[], None]], object]) -> None:
        self._kind = kind
        self._run = run
        self._lock = threading.Lock()
        self._spare: Worker | None = None
        self._started = threading.Event()
        self._closed = False

    @property
    def is_ready(self) -> bool:
        """Whether a child has started and waits."""
        return self._started.is_set()

    def prepare(self) -> None:
        """Begins to start a child, unless one is ready or starting."""
        with self._lock:
            if self._spare is not None or self._closed:
                return
            spare = self._spare = Worker(self._kind)
            started = self._started = threading.Event()

        def start() -> None:
            with suppress(EvidenceError):  # a child that cannot start is told of when it is needed
                spare.kind_of(BytesReader(_ANYTHING))
                started.set()

        self._run(start)

    def take(self) -> Worker:
        """Returns a child, which is the caller's from now on, and begins to start the next."""
        with self._lock:
            taken, self._spare = self._spare, None
        self.prepare()
        return taken if taken is not None else Worker(self._kind)

    def close(self) -> None:
        """Ends the child that is ready."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()
