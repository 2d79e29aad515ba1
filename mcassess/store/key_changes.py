"""Changing a library's lock without encrypting it anew; the recovery code.

Death at any line leaves a library that opens: the old way works until key.json says the new one, which happens in one
rename. What a change leaves in the keyring is noted before it comes into being, and taken out later if need be.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mcassess.errors import WorldError
from mcassess.store import key_file, recovery_code
from mcassess.store.key_file import KeyFile, Lock
from mcassess.store.key_wrapping import (
    Argon2Cost,
    Secrets,
    WrongKeyError,
    empty_passphrase,
    unwrap_with_code,
    wrap_with_code,
    wrap_with_passphrase,
)
from mcassess.store.keys import LibraryKeys, keep_in_keyring, remove_from_keyring
from mcassess.texts import tr


def change_to_passphrase(home: Path, keys: LibraryKeys, passphrase: str, cost: Argon2Cost | None = None) -> KeyFile:
    """Locks the library with a passphrase from now on, in place of another one or of the keyring.

    Args:
        home: The library's folder.
        keys: What opens it now.
        passphrase: The new one.
        cost: How hard it is to guess; the usual cost where none is given.

    Raises:
        WorldError: The lock does not open, the passphrase is empty, or the home cannot be written.
    """
    with key_file.changing(home) as present:
        return _to_passphrase(home, present, keys.unlock(home), passphrase, cost)


def change_to_keyring(home: Path, keys: LibraryKeys) -> KeyFile:
    """Keeps the library's keys in the OS keyring from now on.

    A recovery code that was made under a passphrase ends: it opens the evidence too, and with a keyring nothing but
    the keyring may.

    Raises:
        WorldError: The lock does not open, there is no trusted keyring, or it is locked; the old lock stays then.
    """
    with key_file.changing(home) as present:
        return _to_keyring(home, present, keys.unlock(home))


def make_recovery_code(home: Path, keys: LibraryKeys) -> str:
    """Makes a new recovery code and returns it as it is printed; the one before counts no more.

    Raises:
        WorldError: The lock does not open, or the home cannot be written.
    """
    with key_file.changing(home) as present:
        code = recovery_code.new_code()
        # With a keyring the evidence's key stays out: replaced at a destruction, it must be kept nowhere else.
        wrap = wrap_with_code(keys.unlock(home), code, present.library, evidence=present.lock is Lock.PASSPHRASE)
        key_file.replace(home, replace(present, recovery=wrap))
    return recovery_code.printed(code)


def recover(
    home: Path,
    code: str,
    passphrase: str | None,
    *,
    without_evidence: Callable[[Secrets], None],
    cost: Argon2Cost | None = None,
) -> bool:
    """Opens the library with its recovery code and locks it anew.

    Args:
        home: The library's folder.
        code: As it was typed.
        passphrase: The new one; None for the keyring.
        without_evidence: Called with the new keys, before they lock anything, where the code does not open the
            evidence: makes the library forget it, so that it is fetched again.
        cost: Of the passphrase.

    Returns:
        Whether the evidence can be opened as well.

    Raises:
        WorldError: There is no code, it is another one or has a mistake, or the new lock cannot be made.
    """
    bits = recovery_code.typed(code)
    if passphrase == "":
        raise empty_passphrase()
    with key_file.changing(home) as present:
        if present.recovery is None:
            raise WorldError(tr("No recovery code was made for the library in {home}.").format(home=home))
        try:
            found = unwrap_with_code(present.recovery, bits, present.library)
        except WrongKeyError:
            text = tr("That is not the recovery code of the library in {home}. Only the newest one counts.")
            raise WorldError(text.format(home=home)) from None
        if not present.recovery.has_evidence:
            without_evidence(found)
        if passphrase is None:
            _to_keyring(home, present, found)
        else:
            _to_passphrase(home, present, found, passphrase, cost)
        return present.recovery.has_evidence


def _to_passphrase(home: Path, present: KeyFile, found: Secrets, passphrase: str, cost: Argon2Cost | None) -> KeyFile:
    wrap = wrap_with_passphrase(found, passphrase, cost or Argon2Cost(), present.library)
    left = present.entry_left or present.lock is Lock.KEYRING
    new = replace(present, lock=Lock.PASSPHRASE, passphrase=wrap, entry_left=left)
    key_file.replace(home, new)
    if left:
        # A keyring that does not answer now is asked again when the library is opened the next time.
        with suppress(WorldError):
            remove_from_keyring(present.library)
            new = replace(new, entry_left=False)
            key_file.replace(home, new)
    return new


def _to_keyring(home: Path, present: KeyFile, found: Secrets) -> KeyFile:
    if present.lock is Lock.PASSPHRASE:
        key_file.replace(home, replace(present, entry_left=True))
    keep_in_keyring(present.library, found)
    ends = present.recovery is not None and present.recovery.has_evidence
    recovery = None if ends else present.recovery
    new = KeyFile(lock=Lock.KEYRING, library=present.library, recovery=recovery)
    key_file.replace(home, new)
    return new
