"""Typed text on its way to the disk: nothing typed waits longer than a blink, and nothing typed is shown older."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from mcassess.domain.changes import ChangeKind
from mcassess.domain.review import Review

DELAY_MS = 100
"""How long the first unsaved key waits for the next ones; further keys do not prolong it. The disk has 200 ms left."""

RETRY_MS = 3_000
"""How long after a failed try the text is tried again by itself."""

Slot = tuple[int, ChangeKind, str]
"""Which text: the submission's key, the kind, and the criterion of a comment, or the moment or mark it belongs to."""

Save = Callable[[Slot, str, Callable[[], None], Callable[[str], None]], None]
"""Writes a text, then calls the first function when it is on disk, or the second with a sentence."""


class KeptTexts(QObject):
    """Comments, note, feedback, titles of moments and words about marks while they are written.

    A text belongs to the review that was in hand when it was typed, whatever is opened meanwhile.

    Signals:
        waiting_changed: A text waits to be on disk, or none waits any more.
        failed: A sentence: the text could not be saved. It is kept, and tried again.
    """

    waiting_changed = Signal()
    failed = Signal(str)

    def __init__(self, save: Save, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._save = save
        self._key = 0
        self._unsaved: dict[Slot, str] = {}
        self._on_way: dict[Slot, str] = {}
        self._written: set[Slot] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)

    def take_up(self, key: int) -> None:
        """Takes what is typed from now on for the review of this submission."""
        self.flush()
        self._key = key

    def typed(self, kind: ChangeKind, target: str, text: str) -> None:
        """Takes a text as it stands after a key; it is saved within ``DELAY_MS``."""
        self._unsaved[self._key, kind, target] = text
        self.waiting_changed.emit()
        if not self._timer.isActive() or self._timer.remainingTime() > DELAY_MS:
            self._timer.start(DELAY_MS)

    def text(self, kind: ChangeKind, target: str, review: Review) -> str:
        """Returns the newest text: what was typed last, else what the review holds."""
        slot = (self._key, kind, target)
        for newer in (self._unsaved, self._on_way):
            if slot in newer:
                return newer[slot]
        return str(review.values.get((kind, target)) or "")

    def flush(self) -> None:
        """Saves at once whatever waits."""
        self._timer.stop()
        waiting, self._unsaved = self._unsaved, {}
        for slot, text in waiting.items():
            self._on_way[slot] = text
            self._written.discard(slot)
            self._save(slot, text, partial(self._arrived, slot, text), partial(self._refused, slot, text))

    def is_waiting(self) -> bool:
        """Returns whether a text is not on disk yet."""
        return bool(self._unsaved or self._on_way.keys() - self._written)

    def read_again(self) -> None:
        """Tells that the review was read after all that was written: texts on their way have arrived in it."""
        for slot in self._written:
            self._on_way.pop(slot, None)
        self._written.clear()

    def _arrived(self, slot: Slot, text: str) -> None:
        if self._on_way.get(slot) == text:
            self._written.add(slot)
        if not self.is_waiting():
            self.waiting_changed.emit()

    def _refused(self, slot: Slot, text: str, sentence: str) -> None:
        if self._on_way.get(slot) == text:
            del self._on_way[slot]
            self._unsaved.setdefault(slot, text)
            if not self._timer.isActive():
                self._timer.start(RETRY_MS)
        self.failed.emit(sentence)
