"""Waiting for news without asking again and again: the platform holds its answer back until something has changed."""

from contextlib import closing

from mcassess.store.library import Library
from mcassess.sync.platform import Connect, CursorExpiredError
from mcassess.sync.run import Cancel

HELD_S = 25
"""How long a platform holds one answer back, in seconds."""


def wait_for_news(library: Library, connect: Connect, seconds: int, cancel: Cancel) -> bool:
    """Waits until a platform has something new, and tells whether one has.

    With several accounts they are asked by turns, so that news of one may wait while another is asked.

    Args:
        library: Whose accounts are asked.
        connect: Opens connections.
        seconds: For how long at the most.
        cancel: Breaks it off.

    Raises:
        McassessError: A platform cannot be asked now.
        CancelledError: It was broken off.
    """
    until = library.clock.monotonic_ms() + seconds * 1000
    with library.read() as reading:
        accounts = reading.accounts.list()
    while accounts and (left := until - library.clock.monotonic_ms()) > 0:
        for account in accounts:
            began = library.clock.monotonic_ms()
            held = min(HELD_S, max(1, left // 1000 // len(accounts)))
            with closing(connect(account)) as platform, cancel.calling(platform.interrupt):
                cancel.raise_if_set()
                try:
                    if platform.changes(account.cursor, 1, held).changes:
                        return True
                except CursorExpiredError:
                    return True
            # One that holds nothing back must not be asked in a hurry.
            cancel.pause(max(0.0, held - (library.clock.monotonic_ms() - began) / 1000))
    return False
