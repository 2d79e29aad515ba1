"""A library that holds what a pack holds, as if it had been synced: submissions, rubrics and evidence."""

from pathlib import Path

from pydantic import TypeAdapter

from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import MicroCredential, Submission
from mcassess.store.library import Library
from mcassess.sync.pack import Pack, read_pack
from tests.support.library import TestClock, add_account, open_library

SMALL = Path(__file__).parents[1] / "data" / "packs" / "small"


def filled_library(home: Path, pack_path: Path = SMALL, clock: TestClock | None = None) -> Library:
    """Opens a library with all of a pack in it, every file of evidence in the vault."""
    library = open_library(home, clock)
    fill(library, pack_path)
    return library


def fill(library: Library, pack_path: Path = SMALL) -> None:
    """Puts all of a pack into a library, every file of evidence into its vault."""
    pack = read_pack(pack_path)
    put_pack(library, pack)
    with pack.read_files() as files:
        for sha256 in _digests(pack):
            data = b"".join(files.blocks(sha256))
            writer = library.vault.writer(sha256, len(data))
            writer.write(data)
            writer.finish()


def put_pack(library: Library, pack: Pack) -> None:
    """Puts a pack's submissions into a library; blind ones lose the educator's name. No file is fetched."""
    account = add_account(library)
    with library.write() as writing:
        for rubric in pack.rubrics:
            writing.rubrics.put(account, rubric, _raw(Rubric, rubric))
        for each in pack.microcredentials:
            writing.submissions.put_microcredential(account, each, 1, _raw(MicroCredential, each))
        for submission in pack.submissions:
            writing.submissions.put_submission(account, submission, 1, _raw(Submission, submission))


def _digests(pack: Pack) -> list[str]:
    """Returns the files of submissions; those of exemplars alone are never fetched."""
    rounds = (each for submission in pack.submissions for each in (submission, *submission.earlier))
    return list(dict.fromkeys(file.sha256 for each in rounds for piece in each.evidence for file in piece.files))


def key_of(library: Library, submission_id: str) -> int:
    """Returns the library's key of a submission."""
    with library.read() as reading:
        return reading.submissions.find(submission_id)[0][0]


def _raw(kind: type, value: object) -> str:
    return TypeAdapter(kind).dump_json(value).decode()
