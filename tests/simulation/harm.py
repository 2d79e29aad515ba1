"""What befalls a laptop apart from sudden death: files altered by hand, a keyring that stays locked."""

from pathlib import Path
from random import Random
from typing import Any

from mcassess.errors import WorldError
from mcassess.store.library import Library
from tests.simulation.laptop import Laptop
from tests.simulation.oracle import BrokenError


def damage(laptop: Laptop, random: Random) -> None:
    """Spoils, shortens or removes one file of the vault by hand."""
    files = sorted(each for each in (laptop.home / "vault").iterdir() if each.is_file())
    if not files:
        return
    path = random.choice(files)
    kind = random.choice(["flip", "cut", "remove"])
    data = bytearray(path.read_bytes())
    if kind == "remove" or not data:
        path.unlink()
    elif kind == "cut":
        path.write_bytes(data[: random.randrange(len(data))])
    else:
        data[random.randrange(len(data))] ^= 1
        path.write_bytes(data)
    laptop.world.trace.note(laptop.name, "vault", kind)
    laptop.world.trace.count(f"fault vault {kind}")
    laptop.hindered("damage", whole=True)
    laptop.library.vault.verify()


def find_keyring_locked(laptop: Laptop) -> None:
    """Opens the library where the keyring gives no key: that fails, and is all that happens."""
    laptop.library.close()
    try:
        Library.open(laptop.home, LockedKeys(), laptop.clock).close()
        raise BrokenError(f"C9: {laptop.name} was opened without a key")
    except WorldError:
        laptop.world.trace.count("fault keyring locked")
    laptop.library = laptop.open()


class LockedKeys:
    """A keyring that does not open."""

    def unlock(self, _home: Path) -> Any:
        raise WorldError("The keyring is locked.")
