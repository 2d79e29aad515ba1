"""Sentences for people about what the domain found: blocks, slots, outcomes, states, dates, sizes. Decides nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from mcassess.domain.award import (
    All,
    AnyOf,
    AwardRule,
    Block,
    BlockCode,
    EveryOf,
    Judgement,
    MinimumPerRequirement,
    Total,
)
from mcassess.domain.completeness import SlotFault, SlotFinding
from mcassess.domain.kinds import Condition, EvidenceKind
from mcassess.domain.rubric import Criterion, Rubric
from mcassess.report.names import bytes_text, condition_name, duration_text, number_text, outcome_name
from mcassess.texts import tr, tr_n

__all__ = [
    "block_sentence",
    "block_sentences",
    "blocks_line",
    "bytes_text",
    "condition_name",
    "criterion_number",
    "date_text",
    "due_text",
    "duration_text",
    "kind_name",
    "number_text",
    "outcome_name",
    "rule_sentence",
    "slot_sentence",
    "state_name",
]

_ABOUT_SCORES = frozenset(
    {
        BlockCode.NOT_SCORED,
        BlockCode.BELOW_PASS,
        BlockCode.TOTAL_TOO_LOW,
        BlockCode.REQUIREMENT_TOO_LOW,
        BlockCode.NONE_OF_THE_RULES,
    }
)


def block_sentence(block: Block, rubric: Rubric) -> str:
    """Returns one whole sentence about a block, criteria and checks named with number and title."""
    match block.code:
        case BlockCode.NOT_SCORED:
            return tr("Not scored yet: {criteria}.").format(criteria=_criteria(block.ids, rubric))
        case BlockCode.BELOW_PASS:
            return tr("Below the level that passes: {criteria}.").format(criteria=_with_pass_level(block.ids, rubric))
        case BlockCode.TOTAL_TOO_LOW | BlockCode.REQUIREMENT_TOO_LOW:
            return _points_sentence(block, rubric)
        case BlockCode.NONE_OF_THE_RULES:
            ways = (" ".join(block_sentence(each, rubric) for each in way) for way in block.ways)
            return tr("None of the ways to an award is met. {ways}").format(ways=_ways(ways))
        case BlockCode.CHECK_NOT_ANSWERED:
            text = tr_n(
                "Completeness check not answered: {checks}.",
                "Completeness checks not answered: {checks}.",
                len(block.ids),
            )
            return text.format(checks=_checks(block.ids, rubric))
        case BlockCode.CHECK_ANSWERED_NO:
            text = tr_n(
                "Completeness check answered No: {checks}.",
                "Completeness checks answered No: {checks}.",
                len(block.ids),
            )
            return text.format(checks=_checks(block.ids, rubric))
        case BlockCode.COMMENT_MISSING:
            return tr("Below the level that passes and without a comment: {criteria}.").format(
                criteria=_criteria(block.ids, rubric)
            )
        case _:
            return _standing_sentence(block)


def block_sentences(blocks: Sequence[Block], rubric: Rubric) -> tuple[str, ...]:
    """Returns a sentence for each block, as the reasons of a refusal or a list on the command line."""
    return tuple(block_sentence(block, rubric) for block in blocks)


def blocks_line(blocks: Sequence[Block], rubric: Rubric) -> str:
    """Returns all blocks in one line, such as ``Award needs Meets on all five. To do: 4, 5.``.

    Criteria stand in it by their number in the rubric alone.
    """
    if not blocks:
        return tr("Nothing stands in the way of an award.")
    parts = [rule_sentence(rubric)] if any(block.code in _ABOUT_SCORES for block in blocks) else []
    return " ".join([*parts, *(_short(block, rubric) for block in blocks)])


def rule_sentence(rubric: Rubric) -> str:
    """Returns what an award asks for, such as ``Award needs Meets on all five.``."""
    rule = rubric.award_rule
    if isinstance(rule, Judgement):
        return tr("Award rests on your judgement of the whole.")
    return tr("Award needs {what}.").format(what=_asked(rule, rubric))


def criterion_number(criterion_id: str, rubric: Rubric) -> int:
    """Returns the place of a criterion in its rubric, counted from 1.

    Raises:
        StopIteration: The rubric has no such criterion.
    """
    return next(number for number, each in enumerate(rubric.criteria, 1) if each.id == criterion_id)


def state_name(state: str) -> str:
    """Returns what a state of the queue is called.

    Raises:
        KeyError: There is no such state.
    """
    return {
        "open": tr("Open"),
        "to_review": tr("To review"),
        "in_progress": tr("In progress"),
        "waiting": tr("Waiting to send"),
        "needs_you": tr("Needs you"),
        "sent": tr("Sent"),
        "withdrawn": tr("Withdrawn"),
    }[state]


def kind_name(kind: EvidenceKind) -> str:
    """Returns what a kind of evidence is called."""
    return {
        EvidenceKind.VIDEO: tr("video"),
        EvidenceKind.AUDIO: tr("sound"),
        EvidenceKind.DOCUMENT: tr("document"),
        EvidenceKind.IMAGE: tr("picture"),
        EvidenceKind.TEXT: tr("text"),
        EvidenceKind.LINK: tr("link"),
    }[kind]


def slot_sentence(finding: SlotFinding) -> str:
    """Returns what came for a slot and what is wrong with it, in one line."""
    slot, came = finding.slot, len(finding.evidence)
    found = []
    for fault in finding.faults:
        match fault:
            case SlotFault.TOO_FEW if came == 0:
                found.append(tr("nothing came"))
            case SlotFault.TOO_FEW if SlotFault.WRONG_KIND in finding.faults:
                found.append(tr("not enough of the right kind came"))
            case SlotFault.TOO_FEW:
                found.append(tr("{came} came, at least {fewest} asked for").format(came=came, fewest=slot.min))
            case SlotFault.TOO_MANY:
                found.append(tr("{came} came, at most {most} asked for").format(came=came, most=slot.max))
            case SlotFault.WRONG_KIND:
                kinds = _either(kind_name(kind) for kind in slot.kinds)
                found.append(tr("not all of it is {kinds}").format(kinds=kinds))
            case SlotFault.TOO_LONG:
                found.append(tr("longer than {minutes} minutes").format(minutes=number_text(slot.max_minutes or 0)))
            case SlotFault.LINK_ONLY:
                found.append(tr("only a link came, which shows nothing without a network"))
    return tr("{slot}: {faults}.").format(slot=slot.title, faults="; ".join(found) or tr("as asked for"))


def due_text(due_at: datetime | None, now: datetime) -> str:
    """Returns when a review is due, in the time zone of ``now``; empty where there is no date.

    Args:
        now: The present, in the time zone that the person lives in.
    """
    if due_at is None:
        return ""
    due = due_at.astimezone(now.tzinfo)
    if due < now:
        return tr("Overdue since {date}").format(date=date_text(due, now))
    time = due.strftime("%H:%M")
    if due.date() == now.date():
        return tr("Today {time}").format(time=time)
    if due.date() == now.date() + timedelta(days=1):
        return tr("Tomorrow {time}").format(time=time)
    return date_text(due, now)


def date_text(date: datetime, now: datetime) -> str:
    """Returns a date such as ``Tue 24 Nov``, with the year where it is not the present one."""
    weekdays = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
    months = (
        *(tr("Jan"), tr("Feb"), tr("Mar"), tr("Apr"), tr("May"), tr("Jun")),
        *(tr("Jul"), tr("Aug"), tr("Sep"), tr("Oct"), tr("Nov"), tr("Dec")),
    )
    text = tr("{weekday} {day} {month}") if date.year == now.year else tr("{weekday} {day} {month} {year}")
    return text.format(weekday=weekdays[date.weekday()], day=date.day, month=months[date.month - 1], year=date.year)


def _points_sentence(block: Block, rubric: Rubric) -> str:
    reached, needed = _points(block)
    if block.code is BlockCode.TOTAL_TOO_LOW:
        text = (
            tr("The total is {reached} points so far; an award needs {needed}.")
            if block.reachable
            else tr("The total is too low: {reached} points, and an award needs {needed}.")
        )
        return text.format(reached=reached, needed=needed)
    text = (
        tr("{requirement} has {reached} points so far; an award needs {needed}.")
        if block.reachable
        else tr("{requirement} has too few points: {reached}, and an award needs {needed}.")
    )
    title = next((each.title or each.id for each in rubric.requirements if each.id in block.ids), "")
    return text.format(requirement=title, reached=reached, needed=needed)


def _standing_sentence(block: Block) -> str:
    return {
        BlockCode.CONDITION_SET: tr("An award cannot carry a condition, and this is set: {condition}."),
        BlockCode.REASON_MISSING: tr(
            "The educator is not told why: write feedback, set a condition, or answer a completeness check No."
        ),
        BlockCode.ALREADY_SEALED: tr("This attempt is decided already; take the decision back to change it."),
        BlockCode.CLAIM_MISSING: tr("The platform wants a claim first; claim this submission, then decide."),
    }[block.code].format(condition=_conditions(block.ids))


def _short(block: Block, rubric: Rubric) -> str:
    reached, needed = _points(block)
    numbers = ", ".join(str(criterion_number(each, rubric)) for each in block.ids if rubric.find(each))
    text = {
        BlockCode.NOT_SCORED: tr("To do: {numbers}."),
        BlockCode.BELOW_PASS: tr("Below: {numbers}."),
        BlockCode.TOTAL_TOO_LOW: tr("So far {reached} of {needed}.")
        if block.reachable
        else tr("Only {reached} of {needed}."),
        BlockCode.REQUIREMENT_TOO_LOW: tr("{requirement}: {reached} of {needed}."),
        BlockCode.NONE_OF_THE_RULES: tr("None of these yet.") if block.reachable else tr("None of these is met."),
        BlockCode.CHECK_NOT_ANSWERED: tr_n("{count} check to answer.", "{count} checks to answer.", len(block.ids)),
        BlockCode.CHECK_ANSWERED_NO: tr_n("{count} check says No.", "{count} checks say No.", len(block.ids)),
        BlockCode.COMMENT_MISSING: tr("Comment missing: {numbers}."),
    }.get(block.code)
    if text is None:
        return _standing_sentence(block)
    title = next((each.title or each.id for each in rubric.requirements if each.id in block.ids), "")
    return text.format(numbers=numbers, count=len(block.ids), requirement=title, reached=reached, needed=needed)


def _asked(rule: AwardRule, rubric: Rubric) -> str:
    match rule:
        case All():
            return _asked_of_all(list(rubric.criteria))
        case Total(at_least=needed):
            return tr("a total of {points} points").format(points=number_text(needed))
        case MinimumPerRequirement(at_least=needed):
            return tr("{points} points in every requirement").format(points=number_text(needed))
        case Judgement():
            return tr("your judgement of the whole")
        case EveryOf(rules=rules):
            return tr(", and ").join(_grouped(each, rubric) for each in rules)
        case AnyOf(rules=rules):
            return tr(", or ").join(_grouped(each, rubric) for each in rules)


def _grouped(rule: AwardRule, rubric: Rubric) -> str:
    asked = _asked(rule, rubric)
    return f"({asked})" if isinstance(rule, EveryOf | AnyOf) and len(rule.rules) > 1 else asked


def _asked_of_all(criteria: list[Criterion]) -> str:
    titles = {_pass_title(each) for each in criteria}
    level = titles.pop() if len(titles) == 1 else ""
    level = level or tr("the level that passes")
    if len(criteria) == 1:
        return level
    return tr("{level} on all {count}").format(level=level, count=_count_word(len(criteria)))


def _count_word(count: int) -> str:
    words = (tr("two"), tr("three"), tr("four"), tr("five"), tr("six"), tr("seven"), tr("eight"), tr("nine"), tr("ten"))
    return words[count - 2] if 2 <= count < len(words) + 2 else str(count)


def _pass_title(criterion: Criterion) -> str:
    level = criterion.find(criterion.pass_level) if criterion.pass_level is not None else None
    return level.title if level is not None else ""


def _criteria(ids: Iterable[str], rubric: Rubric) -> str:
    wanted = set(ids)
    return ", ".join(f"{number} {each.title}" for number, each in enumerate(rubric.criteria, 1) if each.id in wanted)


def _with_pass_level(ids: Iterable[str], rubric: Rubric) -> str:
    wanted = set(ids)
    return ", ".join(
        tr("{number} {title} (needs {level})").format(number=number, title=each.title, level=_pass_title(each))
        for number, each in enumerate(rubric.criteria, 1)
        if each.id in wanted
    )


def _checks(ids: Iterable[str], rubric: Rubric) -> str:
    wanted = set(ids)
    return ", ".join(tr("“{text}”").format(text=each.text) for each in rubric.completeness if each.id in wanted)


def _conditions(ids: Iterable[str]) -> str:
    return ", ".join(condition_name(Condition(each)) for each in ids)


def _points(block: Block) -> tuple[str, str]:
    return number_text(block.reached or 0), number_text(block.needed or 0)


def _ways(ways: Iterable[str]) -> str:
    return " ".join(tr("({number}) {way}").format(number=number, way=way) for number, way in enumerate(ways, 1))


def _either(names: Iterable[str]) -> str:
    return tr(" or ").join(names)
