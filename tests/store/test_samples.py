"""A library of every schema version there ever was opens, migrates, and adds up to the same."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from mcassess.store.migrations import STEPS
from tests.support.library import open_library
from tests.support.library_samples import CONTENT, FOLDER, facts

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
