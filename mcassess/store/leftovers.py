"""What a destruction that death interrupted has left. Light, because each opening asks; removing it is the vault's."""

from mcassess.store.session import Repository


class Leftovers(Repository):
    """Files in the vault that nobody can read any more."""

    def unremoved(self) -> list[tuple[str, str]]:
        """Returns SHA-256 and name of the files whose key was destroyed and whose bytes are still there."""
        gone = "SELECT sha256, name FROM evidence_file WHERE state = 'destroyed' AND name IS NOT NULL ORDER BY sha256"
        return [(row[0], row[1]) for row in self._session.sql(gone)]
