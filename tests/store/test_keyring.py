"""The keys in a real gnome-keyring on a private D-Bus, opened and locked."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs dbus-run-session and gnome-keyring-daemon",
)

CHILD = """
import sys
from pathlib import Path
from mcassess.clock import SystemClock
from mcassess.errors import WorldError
from mcassess.store.keys import KeyringKeys, choose_keys, keyring_name
from mcassess.store.library import Library

home = Path(sys.argv[1])
if sys.argv[4:]:
    from mcassess.__main__ import main

    sys.argv[1:] = ["--home", str(home), "--json", *sys.argv[4:]]
    sys.exit(main())
keys = choose_keys(home, None)
assert isinstance(keys, KeyringKeys) == (sys.argv[2] != "no keyring"), type(keys)
assert bool(keyring_name()) == (sys.argv[3] == "bus"), keyring_name()
try:
    library = Library.open(home, keys, SystemClock())
except WorldError as error:
    print("REFUSED", error.text)
else:
    print("DEVICE", library.device_id)
    library.close()
"""

UNLOCKED = "echo -n test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "


NO_BUS = ""


def run(tmp_path: Path, keyring: str, expected: str = "keyring", *command_line: str, **more: str) -> str:
    """Opens the library of a test in a child on a D-Bus of its own, or runs a command; returns what it printed."""
    places = {name: str(tmp_path / name) for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME")}
    for place in places.values():
        Path(place).mkdir(mode=0o700, exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    environment |= {**places, "HOME": str(tmp_path), "PYTHONPATH": str(Path.cwd()), "PYTHONWARNINGS": "ignore"}
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    words = " ".join(command_line)
    command = f'{keyring}"{sys.executable}" -c "$CHILD" "$LIBRARY" "$EXPECTED" {"bus" if keyring else "none"} {words}'
    environment |= {"CHILD": CHILD, "LIBRARY": str(tmp_path / "home"), "EXPECTED": expected, **more}
    with tempfile.TemporaryDirectory() as runtime:  # short: the path of a socket ends after 107 bytes
        done = subprocess.run(
            [*(["dbus-run-session", "--"] if keyring else []), "bash", "-c", command],
            env={**environment, "XDG_RUNTIME_DIR": runtime},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.stdout or command_line, done.stderr
    return (done.stdout or done.stderr).strip()


def test_a_key_in_the_keyring_survives_the_process_and_a_locked_keyring_says_so(tmp_path: Path) -> None:
    first = run(tmp_path, UNLOCKED)
    assert first.startswith("DEVICE")
    assert run(tmp_path, UNLOCKED) == first
    assert "keyring is locked" in run(tmp_path, LOCKED)
    assert "no keyring answers" in run(tmp_path, NO_BUS)
    assert run(tmp_path, UNLOCKED) == first, "nothing was changed by the failures"


def test_without_a_keyring_nothing_is_kept_unprotected(tmp_path: Path) -> None:
    assert "nobody can be asked" in run(tmp_path, NO_BUS, "no keyring")
    assert not list((tmp_path / "home").glob("*"))


def test_the_lock_moves_between_the_real_keyring_and_a_passphrase(tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.write_text("several words\n")
    new.chmod(0o600)
    variable = {"MCASSESS_PASSPHRASE_FILE": str(new)}
    first = run(tmp_path, UNLOCKED)
    assert "keyring is locked" in run(tmp_path, LOCKED, "keyring", "key", "passphrase", "--new", str(new))
    assert run(tmp_path, UNLOCKED) == first, "a locked keyring changed nothing"
    assert '"passphrase"' in run(tmp_path, UNLOCKED, "keyring", "key", "passphrase", "--new", str(new))
    assert run(tmp_path, NO_BUS, "no keyring", **variable) == first
    assert "keyring is locked" in run(tmp_path, LOCKED, "no keyring", "key", "keyring", **variable)
    assert run(tmp_path, UNLOCKED, "no keyring", **variable) == first, "the passphrase still opens it"
    assert '"keyring"' in run(tmp_path, UNLOCKED, "keyring", "key", "keyring", **variable)
    assert run(tmp_path, UNLOCKED) == first


def test_the_recovery_code_opens_a_library_whose_keyring_is_gone(tmp_path: Path) -> None:
    first = run(tmp_path, UNLOCKED)
    code, new = tmp_path / "code", tmp_path / "new"
    code.write_text(json.loads(run(tmp_path, UNLOCKED, "keyring", "key", "recovery-code"))["recovery_code"])
    new.write_text("several words\n")
    for each in (code, new):
        each.chmod(0o600)
    assert "fetch_again" in run(tmp_path, NO_BUS, "", "key", "recover", "--code", str(code), "--new", str(new))
    assert run(tmp_path, NO_BUS, "no keyring", MCASSESS_PASSPHRASE_FILE=str(new)) == first


DESTROYING = """
import shutil, sys
from pathlib import Path
from mcassess.clock import SystemClock
from mcassess.errors import WorldError
from mcassess.store.keys import choose_keys
from mcassess.store.library import Library
from tests.store.test_destruction import digest, packed, read

home, copy = Path(sys.argv[1]), Path(sys.argv[1] + "-copy")
keys = choose_keys(home, None)
library = packed(home, keys)
shutil.copytree(home, copy)
before = keys.unlock(home)
library.vault.destroy(digest("goes"), "wipe")
after = keys.unlock(home)
assert after.database == before.database and after.evidence != before.evidence
assert len(keys.keeper(home).kept()) == 1
assert read(library, "stays")
library.close()
library = Library.open(home, keys, SystemClock())
assert read(library, "stays")
library.close()
earlier = Library.open(copy, keys, SystemClock())
try:
    earlier.vault.reader(digest("goes"))
except WorldError:
    print("REFUSED")
earlier.close()
"""


def test_a_destruction_replaces_the_evidence_key_in_the_real_keyring(tmp_path: Path) -> None:
    assert run(tmp_path, UNLOCKED, CHILD=DESTROYING) == "REFUSED"
