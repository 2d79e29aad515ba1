"""Backups of the platform, and the new epoch that begins when one is put back, by us or by other means."""

import json
import shutil
import tarfile
from itertools import pairwise

import pytest

from mcassess.clock import SystemClock
from mcassess.errors import RefusedError, WorldError
from mcassess.server.admin import add_assessor, decisions, load_pack
from mcassess.server.backup import write_backup
from mcassess.server.data import DATABASE_NAME, PlatformData
from mcassess.server.restore import restore_backup
from mcassess.server.signing import KEY_NAME
from tests.support.platform import SMALL_PACK


def everything(data_dir):
    """What a platform says of itself to people, and the bytes of its files."""
    files = {path.name: path.read_bytes() for path in (data_dir / "files").rglob("*") if path.is_file()}
    return decisions(data_dir), files


def test_a_backup_made_while_it_serves_brings_everything_back_elsewhere(platform, client, tmp_path, postgres):
    ada = client()
    ada.push(ada.decision())
    backup = tmp_path / "platform.backup"
    written = write_backup(platform.data_dir, backup)
    assert backup.stat().st_mode & 0o777 == 0o600
    before = everything(platform.data_dir)
    assert before[0]
    assert before[1]
    for database in (None, postgres.database()):
        folder = tmp_path / f"other-{database is None}"
        restored = restore_backup(folder, backup, database=database)
        assert restored["seq"] == written["seq"]
        assert everything(folder) == before
        data = PlatformData(folder, SystemClock())
        try:
            assert (data.server_id, data.public_key) == (restored["server_id"], restored["public_key"])
            assert data.epoch == restored["epoch"]
        finally:
            data.close()


def test_after_it_was_put_back_laptops_hear_of_a_new_epoch_and_send_again_what_was_forgotten(
    platform, client, tmp_path
):
    ada = client()
    backup = tmp_path / "platform.backup"
    write_backup(platform.data_dir, backup)
    before = ada.get("/server").json()
    _, cursor = ada.changes()
    op = ada.decision()
    (result,) = ada.push(op)
    restored = restore_backup(platform.data_dir, backup)
    assert platform.decisions() == []
    discovery = ada.get("/server")
    assert discovery.json()["server_id"] == before["server_id"]
    assert discovery.json()["epoch"] == discovery.headers["Mcassess-Epoch"] == restored["epoch"] != before["epoch"]
    told = ada.get("/changes", params={"cursor": cursor})
    assert (told.status_code, told.json()["code"]) == (410, "epoch-changed")
    assert ada.rows()["s-0001"]["version"] > 1_000_000
    body = {"ops": [op], "receipts": {op["op_id"]: result["receipt"]}}
    (again,) = ada.http.post("/ops", content=json.dumps(body)).json()["results"]
    assert again["status"] == "applied"
    assert [record.op_id for record in platform.decisions()] == [op["op_id"]]


def test_a_backup_that_is_put_back_twice_gives_no_version_or_fence_out_again(platform, client, tmp_path):
    ada, backup = client(), tmp_path / "platform.backup"
    write_backup(platform.data_dir, backup)
    given = []
    for _ in range(3):
        restore_backup(platform.data_dir, backup)
        rows = [row["data"] for row in ada.get("/snapshot").json()["changes"] if row["type"] == "submission"]
        claim = ada.claim()
        given.append((min(row["version"] for row in rows), max(row["version"] for row in rows), claim["fence"]))
    for before, after in pairwise(given):
        assert before[1] < after[0]
        assert before[2] < after[2]


def test_a_database_that_has_gone_back_by_other_means_is_refused_until_a_new_epoch_is_asked_for(tmp_path):
    folder = tmp_path / "data"
    add_assessor(folder, "Ada")
    shutil.copy(folder / DATABASE_NAME, tmp_path / "yesterday")
    load_pack(folder, SMALL_PACK)
    epoch = opened_epoch(folder)
    for path in folder.glob(f"{DATABASE_NAME}*"):
        path.unlink()
    shutil.copy(tmp_path / "yesterday", folder / DATABASE_NAME)
    with pytest.raises(WorldError, match="new-epoch"):
        decisions(folder)
    with pytest.raises(WorldError, match="new-epoch"):
        load_pack(folder, SMALL_PACK)
    later = opened_epoch(folder, new_epoch=True)
    assert later != epoch
    assert opened_epoch(folder) == later
    load_pack(folder, SMALL_PACK)


def opened_epoch(folder, **how) -> str:
    data = PlatformData(folder, SystemClock(), **how)
    data.close()
    return data.epoch


def test_another_database_than_the_folders_own_is_refused(tmp_path, postgres):
    folder = tmp_path / "data"
    add_assessor(folder, "Ada")
    with pytest.raises(WorldError, match="not the one"):
        PlatformData(folder, SystemClock(), postgres.database())


def test_a_backup_goes_into_its_own_platform_or_an_empty_folder_alone(tmp_path):
    add_assessor(tmp_path / "one", "Ada")
    add_assessor(tmp_path / "two", "Bea")
    write_backup(tmp_path / "one", tmp_path / "one.backup")
    with pytest.raises(RefusedError, match="another platform"):
        restore_backup(tmp_path / "two", tmp_path / "one.backup")
    with pytest.raises(WorldError, match="no platform's data"):
        write_backup(tmp_path / "none", tmp_path / "none.backup")
    with pytest.raises(WorldError, match="cannot be written"):
        write_backup(tmp_path / "one", tmp_path / "no" / "folder.backup")


def test_a_broken_or_foreign_file_changes_nothing(tmp_path):
    folder = tmp_path / "data"
    load_pack(folder, SMALL_PACK)
    backup = tmp_path / "whole.backup"
    write_backup(folder, backup)
    whole = backup.read_bytes()
    epoch = opened_epoch(folder)
    with tarfile.open(backup) as archive:
        places = {member.name: member.offset_data for member in archive}
    rows = places["tables/feed.jsonl"]
    name = next(name for name in places if name.startswith("files/"))
    for broken in (
        b"",
        b"no tar at all" * 100,
        whole[: rows + 20],
        whole[:rows] + b"!" + whole[rows + 1 :],
    ):
        (tmp_path / "broken").write_bytes(broken)
        with pytest.raises(WorldError):
            restore_backup(folder, tmp_path / "broken")
    shutil.rmtree(folder / "files")
    (tmp_path / "broken").write_bytes(whole[: places[name]] + b"!!!!" + whole[places[name] + 4 :])
    with pytest.raises(WorldError, match="damaged"):
        restore_backup(folder, tmp_path / "broken")
    assert opened_epoch(folder) == epoch
    restore_backup(folder, backup)
    assert everything(folder)[1]


def test_without_files_a_backup_is_small_and_says_who_it_is_of(tmp_path):
    load_pack(tmp_path / "data", SMALL_PACK)
    write_backup(tmp_path / "data", tmp_path / "backup", files=False)
    with tarfile.open(tmp_path / "backup") as archive:
        assert not [name for name in archive.getnames() if name.startswith("files/")]
    restore_backup(tmp_path / "other", tmp_path / "backup")
    assert (tmp_path / "other" / KEY_NAME).read_bytes() == (tmp_path / "data" / KEY_NAME).read_bytes()
