"""The vault: encrypted files of evidence, and what the library records of each. Their form is in vault_format.py."""

import hashlib
import os
import secrets
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mcassess.domain.kinds import DestroyReason
from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.store.changes import ChangeSet
from mcassess.store.derived import ENDING, DerivedFiles, is_folder, unlink_with_derived
from mcassess.store.file_lock import folder_locked
from mcassess.store.states import EvidenceState
from mcassess.store.vault_counts import DamagedFile, VerifyCounts
from mcassess.texts import tr

if TYPE_CHECKING:
    from mcassess.store.evidence import StoredFile
    from mcassess.store.evidence_key import EvidenceKey
    from mcassess.store.sessions import Sessions, Writing
    from mcassess.store.vault_files import VaultReader
    from mcassess.store.vault_format import Form
    from mcassess.store.vault_writer import VaultWriter

_TRIES = 3
_WAIT_SECONDS = 30.0


class Vault:
    """The bytes of the evidence, encrypted with a random key a file under random names.

    A file's name and wrapped key are recorded before its first byte; only the library says which file is whole.

    Args:
        at: Called with the name of each point at which sudden death is tested.

    Attributes:
        derived: What was made of the evidence, kept beside it and going with it.
    """

    def __init__(
        self,
        folder: Path,
        sessions: "Sessions",
        evidence_key: "EvidenceKey",
        empty_journal: Callable[[], None],
        at: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._sessions = sessions
        self._evidence_key = evidence_key
        self._empty_journal = empty_journal
        self._at = at
        self.derived = DerivedFiles(folder, sessions, evidence_key, at)
        self._readers: weakref.WeakKeyDictionary[VaultReader, str] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Vault({str(self._folder)!r})"

    def forget_keys(self) -> None:
        """Forgets the key that opens the files' keys; those who read or write a file now go on."""
        self._evidence_key.forget()

    def reader(self, sha256: str) -> "VaultReader":
        """Returns a reader of the plain bytes; each user opens one of its own.

        Where the reader meets damage, the file is marked so that the next sync fetches what is damaged of it.

        Raises:
            WorldError: The file is not here whole, or cannot be opened.
        """
        from mcassess.store.vault_files import VaultReader  # noqa: PLC0415 - not needed for the first picture
        from mcassess.store.vault_format import DamagedError  # noqa: PLC0415 - as above

        with self._sessions.read() as reading:
            stored = reading.evidence.get(sha256)
        if stored is None or stored.state is not EvidenceState.READY or stored.name is None:
            raise WorldError(tr("This evidence is not on this laptop. Sync to fetch it."))
        try:
            form = self._form(stored)
        except DamagedError:
            self._found_damaged(sha256)
            raise
        reader = VaultReader(self._folder / stored.name, form, lambda: self._found_damaged(sha256))
        with self._lock:
            self._readers[reader] = sha256
        return reader

    def in_use(self) -> set[str]:
        """Returns the files that readers of this process have open."""
        with self._lock:
            return {sha256 for reader, sha256 in self._readers.items() if not reader.closed}

    def writer(self, sha256: str, size: int) -> "VaultWriter":
        """Returns a writer for what is missing or damaged of a file; sound chunks that are here already stay.

        Raises:
            KeyError: No submission refers to this file.
            WorldError: The file is ready or destroyed, is of another size, or the home cannot be written.
        """
        from mcassess.store.vault_files import open_locked  # noqa: PLC0415 - not needed for the first picture
        from mcassess.store.vault_writer import Recorder, VaultWriter  # noqa: PLC0415 - as above

        placed, form = self._placed(sha256, size)
        name = placed.name
        assert name is not None, "it was given a name just now"
        path = self._folder / name
        self._at("placed")
        with ExitStack() as undo:
            file = undo.enter_context(open_locked(path))
            if self._placed(sha256, size)[0].name != name:  # whoever held it before has stopped or thrown it away
                path.unlink(missing_ok=True)
                raise WorldError(tr("Another mcassess has just been fetching this evidence. Sync again."))
            recorder = Recorder(
                stopped=lambda done: self._stopped(name, sha256, done),
                ended=lambda found: self._ended(name, sha256, size, found),
                at=self._at,
            )
            writer = VaultWriter(file, path, form, recorder)
            undo.pop_all()
        return writer

    def verify(self) -> VerifyCounts:
        """Decrypts and hashes every ready file; marks what is damaged or missing so that it is fetched again.

        What was marked so and proves sound is ready again: its disk may have been away for a while.
        """
        self.finish_destructions()
        self.remove_strays()
        with self._sessions.read() as reading:
            files = reading.evidence.in_state(EvidenceState.READY) + reading.evidence.in_state(EvidenceState.DAMAGED)
        ok, missing, damage = 0, 0, []
        for stored in files:
            there = stored.name is not None and (self._folder / stored.name).exists()
            chunks = self._damaged_chunks(stored) if there else ()
            if chunks is None:
                ok += 1
                self._found_sound(stored)
                continue
            missing += not there
            damage.append(DamagedFile(sha256=stored.sha256, chunks=chunks or ()))
            self._found_damaged(stored.sha256)
        return VerifyCounts(ok=ok, missing=missing, damaged=len(damage) - missing, damage=tuple(damage))

    def destroy(self, sha256: str, reason: str) -> ChangeSet:
        """Destroys one file, as ``destroy_all`` does."""
        return self.destroy_all({sha256: DestroyReason(reason)})

    def destroy_all(
        self, reasons: Mapping[str, DestroyReason], also: "Callable[[Writing], None]" = lambda _writing: None
    ) -> ChangeSet:
        """Destroys the keys of files and then the files, with a record of when and why for each of their places.

        Where an OS keyring keeps the evidence key, that is replaced too, so that no earlier copy of the home opens
        them either. What is destroyed already stays as it is, unless it is withheld now.

        Args:
            reasons: By the SHA-256 of the files.
            also: Writes what has to be kept in the same transaction; where it raises, nothing is destroyed.

        Raises:
            WorldError: The world stands in the way; where the keys are gone, the rest follows at the next opening.
        """
        from mcassess.domain.retention import WITHHELD  # noqa: PLC0415 - not needed for the first picture

        with self._sessions.write() as writing:
            also(writing)
            for sha256, reason in reasons.items():
                stored = writing.evidence.get(sha256)
                if stored is not None and stored.state is not EvidenceState.DESTROYED:
                    writing.evidence.destroy_key(sha256, reason.value)
                elif stored is not None and reason in WITHHELD:
                    writing.evidence.withhold(sha256, reason.value)
        self._at("keys-destroyed")
        self.finish_destructions()
        return writing.change_set

    def evict(self, files: Iterable[str]) -> ChangeSet:
        """Lets go of files that can be fetched again: they are wanted then. What is open stays."""
        kept, names = self.in_use(), []
        with self._sessions.write() as writing:
            for sha256 in files:
                stored = writing.evidence.get(sha256)
                if stored is not None and stored.state is EvidenceState.READY and sha256 not in kept:
                    names.append(stored.name)
                    writing.evidence.forget_bytes(sha256, EvidenceState.WANTED)
        self._at("evicted")
        with edges.world(self._folder.parent):
            for name in names:
                if name is not None:
                    unlink_with_derived(self._folder / name)
        return writing.change_set

    def finish_destructions(self, *, wait_seconds: float = _WAIT_SECONDS) -> None:
        """Removes the files of which the key was destroyed, empties the journal and replaces the evidence key.

        Called at each opening too, so that death in the middle of a destruction leaves nothing behind. Where nothing
        is left to do, it does nothing.

        Args:
            wait_seconds: How long another process may be at it; it may be waiting for its keyring.

        Raises:
            WorldError: The world stands in the way; the rest follows at the next opening.
        """
        with self._alone(wait_seconds):
            with self._sessions.read() as reading:
                left, owed = reading.leftovers.unremoved(), reading.leftovers.owed()
            failure: WorldError | None = None
            for sha256, name in left:
                try:
                    self._remove(sha256, name)
                except WorldError as error:  # a file that does not go keeps no key in force
                    failure = error
            if owed:
                self._clear_traces(owed)
            if failure is not None:
                raise failure

    def remove_strays(self) -> None:
        """Removes files that the library does not know: death, or the restoring of a backup, may leave some.

        Folders are none of ours and stay.

        Raises:
            WorldError: The world stands in the way.
        """
        with edges.world(self._folder.parent):
            there = {path.name: path for path in self._folder.iterdir() if not is_folder(path)}
            # Asked for afterwards: whoever makes a file records its name first.
            with self._sessions.read() as reading:
                known = reading.leftovers.names()
            for name in [name for name in there if name.removesuffix(ENDING) not in known]:
                there[name].unlink(missing_ok=True)

    def _remove(self, sha256: str, name: str) -> None:
        with edges.world(self._folder.parent):
            unlink_with_derived(self._folder / name)
        self._at("file-removed")
        with self._sessions.write() as writing:
            writing.leftovers.forget_name(sha256)

    def _clear_traces(self, owed: int) -> None:
        self._empty_journal()
        self._at("journal-emptied")
        self._evidence_key.replace(owed)
        with suppress(WorldError):  # nothing stands in it now that anybody can use
            self._empty_journal()

    @contextmanager
    def _alone(self, wait_seconds: float) -> Iterator[None]:
        """Lets one process at a time do what the block does."""
        with folder_locked(self._folder, wait_seconds) as taken:
            if not taken:
                raise WorldError(
                    tr(
                        "Another mcassess is destroying evidence and has not come to its end; its keyring may be "
                        "asking something. What is left to do is done at the next start or sync."
                    )
                )
            yield

    def _placed(self, sha256: str, size: int) -> "tuple[StoredFile, Form]":
        from mcassess.store.vault_format import KEY_BYTES, DamagedError, Form  # noqa: PLC0415 - as above

        for _ in range(_TRIES):
            key = secrets.token_bytes(KEY_BYTES)
            with self._sessions.write() as writing:
                stored = writing.evidence.get(sha256)
                if stored is None:
                    raise KeyError(sha256)
                _refuse_placing(stored, size)
                wrapped = self._evidence_key.wrapped(writing, key, sha256)
                if stored.name is None and wrapped is not None:
                    writing.evidence.place_in_vault(sha256, secrets.token_hex(16), wrapped)
                    stored = writing.evidence.get(sha256)
                    assert stored is not None, "it was there a moment ago"
                    return stored, Form(key, size)
            if stored.name is None:
                self._evidence_key.refresh()
                continue
            try:
                return stored, self._form(stored)
            except DamagedError:  # without its key a file is of no use: it begins anew
                self._forget(stored)
        raise WorldError(tr("The keys of the evidence are being replaced. Sync again."))

    def _forget(self, stored: "StoredFile") -> None:
        assert stored.name is not None, "it has bytes"
        with self._sessions.write() as writing:
            writing.evidence.forget_bytes(stored.sha256, EvidenceState.WANTED)
        with edges.world(self._folder.parent):
            unlink_with_derived(self._folder / stored.name)

    def _stopped(self, name: str, sha256: str, done_bytes: int) -> ChangeSet:
        with self._sessions.write() as writing:
            stored = writing.evidence.get(sha256)
            if stored is None or stored.name != name or stored.state is EvidenceState.DESTROYED:
                return ChangeSet()  # destroyed meanwhile
            if done_bytes < 0:
                writing.evidence.forget_bytes(sha256, EvidenceState.WANTED)
            else:
                writing.evidence.set_progress(sha256, EvidenceState.PARTIAL, done_bytes)
        return writing.change_set

    def _ended(self, name: str, sha256: str, size: int, found: str) -> ChangeSet:
        from mcassess.store.vault_format import DamagedError  # noqa: PLC0415 - as above

        if found == sha256:
            with edges.world(self._folder.parent):
                sync_folder(self._folder)
        with self._sessions.write() as writing:
            stored = writing.evidence.get(sha256)
            if stored is None or stored.name != name or stored.state is EvidenceState.DESTROYED:
                raise WorldError(tr("This evidence was removed from this laptop while it was fetched."))
            if found == sha256:
                writing.evidence.set_progress(sha256, EvidenceState.READY, size)
            else:
                writing.evidence.forget_bytes(sha256, EvidenceState.DAMAGED)
        self._at("ended")
        if found != sha256:
            unlink_with_derived(self._folder / name)
            raise DamagedError(
                tr("A file of evidence is not what the platform announced. It was thrown away; sync again.")
            )
        return writing.change_set

    def _found_damaged(self, sha256: str) -> None:
        with suppress(WorldError), self._sessions.write() as writing:  # what cannot be noted now, verify finds later
            stored = writing.evidence.get(sha256)
            if stored is not None and stored.state is EvidenceState.READY:
                writing.evidence.set_progress(sha256, EvidenceState.DAMAGED, 0)

    def _found_sound(self, read: "StoredFile") -> None:
        if read.state is EvidenceState.READY:
            return
        with self._sessions.write() as writing:
            stored = writing.evidence.get(read.sha256)
            if stored is not None and stored.state is EvidenceState.DAMAGED and stored.name == read.name:
                writing.evidence.set_progress(read.sha256, EvidenceState.READY, read.size)

    def _damaged_chunks(self, stored: "StoredFile") -> tuple[int, ...] | None:
        """Returns the numbers of the damaged chunks, or None if the file is sound; none if nothing more can be told."""
        from mcassess.store.vault_files import VaultReader  # noqa: PLC0415 - as above
        from mcassess.store.vault_format import DamagedError  # noqa: PLC0415 - as above

        assert stored.name is not None, "files without a name are missing"
        total, damaged = hashlib.sha256(), []
        try:
            with closing(VaultReader(self._folder / stored.name, self._form(stored), lambda: None)) as reader:
                for index in range(reader.chunks):
                    try:
                        total.update(reader.chunk(index))
                    except DamagedError:
                        damaged.append(index + 1)
        except DamagedError:
            return ()
        return tuple(damaged) if damaged or total.hexdigest() != stored.sha256 else None

    def _form(self, stored: "StoredFile") -> "Form":
        from mcassess.store.vault_format import Form  # noqa: PLC0415 - as above

        return Form(self._evidence_key.unwrapped(stored), stored.size)


def _refuse_placing(stored: "StoredFile", size: int) -> None:
    if stored.state in {EvidenceState.READY, EvidenceState.DESTROYED}:
        raise WorldError(tr("This evidence is on this laptop already, or was destroyed on purpose."))
    if stored.size != size:
        raise WorldError(tr("The platform announces another size for this evidence than before. Sync again."))


def sync_folder(folder: Path) -> None:
    """Puts a folder's entries safely on the disk, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
