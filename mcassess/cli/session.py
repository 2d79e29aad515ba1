"""Opening the library for one command: the home, the key, the passphrase."""

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from mcassess import paths
from mcassess.clock import SystemClock
from mcassess.errors import WorldError
from mcassess.store.keys import choose_keys
from mcassess.store.library import Library
from mcassess.texts import tr


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Library]:
    """Opens the library that the command is about, and closes it afterwards.

    Raises:
        WorldError: It cannot be opened: wrong passphrase, locked keyring, a home that cannot be written.
    """
    home = paths.home(arguments.home)
    library = Library.open(home, choose_keys(home, ask), SystemClock())
    try:
        yield library
    finally:
        library.close()


def ask(prompt: str) -> str:
    """Shows a prompt and returns what the person types, unseen.

    Raises:
        WorldError: Nobody sits at the command line.
    """
    if not sys.stdin.isatty():
        raise WorldError(
            tr("The library is locked with a passphrase. Name a file that holds it in MCASSESS_PASSPHRASE_FILE.")
        )
    return getpass.getpass(f"{prompt} ")
