"""Evidence down: which files, in which order, two at once, and what one file's failure means. How is fetch_file.py."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from mcassess.errors import McassessError
from mcassess.store.evidence import FileRow
from mcassess.sync.fetch_file import WrongAtSourceError, fetch_file
from mcassess.sync.pace import Pace
from mcassess.sync.plan import fetch_rank
from mcassess.sync.platform import (
    CancelledError,
    NotOurPlatformError,
    OfflineError,
    RemoteFile,
    Role,
    SignedOutError,
)
from mcassess.sync.progress import Progress
from mcassess.sync.reporting import report_damaged
from mcassess.sync.room import Room
from mcassess.sync.run import Run, Step
from mcassess.texts import tr

AT_ONCE = 2

_Wanted = tuple[FileRow, RemoteFile, datetime | None]
"""A file as the library has it, as the platform has it, and when it is needed."""


@dataclass(slots=True)
class _Stop:
    """Why no further file is begun: the platform is gone, not one file."""

    why: McassessError | None = None


def fetch(run: Run) -> None:
    """Fetches what is wanted: what is claimed, what is due first, the smallest. A file that fails holds up no other.

    Raises:
        McassessError: The platform is not there any more. What came is kept.
        CancelledError: The run should end. What came is kept.
    """
    files = _wanted(run)
    total = sum(file.size - file.done_bytes for file, _, _ in files)
    progress = Progress(run, Step.FETCH, tr("Evidence: {done} of {total} MB"), total)
    stop, room, pace = _Stop(), Room(run), Pace(run)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fetch") as pool:
        for outcome in [pool.submit(_fetch_or_note, run, each, room, pace, progress, stop) for each in files]:
            outcome.result()
    run.cancel.raise_if_set()
    if files and pace.why_not:
        run.tell(Step.FETCH, pace.why_not)
    if stop.why is not None:
        raise stop.why


def _wanted(run: Run) -> list[_Wanted]:
    with run.library.read() as reading:
        files = reading.evidence.wanted(run.account.key)
        rows = {row.key: row for row in reading.queue.rows(sorted({file.key for file in files}))}
    ordered = sorted(files, key=lambda file: fetch_rank(rows[file.key].due_at, file.size, claimed=file.claimed))
    return [(file, _remote(file, rows[file.key].id), rows[file.key].due_at) for file in ordered]


def _remote(file: FileRow, submission_id: str) -> RemoteFile:
    return RemoteFile(
        submission_id=submission_id,
        attempt=file.attempt,
        evidence_id=file.evidence_id,
        role=Role(file.role),
        sha256=file.sha256,
        size=file.size,
    )


def _fetch_or_note(run: Run, wanted: _Wanted, room: Room, pace: Pace, progress: Progress, stop: _Stop) -> None:
    file, remote, due_at = wanted
    if stop.why is not None or run.cancel.is_set() or not pace.look():
        return
    about = {
        "submission": remote.submission_id,
        "attempt": remote.attempt,
        "evidence": remote.evidence_id,
        "role": remote.role.value,
    }
    try:
        with room.given(file, due_at):
            fetch_file(run, remote, pace, progress)
    except CancelledError:
        return
    except (NotOurPlatformError, SignedOutError) as error:
        stop.why = error
    except OfflineError as error:
        # One file that always breaks off is that file's trouble; ask whether the platform is there at all.
        stop.why = run.gone()
        if stop.why is None:
            run.fail(Step.FETCH, error, **about)
    except WrongAtSourceError as error:
        report_damaged(run, file, error.found)
        run.fail(Step.FETCH, error, **about)
    except McassessError as error:
        run.fail(Step.FETCH, error, **about)
    else:
        run.report.evidence.append(about | {"bytes": remote.size})
