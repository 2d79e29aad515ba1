"""Files that leave on purpose are whole or not there; practice keeps away from work."""

import pytest

from mcassess.errors import WorldError
from mcassess.jobs import files, practising


def test_a_file_is_replaced_whole(tmp_path):
    target = tmp_path / "summary.pdf"
    files.write_whole(target, b"old")
    files.write_whole(target, b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]
    assert target.stat().st_mode & 0o077 == 0


def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "summary.pdf"
    files.write_whole(target, b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(WorldError, match="No space left"):
        files.write_whole(target, b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_practice_has_a_home_of_its_own_unless_one_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert practising.practice_home(None).name == "mcassess-practice"
    assert practising.practice_home(tmp_path / "here") == tmp_path / "here"
    monkeypatch.setenv("MCASSESS_HOME", str(tmp_path / "there"))
    assert practising.practice_home(None) == tmp_path / "there"


def test_only_practice_is_forgotten(tmp_path):
    work, practice = tmp_path / "work", tmp_path / "practice"
    for home in (work, practice):
        home.mkdir()
        (home / "library.db").write_bytes(b"x")
    (practice / "practice").touch()
    (tmp_path / "practice-platform").mkdir()
    with pytest.raises(WorldError, match="not a practice library"):
        practising.forget_practice(work)
    practising.forget_practice(practice)
    practising.forget_practice(tmp_path / "never was")
    assert [path.name for path in tmp_path.iterdir()] == ["work"]
    assert (work / "library.db").exists()


def test_a_place_that_cannot_be_practised_in_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorldError, match="cannot be made"), practising.practice_platform(tmp_path / "file" / "home"):
        pytest.fail("it started")
