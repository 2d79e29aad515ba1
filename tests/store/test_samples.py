"""A library of every schema version there ever was opens, migrates, and adds up to the same."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mcassess.store.database import Database
from mcassess.store.migrations import STEPS
from mcassess.store.recovery import recover
from mcassess.store.restoring import restore
from tests.support.library import SHARED, GivenKeys, TestClock, open_library
from tests.support.library_samples import CONTENT, FOLDER, facts

KEYS = GivenKeys()
VERSIONS = range(1, len(STEPS) + 1)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_has_its_sample(version: int) -> None:
    sample = FOLDER / f"version-{version}"
    assert sample.is_dir(), "make it with: python -m tests.support.library_samples"
    assert sum(path.stat().st_size for path in sample.rglob("*")) < 2_000_000


@pytest.mark.parametrize("version", VERSIONS)
def test_a_library_of_any_version_opens_and_adds_up_to_the_same(tmp_path: Path, version: int) -> None:
    home = tmp_path / "home"
    shutil.copytree(FOLDER / f"version-{version}", home)
    expected = json.loads((FOLDER / f"version-{version}.json").read_text(encoding="utf-8"))
    library = open_library(home)
    assert facts(library) == expected
    assert library.check() == []
    assert library.vault.verify().ok == 1
    with library.write() as writing:
        writing.search.catch_up()
    with library.read() as reading:
        assert reading.queue.ids(None, search="coach") != [], "the search index came along"
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    reader = library.vault.reader(sha256)
    assert reader.read(len(CONTENT)) == CONTENT
    reader.close()
    backups = [each.kind for each in library.backups.list()]
    assert backups == ([] if version == len(STEPS) else ["migration"])
    library.close()
    again = open_library(home)
    assert facts(again) == expected
    again.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_backup_of_any_version_can_be_gone_back_to(tmp_path: Path, version: int) -> None:
    home, sha256 = tmp_path / "home", hashlib.sha256(CONTENT).hexdigest()
    shutil.copytree(FOLDER / f"version-{len(STEPS)}", home)
    library = open_library(home)
    with library.write() as writing:
        writing.evidence.destroy_key(sha256, "wiped")
    library.close()
    backup = shutil.copy(FOLDER / f"version-{version}" / "library.db", tmp_path / "old.backup")
    restore(home, KEYS, TestClock(), backup, lose=True)
    expected = json.loads((FOLDER / f"version-{version}.json").read_text(encoding="utf-8"))
    library = open_library(home)
    assert words(facts(library)) == words(expected)
    assert library.check() == []
    with library.read() as reading:
        stored = reading.evidence.get(sha256)
    assert stored is not None
    assert stored.state == "destroyed", "what was destroyed since stays destroyed"
    assert [each.kind for each in library.backups.list()] == ["restore"], "it was brought up to date before"
    library.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_damaged_library_of_any_version_comes_back(tmp_path: Path, version: int) -> None:
    home = tmp_path / "home"
    shutil.copytree(FOLDER / f"version-{version}", home)
    database = Database(home / "library.db", SHARED.database)
    with database.read() as connection:
        roots = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE type = 'index'").scalars().all()
    database.close()
    with (home / "library.db").open("r+b") as file:
        file.seek(max(roots) * 4096 - 2000)  # in an index, so that every row can be read
        file.write(b"damage")
    assert recover(home, KEYS, TestClock(), act=True) is not None
    expected = json.loads((FOLDER / f"version-{version}.json").read_text(encoding="utf-8"))
    library = open_library(home)
    assert words(facts(library)) == words(expected)
    assert library.check() == []
    library.close()


def words(found: dict[str, Any]) -> dict[str, Any]:
    """Returns what a library says, save for its evidence: that is wanted again where its key is not at hand."""
    submissions = {name: {**shown, "evidence": None} for name, shown in found["submissions"].items()}
    return {**found, "submissions": submissions, "device": None}
