"""Connecting to a platform and syncing with it, with the connector that the address asks for."""

import platform
from collections.abc import Callable

from mcassess.jobs import retention
from mcassess.jobs.metered import is_metered
from mcassess.store.accounts import Account
from mcassess.store.library import Library
from mcassess.store.settings import DEVICE_SETTING
from mcassess.sync import signing_in, waiting
from mcassess.sync.platform import Connect, Platform
from mcassess.sync.runner import Cancel, Step, SyncEvent, SyncOptions, SyncReport, add_account, run_sync
from mcassess.sync.signing_in import Invitation, renewals
from mcassess.texts import tr, tr_n


def connect(library: Library, url: str, token: str) -> Account:
    """Signs in to a platform and adds it to the library.

    Raises:
        WorldError: No platform of ours answers at this address.
        RefusedError: It does not know the token.
    """
    return add_account(library, url, token, connector(library))


def sign_in(library: Library, url: str, *, show: Callable[[Invitation], None], cancel: Cancel) -> Account:
    """Signs this laptop in by a code that a person agrees to on the platform's page, and adds the account.

    Args:
        library: Where the account is kept.
        url: The platform's address.
        show: Called once with the code and the page.
        cancel: Breaks the waiting off.

    Raises:
        WorldError: No platform of ours answers at this address.
        RefusedError: The platform gives no codes, she refused, or did not agree in time.
        CancelledError: It was broken off.
    """
    name = platform.node() or tr("a laptop")
    return signing_in.sign_in(library, url, connector(library), device_name=name, show=show, cancel=cancel)


def accounts(library: Library) -> list[Account]:
    """Returns the accounts that a run would go through."""
    with library.read() as reading:
        return reading.accounts.list()


def sync(
    library: Library,
    *,
    evidence: bool = True,
    on_event: Callable[[SyncEvent], None],
    cancel: Cancel,
    is_metered: Callable[[], bool] = is_metered,
) -> SyncReport:
    """Makes one run with every account: decisions out, changes in, evidence down, all of it verified.

    Afterwards the evidence goes that nobody may hold any longer. What has come is looked through by ``arriving``.
    """
    options = SyncOptions(is_metered=is_metered)
    report = run_sync(library, connector(library), evidence=evidence, on_event=on_event, cancel=cancel, options=options)
    gone = retention.enforce(library)
    if gone.files:
        number = sum(gone.files.values())
        text = tr_n("{n} file of evidence destroyed", "{n} files of evidence destroyed", number).format(n=number)
        on_event(SyncEvent(step=Step.VERIFY, account=0, text=text, change_set=gone.change_set))
    return report


def wait_for_news(library: Library, seconds: int, cancel: Cancel) -> bool:
    """Waits until a platform has something new, for so many seconds at the most, and tells whether one has.

    Raises:
        WorldError: A platform cannot be reached.
        RefusedError: It refuses.
        CancelledError: It was broken off.
    """
    return waiting.wait_for_news(library, connector(library), seconds, cancel)


def connector(library: Library) -> Connect:
    """Returns what opens the connection of an account; no request is made yet."""
    from mcassess.sync.platforms import native  # noqa: PLC0415 - httpx only where a network is wanted

    def connect(account: Account) -> Platform:
        # Asked for each time: a library that turns out to be a copy goes on under another name.
        with library.read() as reading:
            device_id = reading.settings.get(DEVICE_SETTING, library.device_id)
        return native.connector(device_id, library.clock, renewals(library))(account)

    return connect
