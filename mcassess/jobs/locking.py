"""Changing what the library is locked with, and recovering it with the printed code."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mcassess.clock import Clock
from mcassess.errors import RefusedError, WorldError
from mcassess.store import key_changes, key_file, presence
from mcassess.store.evidence_forgetting import forget_evidence
from mcassess.store.key_file import KeyFile, Lock
from mcassess.store.key_wrapping import Secrets
from mcassess.store.keys import (
    PASSPHRASE_VARIABLE,
    GivenKeys,
    LibraryKeys,
    choose_keys,
    is_new,
    keyring_name,
    read_passphrase_file,
)
from mcassess.store.library import Library
from mcassess.store.settings import LOCK_SETTING
from mcassess.texts import tr

Ask = Callable[[str], str]
Document = dict[str, Any]


def to_passphrase(home: Path, ask: Ask, passphrase: Callable[[], str], clock: Clock) -> Document:
    """Locks the library with a new passphrase.

    Args:
        home: The library's folder.
        ask: Asks for the present passphrase, if there is one.
        passphrase: Gives the new one; called once the present lock has opened.
        clock: Tells the time.

    Raises:
        WorldError: There is no library, its lock does not open, or the new passphrase is empty.
    """
    keys = _present(home, ask)
    # Opened once, so that a replacement of the evidence's key that death has interrupted comes to its end.
    library = Library.open(home, keys, clock)
    try:
        library.vault.finish_destructions()
    finally:
        library.close()
    new = passphrase()
    with presence.alone(home):
        return _told(key_changes.change_to_passphrase(home, keys, new))


def to_keyring(home: Path, ask: Ask, clock: Clock) -> Document:
    """Keeps the library's keys in the OS keyring.

    Raises:
        WorldError: There is no library, its lock does not open, or there is no trusted keyring.
        RefusedError: A programme demands a passphrase.
    """
    keys = _present(home, ask)
    library = Library.open(home, keys, clock)
    try:
        with library.read() as reading:
            demanded = reading.policies.lock_demand().passphrase
        if demanded:
            sentence = tr("Your programme asks for a passphrase, so the library's key stays out of the keyring.")
            raise RefusedError(sentence)
        with library.write() as writing:  # whoever knows the passphrase and has an old key.json knows the key until now
            writing.leftovers.owe()
    finally:
        library.close()
    with presence.alone(home):
        return _told(key_changes.change_to_keyring(home, keys))


def make_recovery_code(home: Path, ask: Ask) -> Document:
    """Makes a new recovery code; the one before counts no more.

    Raises:
        WorldError: There is no library, or its lock does not open.
    """
    return {"recovery_code": key_changes.make_recovery_code(home, _present(home, ask))}


def recover(home: Path, code: str, passphrase: Callable[[], str], clock: Clock, *, anew: bool = False) -> Document:
    """Opens the library with its recovery code, and locks it anew: as before, where that can be.

    Args:
        home: The library's folder.
        code: As it was typed.
        passphrase: Gives the new passphrase, if one is wanted.
        clock: Tells the time.
        anew: Whether a passphrase is wanted even where a keyring was the lock.

    Raises:
        WorldError: There is no library, the code is wrong, or the new lock cannot be made.
    """

    def forget(keys: Secrets) -> None:
        library = Library.open(home, GivenKeys(keys), clock)
        try:
            forget_evidence(library)
        finally:
            library.close()

    described = _described(home)
    given = os.environ.get(PASSPHRASE_VARIABLE)
    by_keyring = described.lock is Lock.KEYRING and not anew and not given and keyring_name() is not None
    new: str | None = None
    if not by_keyring:
        new = read_passphrase_file(Path(given)) if given and not anew else passphrase()
    with presence.alone(home):
        pass  # nobody may have it open; from here on it can be opened with the code alone, or by the lock as it is
    whole = key_changes.recover(home, code, new, without_evidence=forget)
    return {**_told(_described(home)), "evidence": "kept" if whole else "fetch_again"}


def lock_after(library: Library, minutes: int) -> Document:
    """Sets after how many minutes without a sign of life the window locks; 0 means never, unless it is demanded."""
    with library.write() as writing:
        writing.settings.set(LOCK_SETTING, minutes)
        demanded = writing.policies.lock_demand().minutes
    return {"lock_minutes": minutes, "demanded": demanded}


def _present(home: Path, ask: Ask) -> LibraryKeys:
    _described(home)
    answers: list[str] = []

    def once(prompt: str) -> str:
        if not answers:
            answers.append(ask(prompt))
        return answers[0]

    return choose_keys(home, once)


def _described(home: Path) -> KeyFile:
    if is_new(home):
        raise WorldError(tr("There is no library in {home}.").format(home=home))
    described = key_file.read(home)
    assert described is not None, "it is not new"
    return described


def _told(described: KeyFile) -> Document:
    return {"lock": described.lock.value, "recovery_code_valid": described.recovery is not None}
