"""Signatures of the native protocol's messages: made by the platform, checked by both. The messages are in wire.py."""

import base64
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mcassess.sync.wire import Receipt, canonical


class Signed(Protocol):
    """A message with the platform's signature over all its other fields."""

    @property
    def signature(self) -> str:
        """Ed25519 over the canonical JSON of all other fields, in base64."""
        ...

    def model_dump(self, *, mode: str, exclude: set[str]) -> dict[str, Any]:
        """Returns its fields as plain data."""
        ...


def signature_of(message: Signed, key: Ed25519PrivateKey) -> str:
    """Returns the signature that belongs into a message; the one in it is not looked at."""
    return base64.b64encode(key.sign(_signed_part(message))).decode()


def sign_receipt(receipt: Receipt, key: Ed25519PrivateKey) -> Receipt:
    """Returns the receipt with its signature; the one in it is not looked at."""
    return receipt.model_copy(update={"signature": signature_of(receipt, key)})


def receipt_is_genuine(receipt: Signed, public_key: str) -> bool:
    """Tells whether a receipt was signed by the platform whose public key (base64) this is."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(receipt.signature, validate=True), _signed_part(receipt))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed_part(receipt: Signed) -> bytes:
    return canonical(receipt.model_dump(mode="json", exclude={"signature"}))
