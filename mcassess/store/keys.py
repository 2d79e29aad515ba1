"""Opening the library's lock: the OS keyring, or a passphrase. The only file that imports keyring.

What key.json says is in key_file.py, the wrapping in key_wrapping.py, changing the lock in key_changes.py.
"""

import base64
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from mcassess.errors import WorldError
from mcassess.store import edges, key_file
from mcassess.store.evidence_key import Keeper
from mcassess.store.key_file import KEY_FILE, KeyFile, Lock
from mcassess.store.key_wrapping import (
    Argon2Cost,
    Secrets,
    WrongKeyError,
    unwrap_with_passphrase,
    wrap_with_passphrase,
)
from mcassess.texts import tr

__all__ = [
    "KEY_FILE",
    "PASSPHRASE_VARIABLE",
    "Argon2Cost",
    "GivenKeys",
    "KeyringKeys",
    "LibraryKeys",
    "Lock",
    "PassphraseKeys",
    "ReplaceableKeys",
    "Secrets",
    "choose_keys",
    "is_new",
    "keep_in_keyring",
    "keyring_name",
    "read_passphrase_file",
    "remove_from_keyring",
    "trusted_keyring",
]

PASSPHRASE_VARIABLE = "MCASSESS_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable
_SERVICE = "mcassess"
_TRUSTED = (
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.Windows", "WinVaultKeyring"),
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)


class LibraryKeys(Protocol):
    """What opens a library's lock."""

    def unlock(self, home: Path) -> Secrets:
        """Returns the keys of the library in ``home``; where there is no library yet, makes and keeps new ones.

        Raises:
            WorldError: The lock does not open; the text says why.
        """
        ...


@runtime_checkable
class ReplaceableKeys(Protocol):
    """Keys of which the one for the evidence can be replaced where they are kept."""

    def keeper(self, home: Path) -> Keeper:
        """Returns who keeps the evidence key of the library in ``home``."""
        ...


def choose_keys(home: Path, ask: Callable[[str], str] | None = None) -> LibraryKeys:
    """Returns what opens the library in ``home``, or what a new one is to be locked with.

    A new library is locked with the passphrase of ``MCASSESS_PASSPHRASE_FILE`` if that is set, else with the OS
    keyring if there is one that is trusted, else with a passphrase that is asked for.

    Args:
        home: The library's folder; need not exist.
        ask: Shows its argument to a person and returns what she types; None where nobody can be asked.

    Raises:
        WorldError: ``key.json`` cannot be read.
    """
    described = key_file.read(home)
    if described is None:
        locked_by = (
            Lock.PASSPHRASE if os.environ.get(PASSPHRASE_VARIABLE) or trusted_keyring() is None else Lock.KEYRING
        )
        prompt = tr("There is no keyring to keep the key in. Choose a passphrase for the new library: ")
    else:
        locked_by = described.lock
        prompt = tr("Passphrase of the library: ")
    if locked_by is Lock.KEYRING:
        return KeyringKeys()
    return PassphraseKeys(lambda: _given_passphrase(prompt, ask))


def is_new(home: Path) -> bool:
    """Tells whether there is no library in this folder yet, so that a passphrase would be a new one."""
    with edges.world(home):
        return not (home / KEY_FILE).exists()


def keyring_name() -> str | None:
    """Returns the name of the OS keyring that keys would be kept in, or None where there is none to trust."""
    backend = trusted_keyring()
    return None if backend is None else str(backend.name)


