"""What somebody with the key finds in a library's database, pages included that nothing refers to any more."""

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_PAGE, _SALT, _IV, _MAC = 4096, 16, 16, 64


def plain_pages(database: Path, key: bytes) -> bytes:
    """Returns all pages of a SQLCipher file, decrypted one by one as version 4 writes them.

    Args:
        key: The raw key of 32 bytes.
    """
    content = database.read_bytes()
    assert len(content) % _PAGE == 0, "a database is whole pages"
    found = bytearray()
    for start in range(0, len(content), _PAGE):
        page = content[start : start + _PAGE]
        skipped = _SALT if start == 0 else 0
        end = _PAGE - _IV - _MAC
        decryptor = Cipher(algorithms.AES256(key), modes.CBC(page[end : end + _IV])).decryptor()
        found += decryptor.update(page[skipped:end])
    return bytes(found)
