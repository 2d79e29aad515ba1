"""Tokens of the device flow: made and read with a key that is not in the database. Which still count is asked there.

A token says of itself which sign-in it is of and, authenticated, until when it lives or which one in the row it is. The
same refresh token therefore always leads to the same next one, and an answer that was lost can be given again.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

Kind = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token says.

    Attributes:
        number: Of an access token the second (Unix time) until which it lives; of a refresh token its generation.
    """

    kind: Kind
    sign_in: str
    number: int


def write_token(key: bytes, token: Token) -> str:
    """Returns a token as it is sent."""
    said = f"{token.kind}.{token.sign_in}.{token.number}"
    return f"{said}.{_mac(key, said)}"


def read_token(key: bytes, text: str) -> Token | None:
    """Returns what a token says, or None if it is none of ours."""
    said, _, mac = text.rpartition(".")
    if not said or not text.isascii() or not hmac.compare_digest(mac, _mac(key, said)):
        return None
    kind, sign_in, number = said.split(".")
    return Token("access" if kind == "access" else "refresh", sign_in, int(number))


def _mac(key: bytes, said: str) -> str:
    digest = hmac.new(key, said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
