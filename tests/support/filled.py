"""A library that holds what a pack holds, as if it had been synced: submissions, rubrics and evidence."""

import shutil
from copy import copy
from pathlib import Path

from mcassess.jobs import film_strips
from mcassess.store.library import Library
from mcassess.sync.pack import Pack, read_pack
from tests.support.library import TestClock, add_account, open_library, raw

SMALL = Path(__file__).parents[1] / "data" / "packs" / "small"


def filled_library(home: Path, pack_path: Path = SMALL, clock: TestClock | None = None) -> Library:
    """Opens a library with all of a pack in it, every file of evidence in the vault."""
    library = open_library(home, clock)
    fill(library, pack_path)
    return library


class FilledHome:
    """A filled library with the film strips of all that plays, made once; tests get copies of it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._clock = TestClock()
        library = filled_library(home, clock=self._clock)
        for sha256 in film_strips.without_film_strip(library):
            film_strips.make_film_strip(library, sha256, lambda: True)
        library.close()

    def clock(self) -> TestClock:
        """Returns a clock that gives no id again that the library holds."""
        return copy(self._clock)

    def copy(self, home: Path, clock: TestClock) -> Library:
        """Opens a copy."""
        shutil.copytree(self._home, home)
        return open_library(home, clock)


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
            writing.rubrics.put(account, rubric, raw(rubric))
        for each in pack.microcredentials:
            writing.submissions.put_microcredential(account, each, 1, raw(each))
        for submission in pack.submissions:
            writing.submissions.put_submission(account, submission, 1, raw(submission))


def _digests(pack: Pack) -> list[str]:
    """Returns the files of submissions; those of exemplars alone are never fetched."""
    rounds = (each for submission in pack.submissions for each in (submission, *submission.earlier))
    return list(dict.fromkeys(file.sha256 for each in rounds for piece in each.evidence for file in piece.files))


def key_of(library: Library, submission_id: str) -> int:
    """Returns the library's key of a submission."""
    with library.read() as reading:
        return reading.submissions.find(submission_id)[0][0]
