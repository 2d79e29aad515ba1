"""The library's keys: kept by the OS keyring, or wrapped behind a passphrase. The only file that imports keyring.

``key.json`` in the home says which way a library is locked, and holds no secret: for a keyring the name of its entry,
for a passphrase the salt, the costs and the wrapped keys.
"""

import base64
import binascii
import json
import os
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from mcassess.errors import WorldError
from mcassess.store import edges
from mcassess.texts import tr

PASSPHRASE_VARIABLE = "MCASSESS_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable
KEY_FILE = "key.json"
_SERVICE = "mcassess"
_KEY_BYTES = 32
_TRUSTED = (
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.Windows", "WinVaultKeyring"),
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)


class Lock(StrEnum):
    """What keeps a library's keys."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - a kind of lock, no password


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The keys of a library.

    Attributes:
        database: Opens the database.
        evidence: Wraps the key of each evidence file; may be replaced without touching the database's.
    """

    database: bytes
    evidence: bytes

    @staticmethod
    def random() -> "Secrets":
        """Returns new keys."""
        return Secrets(secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_KEY_BYTES))

    @staticmethod
    def unpack(packed: bytes) -> "Secrets":
        """Returns the keys that ``packed`` wrote.

        Raises:
            ValueError: The length is wrong.
        """
        if len(packed) != 2 * _KEY_BYTES:
            raise ValueError("not the keys of a library")
        return Secrets(packed[:_KEY_BYTES], packed[_KEY_BYTES:])

    def packed(self) -> bytes:
        """Returns both keys as one string of bytes."""
        return self.database + self.evidence


class LibraryKeys(Protocol):
    """What opens a library's lock."""

    def unlock(self, home: Path) -> Secrets:
        """Returns the keys of the library in ``home``; where there is no library yet, makes and keeps new ones.

        Raises:
            WorldError: The lock does not open; the text says why.
        """
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
    description = _read_description(home)
    if description is None:
        locked_by = Lock.PASSPHRASE if os.environ.get(PASSPHRASE_VARIABLE) or _backend() is None else Lock.KEYRING
        prompt = tr("There is no keyring to keep the key in. Choose a passphrase for the new library: ")
    else:
        locked_by = description.lock
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
    backend = _backend()
    return None if backend is None else str(backend.name)


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """How hard a passphrase is to guess."""

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        # A broken file must not ask for all memory or for an hour.
        if not (8 * self.lanes <= self.memory_kib <= 4 << 20 and 1 <= self.iterations <= 100 and 1 <= self.lanes <= 64):
            raise ValueError("costs out of bounds")


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
        description = _read_description(home)
        if description is None:
            new, draft = self._create()
            description = _write_description(home, draft)
            if description is draft:
                return new
            # Another process was faster: its passphrase counts, and ours is tried on it.
        if description.lock is not Lock.PASSPHRASE:
            raise WorldError(tr("The key of the library in {home} lies in the keyring.").format(home=home))
        return self._unwrap(home, description)

    def _create(self) -> tuple[Secrets, "_Description"]:
        new, salt, library = Secrets.random(), secrets.token_bytes(16), secrets.token_hex(16)
        nonce = secrets.token_bytes(12)
        wrapped = nonce + self._cipher(salt, self._cost).encrypt(nonce, new.packed(), library.encode())
        return new, _Description(lock=Lock.PASSPHRASE, library=library, salt=salt, cost=self._cost, wrapped=wrapped)

    def _unwrap(self, home: Path, description: "_Description") -> Secrets:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - costs start time, not needed with a keyring

        nonce, wrapped = description.wrapped[:12], description.wrapped[12:]
        cipher = self._cipher(description.salt, description.cost)
        try:
            return Secrets.unpack(cipher.decrypt(nonce, wrapped, description.library.encode()))
        except InvalidTag:
            text = tr("That is not the passphrase of the library in {home}. Try again.")
            raise WorldError(text.format(home=home)) from None

    def _cipher(self, salt: bytes, cost: Argon2Cost) -> Any:  # noqa: ANN401 - its type is not imported at the start
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - as above

        # The same letters typed on another keyboard may come as other code points.
        typed = unicodedata.normalize("NFC", self._passphrase())
        if not typed:
            raise WorldError(tr("The passphrase is empty. Choose one that is hard to guess."))
        derivation = Argon2id(
            salt=salt, length=_KEY_BYTES, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
        )
        return AESGCM(derivation.derive(typed.encode()))


