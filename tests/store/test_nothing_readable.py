"""Whoever finds the laptop reads nothing: neither during the work nor after it."""

import hashlib
from pathlib import Path

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import EvidenceKind, Outcome
from mcassess.domain.submission import Educator, Evidence
from mcassess.store.vault_format import CHUNK
from tests.support.library import add_account, open_library, put, submission, video

NAME = "Zebulon Quackenbush"
TEXT = "My class learned to wait for the heron"
COMMENT = "Thirteen seconds of silence at the window"
FILM = b"unmistakable film of a classroom; " * 20_000


def planted() -> list[bytes]:
    words = [NAME, TEXT, COMMENT, "secret-token", "heron", "Quackenbush", "video/mp4", hashlib.sha256(FILM).hexdigest()]
    return [word.encode() for word in words] + [FILM[:64], FILM[CHUNK : CHUNK + 64], b"CREATE TABLE", b"SQLite format"]


def found_in(folder: Path) -> list[tuple[str, bytes]]:
    return [
        (path.name, word)
        for path in folder.rglob("*")
        if path.is_file()
        for content in [path.read_bytes()]
        for word in planted()
        if word.lower() in content.lower()
    ]


def test_nothing_of_the_work_can_be_read_in_the_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    library = open_library(home)
    sha256 = hashlib.sha256(FILM).hexdigest()
    pieces = (video(sha256, len(FILM)), Evidence(id="t1", title=TEXT, kind=EvidenceKind.TEXT, text=TEXT))
    one = submission(educator=Educator(id="e", alias="Educator heron", name=NAME), evidence=pieces)
    [key] = put(library, add_account(library), one)
    with library.write() as writing:
        writing.reviews.append(key, [Entry(kind=ChangeKind.COMMENT, target="c1", value=COMMENT)])
        outbox = writing.outbox
        outbox.add(key, 1, "op", outbox.next_device_seq(), "decision.submit", COMMENT.encode(), Outcome.AWARD)
    writer = library.vault.writer(sha256, len(FILM))
    writer.write(FILM[: CHUNK + 5])
    writer.abort()
    with library.read() as reading:
        assert reading.queue.ids(search="heron") == [key]
        assert (home / "library.db-wal").stat().st_size > 0
        assert found_in(tmp_path) == []
    writer = library.vault.writer(sha256, len(FILM))
    writer.write(FILM[writer.offset :])
    writer.finish()
    assert found_in(tmp_path) == []
    library.vault.destroy(sha256, "wipe")
    assert (home / "library.db-wal").stat().st_size == 0, "the key is not left in the journal"
    library.close()
    assert found_in(tmp_path) == []


def test_the_scan_would_find_what_lies_there_in_plain(tmp_path: Path) -> None:
    (tmp_path / "leak").write_bytes(b"..." + FILM[:64] + COMMENT.encode())
    assert len(found_in(tmp_path)) == 2
