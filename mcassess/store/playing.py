"""Which files of evidence are being played, so that the next start can say which one was open at a bad end.

An empty file for each, named as the file in the vault is: at random. So nothing is told to whoever finds it, and the
library knows which evidence it was.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mcassess.store.sessions import Sessions

FOLDER = "playing"


class Playing:
    """Marks of what is being played.

    Args:
        home: The library's folder.
        sessions: Where names are looked up.
    """

    def __init__(self, home: Path, sessions: Sessions) -> None:
        self._folder = home / FOLDER
        self._sessions = sessions

    def begin(self, sha256: str) -> Callable[[], None]:
        """Marks a file, and returns what takes the mark away.

        Where the mark cannot be written, the next start has nothing to say.
        """
        with self._sessions.read() as reading:
            stored = reading.evidence.get(sha256)
        if stored is None or stored.name is None:
            return lambda: None
        path = self._folder / stored.name
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            path.touch(mode=0o600)

        def end() -> None:
            with suppress(OSError):
                path.unlink(missing_ok=True)

        return end

    def is_any(self) -> bool:
        """Tells whether something is marked."""
        try:
            return any(self._folder.iterdir())
        except OSError:
            return False

    def take_left(self, since: float) -> list[str]:
        """Takes away the marks that a bad end has left, and returns the SHA-256 of the files.

        Args:
            since: When the bad end was, in seconds since 1970: what was marked later did not cause it.
        """
        names = []
        with suppress(OSError):
            for path in sorted(self._folder.iterdir()):
                if path.stat().st_mtime <= since:
                    names.append(path.name)
                path.unlink(missing_ok=True)
        with self._sessions.read() as reading:
            found = [reading.preflights.file_named(name) for name in names]
        return [sha256 for sha256 in found if sha256 is not None]
