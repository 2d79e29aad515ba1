"""What is read before the window can show anything: the library, its first page, what its lock has to keep to."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mcassess.clock import Clock
from mcassess.errors import WorldError
from mcassess.store import key_file, presence
from mcassess.store.keys import LibraryKeys, Lock, PassphraseKeys
from mcassess.store.library import Library
from mcassess.store.settings import LOCK_SETTING
from mcassess.texts import tr
from mcassess.ui.lock_watch import IDLE_MINUTES
from mcassess.ui.queue.presenter import QueuePage, read_page
from mcassess.ui.whereabouts import LastPlace, last_place

Choose = Callable[[Path, Callable[[str], str]], LibraryKeys]


class PassphraseWantedError(WorldError):
    """The library is locked with a passphrase that nobody has typed yet."""


class NewPassphraseWantedError(WorldError):
    """A programme demands a passphrase, and the library has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An open library and what the window shows first.

    Attributes:
        lock_minutes: After so many minutes without a sign of life it locks; 0 means never.
        played: What was being played when the program ended by itself the last time.
    """

    library: Library
    page: QueuePage
    place: LastPlace
    lock_minutes: int
    played: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LockTerms:
    """What the lock has to keep to, by the assessor's own choice and the programmes' policies.

    Attributes:
        minutes: After so many minutes without a sign of life it locks; 0 means never.
        passphrase_missing: A programme demands a passphrase, and the keyring opens the library.
    """

    minutes: int
    passphrase_missing: bool


def lock_terms(library: Library) -> LockTerms:
    """Returns what the lock has to keep to now."""
    with library.read() as reading:
        demand = reading.policies.lock_demand()
        minutes = int(reading.settings.get(LOCK_SETTING, IDLE_MINUTES))
    if demand.minutes is not None:
        minutes = min(minutes or demand.minutes, demand.minutes)
    missing = demand.passphrase and is_kept_by_keyring(library.home)
    return LockTerms(minutes=minutes, passphrase_missing=missing)


def open_library(home: Path, clock: Clock, choose: Choose, passphrase: str | None) -> Opened:
    """Opens the library and reads what is shown first.

    Args:
        home: Its folder.
        clock: Tells the time.
        choose: What opens a lock that nobody has typed a passphrase for.
        passphrase: What was typed: the library's passphrase, or the new one that is demanded.

    Raises:
        PassphraseWantedError: It has to be typed.
        NewPassphraseWantedError: One has to be chosen.
        WorldError: The library does not open.
    """
    keys = _keys(home, choose, passphrase)
    library = Library.open(home, keys, clock)
    try:
        terms = lock_terms(library)
        if terms.passphrase_missing:
            library.close()
            _meet_demand(home, keys, passphrase)
            return open_library(home, clock, choose, passphrase)
        return Opened(
            library=library,
            page=read_page(library, "open", "", first=True),
            place=last_place(library),
            lock_minutes=terms.minutes,
            played=_played(library),
        )
    except BaseException:
        library.close()
        raise


def _played(library: Library) -> tuple[str, ...]:
    if not library.playing.is_any():
        return ()
    from mcassess.jobs.opening_evidence import played_at_bad_end  # noqa: PLC0415 - hardly ever wanted

    return played_at_bad_end(library)


def recover_library(home: Path, clock: Clock, choose: Choose, passphrase: str | None, *, act: bool) -> str:
    """Finds out what can be brought back of a damaged library, brings it back if ``act``, and says so in sentences.

    Raises:
        WorldError: Nothing can be brought back, or somebody has the library open.
    """
    from mcassess.jobs import keeping  # noqa: PLC0415 - hardly ever wanted

    return keeping.recovery_text(keeping.recover(home, _keys(home, choose, passphrase), clock, act=act))


def _keys(home: Path, choose: Choose, passphrase: str | None) -> LibraryKeys:
    def ask(_prompt: str) -> str:
        if passphrase is None:
            raise PassphraseWantedError(tr("The passphrase is wanted."))
        return passphrase

    described = key_file.read(home) if passphrase is not None else None
    by_passphrase = described is not None and described.lock is Lock.PASSPHRASE
    # What was typed counts, whatever a file may say: a lock screen that does not listen would be none.
    return PassphraseKeys(lambda: ask("")) if by_passphrase else choose(home, ask)


def _meet_demand(home: Path, keys: LibraryKeys, passphrase: str | None) -> None:
    if passphrase is None:
        raise NewPassphraseWantedError(tr("Your programme asks for a passphrase. Choose one for this library."))
    from mcassess.store import key_changes  # noqa: PLC0415 - hardly ever wanted

    with presence.alone(home):  # whoever has it open may be about to replace a key in the keyring
        key_changes.change_to_passphrase(home, keys, passphrase)


def is_kept_by_keyring(home: Path) -> bool:
    """Tells whether the keyring keeps the library's keys."""
    described = key_file.read(home)
    return described is not None and described.lock is Lock.KEYRING
