"""What the queue shows and when it is read again. Knows the library through jobs of Work; no widgets."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.queue import Filter, QueueRow, QueueState
from mcassess.store.settings import DEVICE_SETTING
from mcassess.ui.queue.model import BLOCK
from mcassess.ui.work import Task, Work

if TYPE_CHECKING:  # not needed for the first picture
    from mcassess.domain.submission import EarlierAttempt, Evidence

FOUND = BLOCK
"""So many hits of a search are listed."""

IN_SIGHT = 60
"""So many rows are read at once for a first picture and for a search; the others when they come into sight."""

OPEN_STATES = frozenset({QueueState.TO_REVIEW, QueueState.IN_PROGRESS})
FILTERS: tuple[tuple[str, Filter], ...] = (
    ("open", "open"),
    ("in_progress", QueueState.IN_PROGRESS),
    ("waiting", QueueState.WAITING),
    ("needs_you", QueueState.NEEDS_YOU),
    ("sent", QueueState.SENT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """What one reading of the queue brought: all ids, the first rows, and how many there are of each filter.

    Attributes:
        more: Whether there is more than is listed.
    """

    keys: list[int] = field(default_factory=list)
    rows: list[QueueRow] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    connected: bool = True
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One submission at a glance.

    Attributes:
        claimed_until: When the claim on it runs out, by the platform's clock; None where nobody holds it.
        mine: Whether that claim is the assessor's, on this laptop.
        claimable: Whether it is still to be decided, so that it can be claimed or given back.
    """

    row: QueueRow
    evidence: "tuple[Evidence, ...]"
    last_round: "EarlierAttempt | None"
    claimed_until: datetime | None = None
    mine: bool = False
    claimable: bool = False


class QueuePresenter(QObject):
    """Reads the queue, and reads again what a write has touched.

    Signals:
        listed: A QueuePage, after the filter, the search or the queue itself has changed.
        rows_changed: Rows (a list of QueueRow) that were asked for or that a write has touched.
        counted: The numbers of the filters.
        previewed: A Preview, or None.
    """

    listed = Signal(object)
    rows_changed = Signal(object)
    counted = Signal(object)
    previewed = Signal(object)

    def __init__(self, library: Library, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._work = work
        self._filter: Filter = "open"
        self._search = ""
        self._listing: Task[QueuePage] | None = None
        self._previewing: Task[Preview | None] | None = None
        self._preview_key: int | None = None
        work.changed.connect(self._take_changes)

    @property
    def searching(self) -> bool:
        """Whether the list is what a search has found."""
        return bool(self._search)

    def choose_filter(self, filter_id: str) -> None:
        """Shows only submissions of this filter."""
        self._filter = dict(FILTERS)[filter_id]
        self.reload()

    def search(self, text: str) -> None:
        """Shows only submissions in which these words stand."""
        self._search = text.strip()
        self.reload()

    def reload(self) -> None:
        """Reads the queue again; only the newest reading counts."""
        if self._listing is not None:
            self._listing.cancel()
        chosen, search = self._filter, self._search
        self._listing = self._work.read(lambda: read_page(self._library, chosen, search), self.listed.emit, owner=self)

    def fetch(self, keys: list[int]) -> None:
        """Reads the rows of these submissions."""
        if keys:
            self._work.read(lambda: self._read_rows(keys), self.rows_changed.emit, owner=self)

    def preview(self, key: int | None) -> None:
        """Reads one submission for the preview; None empties it."""
        if self._previewing is not None:
            self._previewing.cancel()
        self._preview_key = key
        if key is None:
            self.previewed.emit(None)
            return
        self._previewing = self._work.read(lambda: self._read_preview(key), self.previewed.emit, owner=self)

    def claim(self, key: int, *, give_back: bool) -> None:
        """Claims a submission on the platform, or gives it back; what stands in the way is said by ``Work.failed``."""
        library = self._library

        def run(_task: Task[None]) -> None:
            from mcassess.jobs import claiming  # noqa: PLC0415 - only where a network is wanted

            if give_back:
                claiming.give_back(library, key)
            else:
                claiming.claim_one(library, key)

        changed = ChangeSet(submissions=frozenset({key}), accounts=True)
        self._work.background(run, lambda _none: self._work.announce(changed), owner=self)

    def _take_changes(self, changes: ChangeSet) -> None:
        if changes.submissions or changes.reviews or changes.outbox or changes.accounts:
            self.reload()
            if self._preview_key is not None:
                self.preview(self._preview_key)
        elif changes.evidence:
            self.reload()

    def _read_rows(self, keys: list[int]) -> list[QueueRow]:
        with self._library.read() as reading:
            return reading.queue.rows(keys)

    def _read_preview(self, key: int) -> Preview | None:
        from mcassess.domain.comparison import visible_earlier  # noqa: PLC0415 - not needed for the first picture

        with self._library.read() as reading:
            rows = reading.queue.rows([key])
            if not rows:
                return None
            stored = reading.submissions.get(key)
            scored = reading.reviews.get(key).scores
            account = reading.accounts.get(stored.account)
            device_id = reading.settings.get(DEVICE_SETTING, self._library.device_id)
        claim = stored.submission.claim
        earlier = stored.submission.earlier
        when = stored.microcredential.policy.earlier_scores
        last = visible_earlier(max(earlier, key=lambda past: past.attempt), when, scored) if earlier else None
        return Preview(
            row=rows[0],
            evidence=stored.submission.evidence,
            last_round=last,
            claimed_until=claim.expires_at if claim is not None else None,
            mine=claim is not None and (claim.assessor_id, claim.device_id) == (account.assessor_id, device_id),
            claimable=rows[0].state in OPEN_STATES,
        )


def read_page(library: Library, chosen: Filter, search: str, *, first: bool = False) -> QueuePage:
    """Reads the queue as it is shown first: all ids, the first block of rows, the numbers of the filters.

    Args:
        library: Where it lies.
        chosen: Which submissions.
        search: Words; of what they find, so many are listed as anybody looks through before typing another letter.
        first: Lists only the first block, for the first picture; the rest is read after it.
    """
    if search:
        library.catch_up_search()
    limit = FOUND if search else BLOCK if first else None
    with library.read() as reading:
        keys = reading.queue.ids(chosen, search, limit and limit + 1)
        counts = reading.queue.counts()
        return QueuePage(
            keys=keys[:limit],
            more=limit is not None and len(keys) > limit,
            rows=reading.queue.rows(keys[: BLOCK if limit is None else IN_SIGHT]),
            counts={
                name: sum(number for each, number in counts.items() if _belongs(each, which)) for name, which in FILTERS
            },
            connected=reading.queue.is_fed(),
        )


def _belongs(state: QueueState, which: Filter) -> bool:
    if which == "open":
        return state in OPEN_STATES
    return state is which
