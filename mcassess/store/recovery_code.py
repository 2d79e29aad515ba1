"""The recovery code as it is printed and typed: 160 random bits and a checksum, in groups of four signs."""

import hashlib
import secrets

from mcassess.errors import WorldError
from mcassess.texts import tr

CODE_BYTES = 20
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: without I, L, O, which look like others, and U
_READ_AS = str.maketrans("OIL", "011", " -\u2010\u2011\u2013\n\r\t")
_BITS = 5
_CODE_SIGNS = CODE_BYTES * 8 // _BITS
_CHECK_SIGNS = 4
_GROUP = 4


def new_code() -> bytes:
    """Returns the random bits of a new code."""
    return secrets.token_bytes(CODE_BYTES)


def printed(code: bytes) -> str:
    """Writes a code in nine groups of four signs, the last of which is the checksum."""
    signs = _signs(code, _CODE_SIGNS) + _checksum(code)
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))


def typed(text: str) -> bytes:
    """Reads a code that a person typed: in either case, with or without dashes and blanks.

    Raises:
        WorldError: It is too short or too long, has signs that no code has, or a mistake.
    """
    signs = text.strip().upper().translate(_READ_AS)
    wanted = _CODE_SIGNS + _CHECK_SIGNS
    if len(signs) != wanted:
        sentence = tr("A recovery code has {wanted} signs; these are {count}. Compare it with the printed one.")
        raise WorldError(sentence.format(wanted=wanted, count=len(signs)))
    if not set(signs) <= set(_ALPHABET):
        raise WorldError(tr("There are signs in it that no recovery code has. Compare it with the printed one."))
    number = 0
    for sign in signs[:_CODE_SIGNS]:
        number = number << _BITS | _ALPHABET.index(sign)
    code = number.to_bytes(CODE_BYTES)
    if signs[_CODE_SIGNS:] != _checksum(code):
        raise WorldError(tr("There is a mistake in this recovery code. Compare it with the printed one."))
    return code


def _checksum(code: bytes) -> str:
    return _signs(hashlib.sha256(b"mcassess recovery code" + code).digest(), _CHECK_SIGNS)


def _signs(data: bytes, count: int) -> str:
    number, bits = int.from_bytes(data), len(data) * 8
    return "".join(_ALPHABET[number >> bits - _BITS * (place + 1) & 31] for place in range(count))
