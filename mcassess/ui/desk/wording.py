"""What the desk says: evidence, places, steps that can be undone, what became of a sealed decision. Decides nothing."""

from collections.abc import Sequence
from datetime import datetime

from mcassess.domain.award import Block
from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Citation, Moment, PageRegion, PictureArea, Place
from mcassess.domain.kinds import Condition, EvidenceKind, SubmissionState
from mcassess.domain.review import Review, Seen
from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import Evidence, Pointer
from mcassess.domain.undo import Step
from mcassess.jobs.attaching import AttachedFile, FileState, file_state_text
from mcassess.jobs.sentences import blocks_line, criterion_number, duration_text, kind_name, outcome_name
from mcassess.store.evidence import FileRow
from mcassess.store.outbox import OutboxRow
from mcassess.store.states import EvidenceState, OpState
from mcassess.store.submissions import StoredSubmission
from mcassess.texts import tr, tr_n

_TIMED = frozenset({EvidenceKind.VIDEO, EvidenceKind.AUDIO})
_QUOTE_LENGTH = 24
_FORMATS = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/heic": "HEIC",
}


def is_timed(evidence: Evidence) -> bool:
    """Tells whether a piece of evidence has moments."""
    return evidence.kind in _TIMED


def is_seen(evidence: Evidence, review: Review) -> bool:
    """Tells whether anything of a piece of evidence was seen."""
    seen = review.seen.get(evidence.id)
    return seen is not None and bool(seen.ranges or seen.pages)


def format_name(evidence: Evidence) -> str:
    """Returns what a file is, as people call it: ``PDF``, ``JPEG``, else its kind."""
    media_type = evidence.content.media_type if evidence.content else ""
    name = _FORMATS.get(media_type) or kind_name(evidence.kind)
    return name[:1].upper() + name[1:]


def evidence_line(evidence: Evidence, seen: Seen | None, file: FileRow | None) -> str:
    """Returns what stands under a piece's title: its length or format, how much of it was seen, where its file is."""
    parts = [duration_text(evidence.duration_ms)] if evidence.duration_ms else [format_name(evidence)]
    if problem := file_problem(file):
        return " · ".join([*parts, problem])
    if evidence.kind is EvidenceKind.LINK:
        return tr("Link only · needs a network")
    return " · ".join([*parts, _seen_text(evidence, seen or Seen())])


