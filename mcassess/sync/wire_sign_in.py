"""The messages by which a laptop signs in: the device flow of RFC 8628, refreshing and revoking. Knows no HTTP.

They are OAuth's own: forms go up (``application/x-www-form-urlencoded``), ``application/json`` comes back, and a
refusal is a ``SignInFault`` with status 400. The platform's headers are on them as on every answer.
"""

from typing import Literal

from mcassess.sync.wire import Message

DEVICE_PATH = "/auth/device"
TOKEN_PATH = "/auth/token"  # noqa: S105 - a path
REVOKE_PATH = "/auth/revoke"

CLIENT_ID = "mcassess"
FORM_TYPE = "application/x-www-form-urlencoded"
SIGN_IN_TYPE = "application/json"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_GRANT = "refresh_token"

PLACES = {"device_authorization": DEVICE_PATH, "token": TOKEN_PATH, "revocation": REVOKE_PATH}
"""What ``ServerInfo.sign_in`` says where the device flow is offered: paths below the protocol's prefix."""

SignInError = Literal[
    "authorization_pending",
    "slow_down",
    "access_denied",
    "expired_token",
    "invalid_grant",
    "invalid_request",
    "invalid_client",
    "unsupported_grant_type",
]


class DeviceAuthorization(Message):
    """POST /auth/device (``client_id``, ``device_name``): a code for the person, and one for the laptop.

    Attributes:
        device_code: The laptop asks with it whether the person has agreed. Secret.
        user_code: What the person types on the page, such as ``BCDF-GHJK``.
        verification_uri: The page, to be opened on any device.
        expires_in: Seconds in which she may agree.
        interval: Seconds to wait between two questions; 5 more after each ``slow_down``.
    """

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int = 5


class Tokens(Message):
    """POST /auth/token (``grant_type`` with ``device_code`` or ``refresh_token``): what signs a laptop in.

    The refresh token that was sent stays good until the new one is used for the first time, a day at most, so that
    a lost answer locks nobody out. Used after that, it revokes the laptop.

    Attributes:
        access_token: Goes along with every request.
        expires_in: Seconds that the access token lives.
    """

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - OAuth's word for it
    expires_in: int
    refresh_token: str


class SignInFault(Message):
    """Why no tokens are given (RFC 6749, section 5.2, and RFC 8628, section 3.5)."""

    error: SignInError
    error_description: str = ""
