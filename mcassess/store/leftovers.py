"""Which files lie in the vault by name, and what a destruction has left to do. Doing it is the vault's affair.

Light, because each opening asks.
"""

from mcassess.store.session import Repository
from mcassess.store.settings import Settings

OWED_SETTING = "evidence_key_owed"
"""How often traces were left since they went last."""


class Leftovers(Repository):
    """Files in the vault that nobody can read any more, and traces of what was taken out of the database."""

    def owe(self) -> None:
        """Notes, in the transaction that takes out a file's key or words, that their traces have to go.

        They stand in the journal until it is emptied; in earlier copies of the home keys open until the evidence key
        is replaced.
        """
        Settings(self._session).set(OWED_SETTING, self.owed() + 1)

    def owed(self) -> int:
        """Returns how often that was noted since they went last; 0 means that there are none."""
        return int(Settings(self._session).get(OWED_SETTING, default=0))

    def settle(self, owed: int) -> None:
        """Notes that traces are gone, of what had been noted so often; what came meanwhile has left new ones."""
        if self.owed() == owed:
            Settings(self._session).set(OWED_SETTING, 0)

    def unremoved(self) -> list[tuple[str, str]]:
        """Returns SHA-256 and name of the files whose key was destroyed and whose bytes are still there."""
        gone = "SELECT sha256, name FROM evidence_file WHERE state = 'destroyed' AND name IS NOT NULL ORDER BY sha256"
        return [(row[0], row[1]) for row in self._session.sql(gone)]

    def names(self) -> set[str]:
        """Returns the names of all files that the vault should have."""
        return set(self._session.sql("SELECT name FROM evidence_file WHERE name IS NOT NULL").scalars())

    def forget_name(self, sha256: str) -> None:
        """Records that the bytes of a file whose key was destroyed are gone, too."""
        session = self._session
        session.sql("UPDATE evidence_file SET name = NULL WHERE sha256 = ?", sha256)
        session.touched.evidence.add(sha256)
