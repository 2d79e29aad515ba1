"""Adding an account: who answers at an address, who is signed in there, and what is pinned from then on."""

import re
from contextlib import closing

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


def add_account(library: Library, url: str, token: str, connect: Connect) -> Account:
    """Signs in to a platform and adds it to the library; adding it again renews address and token.

    The platform's id and the public key of its receipts are pinned: later runs accept no others.

    Raises:
        WorldError: No platform of ours answers at this address, or there is no connection.
        RefusedError: The platform does not know the token, or is not the one that was pinned.
    """
    draft = _draft(normalised(url), token.strip())
    if not _TOKEN.fullmatch(draft.token):
        raise SignedOutError(tr("This is not a token: copy it once more, whole and without anything around it."))
    with closing(connect(draft)) as platform:
        server = platform.server()
        _require_version(server)
        me = platform.me()
        heard = platform.heard
    assert heard is not None, "answers have just come"
    if heard.server_id != server.server_id:
        raise NotOurPlatformError(tr("Two different platforms answer at this address. Check it with your programme."))
    return _stored(library, draft, server, me, heard)


def _draft(url: str, token: str) -> Account:
    return Account(key=0, url=url, server_id="", epoch="", public_key="", assessor_id="", assessor_name="", token=token)


def _require_version(server: ServerInfo) -> None:
    if not server.version_min <= VERSION <= server.version_max:
        raise RefusedError(
            tr("The platform speaks another version of the protocol than this program. Look for a newer version.")
        )


def _stored(library: Library, draft: Account, server: ServerInfo, me: Me, heard: Heard) -> Account:
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
        writing.accounts.update(key, clock_offset_ms=heard.clock_offset_ms, last_sync_at=now)
        return writing.accounts.get(key)
