"""The vault: encrypted files of evidence, and what the library records of each. Their form is in vault_format.py."""

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.changes import ChangeSet
from mcassess.store.states import EvidenceState
from mcassess.texts import tr

if TYPE_CHECKING:
    from mcassess.store.evidence import StoredFile
    from mcassess.store.sessions import Sessions
    from mcassess.store.vault_files import VaultReader, VaultWriter
    from mcassess.store.vault_format import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCounts:
    """What reading all evidence found. What was never fetched, or destroyed on purpose, is not counted.

    Attributes:
        damaged_files: SHA-256 of those that are missing or damaged.
    """

    ok: int
    missing: int
    damaged: int
    damaged_files: tuple[str, ...] = ()


class Vault:
    """The bytes of the evidence, encrypted with a random key a file under random names.

    A file's name and wrapped key are recorded before its first byte; only the library says which file is whole.
    """

    def __init__(
        self, folder: Path, sessions: "Sessions", evidence_key: bytes, empty_journal: Callable[[], None]
    ) -> None:
        self._folder = folder
        self._sessions = sessions
        self._evidence_key = evidence_key
        self._empty_journal = empty_journal

    def __repr__(self) -> str:
        return f"Vault({str(self._folder)!r})"

    def reader(self, sha256: str) -> "VaultReader":
        """Returns a reader of the plain bytes; each user opens one of its own.

        Where the reader meets damage, the file is marked so that the next sync fetches what is damaged of it.

        Raises:
            WorldError: The file is not here whole, or cannot be opened.
        """
        from mcassess.store.vault_files import VaultReader  # noqa: PLC0415 - not needed for the first picture

        with self._sessions.read() as reading:
            stored = reading.evidence.get(sha256)
        if stored is None or stored.state is not EvidenceState.READY or stored.name is None:
            raise WorldError(tr("This evidence is not on this laptop. Sync to fetch it."))
        return VaultReader(self._folder / stored.name, self._form(stored), lambda: self._found_damaged(sha256))

    def writer(self, sha256: str, size: int) -> "VaultWriter":
        """Returns a writer that goes on behind the last sound chunk of what is here already.

        Raises:
            KeyError: No submission refers to this file.
            WorldError: The file is ready or destroyed, is of another size, or the home cannot be written.
        """
        from mcassess.store.vault_files import VaultWriter, open_locked  # noqa: PLC0415 - as above

        placed = self._placed(sha256, size)
        assert placed.name is not None, "it was given a name just now"
        path = self._folder / placed.name
        with ExitStack() as undo:
            file = undo.enter_context(open_locked(path))
            if self._placed(sha256, size) != placed:  # whoever held it before has stopped or thrown it away
                raise WorldError(tr("Another mcassess has just been fetching this evidence. Sync again."))
            writer = VaultWriter(
                file,
                path,
                self._form(placed),
                on_stop=lambda done: self._stopped(sha256, done),
                on_end=lambda found: self._ended(path, sha256, size, found),
            )
            undo.pop_all()
        return writer

    def verify(self) -> VerifyCounts:
        """Decrypts and hashes every ready file; marks what is damaged or missing so that it is fetched again."""
        self._finish_destructions()
        with self._sessions.read() as reading:
            files = reading.evidence.in_state(EvidenceState.READY) + reading.evidence.in_state(EvidenceState.DAMAGED)
        ok, missing, damaged = 0, 0, []
        for stored in files:
            if stored.state is EvidenceState.READY and self._is_sound(stored):
                ok += 1
                continue
            if stored.name is not None and not (self._folder / stored.name).exists():
                missing += 1
            damaged.append(stored.sha256)
            self._found_damaged(stored.sha256)
        return VerifyCounts(ok=ok, missing=missing, damaged=len(damaged) - missing, damaged_files=tuple(damaged))

    def destroy(self, sha256: str, reason: str) -> ChangeSet:
        """Destroys a file's key and then the file, with a record of when and why.

        Raises:
            WorldError: The world stands in the way; where the key is gone, the rest follows at the next ``verify``.
        """
        with self._sessions.write() as writing:
            writing.evidence.destroy_key(sha256, reason)
        try:
            self._finish_destructions()
        finally:
            self._empty_journal()
        return writing.change_set

    def _placed(self, sha256: str, size: int) -> "StoredFile":
        from mcassess.store.vault_format import KEY_BYTES, wrap  # noqa: PLC0415 - as above

        key = wrap(self._evidence_key, secrets.token_bytes(KEY_BYTES), sha256)
        with self._sessions.write() as writing:
            stored = writing.evidence.get(sha256)
            if stored is None:
                raise KeyError(sha256)
            if stored.state in {EvidenceState.READY, EvidenceState.DESTROYED}:
                raise WorldError(tr("This evidence is on this laptop already, or was destroyed on purpose."))
            if stored.size != size:
                raise WorldError(tr("The platform announces another size for this evidence than before. Sync again."))
            if stored.name is None:
                writing.evidence.place_in_vault(sha256, secrets.token_hex(16), key)
                stored = writing.evidence.get(sha256)
                assert stored is not None, "it was there a moment ago"
        return stored

    def _stopped(self, sha256: str, done_bytes: int) -> ChangeSet:
        with self._sessions.write() as writing:
            if done_bytes < 0:
                writing.evidence.forget_bytes(sha256, EvidenceState.WANTED)
            else:
                writing.evidence.set_progress(sha256, EvidenceState.PARTIAL, done_bytes)
        return writing.change_set

    def _ended(self, path: Path, sha256: str, size: int, found: str) -> ChangeSet:
        if found == sha256:
            with edges.world(self._folder.parent):
                sync_folder(self._folder)
        with self._sessions.write() as writing:
            if found == sha256:
                writing.evidence.set_progress(sha256, EvidenceState.READY, size)
            else:
                writing.evidence.forget_bytes(sha256, EvidenceState.DAMAGED)
        if found != sha256:
            from mcassess.store.vault_format import DamagedError  # noqa: PLC0415 - as above

            path.unlink(missing_ok=True)
            raise DamagedError(
                tr("A file of evidence is not what the platform announced. It was thrown away; sync again.")
            )
        return writing.change_set

    def _found_damaged(self, sha256: str) -> None:
        with suppress(WorldError), self._sessions.write() as writing:  # what cannot be noted now, verify finds later
            stored = writing.evidence.get(sha256)
            if stored is not None and stored.state is EvidenceState.READY:
                writing.evidence.set_progress(sha256, EvidenceState.DAMAGED, 0)

    def _finish_destructions(self) -> None:
        with self._sessions.read() as reading:
            left = [each for each in reading.evidence.in_state(EvidenceState.DESTROYED) if each.name is not None]
        for stored in left:
            assert stored.name is not None, "those without were left out"
            with edges.world(self._folder.parent):
                (self._folder / stored.name).unlink(missing_ok=True)
            with self._sessions.write() as writing:
                writing.evidence.forget_name(stored.sha256)

    def _is_sound(self, stored: "StoredFile") -> bool:
        from mcassess.store.vault_files import VaultReader  # noqa: PLC0415 - as above
        from mcassess.store.vault_format import DamagedError  # noqa: PLC0415 - as above

        assert stored.name is not None, "files without a name are missing"
        total = hashlib.sha256()
        try:
            form = self._form(stored)
            with closing(VaultReader(self._folder / stored.name, form, lambda: None)) as reader:
                for index in range(form.chunks):
                    total.update(reader.chunk(index))
        except DamagedError:
            return False
        return total.hexdigest() == stored.sha256

    def _form(self, stored: "StoredFile") -> "Form":
        from mcassess.store.vault_format import Form, unwrap  # noqa: PLC0415 - as above

        assert stored.wrapped_key is not None, "a file with a name has a key"
        return Form(unwrap(self._evidence_key, stored.wrapped_key, stored.sha256), stored.size)


def sync_folder(folder: Path) -> None:
    """Puts a folder's entries safely on the disk, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