class PassphraseKeys:
    """Keys that are wrapped with AES-256-GCM under a key that Argon2id makes of a passphrase.

    Args:
        passphrase: Gives the passphrase; called only when it is needed.
        cost: What a new library uses; an existing one keeps the cost that it was made with.
    """

    def __init__(self, passphrase: Callable[[], str], cost: Argon2Cost | None = None) -> None:
        self._passphrase = passphrase
        self._cost = cost or Argon2Cost()

    def unlock(self, home: Path) -> Secrets:
        """Returns the keys of the library in ``home``; where there is none yet, makes and wraps new ones.

        Raises:
            WorldError: The passphrase is wrong or missing.
        """
        described = key_file.read(home)
        if described is None:
            new, draft = self._create()
            described = key_file.write_first(home, draft)
            if described is draft:
                return new
            # Another process was faster: its passphrase counts, and ours is tried on it.
        if described.passphrase is None:
            raise WorldError(tr("The key of the library in {home} lies in the keyring.").format(home=home))
        try:
            found = unwrap_with_passphrase(described.passphrase, self._passphrase(), described.library)
        except WrongKeyError:
            text = tr("That is not the passphrase of the library in {home}. Try again.")
            raise WorldError(text.format(home=home)) from None
        if described.entry_left:
            _clear_up(home)
        return found

    def _create(self) -> tuple[Secrets, KeyFile]:
        new, library = Secrets.random(), secrets.token_hex(16)
        wrap = wrap_with_passphrase(new, self._passphrase(), self._cost, library)
        return new, KeyFile(lock=Lock.PASSPHRASE, library=library, passphrase=wrap)


class GivenKeys:
    """Opens a library with keys that are at hand already."""

    def __init__(self, keys: Secrets) -> None:
        self._keys = keys

    def unlock(self, home: Path) -> Secrets:  # noqa: ARG002 - as LibraryKeys has it
        """Returns the keys."""
        return self._keys


class KeyringKeys:
    """Keys that the OS keyring keeps. Only backends that ask the system's own key store are trusted."""

    def unlock(self, home: Path) -> Secrets:
        """Returns the keys of the library in ``home``; where there is none yet, makes and keeps new ones.

        Raises:
            WorldError: There is no trusted keyring, it is locked, or it does not have the key.
        """
        described = key_file.read(home)
        if described is None:
            described = self._create(home)
        if described.lock is not Lock.KEYRING:
            raise WorldError(tr("The library in {home} is locked with a passphrase.").format(home=home))
        kept = _ask_keyring(lambda keyring: keyring.get_password(_SERVICE, described.library))
        if kept is None:
            raise WorldError(
                tr(
                    "The keyring has no key for the library in {home}. It was made by another user or on another "
                    "computer, or its entry was removed. The recovery code opens it: mcassess key recover."
                ).format(home=home)
            )
        try:
            return Secrets.unpack(base64.b64decode(kept, validate=True))
        except ValueError:
            text = tr("The keyring's entry for the library in {home} is not a key.")
            raise WorldError(text.format(home=home)) from None

    def keeper(self, home: Path) -> Keeper:
        """Returns who keeps the evidence key of the library in ``home`` and can replace it."""
        return _KeyringKeeper(self, home)

    def _create(self, home: Path) -> KeyFile:
        new, library = Secrets.random(), secrets.token_hex(16)
        # The keyring first: a description without its key would be a library that never opens.
        keep_in_keyring(library, new)
        return key_file.write_first(home, KeyFile(lock=Lock.KEYRING, library=library))


def keep_in_keyring(library: str, keys: Secrets) -> None:
    """Puts keys into the keyring, under the id of their library, and reads them back.

    Raises:
        WorldError: There is no trusted keyring, it is locked, or it does not keep them.
    """
    packed = base64.b64encode(keys.packed()).decode()
    _ask_keyring(lambda keyring: keyring.set_password(_SERVICE, library, packed))
    if _ask_keyring(lambda keyring: keyring.get_password(_SERVICE, library)) != packed:
        raise _no_answer()


def remove_from_keyring(library: str) -> None:
    """Takes a library's keys out of the keyring, if they are there; one that waits to take another's place, too.

    Raises:
        WorldError: There is no trusted keyring, or it is locked.
    """
    for name in (_beside(library), library):
        _remove(name)


def _remove(name: str) -> None:
    def remove(keyring: Any) -> None:  # noqa: ANN401 - as ``trusted_keyring``
        if keyring.get_password(_SERVICE, name) is not None:
            keyring.delete_password(_SERVICE, name)

    _ask_keyring(remove)


def _beside(library: str) -> str:
    return f"{library}.next"


