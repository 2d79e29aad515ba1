"""The order in which the suite runs: what takes long comes first. Nothing of what a test does lives here."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Rounds by time, deaths at every line, a real PostgreSQL, each command a process of its own: a minute or more where
# the machine is busy, the longest first. Begun last, one of them would keep one process at work while the others have
# nothing left to take over.
LONG = (
    "tests/simulation/test_soak.py",
    "tests/crash/test_killed_anywhere.py",
    "tests/server/test_workers.py",
    "tests/store/test_key_changes.py",
    "tests/store/test_failing_disks.py",
    "tests/store/test_faults.py",
    "tests/store/test_keyring.py",
    "tests/e2e/test_command_line.py",
    "tests/e2e/test_nothing_readable.py",
    "tests/server/test_blindness.py",
    "tests/evidence/zoo/test_zoo.py",
    "tests/evidence/zoo/test_window.py",
    "tests/crash/test_killed_while_migrating.py",
    "tests/simulation/test_mutations.py",
    "tests/sync/test_killed.py",
    "tests/store/test_vault_killed.py",
    "tests/store/test_database.py",
    "tests/server/test_loading.py",
    "tests/wires/test_wires.py",
    "tests/wires/test_hostile.py",
    "tests/cli/test_processes.py",
)


def put_long_first(tests: list[pytest.Item]) -> None:
    """Puts the tests of the long files first; all else stays in the order in which it was."""
    places = {ROOT / name: place for place, name in enumerate(LONG)}
    tests.sort(key=lambda test: places.get(test.path, len(places)))
