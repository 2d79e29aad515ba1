"""Signing in to a native platform by device flow, and renewing its tokens. What is kept of them is not decided here."""

from collections.abc import Callable
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from mcassess.sync import wire
from mcassess.sync.platform import SignedOutError, UnreadableAnswerError
from mcassess.sync.platforms.native_messages import Asking, Exchange, read
from mcassess.sync.wire_sign_in import (
    CLIENT_ID,
    DEVICE_GRANT,
    DEVICE_PATH,
    FORM_TYPE,
    REFRESH_GRANT,
    REVOKE_PATH,
    SIGN_IN_TYPE,
    TOKEN_PATH,
    DeviceAuthorization,
    SignInFault,
    Tokens,
)
from mcassess.texts import tr

_M = TypeVar("_M", bound=wire.Message)


class Renewal(Protocol):
    """What remembers an account's tokens."""

    def is_due(self) -> bool:
        """Tells whether the token has run out already."""
        ...

    def renewed(self, used: str, ask: Callable[[str], Tokens]) -> str:
        """Returns another token than the one that was used, asking for it with the refresh token where need be."""
        ...


class SignInRefusedError(SignedOutError):
    """No tokens are given.

    Attributes:
        code: OAuth's word for why.
    """

    def __init__(self, code: str) -> None:
        texts = {
            "access_denied": tr("The sign-in was refused on the platform's page."),
            "expired_token": tr("The code was not entered in time. Connect again for another one."),
        }
        super().__init__(
            texts.get(
                code,
                tr("The sign-in of this laptop has ended. Connect to the platform again; all that is here stays."),
            )
        )
        self.code = code


class NativeSignIn:
    """The three things that are asked about signing in; none of them is signed."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def ask(self, device_name: str) -> DeviceAuthorization:
        """Asks for a code that a person agrees to on another device."""
        return self._tokens(DeviceAuthorization, DEVICE_PATH, {"client_id": CLIENT_ID, "device_name": device_name})

    def tokens(self, device_code: str) -> Tokens:
        """Returns the tokens once she has agreed.

        Raises:
            SignInRefusedError: ``authorization_pending`` and ``slow_down`` mean: not yet.
        """
        fields = {"grant_type": DEVICE_GRANT, "device_code": device_code, "client_id": CLIENT_ID}
        return self._tokens(Tokens, TOKEN_PATH, fields)

    def renewed(self, refresh_token: str) -> Tokens:
        """Returns new tokens for a refresh token, which stays good until the new one is used.

        Raises:
            SignInRefusedError: The sign-in has ended.
        """
        return self._tokens(Tokens, TOKEN_PATH, {"grant_type": REFRESH_GRANT, "refresh_token": refresh_token})

    def revoke(self, token: str) -> None:
        """Ends the sign-in that a token is of."""
        self._exchange.exchange(_form(REVOKE_PATH, {"token": token}))

    def _tokens(self, message: type[_M], path: str, fields: dict[str, str]) -> _M:
        answered = self._exchange.exchange(_form(path, fields))
        kind = answered.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != SIGN_IN_TYPE:
            raise UnreadableAnswerError(tr("The platform's answer about signing in cannot be understood."))
        if answered.status != 200:
            raise SignInRefusedError(read(SignInFault, answered.body).error)
        return read(message, answered.body)


def _form(path: str, fields: dict[str, str]) -> Asking:
    headers = {"Content-Type": FORM_TYPE, "Accept": SIGN_IN_TYPE}
    body = urlencode(fields).encode("ascii")
    return Asking("POST", path, body=body, headers=headers, signed=False, expected=frozenset({200, 400}))
