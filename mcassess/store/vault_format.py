"""The encrypted form of a file of evidence: header, then chunks that are sealed one by one. Knows no database.

A file is a header (magic, version, size of the plain bytes) and records, one for each chunk of 128 KiB of plain bytes:
a random nonce, the chunk encrypted with AES-256-GCM, its tag. Header, index and whether it is the last chunk are
authenticated with each chunk, so that a flipped bit, a cut, a swap or a forged size does not pass. Every file has a
random key of its own. Version 1 had chunks of 256 KiB, which made each jump in a video twice as long; its files are
read, and what was begun in it is finished in it.
"""

import os
import struct
from typing import TYPE_CHECKING

from mcassess.errors import WorldError
from mcassess.texts import tr

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 128 << 10
KEY_BYTES = 32
NONCE = 12
TAG = 16
RECORD = NONCE + CHUNK + TAG
_MAGICS = {CHUNK: b"MCAEVID\x02", 256 << 10: b"MCAEVID\x01"}
_HEADER = struct.Struct(">8sQ")
_BINDING = struct.Struct(">Q?")
HEADER_BYTES = _HEADER.size


class DamagedError(WorldError):
    """Bytes in the vault are not those that were written."""


def cipher(key: bytes) -> "AESGCM":
    """Returns what seals and opens with a key of 32 bytes."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - not needed for the first picture

    return AESGCM(key)


def stated_size(header: bytes) -> int | None:
    """Returns the size that a header states, which only its first chunk proves; None if it is no header of ours."""
    if len(header) != HEADER_BYTES:
        return None
    magic, size = _HEADER.unpack(header)
    return int(size) if magic in _MAGICS.values() else None


def wrap(wrapping: bytes, key: bytes, sha256: str) -> bytes:
    """Returns a file's key, wrapped for keeping in the database and bound to the file's digest."""
    nonce = os.urandom(NONCE)
    return nonce + cipher(wrapping).encrypt(nonce, key, sha256.encode())


def unwrap(wrapping: bytes, wrapped: bytes, sha256: str) -> bytes:
    """Returns the key that ``wrap`` wrapped.

    Raises:
        DamagedError: It was wrapped with another key, or for another file.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

    try:
        return cipher(wrapping).decrypt(wrapped[:NONCE], wrapped[NONCE:], sha256.encode())
    except InvalidTag:
        raise DamagedError(tr("The key of a file of evidence is damaged. Sync to fetch the file again.")) from None


class Form:
    """Seals and opens the chunks of one file.

    Args:
        key: The file's own key.
        size: Of the plain bytes.
        chunk: How many plain bytes each chunk but the last one has.

    Attributes:
        header: What the file begins with.
        chunks: How many chunks there are; an empty file has an empty one, so that it too is authenticated.
    """

    def __init__(self, key: bytes, size: int, chunk: int = CHUNK) -> None:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        self._key = key
        self._cipher = cipher(key)
        self._failure = InvalidTag
        self.size = size
        self.chunk = chunk
        self.record = NONCE + chunk + TAG
        self.header = _HEADER.pack(_MAGICS[chunk], size)
        self.chunks = max(1, -(-size // chunk))

    def as_written(self, header: bytes) -> "Form | None":
        """Returns the form of a file that begins so: this one or that of an older version; None if it is neither."""
        forms = (Form(self._key, self.size, chunk) for chunk in _MAGICS)
        return next((form for form in forms if form.header == header), None)

    def place(self, index: int) -> int:
        """Returns where the record of a chunk begins in the file."""
        return HEADER_BYTES + index * self.record

    def plain_length(self, index: int) -> int:
        """Returns how many plain bytes a chunk has."""
        return min(self.chunk, self.size - index * self.chunk)

    def record_length(self, index: int) -> int:
        """Returns how long the record of a chunk is."""
        return NONCE + self.plain_length(index) + TAG

    def seal(self, index: int, plain: memoryview, buffer: memoryview) -> memoryview:
        """Writes the record of a chunk into ``buffer``, with a new nonce each time, and returns the part it takes."""
        nonce = os.urandom(NONCE)
        record = buffer[: NONCE + len(plain) + TAG]
        record[:NONCE] = nonce
        self._cipher.encrypt_into(nonce, plain, self._bound(index), record[NONCE:])
        return record

    def open(self, index: int, record: memoryview, buffer: memoryview) -> memoryview:
        """Writes the plain bytes of a chunk into ``buffer`` and returns the part that they take.

        Raises:
            DamagedError: The record is not the one that was written for this chunk of this file.
        """
        return self.unseal(index, record[:NONCE], record[NONCE:], buffer)

    def unseal(self, index: int, nonce: memoryview, sealed: memoryview, buffer: memoryview) -> memoryview:
        """Does the same where the record is given in two parts.

        Raises:
            DamagedError: The record is not the one that was written for this chunk of this file.
        """
        length = self.plain_length(index)
        if len(nonce) != NONCE or len(sealed) != length + TAG:
            raise self.damage(index)
        plain = buffer[:length]
        try:
            self._cipher.decrypt_into(nonce, sealed, self._bound(index), plain)
        except self._failure:
            raise self.damage(index) from None
        return plain

    def damage(self, index: int) -> DamagedError:
        """Returns the error for a chunk that cannot be read."""
        text = tr("The stored evidence is damaged at chunk {number} of {count}. Sync to fetch it again.")
        return DamagedError(text.format(number=index + 1, count=self.chunks))

    def _bound(self, index: int) -> bytes:
        return self.header + _BINDING.pack(index, index == self.chunks - 1)
