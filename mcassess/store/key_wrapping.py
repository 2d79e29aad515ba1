"""The library's keys as bytes, and how they are wrapped: under a passphrase or a recovery code. No files here."""

import secrets
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcassess.errors import WorldError
from mcassess.texts import tr

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
SALT_BYTES = 16
_NONCE = 12
_TAG = 16


class WrongKeyError(Exception):
    """What was wrapped does not open with this passphrase or code."""


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
        return Secrets(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))

    @staticmethod
    def unpack(packed: bytes) -> "Secrets":
        """Returns the keys that ``packed`` wrote.

        Raises:
            ValueError: The length is wrong.
        """
        if len(packed) != 2 * KEY_BYTES:
            raise ValueError("not the keys of a library")
        return Secrets(packed[:KEY_BYTES], packed[KEY_BYTES:])

    def packed(self) -> bytes:
        """Returns both keys as one string of bytes."""
        return self.database + self.evidence


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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PassphraseWrap:
    """Keys wrapped under a passphrase."""

    salt: bytes
    cost: Argon2Cost
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RecoveryWrap:
    """Keys wrapped under a recovery code."""

    salt: bytes
    wrapped: bytes

    @property
    def has_evidence(self) -> bool:
        """Whether the key that wraps the evidence's keys is in it, beside the database's."""
        return len(self.wrapped) == _NONCE + 2 * KEY_BYTES + _TAG


def wrap_with_passphrase(keys: Secrets, passphrase: str, cost: Argon2Cost, library: str) -> PassphraseWrap:
    """Wraps keys with AES-256-GCM under a key that Argon2id makes of a passphrase; bound to the library's id.

    Raises:
        WorldError: The passphrase is empty.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    wrapped = _seal(_from_passphrase(passphrase, salt, cost), keys.packed(), library.encode())
    return PassphraseWrap(salt=salt, cost=cost, wrapped=wrapped)


def unwrap_with_passphrase(wrap: PassphraseWrap, passphrase: str, library: str) -> Secrets:
    """Returns the keys that ``wrap_with_passphrase`` wrapped.

    Raises:
        WorldError: The passphrase is empty.
        WrongKeyError: It is another one.
    """
    return Secrets.unpack(_open(_from_passphrase(passphrase, wrap.salt, wrap.cost), wrap.wrapped, library.encode()))


def wrap_with_code(keys: Secrets, code: bytes, library: str, *, evidence: bool) -> RecoveryWrap:
    """Wraps the database's key under the random bits of a recovery code, and on request the evidence's too."""
    salt = secrets.token_bytes(SALT_BYTES)
    packed = keys.packed() if evidence else keys.database
    return RecoveryWrap(salt=salt, wrapped=_seal(_from_code(code, salt), packed, _recovery_of(library)))


def unwrap_with_code(wrap: RecoveryWrap, code: bytes, library: str) -> Secrets:
    """Returns the keys that ``wrap_with_code`` wrapped; where the evidence's is not among them, a new one.

    Raises:
        WrongKeyError: It was another code.
    """
    packed = _open(_from_code(code, wrap.salt), wrap.wrapped, _recovery_of(library))
    return Secrets.unpack(packed if wrap.has_evidence else packed + secrets.token_bytes(KEY_BYTES))


def empty_passphrase() -> WorldError:
    """Returns the error for a passphrase of no letters."""
    return WorldError(tr("The passphrase is empty. Choose one that is hard to guess."))


def _recovery_of(library: str) -> bytes:
    return f"recovery of {library}".encode()


def _from_passphrase(passphrase: str, salt: bytes, cost: Argon2Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - not needed with a keyring

    # The same letters typed on another keyboard may come as other code points.
    typed = unicodedata.normalize("NFC", passphrase)
    if not typed:
        raise empty_passphrase()
    derivation = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    return derivation.derive(typed.encode())


def _from_code(code: bytes, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - as above

    # The code is random, 160 bits of it: nobody guesses it, so it need not be slow.
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"mcassess recovery code").derive(code)


def _cipher(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - not needed with a keyring

    return AESGCM(key)


def _seal(key: bytes, plain: bytes, binding: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(key).encrypt(nonce, plain, binding)


def _open(key: bytes, wrapped: bytes, binding: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

    try:
        return _cipher(key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], binding)
    except (InvalidTag, ValueError):
        raise WrongKeyError from None