class KeyringKeys:
    """Keys that the OS keyring keeps. Only backends that ask the system's own key store are trusted."""

    def unlock(self, home: Path) -> Secrets:
        """Returns the keys of the library in ``home``; where there is none yet, makes and keeps new ones.

        Raises:
            WorldError: There is no trusted keyring, it is locked, or it does not have the key.
        """
        description = _read_description(home)
        if description is None:
            description = self._create(home)
        if description.lock is not Lock.KEYRING:
            raise WorldError(tr("The library in {home} is locked with a passphrase.").format(home=home))
        kept = self._ask_keyring(lambda keyring: keyring.get_password(_SERVICE, description.library))
        if kept is None:
            raise WorldError(
                tr(
                    "The keyring has no key for the library in {home}. It was made by another user or on another "
                    "computer, or its entry was removed; without the key it cannot be opened."
                ).format(home=home)
            )
        try:
            return Secrets.unpack(base64.b64decode(kept, validate=True))
        except ValueError:
            text = tr("The keyring's entry for the library in {home} is not a key.")
            raise WorldError(text.format(home=home)) from None

    def _create(self, home: Path) -> "_Description":
        new, library = Secrets.random(), secrets.token_hex(16)
        packed = base64.b64encode(new.packed()).decode()
        # The keyring first: a description without its key would be a library that never opens.
        self._ask_keyring(lambda keyring: keyring.set_password(_SERVICE, library, packed))
        return _write_description(home, _Description(lock=Lock.KEYRING, library=library))

    def _ask_keyring(self, question: Callable[[Any], str | None]) -> str | None:
        keyring = _backend()
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


def _backend() -> Any | None:  # noqa: ANN401 - its type is not imported at the start
    for module, name in _TRUSTED:
        try:
            backend = getattr(import_module(module), name)
            _ = backend.priority  # raises where the backend's service is not there
            return backend()
        except Exception:  # noqa: BLE001, S112 - whatever a missing service raises, it is not there
            continue
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Description:
    """What key.json says. The last three belong to a passphrase."""

    lock: Lock
    library: str
    salt: bytes = b""
    cost: Argon2Cost = Argon2Cost()
    wrapped: bytes = b""


def _read_description(home: Path) -> _Description | None:
    with edges.world(home):
        try:
            text = (home / KEY_FILE).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
    try:
        fields = json.loads(text)
        lock = Lock(fields["lock"])
        if lock is Lock.KEYRING:
            return _Description(lock=lock, library=str(fields["library"]))
        return _Description(
            lock=lock,
            library=str(fields["library"]),
            salt=base64.b64decode(fields["salt"], validate=True),
            cost=Argon2Cost(**fields["argon2id"]),
            wrapped=base64.b64decode(fields["wrapped"], validate=True),
        )
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise WorldError(
            tr("{path} is damaged, so the library beside it cannot be opened. Restore it from a backup.").format(
                path=home / KEY_FILE
            )
        ) from None


def _write_description(home: Path, description: _Description) -> _Description:
    """Writes key.json whole or not at all and returns it; where one came into being meanwhile, returns that."""
    fields: dict[str, object] = {"version": 1, "lock": description.lock, "library": description.library}
    if description.lock is Lock.PASSPHRASE:
        fields["salt"] = base64.b64encode(description.salt).decode()
        cost = description.cost
        fields["argon2id"] = {"memory_kib": cost.memory_kib, "iterations": cost.iterations, "lanes": cost.lanes}
        fields["wrapped"] = base64.b64encode(description.wrapped).decode()
    draft = home / f"{KEY_FILE}.{description.library}"
    with edges.world(home):
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(fields, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, home / KEY_FILE)  # unlike a rename it never replaces
        except FileExistsError:
            existing = _read_description(home)
            assert existing is not None, "it was there a moment ago"
            return existing
        finally:
            draft.unlink()
    return description


def _given_passphrase(prompt: str, ask: Callable[[str], str] | None) -> str:
    if named := os.environ.get(PASSPHRASE_VARIABLE):
        return _read_passphrase_file(Path(named))
    if ask is None:
        raise WorldError(
            tr(
                "The library is locked with a passphrase and nobody can be asked for it. "
                "Name a file that holds it in the variable {variable}."
            ).format(variable=PASSPHRASE_VARIABLE)
        )
    return ask(prompt)


def _read_passphrase_file(path: Path) -> str:
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