class _KeyringKeeper:
    """The evidence key in the OS keyring: it can be replaced there without asking anybody."""

    def __init__(self, keys: KeyringKeys, home: Path) -> None:
        self._keys = keys
        self._home = home

    def kept(self) -> list[bytes]:
        """Returns the evidence keys that are kept: the one that counts, and the one beside it if there is one."""
        # The one beside is looked for first: meanwhile it may take the other's place, but it never goes back.
        beside = _ask_keyring(lambda keyring: keyring.get_password(_SERVICE, self._beside()))
        found = [self._keys.unlock(self._home).evidence]
        with suppress(ValueError):  # an entry that somebody has spoilt is none
            return found if beside is None else [*found, base64.b64decode(beside)]
        return found

    def keep_beside(self, key: bytes) -> None:
        """Keeps a new key beside the one that counts."""
        packed = base64.b64encode(key).decode()
        _ask_keyring(lambda keyring: keyring.set_password(_SERVICE, self._beside(), packed))
        if _ask_keyring(lambda keyring: keyring.get_password(_SERVICE, self._beside())) != packed:
            raise _no_answer()

    def put_in_place(self, key: bytes) -> None:
        """Lets a key count from now on, and removes the one beside."""
        with key_file.changing(self._home) as present:
            keep_in_keyring(present.library, Secrets(self._keys.unlock(self._home).database, key))
        _remove(self._beside())

    def _beside(self) -> str:
        described = key_file.read(self._home)
        assert described is not None, "the library is open"
        return _beside(described.library)


def _clear_up(home: Path) -> None:
    """Takes out of the keyring what a change that was cut short has left there; where it does not go, next time."""
    with suppress(WorldError), key_file.changing(home) as described:
        if described.entry_left:
            remove_from_keyring(described.library)
            key_file.replace(home, replace(described, entry_left=False))


def _ask_keyring(question: Callable[[Any], str | None]) -> str | None:
    keyring = trusted_keyring()
    if keyring is None:
        raise _no_answer()
    from keyring.errors import KeyringError  # noqa: PLC0415 - costs 70 ms, not needed with a passphrase

    try:
        return question(keyring)
    except KeyringError:
        text = tr("The keyring is locked, so the library cannot be opened. Unlock it and try again.")
        raise WorldError(text) from None
    except Exception:  # noqa: BLE001 - a service that goes away shows itself in many ways
        raise _no_answer() from None


def _no_answer() -> WorldError:
    return WorldError(
        tr(
            "The key of the library lies in the desktop's keyring, and no keyring answers. "
            "Sign in to the desktop in which the library was made, and try again."
        )
    )


def trusted_keyring() -> Any | None:  # noqa: ANN401 - its type is not imported at the start
    """Returns the system's own keyring, or None where there is none to trust."""
    for module, name in _TRUSTED:
        try:
            backend = getattr(import_module(module), name)
            _ = backend.priority  # raises where the backend's service is not there
            return backend()
        except Exception:  # noqa: BLE001, S112 - whatever a missing service raises, it is not there
            continue
    return None


def _given_passphrase(prompt: str, ask: Callable[[str], str] | None) -> str:
    if named := os.environ.get(PASSPHRASE_VARIABLE):
        return read_passphrase_file(Path(named))
    if ask is None:
        raise WorldError(
            tr(
                "The library is locked with a passphrase and nobody can be asked for it. "
                "Name a file that holds it in the variable {variable}."
            ).format(variable=PASSPHRASE_VARIABLE)
        )
    return ask(prompt)


def read_passphrase_file(path: Path) -> str:
    """Returns the passphrase that stands in a file; one trailing newline is dropped.

    Raises:
        WorldError: It cannot be read, or others can read it.
    """
    try:
        with path.open("rb") as file:
            readable_by_others = os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077
            text = file.read().decode()
    except OSError as error:
        raise WorldError(
            tr("The passphrase file {path} cannot be read: {reason}.").format(
                path=path, reason=os.strerror(error.errno or 0)
            )
        ) from None
    except UnicodeDecodeError:
        raise WorldError(tr("The passphrase file {path} is not text in UTF-8.").format(path=path)) from None
    if readable_by_others:
        raise WorldError(
            tr("The passphrase file {path} can be read by others. Take that right away: chmod 600 {path}").format(
                path=path
            )
        )
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
