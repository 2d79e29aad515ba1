"""Which files lie in the vault by name, and which of them a destruction has left. Removing them is the vault's affair.

Light, because each opening asks.
"""

from mcassess.store.session import Repository


class Leftovers(Repository):
    """Files in the vault that nobody can read any more."""

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
