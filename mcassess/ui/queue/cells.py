"""What each cell of the queue says, as words, tones and icons. Paints nothing."""

from datetime import UTC, datetime

from mcassess.domain.kinds import Outcome
from mcassess.report.names import bytes_text, outcome_name
from mcassess.store.queue import QueueRow, QueueState
from mcassess.texts import tr, tr_n
from mcassess.ui.theme.tokens import Tone


def words(row: QueueRow, column: int) -> str:
    """Returns a cell's words, as a screen reader speaks them."""
    return (
        ", ".join(part for part in (row.microcredential_title, row.stack_title) if part),
        row.educator_shown + (f", {tr('blind')}" if row.blind else ""),
        attempt_text(row),
        ", ".join(f"{number} {name}" for _, number, name in evidence_counts(row)),
        laptop_text(row),
        due_day(row.due_at),
        state_text(row),
    )[column]


def attempt_text(row: QueueRow) -> str:
    """Returns the attempt, and of how many."""
    if row.attempts_max is None:
        return str(row.attempt)
    return tr("{attempt} of {most}").format(attempt=row.attempt, most=row.attempts_max)


def evidence_counts(row: QueueRow) -> list[tuple[str, int, str]]:
    """Returns icon, number and name of each kind of evidence that came."""
    kinds = (
        ("film", row.videos, tr_n("video", "videos", row.videos)),
        ("document", row.documents, tr_n("document", "documents", row.documents)),
        ("image", row.images, tr_n("picture", "pictures", row.images)),
        ("text", row.others, tr_n("other", "others", row.others)),
    )
    return [kind for kind in kinds if kind[1]]


def laptop_share(row: QueueRow) -> float:
    """Returns how much of its evidence is here, from 0 to 1."""
    return 1.0 if row.total_bytes == 0 else row.packed_bytes / row.total_bytes


def laptop_text(row: QueueRow) -> str:
    """Returns how much of its evidence is here, in words."""
    if row.total_bytes == 0:
        return tr("nothing to fetch")
    if row.packed_bytes >= row.total_bytes:
        return bytes_text(row.total_bytes)
    if row.packed_bytes == 0:
        return tr("not here yet · {size}").format(size=bytes_text(row.total_bytes))
    return tr("{here} of {all}").format(here=bytes_text(row.packed_bytes), all=bytes_text(row.total_bytes))


def due_day(due_at: datetime | None) -> str:
    """Returns the day a review is due, in the laptop's time zone."""
    if due_at is None:
        return "–"
    local = due_at.astimezone()
    days = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
    months = (
        *(tr("Jan"), tr("Feb"), tr("Mar"), tr("Apr"), tr("May"), tr("Jun")),
        *(tr("Jul"), tr("Aug"), tr("Sep"), tr("Oct"), tr("Nov"), tr("Dec")),
    )
    return tr("{weekday} {day} {month}").format(
        weekday=days[local.weekday()], day=local.day, month=months[local.month - 1]
    )


def is_overdue(row: QueueRow, now: datetime) -> bool:
    """Tells whether an open review is past its day."""
    is_open = row.state in {QueueState.TO_REVIEW, QueueState.IN_PROGRESS}
    return is_open and row.due_at is not None and row.due_at.astimezone(UTC) < now


def state_text(row: QueueRow) -> str:
    """Returns the state in words."""
    outcome = outcome_name(Outcome(row.outcome)) if row.outcome else ""
    match row.state:
        case QueueState.TO_REVIEW:
            return tr("To review")
        case QueueState.IN_PROGRESS:
            return tr("In progress {scored}/{criteria}").format(scored=row.scored, criteria=row.criteria)
        case QueueState.WAITING:
            return tr("{outcome} · waiting to send").format(outcome=outcome)
        case QueueState.NEEDS_YOU:
            return tr("Needs you: {problem}").format(problem=row.problem) if row.problem else tr("Needs you")
        case QueueState.SENT:
            return tr("{outcome} · sent").format(outcome=outcome) if outcome else tr("Sent")
        case _:
            return tr("Withdrawn")


def open_text(state: QueueState) -> str:
    """Returns what opening a submission in this state is called."""
    names = {QueueState.TO_REVIEW: tr("Begin review"), QueueState.IN_PROGRESS: tr("Continue review")}
    return names.get(state, tr("Look at review"))


def stack_text(row: QueueRow) -> str:
    """Returns the stack and the place in it."""
    if not row.stack_title or row.stack_position is None:
        return row.stack_title or ""
    return tr("{stack} · {place} in the stack").format(stack=row.stack_title, place=row.stack_position)


def state_tone(row: QueueRow) -> Tone:
    """Returns the state's tone."""
    return {
        QueueState.IN_PROGRESS: Tone.WARN,
        QueueState.WAITING: Tone.OK,
        QueueState.NEEDS_YOU: Tone.BAD,
    }.get(row.state, Tone.NEUTRAL)
