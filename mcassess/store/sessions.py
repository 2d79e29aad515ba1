"""Read and write transactions with the repositories bound to them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from mcassess.clock import Clock
from mcassess.store.changes import ChangeSet, Touched
from mcassess.store.database import Database
from mcassess.store.folds import Folds
from mcassess.store.leftovers import Leftovers
from mcassess.store.policies import Policies
from mcassess.store.queue import Queue
from mcassess.store.session import Session
from mcassess.store.settings import Settings

if TYPE_CHECKING:
    from mcassess.store.accounts import Accounts
    from mcassess.store.answered import Answered
    from mcassess.store.attachments import Attachments
    from mcassess.store.claims import Claims
    from mcassess.store.evidence import EvidenceFiles
    from mcassess.store.holdings import Holdings
    from mcassess.store.mass_removals import MassRemovals
    from mcassess.store.outbox import Outbox
    from mcassess.store.preflights import Preflights
    from mcassess.store.reviews import Reviews
    from mcassess.store.rubrics import Rubrics
    from mcassess.store.search_index import SearchIndex
    from mcassess.store.submissions import Submissions
    from mcassess.store.words import Words

# Repositories are loaded when they are first asked for: the first picture needs the queue alone, not the whole domain.
# ruff: noqa: PLC0415


class Reading:
    """The repositories within one consistent read transaction; of no use after it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def queue(self) -> Queue:
        """The submissions in the order in which they are due."""
        return Queue(self._session)

    @cached_property
    def leftovers(self) -> Leftovers:
        """Files in the vault that nobody can read any more."""
        return Leftovers(self._session)

    @cached_property
    def settings(self) -> Settings:
        """What the library remembers of itself and of the assessor's choices."""
        return Settings(self._session)

    @cached_property
    def policies(self) -> Policies:
        """What the programmes demand."""
        return Policies(self._session)

    @cached_property
    def reviews(self) -> "Reviews":
        """What assessors have recorded."""
        from mcassess.store.reviews import Reviews

        return Reviews(self._session)

    @cached_property
    def evidence(self) -> "EvidenceFiles":
        """Which files of evidence there are, and how far they are here."""
        from mcassess.store.evidence import EvidenceFiles

        return EvidenceFiles(self._session)

    @cached_property
    def submissions(self) -> "Submissions":
        """What the platforms have sent."""
        from mcassess.store.submissions import Submissions

        return Submissions(self._session, self.reviews, self.evidence)

    @cached_property
    def rubrics(self) -> "Rubrics":
        """What submissions are judged by."""
        from mcassess.store.rubrics import Rubrics

        return Rubrics(self._session)

    @cached_property
    def words(self) -> "Words":
        """What educators wrote into their evidence, as far as it has to go."""
        from mcassess.store.words import Words

        return Words(self._session, self.holdings, self.submissions.refresh_summary)

    @cached_property
    def search(self) -> "SearchIndex":
        """What words the index knows."""
        from mcassess.store.search_index import SearchIndex

        return SearchIndex(self._session, self.reviews)

    @cached_property
    def outbox(self) -> "Outbox":
        """What is on its way to the platforms."""
        from mcassess.store.outbox import Outbox

        return Outbox(self._session)

    @cached_property
    def answered(self) -> "Answered":
        """What the platforms have confirmed or refused."""
        from mcassess.store.answered import Answered

        return Answered(self._session)

    @cached_property
    def claims(self) -> "Claims":
        """Which submissions are promised to somebody."""
        from mcassess.store.claims import Claims

        return Claims(self._session)

    @cached_property
    def accounts(self) -> "Accounts":
        """The platforms that this library is connected to."""
        from mcassess.store.accounts import Accounts

        return Accounts(self._session)

    @cached_property
    def attachments(self) -> "Attachments":
        """Files that belong to decisions."""
        from mcassess.store.attachments import Attachments

        return Attachments(self._session)

    @cached_property
    def holdings(self) -> "Holdings":
        """Which submissions hold which files, and what is to be destroyed."""
        from mcassess.store.holdings import Holdings

        return Holdings(self._session)

    @cached_property
    def preflights(self) -> "Preflights":
        """What was found out about each file of evidence."""
        from mcassess.store.preflights import Preflights

        return Preflights(self._session)

    @cached_property
    def mass_removals(self) -> "MassRemovals":
        """Removals of so many submissions at once that somebody has to say whether they are meant."""
        from mcassess.store.mass_removals import MassRemovals

        return MassRemovals(self._session)


class Writing(Reading):
    """The repositories within one write transaction.

    Attributes:
        change_set: What the transaction touched; complete once it is committed.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.change_set = ChangeSet()


class Sessions:
    """Opens transactions; from any thread, each on a connection of its own.

    Attributes:
        device_id: Under which the library counts its changes and operations.
    """

    def __init__(self, database: Database, clock: Clock, device_id: str) -> None:
        self._database = database
        self.clock = clock
        self.device_id = device_id
        self._folds = Folds()
        # SQLite lets one write at a time and makes the others poll; within the process they queue instead.
        self._writer = threading.Lock()
        self._writing: int | None = None

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """Gives the repositories within one consistent read transaction."""
        with self._database.read() as connection:
            session = Session(connection, self.clock, self.device_id, self._folds)
            yield Reading(session)
            self._folds.keep(session.folded)

    @contextmanager
    def write(self, initiator: str = "") -> Iterator[Writing]:
        """Gives the repositories within one write transaction: all of it is saved at the end, or nothing.

        Raises:
            RuntimeError: This thread is writing already.
        """
        if self._writing == threading.get_ident():
            raise RuntimeError("a write within a write would wait for itself")
        with self._writer:
            self._writing = threading.get_ident()
            try:
                with self._database.write() as connection:
                    session = Session(connection, self.clock, self.device_id, self._folds, Touched())
                    writing = Writing(session)
                    yield writing
                self._folds.keep(session.folded)
                writing.change_set = session.touched.change_set(initiator)
            finally:
                self._writing = None
