"""Read and write transactions with the repositories bound to them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mcassess.clock import Clock
from mcassess.store.accounts import Accounts
from mcassess.store.changes import ChangeSet, Touched
from mcassess.store.database import Database
from mcassess.store.evidence import EvidenceFiles
from mcassess.store.folds import Folds
from mcassess.store.holdings import Holdings
from mcassess.store.mass_removals import MassRemovals
from mcassess.store.outbox import Outbox
from mcassess.store.policies import Policies
from mcassess.store.preflights import Preflights
from mcassess.store.queue import Queue
from mcassess.store.reviews import Reviews
from mcassess.store.search_index import SearchIndex
from mcassess.store.session import Session
from mcassess.store.settings import Settings
from mcassess.store.submissions import Submissions


class Reading:
    """The repositories within one consistent read transaction; of no use after it."""

    def __init__(self, session: Session) -> None:
        self.queue = Queue(session)
        self.reviews = Reviews(session)
        self.evidence = EvidenceFiles(session)
        self.submissions = Submissions(session, self.reviews, self.evidence)
        self.search = SearchIndex(session, self.reviews)
        self.outbox = Outbox(session)
        self.accounts = Accounts(session)
        self.settings = Settings(session)
        self.policies = Policies(session)
        self.holdings = Holdings(session)
        self.preflights = Preflights(session)
        self.mass_removals = MassRemovals(session)


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
