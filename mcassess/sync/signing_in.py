"""Signing a laptop in by device flow, and keeping its tokens: the new ones are stored before one of them is used."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from mcassess.clock import Clock
from mcassess.errors import RefusedError, WorldError
from mcassess.store.accounts import Account
from mcassess.store.file_lock import FileLock
from mcassess.store.library import Library
from mcassess.sync.joining import Signed, draft_of, join, require_version
from mcassess.sync.platform import Connect, TransientError
from mcassess.sync.platforms.address import normalised
from mcassess.sync.platforms.native_messages import Exchange
from mcassess.sync.platforms.native_sign_in import NativeSignIn, SignInRefusedError
from mcassess.sync.run import INITIATOR, Cancel
from mcassess.sync.wire_sign_in import PLACES, DeviceAuthorization, Tokens
from mcassess.texts import tr

_LOCK_FILE = "sign-in.lock"
_LOCK_SECONDS = 60.0
_SLOWER_S = 5.0
_LONGEST_S = 3600
_EARLY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What is shown to the person who signs a laptop in.

    Attributes:
        code: What she compares, or types in.
        page: Where she does; on any device.
        page_with_code: The same with the code in it already.
        expires_in_s: How long she has, in seconds.
    """

    code: str
    page: str
    page_with_code: str
    expires_in_s: int


def sign_in(
    library: Library,
    url: str,
    connect: Connect,
    *,
    device_name: str,
    show: Callable[[Invitation], None],
    cancel: Cancel,
) -> Account:
    """Asks for a code, waits until a person has agreed to it on the platform's page, and adds the account.

    Args:
        library: Where the account is kept.
        url: The platform's address.
        connect: Opens the connection.
        device_name: What the page calls this laptop.
        show: Called once with what the person needs.
        cancel: Breaks the waiting off.

    Raises:
        WorldError: No platform of ours answers at this address, or there is no connection.
        RefusedError: The platform has no device flow, or she refused, or did not agree in time.
        CancelledError: It was broken off.
    """
    draft = draft_of(normalised(url), "")
    with closing(connect(draft)) as platform, cancel.calling(platform.interrupt):
        server = platform.server()
        require_version(server)
        if "device" not in server.auth or server.sign_in != PLACES or not isinstance(platform, Exchange):
            raise RefusedError(
                tr("This platform gives no codes to sign in with. Ask your programme for a token and connect with it.")
            )
        asking = NativeSignIn(platform)
        authorization = asking.ask(device_name)
        show(_invitation(authorization))
        tokens = _agreed(asking, authorization, library.clock, cancel)
    until = library.clock.now() + _life(tokens)
    signed = Signed(token=tokens.access_token, refresh_token=tokens.refresh_token, token_until=until)
    return join(library, draft.url, signed, connect)


def _invitation(authorization: DeviceAuthorization) -> Invitation:
    return Invitation(
        code=_plain(authorization.user_code),
        page=_plain(authorization.verification_uri),
        page_with_code=_plain(authorization.verification_uri_complete),
        expires_in_s=authorization.expires_in,
    )


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:500]


def _agreed(asking: NativeSignIn, authorization: DeviceAuthorization, clock: Clock, cancel: Cancel) -> Tokens:
    interval = min(max(float(authorization.interval), 0.0), 60.0)
    until_ms = clock.monotonic_ms() + min(max(authorization.expires_in, 0), _LONGEST_S) * 1000
    while clock.monotonic_ms() < until_ms:
        cancel.pause(interval)
        try:
            return asking.tokens(authorization.device_code)
        except SignInRefusedError as refused:
            if refused.code not in {"authorization_pending", "slow_down"}:
                raise
            interval += _SLOWER_S if refused.code == "slow_down" else 0.0
        except TransientError as error:
            cancel.pause(error.retry_after_s or interval)
    raise SignInRefusedError("expired_token")


def _life(tokens: Tokens) -> timedelta:
    # One that lives shorter than it takes to use it would be renewed before every request.
    return min(max(timedelta(seconds=min(tokens.expires_in, _LONGEST_S)), 2 * _EARLY), timedelta(seconds=_LONGEST_S))


class KeptTokens:
    """Renews the tokens of one account; of several processes and threads one at a time."""

    def __init__(self, library: Library, account: Account) -> None:
        self._library = library
        self._account = account

    def is_due(self) -> bool:
        """Tells whether the token has run out already, by this laptop's clock."""
        until = self._account.token_until
        return until is not None and self._library.clock.now() + _EARLY >= until

    def renewed(self, used: str, ask: Callable[[str], Tokens]) -> str:
        """Returns another token than ``used``: the one that somebody else has fetched meanwhile, or a new one.

        Raises:
            SignedOutError: The sign-in has ended.
            WorldError: The platform cannot be reached, or another process has been at it for a minute.
        """
        lock = FileLock(self._library.home / _LOCK_FILE)
        try:
            if not lock.take(wait_seconds=_LOCK_SECONDS):
                raise WorldError(tr("Another mcassess is signing in. Wait for it."))
            with self._library.read() as reading:
                account = reading.accounts.get(self._account.key)
            if account.token == used and account.refresh_token is not None:
                account = self._keep(ask(account.refresh_token))
            self._account = account
            return account.token
        finally:
            lock.close()

    def _keep(self, tokens: Tokens) -> Account:
        # Stored first: where this process dies now, the platform takes the old refresh token once more.
        until = self._library.clock.now() + _life(tokens)
        with self._library.write(INITIATOR) as writing:
            writing.accounts.update(
                self._account.key,
                token=tokens.access_token,
                refresh_token=tokens.refresh_token,
                token_until=until,
            )
            return writing.accounts.get(self._account.key)


def renewals(library: Library) -> Callable[[Account], KeptTokens | None]:
    """Returns what gives an account's renewal; None for an account whose token lasts, or that is not kept yet."""

    def renewal(account: Account) -> KeptTokens | None:
        return KeptTokens(library, account) if account.refresh_token is not None and account.key else None

    return renewal
