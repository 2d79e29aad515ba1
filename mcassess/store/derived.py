"""What the program itself makes of evidence and keeps beside it in the vault, encrypted: the film strip of a video.

It has no row, no name and no key of its own: its name is the file's with an ending, its key comes of the file's random
key. So whatever destroys, evicts or forgets that key or that file, for whichever reason, takes this along.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mcassess.store import edges
from mcassess.store.states import EvidenceState

if TYPE_CHECKING:
    from mcassess.store.evidence import StoredFile
    from mcassess.store.evidence_key import EvidenceKey
    from mcassess.store.sessions import Sessions

ENDING = ".strip"
_PURPOSE = b"mcassess film strip"
_MOST_BYTES = 64 << 20


def unlink_with_derived(path: Path) -> None:
    """Removes a file of the vault and what was made of it; what is gone already stays so.

    Raises:
        OSError: The system does not let it go.
    """
    path.with_name(path.name + ENDING).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def is_folder(path: Path) -> bool:
    """Tells whether a folder lies at this place of the vault; a link to one is a file, and no more ours than others."""
    return path.is_dir() and not path.is_symlink()


class DerivedFiles:
    """Film strips, one for each file of evidence that is here whole.

    Args:
        folder: The vault's.
        sessions: Where the files are looked up.
        evidence_key: Opens the files' keys.
        at: Called with the name of each point at which sudden death is tested.
    """

    def __init__(
        self, folder: Path, sessions: "Sessions", evidence_key: "EvidenceKey", at: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._sessions = sessions
        self._evidence_key = evidence_key
        self._at = at

    def has(self, sha256: str) -> bool:
        """Tells whether something was made of a file that is here; whether it is sound only ``get`` finds out."""
        stored = self._here(sha256)
        return stored is not None and self._path(stored).exists()

    def sizes(self) -> dict[str, int]:
        """Returns how many bytes lie beside each file of the vault, by that file's name there.

        Raises:
            WorldError: The home cannot be read.
        """
        found = {}
        with edges.world(self._folder.parent), os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(ENDING):
                    with suppress(FileNotFoundError):  # it goes at this moment
                        found[entry.name.removesuffix(ENDING)] = entry.stat().st_size
        return found

    def get(self, sha256: str) -> bytes | None:
        """Returns what was made of a file; None where there is nothing, or nothing sound: then it is made anew.

        Raises:
            WorldError: The disk does not give it, or the keyring is locked meanwhile.
        """
        from mcassess.store.vault_files import VaultReader  # noqa: PLC0415 - not needed for the first picture
        from mcassess.store.vault_format import HEADER_BYTES, DamagedError, Form, stated_size  # noqa: PLC0415 - as above

        stored = self._here(sha256)
        if stored is None:
            return None
        path = self._path(stored)
        with edges.world(self._folder.parent):
            if not path.exists():
                return None
            with path.open("rb") as file:
                size = stated_size(file.read(HEADER_BYTES))
        if size is None or size > _MOST_BYTES:
            return None
        try:
            with closing(VaultReader(path, Form(self._key_of(stored), size), lambda: None)) as reader:
                content = reader.read(size)
        except DamagedError:
            return None
        return content

    def keep(self, sha256: str, content: bytes) -> bool:
        """Keeps what was made of a file; tells whether the file was still here to keep it beside.

        Raises:
            WorldError: The disk is full or cannot be written.
        """
        from mcassess.store.vault_files import part_from_others, write_fully  # noqa: PLC0415 - as above
        from mcassess.store.vault_format import Form  # noqa: PLC0415 - as above

        stored = self._here(sha256)
        if stored is None:
            return False
        path, form = self._path(stored), Form(self._key_of(stored), len(content))
        buffer, plain = memoryview(bytearray(form.record)), memoryview(content)
        with edges.world(self._folder.parent):
            part_from_others(path)
            # Written in place: half a strip is not sound, so nobody takes it for one, and it is made anew.
            with path.open("wb", buffering=0) as file:
                path.chmod(0o600)
                write_fully(file, form.header)
                for index in range(form.chunks):
                    write_fully(file, form.seal(index, plain[index * form.chunk : (index + 1) * form.chunk], buffer))
            self._at("strip-written")
            now = self._here(sha256)
            if now is None or now.name != stored.name:  # destroyed meanwhile
                path.unlink(missing_ok=True)
                return False
        return True

    def _here(self, sha256: str) -> "StoredFile | None":
        with self._sessions.read() as reading:
            stored = reading.evidence.get(sha256)
        if stored is None or stored.state is not EvidenceState.READY or stored.name is None:
            return None
        return stored

    def _path(self, stored: "StoredFile") -> Path:
        assert stored.name is not None, "files that are here have names"
        return self._folder / (stored.name + ENDING)

    def _key_of(self, stored: "StoredFile") -> bytes:
        return hmac.digest(self._evidence_key.unwrapped(stored), _PURPOSE, hashlib.sha256)
