"""What the library remembers of a platform that wants to take most of the queue away. Deciding is in sync/plan.py."""

import json
from dataclasses import asdict, dataclass

from mcassess.store.session import Repository, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class MassRemoval:
    """One platform's wish that a sync has stopped at.

    Attributes:
        account: The library's key of the account.
        count: How many submissions would go.
        all: How many there were.
        confirmed: Whether a person has agreed; to no more than ``count``.
    """

    account: int
    count: int
    all: int
    confirmed: bool = False


class MassRemovals(Repository):
    """The wishes that wait for a person, and her answers; at most one for each account."""

    def get(self, account: int) -> MassRemoval | None:
        """Returns what a sync of this account has stopped at, or None."""
        statement = "SELECT value FROM setting WHERE name = ?"
        value = self._session.sql(statement, _name(account)).scalar_one_or_none()
        return None if value is None else MassRemoval(**json.loads(value))

    def set(self, removal: MassRemoval) -> None:
        """Remembers a wish, or the answer to it."""
        self._session.touched.accounts = True
        statement = "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)"
        self._session.sql(statement, _name(removal.account), to_json(asdict(removal)))

    def forget(self, account: int) -> None:
        """Forgets a wish: it was carried out, declined, or is none any more."""
        if self._session.sql("DELETE FROM setting WHERE name = ?", _name(account)).rowcount:
            self._session.touched.accounts = True


def _name(account: int) -> str:
    return f"mass_removal:{account}"
