"""Opening the library for one command: the home, the key, the passphrase."""

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from mcassess import paths
from mcassess.clock import SystemClock
from mcassess.errors import UsageError, WorldError
from mcassess.store.keys import PASSPHRASE_VARIABLE, choose_keys, is_new
from mcassess.store.library import Library
from mcassess.texts import tr


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Library]:
    """Opens the library that the command is about, and closes it afterwards.

    Raises:
        WorldError: It cannot be opened: wrong passphrase, locked keyring, a home that cannot be written.
        UsageError: A new passphrase was typed in two different ways.
    """
    home = paths.home(arguments.home)
    keys = choose_keys(home, lambda prompt: ask(prompt, new=is_new(home)))
    library = Library.open(home, keys, SystemClock())
    try:
        yield library
    finally:
        library.close()


def ask(prompt: str, *, new: bool = False) -> str:
    """Shows a prompt and returns what the person types, unseen; a new passphrase twice.

    Raises:
        WorldError: Nobody sits at the command line.
        UsageError: A new passphrase was typed in two different ways.
    """
    if not sys.stdin.isatty():
        raise WorldError(
            tr(
                "The library's passphrase is wanted, and there is nobody here to ask. "
                "Name a file that holds it in the variable {variable}."
            ).format(variable=PASSPHRASE_VARIABLE)
        )
    passphrase = getpass.getpass(prompt)
    # Nobody could open a library whose new passphrase was mistyped.
    if new and getpass.getpass(tr("The same once more: ")) != passphrase:
        raise UsageError(tr("The two passphrases differ, so no library was made. Try again."))
    return passphrase
