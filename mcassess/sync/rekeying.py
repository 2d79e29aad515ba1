"""Giving operations that never reached a platform another id: after a fork of the device, or under a new fence.

Only bytes that no platform can ever have applied are made anew; whatever may have arrived stays byte for byte.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from mcassess.store.library import Library
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.store.sessions import Writing
from mcassess.store.settings import DEVICE_SETTING
from mcassess.sync import wire

Change = Callable[[OutboxRow, dict[str, Any]], None]
"""Alters the document of an operation that gets another id."""

_COMMENT = "comment"


def rekey(library: Library, writing: Writing, rows: Iterable[OutboxRow], change: Change, device_id: str) -> None:
    """Puts operations with new ids and numbers in the place of these, in their order.

    Args:
        library: Whose clock makes the ids.
        writing: The transaction.
        rows: Never tried, or refused as a whole before they were looked at.
        change: What else is to be altered in each.
        device_id: Who sends them from now on.
    """
    renamed: dict[str, str] = {}
    for row in rows:
        document = json.loads(row.payload)
        document |= {
            "op_id": library.clock.new_id(),
            "device_id": device_id,
            "device_seq": writing.outbox.next_device_seq(),
        }
        body = document["body"]
        if body.get(_COMMENT) in renamed:
            body[_COMMENT] = renamed[body[_COMMENT]]
        change(row, document)
        renamed[row.op_id] = document["op_id"]
        writing.outbox.rekey(row.op_id, document["op_id"], document["device_seq"], wire.canonical(document))


def fork_device(library: Library, refused: OutboxRow) -> None:
    """Makes this library a device of its own: another copy of it has sent under the same numbers.

    Everything that was never tried goes on under the new id, and so does the operation that was refused for its
    number: the platform holds another under it, so that these bytes can never be applied. What may have arrived
    stays as it is.
    """
    device_id = library.clock.new_id()
    with library.write("sync") as writing:
        never_sent = [row for row in writing.outbox.list() if _may_be_renamed(row) or row.op_id == refused.op_id]
        rekey(library, writing, never_sent, lambda _row, _document: None, device_id)
        writing.settings.set(DEVICE_SETTING, device_id)
    library.rename_device(device_id)


def _may_be_renamed(row: OutboxRow) -> bool:
    return row.state is OpState.READY and row.tries == 0
