"""Adding an account: who answers at an address, who is signed in there, and what is pinned from then on."""

import re
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from mcassess.errors import RefusedError
from mcassess.store.accounts import Account
from mcassess.store.library import Library
from mcassess.sync.platform import Connect, Heard, NotOurPlatformError, SignedOutError
from mcassess.sync.platforms.address import normalised
from mcassess.sync.platforms.native_answers import one_line
from mcassess.sync.run import INITIATOR
from mcassess.sync.wire import VERSION, Me, ServerInfo
from mcassess.texts import tr

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)  # RFC 6750


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What signs an assessor in.

    Attributes:
        token: Goes along with every request.
        refresh_token: Renews it; None for one that lasts.
        token_until: When it has to be renewed, by the laptop's clock.
    """

    token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    token_until: datetime | None = None


def add_account(library: Library, url: str, token: str, connect: Connect) -> Account:
    """Signs in to a platform and adds it to the library; adding it again renews address and token.

    The platform's id and the public key of its receipts are pinned: later runs accept no others.

    Raises:
        WorldError: No platform of ours answers at this address, or there is no connection.
        RefusedError: The platform does not know the token, or is not the one that was pinned.
    """
    text = token.strip()
    if not _TOKEN.fullmatch(text):
        raise SignedOutError(tr("This is not a token: copy it once more, whole and without anything around it."))
    return join(library, normalised(url), Signed(token=text), connect)


def join(library: Library, url: str, signed: Signed, connect: Connect) -> Account:
    """Adds the account that a token is of; see ``add_account``.

    Args:
        library: Where the account is kept.
        url: As ``address.normalised`` gives it.
        signed: What signs in.
        connect: Opens the connection.

    Raises:
        WorldError: As there.
        RefusedError: As there.
    """
    with closing(connect(draft_of(url, signed.token))) as platform:
        server = platform.server()
        require_version(server)
        me = platform.me()
        heard = platform.heard
    assert heard is not None, "answers have just come"
    if heard.server_id != server.server_id:
        raise NotOurPlatformError(tr("Two different platforms answer at this address. Check it with your programme."))
    return _stored(library, draft_of(url, signed.token), signed, server, me, heard)


def draft_of(url: str, token: str) -> Account:
    """Returns an account that is not kept yet."""
    return Account(key=0, url=url, server_id="", epoch="", public_key="", assessor_id="", assessor_name="", token=token)


def require_version(server: ServerInfo) -> None:
    """Makes sure that platform and program speak the same.

    Raises:
        RefusedError: They do not.
    """
    if not server.version_min <= VERSION <= server.version_max:
        raise RefusedError(
            tr("The platform speaks another version of the protocol than this program. Look for a newer version.")
        )


def _stored(library: Library, draft: Account, signed: Signed, server: ServerInfo, me: Me, heard: Heard) -> Account:
    now = library.clock.now()
    with library.write(INITIATOR) as writing:
        for other in writing.accounts.list():
            if other.server_id == server.server_id and other.public_key != server.public_key:
                raise RefusedError(
                    tr(
                        "The platform signs with another key than when it was connected first, so its receipts cannot "
                        "be trusted. Ask your programme before anything else."
                    )
                )
        known = writing.accounts.find(server.server_id, me.id)
        name, programme = one_line(me.name), one_line(me.programme)
        if known is None:
            key = writing.accounts.add(
                url=draft.url,
                server_id=server.server_id,
                epoch=server.epoch,
                public_key=server.public_key,
                assessor_id=me.id,
                assessor_name=name,
                token=draft.token,
                programme=programme,
            )
        else:
            key = known.key
            writing.accounts.update(
                key, url=draft.url, token=draft.token, assessor_name=name, programme=programme, online_problem=None
            )
        writing.accounts.update(
            key,
            clock_offset_ms=heard.clock_offset_ms,
            last_sync_at=now,
            refresh_token=signed.refresh_token,
            token_until=signed.token_until,
        )
        return writing.accounts.get(key)