def file_problem(file: FileRow | None) -> str:
    """Returns why a file cannot be opened yet, in a few words; empty where it is here."""
    if file is None or file.state is EvidenceState.READY:
        return ""
    if file.state is EvidenceState.PARTIAL and file.size:
        return tr("{percent} % downloaded").format(percent=file.done_bytes * 100 // file.size)
    return {
        EvidenceState.WANTED: tr("not downloaded yet"),
        EvidenceState.PARTIAL: tr("not downloaded yet"),
        EvidenceState.DAMAGED: tr("damaged here"),
        EvidenceState.UNAVAILABLE: tr("not on the platform"),
        EvidenceState.DESTROYED: tr("destroyed"),
    }[file.state]


def pointer_text(pointer: Pointer) -> str:
    """Returns the educator's own hint: ``“see 07:00 for pairs”``."""
    if pointer.at_ms is not None:
        where = duration_text(pointer.at_ms)
    elif pointer.page is not None:
        where = tr("p. {page}").format(page=pointer.page)
    else:
        return tr("“{text}”").format(text=pointer.text)
    if where in pointer.text:
        return tr("“{text}”").format(text=pointer.text)
    text = tr("“see {where}: {text}”") if pointer.text else tr("“see {where}”")
    return text.format(where=where, text=pointer.text)


def place_text(place: Place, title: str) -> str:
    """Returns a place in a piece of evidence, short enough for a chip."""
    match place:
        case Moment():
            return moment_text(place)
        case PageRegion(page=page, quote=quote) if quote:
            return tr("p. {page} “{quote}”").format(page=page, quote=_shortened(quote))
        case PageRegion(page=page):
            return tr("{title} p. {page}").format(title=title, page=page)
        case PictureArea():
            return tr("{title}, part").format(title=title)
        case _:
            return tr("“{quote}”").format(quote=_shortened(place.quote)) if place.quote else title


def moment_text(moment: Moment) -> str:
    """Returns a time range: ``07:14–07:48``, or ``07:14`` for an instant."""
    start, end = duration_text(moment.start_ms), duration_text(moment.end_ms)
    return start if start == end else f"{start}–{end}"


def citation_tip(citation: Citation, title: str) -> str:
    """Returns a citation in full: the evidence's title, the place, and the words that were meant."""
    place = citation.place
    where = place_text(place, title) if not isinstance(place, Moment) else f"{title} {moment_text(place)}"
    quote = getattr(place, "quote", "")
    return "\n".join(text for text in (where, quote, citation.text) if text)


def cite_label(place: Place | None) -> str:
    """Returns what the key E would cite now."""
    match place:
        case Moment(area=area) if area is not None:
            return tr("cite this area")
        case Moment():
            return tr("cite this moment")
        case PageRegion(quote=quote) if quote:
            return tr("cite these words")
        case PageRegion(area=area) if area is not None:
            return tr("cite this area")
        case PageRegion(page=page):
            return tr("cite page {page}").format(page=page)
        case PictureArea():
            return tr("cite this area")
        case _:
            return tr("cite this piece")


def step_text(step: Step, rubric: Rubric) -> str:
    """Returns what an action did, in a few words: ``score 3 → Meets``."""
    (kind, target), before, after = step.values[0]
    value = after if after is not None else before
    match kind:
        case ChangeKind.SCORE:
            criterion = rubric.find(target)
            level = criterion.find(str(after)) if criterion and after is not None else None
            return tr("score {number} → {level}").format(
                number=_number(target, rubric), level=level.title if level else tr("none")
            )
        case ChangeKind.COMMENT:
            return tr("comment on {number}").format(number=_number(target, rubric))
        case ChangeKind.CITATION:
            number = _number(str(value["criterion"]), rubric) if isinstance(value, dict) else ""
            return tr("citation of {number}").format(number=number)
        case _:
            return {
                ChangeKind.MOMENT: tr("moment"),
                ChangeKind.ANNOTATION: tr("mark"),
                ChangeKind.COMPLETENESS: tr("completeness check"),
                ChangeKind.CONDITION: tr("condition code"),
                ChangeKind.NOTE: tr("notes"),
                ChangeKind.FEEDBACK: tr("feedback"),
            }.get(kind, "")


def live_line(blocks: tuple[Block, ...], rubric: Rubric, unseen: int) -> str:
    """Returns what still stands in the way of an award, and how much evidence was not seen yet, in one line."""
    line = blocks_line(blocks, rubric)
    if unseen:
        text = tr_n("{count} item not seen.", "{count} items not seen.", unseen)
        line = f"{line} {text.format(count=unseen)}"
    return line


def standing_sentence(stored: StoredSubmission, sealed: OutboxRow | None) -> str:
    """Returns why the platform waits for no decision on a submission any more.

    Empty where it does, and where the decision that it has is the assessor's own: ``sealed_line`` tells that.
    """
    is_own = sealed is not None and sealed.state is OpState.SETTLED
    if is_own and stored.removed_reason is None and stored.submission.state is SubmissionState.DECIDED:
        return ""
    if stored.removed_reason is not None:
        text = tr("The platform has taken this submission off your queue ({reason}). Your review is kept.")
        return text.format(reason=stored.removed_reason)
    return {
        SubmissionState.DECIDED: tr("The platform has a decision on this attempt already. Your review is kept."),
        SubmissionState.WITHDRAWN: tr("The educator has withdrawn this submission. Your review is kept."),
        SubmissionState.SUPERSEDED: tr("A newer attempt has taken this one's place. Your review is kept."),
    }.get(stored.submission.state, "")


def sealed_line(row: OutboxRow, now: datetime) -> str:
    """Returns what became of a sealed decision so far."""
    name = outcome_name(row.outcome) if row.outcome is not None else tr("Decision")
    match row.state:
        case OpState.SETTLED:
            return tr("{outcome}: sent, and the platform has confirmed it.").format(outcome=name)
        case OpState.ATTENTION:
            return tr("{outcome}: the platform did not take this. Sync shows why and what you can do.").format(
                outcome=name
            )
        case OpState.SENDING:
            return tr("{outcome}: sealed. Sending was tried, and goes on with the next sync.").format(outcome=name)
    seconds = hold_seconds(row, now)
    if seconds > 0:
        text = tr_n("{outcome}: sealed. Sends in {count} s.", "{outcome}: sealed. Sends in {count} s.", seconds)
        return text.format(outcome=name, count=seconds)
    return tr("{outcome}: sealed, and waiting to be sent.").format(outcome=name)


def files_line(files: Sequence[AttachedFile]) -> str:
    """Returns how it stands with the files that go with a sealed decision; empty where there are none."""
    lost = [each for each in files if each.state is FileState.LOST]
    going = [each for each in files if each.state in {FileState.WAITING, FileState.SENDING}]
    if lost:
        return tr("{name}: {state}").format(name=lost[0].name, state=file_state_text(lost[0]))
    if going:
        size, arrived = sum(each.size for each in going), sum(each.arrived for each in going)
        line = tr_n("{n} file goes up after it.", "{n} files go up after it.", len(going)).format(n=len(going))
        return tr("{line} {percent} % sent.").format(line=line, percent=100 * arrived // size) if arrived else line
    return (
        tr_n("Its file has arrived.", "Its {n} files have arrived.", len(files)).format(n=len(files)) if files else ""
    )


def hold_seconds(row: OutboxRow, now: datetime) -> int:
    """Returns for how many seconds more a sealed decision is held back."""
    if row.hold_until is None or row.state is not OpState.READY:
        return 0
    left = (row.hold_until - now).total_seconds()
    return max(0, int(left) + (left > int(left)))


def condition_hint(condition: Condition) -> str:
    """Returns what a condition code is for."""
    return {
        Condition.UNPLAYABLE: tr("The video or sound cannot be played"),
        Condition.WRONG_FILE: tr("A file that belongs elsewhere, or the wrong template"),
        Condition.PRIVACY_BREACH: tr("A student's full name or id can be seen or heard"),
        Condition.PLAGIARISM: tr("The work is not the educator's own"),
        Condition.DUPLICATE: tr("The same evidence was sent before"),
        Condition.EDITED_VIDEO: tr("The video was cut although it must not be"),
        Condition.LINK_ONLY: tr("A link stands where a file was asked for"),
    }[condition]


def _seen_text(evidence: Evidence, seen: Seen) -> str:
    if evidence.kind in _TIMED and seen.ranges:
        if evidence.duration_ms:
            percent = min(100, round(100 * seen.watched_ms / evidence.duration_ms))
            return tr("{percent} % watched").format(percent=percent)
        return tr("{time} watched").format(time=duration_text(seen.watched_ms))
    if seen.ranges or seen.pages:
        return tr("seen")
    return tr("not seen")


def _number(criterion_id: str, rubric: Rubric) -> str:
    return str(criterion_number(criterion_id, rubric)) if rubric.find(criterion_id) else "?"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTE_LENGTH else text[: _QUOTE_LENGTH - 1].rstrip() + "…"
