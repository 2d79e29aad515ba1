"""The key that signs receipts: made once, kept in a file of its own outside the database."""

import base64
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mcassess.errors import WorldError
from mcassess.server.files import write_for_good
from mcassess.texts import tr

KEY_NAME = "signing.key"


def make_key(folder: Path) -> str:
    """Makes the key of a new platform and returns its public half; call it under the database's write lock.

    A key that is there already stays: whoever made it may have died before the database knew it.

    Raises:
        WorldError: The one that is there is broken.
        OSError: It cannot be written.
    """
    path = folder / KEY_NAME
    if path.exists():
        return public_half(_key_in(path))
    key = Ed25519PrivateKey.generate()
    write_key(path, base64.b64encode(key.private_bytes_raw()))
    return public_half(key)


def write_key(path: Path, content: bytes) -> None:
    """Writes a key's file whole, for its owner alone.

    Raises:
        OSError: It cannot be written.
    """
    write_for_good(path, content)


def read_key(folder: Path, public_key: str) -> Ed25519PrivateKey:
    """Returns the key of a platform whose receipts are checked with this public half.

    Raises:
        WorldError: It is missing, broken, or another platform's.
    """
    path = folder / KEY_NAME
    key = _key_in(path)
    if public_half(key) != public_key:
        raise WorldError(
            tr("The signing key {path} belongs to another platform. Put the right one back.").format(path=path)
        )
    return key


def public_half(key: Ed25519PrivateKey) -> str:
    """Returns what checks the key's signatures, in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _key_in(path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes(), validate=True))
    except (OSError, ValueError) as error:
        raise WorldError(
            tr("The platform's signing key {path} is missing or broken. Put it back from a backup.").format(path=path)
        ) from error
