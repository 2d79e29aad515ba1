"""What the programmes' policies demand of this laptop: when to lock, and with what."""

from dataclasses import dataclass

from mcassess.store.session import Repository

_DEMANDS = """
    SELECT min(json_extract(raw, '$.policy.lock_minutes')),
           max(coalesce(json_extract(raw, '$.policy.passphrase_required'), 0))
    FROM microcredential WHERE removed_reason IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockDemand:
    """What all programmes together demand; the strictest counts.

    Attributes:
        minutes: After so many minutes without a sign of life the library locks; None where none demands it.
        passphrase: Whether the library has to be locked with a passphrase.
    """

    minutes: int | None = None
    passphrase: bool = False


class Policies(Repository):
    """The policies of the micro-credentials of all accounts."""

    def lock_demand(self) -> LockDemand:
        """Returns what is demanded of the library's lock."""
        minutes, passphrase = self._session.sql(_DEMANDS).one()
        return LockDemand(minutes=None if minutes is None else int(minutes), passphrase=bool(passphrase))
