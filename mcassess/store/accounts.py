"""Accounts on platforms, with the place in each one's feed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from mcassess.store.session import Repository, fields, from_time, to_time
from mcassess.store.tables import account


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One assessor on one platform.

    Attributes:
        epoch: The platform's history that the cursor belongs to.
        public_key: What its receipts are signed with, in base64.
        token: Signs the assessor in; shown nowhere.
        refresh_token: Renews the token; None for one that is not renewed. Shown nowhere.
        token_until: When the token is renewed at the latest, by the laptop's clock.
        cursor: Up to where the feed has been read; None before the first time.
        clock_offset_ms: The platform's clock minus the laptop's, for show only.
        online_problem: Why the last run did not reach the platform, one sentence.
    """

    key: int
    url: str
    server_id: str
    epoch: str
    public_key: str
    assessor_id: str
    assessor_name: str
    programme: str = ""
    token: str = field(repr=False)
    cursor: str | None = None
    clock_offset_ms: int | None = None
    last_sync_at: datetime | None = None
    online_problem: str | None = None
    refresh_token: str | None = field(default=None, repr=False)
    token_until: datetime | None = None


class Accounts(Repository):
    """The accounts of this library."""

    def list(self) -> list[Account]:
        """Returns all accounts, the oldest first."""
        return [_account(row) for row in self._session.run(select(account).order_by(account.c.key))]

    def get(self, key: int) -> Account:
        """Returns one account.

        Raises:
            KeyError: There is none with this key.
        """
        row = self._session.run(select(account).where(account.c.key == key)).one_or_none()
        if row is None:
            raise KeyError(key)
        return _account(row)

    def find(self, server_id: str, assessor_id: str) -> Account | None:
        """Returns the account of an assessor on a platform, or None."""
        found = select(account).where(account.c.server_id == server_id, account.c.assessor_id == assessor_id)
        row = self._session.run(found).one_or_none()
        return None if row is None else _account(row)

    def add(  # noqa: PLR0913 - an account has that many fields
        self,
        *,
        url: str,
        server_id: str,
        epoch: str,
        public_key: str,
        assessor_id: str,
        assessor_name: str,
        token: str,
        programme: str = "",
    ) -> int:
        """Adds an account and returns its key."""
        values = {
            "url": url,
            "server_id": server_id,
            "epoch": epoch,
            "public_key": public_key,
            "assessor_id": assessor_id,
            "assessor_name": assessor_name,
            "token": token,
            "programme": programme,
        }
        self._session.touched.accounts = True
        key = self._session.run(insert(account).values(values)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def update(self, key: int, **values: str | int | datetime | None) -> None:
        """Changes fields of an account, named as in ``Account``."""
        stored = {name: to_time(value) if isinstance(value, datetime) else value for name, value in values.items()}
        self._session.touched.accounts = True
        self._session.run(update(account).where(account.c.key == key).values(stored))


def _account(row: Row[*tuple[Any, ...]]) -> Account:
    values = fields(row)
    for name in ("last_sync_at", "token_until"):
        values[name] = from_time(values[name])
    return Account(**values)
