"""check: what is wrong with loose files is told, whatever they are, and it ends with 0."""

import os
import time
from pathlib import Path

from tests.support import documents
from tests.support.command import open_home
from tests.support.filled import fill
from tests.support.media import make_video


def found(command, *paths):
    return command("check", *paths)


def test_whatever_is_wrong_with_videos_is_told_and_ends_with_0(command, tmp_path):
    good = make_video(tmp_path / "good.mp4", frames=60)
    files = {
        "empty.mp4": b"",
        "random.mp4": os.urandom(50_000),
        "cut.mp4": good.read_bytes()[: good.stat().st_size // 2],
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    make_video(tmp_path / "mute.mp4", frames=60, sound=None)
    begun = time.monotonic()
    told = found(command, good, *(tmp_path / name for name in (*files, "mute.mp4")))
    assert time.monotonic() - begun < 10 * len(told)
    by_name = {Path(each["path"]).name: each for each in told}
    fine = by_name["good.mp4"]
    assert (fine["kind"], fine["opens"], fine["plays"], fine["sound"], fine["problems"]) == (
        "video",
        True,
        True,
        True,
        [],
    )
    assert abs(fine["duration_ms"] - 2000) < 100
    for name in files:
        assert by_name[name]["problems"], name
        assert not by_name[name]["plays"], name
    assert by_name["mute.mp4"]["plays"]
    assert by_name["mute.mp4"]["sound"] is False
    assert [problem["code"] for problem in by_name["mute.mp4"]["problems"]] == ["no_sound"]


def test_whatever_is_wrong_with_documents_is_told_and_ends_with_0(command, tmp_path):
    files = {
        "good.pdf": documents.pdf(3),
        "locked.pdf": documents.pdf(password="secret"),
        "none.pdf": documents.pdf_without_pages(),
        "broken.pdf": b"%PDF-1.7\n" + os.urandom(5000),
        "empty.pdf": b"",
        "good.docx": documents.docx(),
        "broken.docx": documents.docx()[:700],
        "picture.png": documents.image(),
        "notes.txt": "Zoë".encode(),
        "what.bin": os.urandom(3000),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    by_name = {Path(each["path"]).name: each for each in found(command, *(tmp_path / name for name in files))}
    assert (by_name["good.pdf"]["pages"], by_name["good.pdf"]["problems"]) == (3, [])
    for name in ("good.docx", "picture.png", "notes.txt"):
        assert by_name[name]["opens"], name
        assert by_name[name]["problems"] == [], name
    for name in ("locked.pdf", "none.pdf", "broken.pdf", "empty.pdf", "broken.docx", "what.bin"):
        assert not by_name[name]["opens"], name
        assert by_name[name]["problems"][0]["text"], name
    assert "password" in by_name["locked.pdf"]["problems"][0]["text"]


def test_what_is_no_file_is_told_and_not_waited_for(command, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    odd = tmp_path / os.fsdecode(b"odd \xff.txt")
    odd.write_text("x")
    places = [tmp_path, tmp_path / "none", tmp_path / "pipe", tmp_path / "loop", "/dev/zero", f"{tmp_path}/{'x' * 300}"]
    for each in found(command, *places):
        assert (each["kind"], each["opens"]) == ("unknown", False)
        assert [problem["code"] for problem in each["problems"]] == ["unreadable"]
    (told,) = found(command, odd)
    assert told["path"] == str(odd)
    assert "fine" in command.text("check", odd)


def test_no_library_is_wanted_for_it(command, tmp_path, monkeypatch):
    monkeypatch.delenv("MCASSESS_PASSPHRASE_FILE")
    (tmp_path / "a.txt").write_text("x")
    assert found(command, "--home", tmp_path / "none", tmp_path / "a.txt")
    assert not (tmp_path / "none").exists()


def test_a_submission_tells_what_came_and_what_it_proposes(home, command):
    library = open_home(home)
    fill(library)
    library.close()
    told = command("check", "--submission", "s-0001")
    assert told["submission"] == "s-0001"
    with_file = [piece for piece in told["evidence"] if piece["kind"] not in {"link", "text"}]
    assert with_file
    assert all(piece["findings"]["opens"] for piece in with_file), told
    assert not any(piece["marked"] for piece in told["evidence"])
    proposed = {check["id"]: (check["answer"], check["proposed"]) for check in told["checks"]}
    assert (None, True) in proposed.values()
    command("completeness", "s-0001", told["checks"][0]["id"], "no")
    assert command("check", "--submission", "s-0001")["checks"][0]["answer"] is False
    assert told["checks"][0]["text"] in command.text("check", "--submission", "s-0001")


def test_files_or_a_submission_are_wanted_not_both(command, tmp_path):
    for words in ((), (tmp_path / "a.txt", "--submission", "s-0001")):
        assert "one of the two" in command.text("check", *words, code=2)
