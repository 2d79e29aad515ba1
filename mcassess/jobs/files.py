"""Writing files that leave the library on purpose. Nothing else may be written outside it."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from mcassess.errors import WorldError
from mcassess.texts import tr


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file so that there is the old one or the new one, whole, whatever happens in between.

    Raises:
        WorldError: The place cannot be written, or the disk is full.
    """
    write_pieces(path, (data,))


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Writes a file as ``write_whole`` does, from pieces that come one after the other.

    Raises:
        WorldError: The place cannot be written, or the disk is full.
        Exception: What the pieces raise; nothing is left of the file then.
    """
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WorldError(
            tr("'{path}' cannot be written: {why}. Choose another place.").format(
                path=path, why=error.strerror or error
            )
        ) from None
