"""The key that wraps the key of each file of evidence, and its replacement after a destruction.

Where an OS keyring keeps it, it is replaced there whenever evidence is destroyed: whoever has an earlier copy of the
home has file keys that were wrapped with a key that exists no more. In this order, so that death at any line loses
nothing: the new key is kept beside the old one; all file keys are wrapped anew in one transaction, which notes which
key it used; the new key takes the place of the old one; the one beside is removed. The note tells afterwards which of
the two counts.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from mcassess.errors import WorldError
from mcassess.store.states import EvidenceState
from mcassess.texts import tr

if TYPE_CHECKING:
    from mcassess.store.evidence import StoredFile
    from mcassess.store.sessions import Sessions, Writing

_KEY_BYTES = 32
_IN_FORCE = "evidence_key_id"


class Keeper(Protocol):
    """Who keeps the evidence key outside the home, and can replace it there."""

    def kept(self) -> list[bytes]:
        """Returns the evidence keys that are kept: the one that counts, and the one beside it if there is one."""
        ...

    def keep_beside(self, key: bytes) -> None:
        """Keeps a new key beside the one that counts."""
        ...

    def put_in_place(self, key: bytes) -> None:
        """Lets a key count from now on, and removes the one beside."""
        ...


class EvidenceKey:
    """Wraps and unwraps the keys of files, under whichever key is in force now.

    Args:
        key: The one that opened the library.
        keeper: None where the key cannot be replaced, because a passphrase wraps it.
        at: Called with the name of each point at which sudden death is tested.
    """

    def __init__(
        self,
        key: bytes,
        keeper: Keeper | None,
        sessions: "Sessions",
        empty_journal: Callable[[], None],
        at: Callable[[str], None],
    ) -> None:
        self._key = key
        self._keeper = keeper
        self._sessions = sessions
        self._empty_journal = empty_journal
        self._at = at
        self._lock = threading.Lock()

    def wrapped(self, writing: "Writing", key: bytes, sha256: str) -> bytes | None:
        """Returns a file's key wrapped, or None if another process has replaced the evidence key: ``refresh`` then."""
        from mcassess.store.vault_format import wrap  # noqa: PLC0415 - not needed for the first picture

        in_force = writing.settings.get(_IN_FORCE)
        return wrap(self._in_hand(), key, sha256) if in_force in {None, _name(self._key)} else None

    def unwrapped(self, stored: "StoredFile") -> bytes:
        """Returns the key of a file.

        Raises:
            DamagedError: It was not wrapped by us; the file has to be fetched again.
            WorldError: The keyring is locked meanwhile, or the library is.
        """
        from mcassess.store.vault_format import DamagedError, unwrap  # noqa: PLC0415 - as above

        assert stored.wrapped_key is not None, "a file with a name has a key"
        try:
            return unwrap(self._in_hand(), stored.wrapped_key, stored.sha256)
        except DamagedError:
            if not self.refresh():
                raise
        return unwrap(self._in_hand(), stored.wrapped_key, stored.sha256)

    def forget(self) -> None:
        """Forgets the key; the library has to be closed, or is about to be."""
        self._key = b""

    def _in_hand(self) -> bytes:
        if not self._key:
            raise WorldError(tr("The library is locked or closed. Open it again."))
        return self._key

    def refresh(self) -> bool:
        """Takes over the key that is in force, and tells whether it was another one.

        Where it is kept no more, as after the restoring of an old database, the present key comes into force.

        Raises:
            WorldError: The keyring does not answer.
        """
        self._in_hand()
        with self._lock, self._sessions.read() as reading:
            in_force = reading.settings.get(_IN_FORCE)
        if in_force in {None, _name(self._key)}:
            return False
        for key in self._keeper.kept() if self._keeper is not None else []:
            if _name(key) == in_force:
                self._key = key
                return True
        self._rewrap(self._key)
        return False

    def replace(self, owed: int) -> None:
        """Replaces the key, where somebody keeps it who can; finishes what death has interrupted.

        Only one process may do this at a time; the vault sees to that.

        Args:
            owed: What ``Leftovers.owed`` said before the journal was emptied.

        Raises:
            WorldError: The keyring does not answer: it is still owed then.
        """
        self.refresh()
        if self._keeper is not None:
            new = secrets.token_bytes(_KEY_BYTES)
            self._keeper.keep_beside(new)
            self._at("new-key-beside")
            self._rewrap(new)
            self._at("keys-wrapped-anew")
            self._empty_journal()
            self._keeper.put_in_place(new)
            self._at("new-key-in-place")
        with self._sessions.write() as writing:
            writing.leftovers.settle(owed)
        self._at("key-replaced")

    def _rewrap(self, new: bytes) -> None:
        from mcassess.store.vault_format import DamagedError, unwrap, wrap  # noqa: PLC0415 - as above

        with self._lock, self._sessions.write() as writing:
            for stored in writing.evidence.with_keys():
                assert stored.wrapped_key is not None, "that is what was asked for"
                try:
                    key = unwrap(self._key, stored.wrapped_key, stored.sha256)
                except DamagedError:
                    writing.evidence.forget_bytes(stored.sha256, EvidenceState.DAMAGED)
                else:
                    writing.evidence.set_key(stored.sha256, wrap(new, key, stored.sha256))
            writing.settings.set(_IN_FORCE, _name(new))
            self._at("wrapping-anew")
        self._key = new


def _name(key: bytes) -> str:
    """Returns what tells keys apart and says nothing about them."""
    return hashlib.sha256(b"mcassess evidence key" + key).hexdigest()[:32]
