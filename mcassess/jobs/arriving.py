"""Looking through evidence that has come, in the background: what is wrong with it, and which words are in it."""

from collections.abc import Callable, Collection
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from mcassess.domain.preflight import Findings, Problem
from mcassess.errors import WorldError
from mcassess.jobs.indexing import index_evidence
from mcassess.jobs.opening_evidence import marked_sentence
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.preflights import MOST_KILLS
from mcassess.sync.runner import Cancel

if TYPE_CHECKING:
    from mcassess.evidence.preflight import Preflight

ARRIVAL_SECONDS = 20.0
"""Time limit for each file; nobody waits for it."""

KILLS = ("crashed", "too_slow")
"""Codes of what ends the process that opens a file."""

OnChange = Callable[[ChangeSet], None]


def look_through_arrivals(library: Library, cancel: Cancel, on_change: OnChange = lambda _: None) -> None:
    """Checks every file that has come and was not checked, then reads its words into the search index.

    Each file is kept as it is done, so this may be broken off at any point, by ``cancel`` or by death.

    Args:
        library: Where the files lie; one that can only be read is left as it is.
        cancel: Breaks it off within moments, in the middle of a file too.
        on_change: Called with what each file has changed.
    """
    if library.read_only:
        return
    check_arrivals(library, cancel, on_change)
    if not cancel.is_set():
        index_evidence(library, cancel, on_change)


def check_arrivals(
    library: Library, cancel: Cancel, on_change: OnChange = lambda _: None, *, only: Collection[str] | None = None
) -> None:
    """Checks every file that has come and was not checked in today's form.

    Args:
        library: Where the files lie.
        cancel: As above.
        on_change: As above.
        only: SHA-256 of the files to check; None for all.
    """
    with library.read() as reading:
        unchecked = [each.sha256 for each in reading.preflights.unchecked() if only is None or each.sha256 in only]
    if not unchecked:
        return
    from mcassess.evidence.preflight import Preflight  # noqa: PLC0415 - nothing of evidence is needed for a start

    preflight = Preflight(ARRIVAL_SECONDS, gentle=True)
    with closing(preflight), cancel.calling(preflight.close):
        for sha256 in unchecked:
            if cancel.is_set():
                return
            with suppress(WorldError):  # damaged or destroyed meanwhile: its state says so
                on_change(_check(library, preflight, sha256, cancel))


def _check(library: Library, preflight: "Preflight", sha256: str, cancel: Cancel) -> ChangeSet:
    changes = ChangeSet()
    for _ in range(MOST_KILLS):
        with closing(library.vault.reader(sha256)) as reader:
            findings = preflight.check(reader)
        if cancel.is_set() or findings.has("busy"):
            return changes  # what was found tells nothing of the file; it is looked at the next time
        killed = findings.has(*KILLS)
        with library.write("preflight") as writing:
            if killed:
                writing.preflights.note_kill(sha256)
            marked = writing.preflights.get(sha256).is_marked
            if not killed or marked:
                writing.preflights.put(sha256, _marked(findings) if marked else findings)
        changes |= writing.change_set
        if not killed or marked:
            break
    return changes


def _marked(findings: Findings) -> Findings:
    return replace(findings, problems=(*findings.problems, Problem(code="marked", text=marked_sentence())))
