"""The feed's cursors: opaque to laptops, signed, bound to an epoch and to what a person may see."""

import base64
import binascii
import hashlib
import hmac
import json

from mcassess.server.data import PlatformData
from mcassess.server.problems import ProblemError
from mcassess.server.records import Person

_VERSION = 1
_MAC_BYTES = 16


def write_cursor(data: PlatformData, person: Person, **fields: int) -> str:
    """Returns a cursor that holds these numbers."""
    content = json.dumps(
        {"v": _VERSION, "e": data.epoch, "h": _scope(person), **fields}, sort_keys=True, separators=(",", ":")
    ).encode()
    return base64.urlsafe_b64encode(_mac(data, content) + content).decode().rstrip("=")


def read_cursor(data: PlatformData, person: Person, cursor: str) -> dict[str, int]:
    """Returns the numbers in a cursor.

    Raises:
        ProblemError: It is not ours (``cursor-expired``), of another epoch, or made for another scope.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        mac, content = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, _mac(data, content)):
            raise ProblemError("cursor-expired")
        fields = json.loads(content)
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise ProblemError("cursor-expired") from error
    if fields.pop("e") != data.epoch:
        raise ProblemError("epoch-changed")
    if fields.pop("h") != _scope(person):
        raise ProblemError("cursor-scope")
    return {name: value for name, value in fields.items() if name != "v"}


def _scope(person: Person) -> str:
    scope = "" if person.scope is None else "".join(f"\n{each}" for each in sorted(person.scope))
    return hashlib.sha256(f"{person.id}\n{person.role}{scope}".encode()).hexdigest()[:16]


def _mac(data: PlatformData, content: bytes) -> bytes:
    return hmac.new(data.cursor_secret, content, hashlib.sha256).digest()[:_MAC_BYTES]
