"""Keys for libraries of tests and benchmarks: no keyring, no passphrase, no derivation."""

from pathlib import Path

from mcassess.store.keys import Secrets


class GivenKeys:
    """Keys that need no keyring and no passphrase: deriving is not what is measured."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def unlock(self, home: Path) -> Secrets:
        """Returns the keys; leaves the mark by which a library is known."""
        (home / "key.json").touch()
        return self._secrets


KEYS = GivenKeys(Secrets(bytes(range(32)), bytes(range(32, 64))))
