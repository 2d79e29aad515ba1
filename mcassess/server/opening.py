"""Opening a platform's data for a command, and closing it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import InterfaceError, OperationalError

from mcassess.clock import Clock, SystemClock
from mcassess.errors import WorldError
from mcassess.server.data import PlatformData, reason_of
from mcassess.texts import tr


@contextmanager
def opened(data_dir: Path, clock: Clock | None = None) -> Iterator[PlatformData]:
    """Opens a platform's data until the block ends; makes them where there are none.

    Raises:
        WorldError: They cannot be used.
    """
    data = PlatformData(data_dir, clock or SystemClock())
    try:
        yield data
    except (OperationalError, InterfaceError) as error:
        raise WorldError(
            tr("The platform's data in {folder} cannot be read or written: {reason}.").format(
                folder=data_dir, reason=reason_of(error)
            )
        ) from error
    finally:
        data.close()


@contextmanager
def opened_there(data_dir: Path, clock: Clock | None = None) -> Iterator[PlatformData]:
    """Opens a platform's data that have to be there.

    Raises:
        WorldError: There are none, or they cannot be used.
    """
    if not PlatformData.exists(data_dir):
        raise WorldError(tr("There is no platform's data in {folder}. Check --data.").format(folder=data_dir))
    with opened(data_dir, clock) as data:
        yield data
