"""Review summaries as files: what leaves the library on purpose, as far as the policy lets it."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from mcassess.domain.citation import Moment, format_citation, parse_citation
from mcassess.domain.decision import Decision
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.review import Review
from mcassess.errors import RefusedError
from mcassess.jobs.files import write_whole
from mcassess.jobs.opening_evidence import EvidenceOpener
from mcassess.store.accounts import Account
from mcassess.store.evidence import EvidenceState
from mcassess.store.library import Library
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.store.submissions import StoredSubmission
from mcassess.texts import tr

FORMATS = ("pdf", "json")
_STILL_WIDTH = 480
_MOST_STILLS = 24


def sealed_keys(library: Library, since: datetime | None = None) -> list[int]:
    """Returns the submissions with a sealed decision on their present attempt, in the order of sealing.

    Args:
        library: Where the reviews lie.
        since: Only those sealed then or later.
    """
    with library.read() as reading:
        decisions = [row for row in reading.outbox.list(settled=True) if row.outcome is not None]
        rows = [row for row in decisions if row.state is not OpState.KEPT]
        current = {row.key for row in rows if reading.submissions.get(row.key).submission.attempt == row.attempt}
    chosen = [row.key for row in rows if row.key in current and (since is None or row.sealed_at >= since)]
    return list(dict.fromkeys(chosen))


def export(library: Library, keys: Sequence[int], form: str, path: Path, *, deidentify: bool = False) -> Path:
    """Writes the summaries of these submissions into one file and returns where it is.

    A review that is not sealed is marked as a draft. Pictures of the evidence go along only where the policy says so.

    Raises:
        RefusedError: There is nothing to export.
        WorldError: The place cannot be written.
    """
    from mcassess.report.deidentify import deidentified  # noqa: PLC0415 - reports only where they are wanted
    from mcassess.report.document import summary_json  # noqa: PLC0415 - likewise
    from mcassess.report.pdf import summary_pdf  # noqa: PLC0415 - likewise
    from mcassess.report.summary import SummaryOptions, summarise  # noqa: PLC0415 - likewise

    if not keys:
        raise RefusedError(tr("There is no sealed review to export."))
    summaries = []
    for key in keys:
        stored, review, sealed, account = _read(library, key)
        decision = sealed_decision(sealed) if sealed else None
        options = SummaryOptions(
            programme=account.programme,
            assessor=account.assessor_name,
            decided_at=sealed.sealed_at.astimezone() if sealed else None,
            stills={} if deidentify else _stills(library, stored, review, decision),
        )
        summary = summarise(stored.submission, stored.microcredential, stored.rubric, review, decision, options)
        summaries.append(deidentified(summary, stored.submission.educator) if deidentify else summary)
    target = path / f"review-summary.{form}" if path.is_dir() else path
    if form == "pdf":
        write_whole(target, summary_pdf(summaries))
    else:
        document: dict[str, Any] = summary_json(summaries)
        write_whole(target, json.dumps(document, ensure_ascii=False, indent=2).encode())
    return target


def sealed_decision(row: OutboxRow) -> Decision:
    """Returns the decision as it was frozen."""
    from mcassess.sync.wire import decision_adapter  # noqa: PLC0415 - pydantic only where it is wanted

    return decision_adapter().validate_python(json.loads(row.payload)["body"])


def _read(library: Library, key: int) -> tuple[StoredSubmission, Review, OutboxRow | None, Account]:
    with library.read() as reading:
        stored = reading.submissions.get(key)
        return (
            stored,
            reading.reviews.get(key),
            reading.outbox.sealed(key, stored.submission.attempt),
            reading.accounts.get(stored.account),
        )


def _stills(library: Library, stored: StoredSubmission, review: Review, decision: Decision | None) -> dict[str, bytes]:
    """Returns a PNG of the first picture of each cited moment, by the citation's written form."""
    if not stored.microcredential.policy.stills_may_leave:
        return {}
    if decision is not None:
        written = [text for score in decision.scores.values() for text in score.citations]
    else:
        written = [format_citation(each.evidence, each.place) for cited in review.citations.values() for each in cited]
    moments: dict[str, list[tuple[str, int]]] = {}
    for text in written[:_MOST_STILLS]:
        evidence, place = parse_citation(text)
        if isinstance(place, Moment):
            moments.setdefault(evidence, []).append((text, place.start_ms))
    with library.read() as reading:
        files = reading.evidence.states(stored.key)
    stills: dict[str, bytes] = {}
    for evidence, wanted in moments.items():
        file = files.get((stored.submission.attempt, evidence, "content"))
        piece = stored.submission.find_evidence(evidence)
        if file and file.state is EvidenceState.READY and piece and piece.kind is EvidenceKind.VIDEO:
            stills |= _pictures(library, file.sha256, wanted)
    return stills


def _pictures(library: Library, sha256: str, wanted: Sequence[tuple[str, int]]) -> dict[str, bytes]:
    from mcassess.evidence.errors import EvidenceError  # noqa: PLC0415 - decoders only where they are wanted
    from mcassess.evidence.photos import png_of  # noqa: PLC0415 - likewise
    from mcassess.evidence.stills import VideoStills  # noqa: PLC0415 - likewise

    try:
        stills = VideoStills(EvidenceOpener(library, sha256).open())
    except EvidenceError:
        return {}  # a summary without pictures is better than none
    try:
        return {text: png_of(stills.at(time_ms, _STILL_WIDTH).picture) for text, time_ms in wanted}
    except EvidenceError:
        return {}
    finally:
        stills.close()
