"""What stands where in a printed summary: the summary's values as the texts that resources/report/summary.typ sets."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mcassess.domain.citation import Moment, PageRegion, PictureArea, Place, Whole
from mcassess.domain.kinds import Outcome
from mcassess.report.names import condition_name, duration_text, number_text, outcome_name
from mcassess.report.summary import (
    AnswerSummary,
    CitationSummary,
    CriterionSummary,
    LevelSummary,
    RequirementSummary,
    ReviewSummary,
)
from mcassess.texts import tr, tr_n

_SIGNS = {Outcome.AWARD: "✓", Outcome.NOT_YET: "→", Outcome.RETURNED: "↩"}
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_LONG_WORD = re.compile(r"\S{40,}")
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def document_data(summaries: Sequence[ReviewSummary]) -> dict[str, Any]:
    """Returns what the template needs, plain JSON throughout."""
    return {
        "language": tr("en"),
        "title": plain(_title(summaries)),
        "words": {
            "summary": tr("Review summary"),
            "feedback": tr("Feedback"),
            "scores": tr("Scores"),
            "criteria": tr("Criterion by criterion"),
            "completeness": tr("Completeness"),
            "check": tr("Check"),
            "answer": tr("Answer"),
            "evidence": tr("Evidence cited"),
            "page": tr("Page {page} of {pages}"),
        },
        "summaries": [_summary(each) for each in summaries],
    }


def plain(text: str) -> str:
    """Returns a text in one line, without characters that print nothing or reorder their neighbours."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Returns a text without control characters, with line feeds for every kind of line break.

    Directional overrides go too, for they can make a line read as what it is not. Words longer than a line may break.
    """
    text = _BREAKS.sub("\n", text)
    kept = (
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) == "Cs" else each
        for each in text
        if each in "\n\t" or (unicodedata.category(each) != "Cc" and each not in _DIRECTIONS)
    )
    return _LONG_WORD.sub(_breakable, "".join(kept))


def paragraphs(text: str) -> list[dict[str, Any]]:
    """Returns the paragraphs of a text: their lines, and whether their script runs from right to left."""
    parts = (part.strip("\n") for part in re.split(r"\n\s*\n", clean(text).strip()))
    return [{"lines": part.split("\n"), "rtl": _runs_from_right(part)} for part in parts if part.strip()]


def _runs_from_right(text: str) -> bool:
    strong = (unicodedata.bidirectional(each) for each in text)
    return next((each in {"R", "AL"} for each in strong if each in {"L", "R", "AL"}), False)


def _breakable(found: re.Match[str]) -> str:
    word = found.group()
    return "\N{ZERO WIDTH SPACE}".join(word[start : start + 10] for start in range(0, len(word), 10))


def _title(summaries: Sequence[ReviewSummary]) -> str:
    if len(summaries) > 1:
        return tr_n("{count} review summary", "{count} review summaries", len(summaries)).format(count=len(summaries))
    return tr("Review summary: {what}").format(what=_foot(summaries[0]))


def _summary(summary: ReviewSummary) -> dict[str, Any]:
    tone = summary.outcome.value if summary.outcome else "draft"
    stack = tr("Part of {stack}").format(stack=summary.stack) if summary.stack else ""
    return {
        "programme": plain(summary.programme),
        "title": plain(summary.microcredential) or tr("Untitled"),
        "subtitle": plain(stack),
        "tone": tone,
        "sign": _SIGNS[summary.outcome] if summary.outcome else "…",
        "outcome": outcome_name(summary.outcome) if summary.outcome else tr("Draft, not decided"),
        "standing": _standing(summary),
        "facts": [[name, plain(value)] for name, value in _facts(summary) if value],
        "feedback": paragraphs(summary.feedback),
        "glance_header": [tr("No."), tr("Criterion"), tr("Level"), *([tr("Passes")] if _bound(summary) else [])],
        "requirements": [_requirement(each, counted=summary.points is not None) for each in summary.requirements],
        "points": _points(summary),
        "completeness": [{"text": plain(each.text), "answer": _answer(each)} for each in summary.completeness],
        "foot": plain(_foot(summary)),
    }


def _foot(summary: ReviewSummary) -> str:
    parts = [summary.microcredential, summary.educator, tr("Attempt {attempt}").format(attempt=summary.attempt)]
    return " · ".join(part for part in (*parts, "" if summary.sealed else tr("Draft")) if part)


def _standing(summary: ReviewSummary) -> list[str]:
    sentences = []
    if not summary.sealed:
        sentences.append(tr("Nothing of this is sealed or sent, and all of it may still change."))
    judged = [each for each in summary.criteria if each.chosen is not None]
    below = sum(1 for each in judged if each.chosen is not None and each.chosen.passes is False)
    bound = _bound(summary)
    if summary.outcome is Outcome.RETURNED:
        sentences.append(tr("Not scored, and it uses up no attempt."))
    elif bound and len(judged) == len(summary.criteria):
        text = tr_n("{met} of {count} criterion passes.", "{met} of {count} criteria pass.", bound)
        sentences.append(text.format(met=bound - below, count=bound))
    elif summary.criteria:
        text = tr_n("{done} of {count} criterion scored.", "{done} of {count} criteria scored.", len(summary.criteria))
        sentences.append(text.format(done=len(judged), count=len(summary.criteria)))
    if summary.condition:
        sentences.append(tr("Condition: {condition}.").format(condition=condition_name(summary.condition)))
    return sentences


def _bound(summary: ReviewSummary) -> int:
    return sum(1 for each in summary.criteria if each.levels[0].passes is not None)


def _facts(summary: ReviewSummary) -> list[tuple[str, str]]:
    attempt = tr("{attempt} of {most}") if summary.attempts_max else "{attempt}"
    version = tr("{rubric}, version {version}").format(rubric=summary.rubric, version=summary.rubric_version)
    spent = "" if summary.time_spent_ms is None else _spent(summary.time_spent_ms)
    return [
        (tr("Educator"), summary.educator),
        (tr("Attempt"), attempt.format(attempt=summary.attempt, most=summary.attempts_max)),
        (tr("Submitted"), _date(summary.submitted_at)),
        (tr("Decided"), _date(summary.decided_at)),
        (tr("Assessor"), summary.assessor),
        (tr("Time spent"), spent),
        (tr("Rubric"), version if summary.rubric else ""),
    ]


def _spent(ms: int) -> str:
    hours, minutes = divmod(round(ms / 60_000), 60)
    if not hours:
        return tr("{minutes} min").format(minutes=minutes)
    return tr("{hours} h {minutes} min").format(hours=hours, minutes=minutes)


def _date(moment: datetime | None) -> str:
    if moment is None:
        return ""
    months = (
        *(tr("January"), tr("February"), tr("March"), tr("April"), tr("May"), tr("June"), tr("July")),
        *(tr("August"), tr("September"), tr("October"), tr("November"), tr("December")),
    )
    return tr("{day} {month} {year}").format(day=moment.day, month=months[moment.month - 1], year=moment.year)


def _points(summary: ReviewSummary) -> str:
    if summary.points is None:
        return ""
    if summary.points_needed is None:
        return tr("Total: {points} points").format(points=number_text(summary.points))
    text = tr("Total: {points} points; an award needs {needed}")
    return text.format(points=number_text(summary.points), needed=number_text(summary.points_needed))


def _answer(check: AnswerSummary) -> str:
    if check.answer is None:
        return tr("not answered")
    return tr("Yes") if check.answer else tr("No")


def _requirement(requirement: RequirementSummary, *, counted: bool) -> dict[str, Any]:
    criteria = [_criterion(each, counted=counted) for each in requirement.criteria]
    return {"title": plain(requirement.title), "criteria": criteria}


def _level(level: LevelSummary, *, counted: bool) -> str:
    points = number_text(level.points)
    return plain(f"{level.title} · {points}" if counted and level.title != points else level.title)


def _criterion(criterion: CriterionSummary, *, counted: bool) -> dict[str, Any]:
    chosen = criterion.chosen
    passed = chosen.passes if chosen else None
    standing = "" if passed is None else tr("yes") if passed else tr("not yet")
    return {
        "number": str(criterion.number),
        "title": plain(criterion.title) or tr("Untitled"),
        "description": paragraphs(criterion.description),
        "level": plain(chosen.title) if chosen else tr("not scored"),
        "meaning": _meaning(criterion),
        "passed": passed,
        "standing": standing,
        "levels": [{"title": _level(each, counted=counted), "chosen": each.chosen} for each in criterion.levels],
        "comment": paragraphs(criterion.comment),
        "citations": [_citation(each) for each in criterion.citations],
    }


def _meaning(criterion: CriterionSummary) -> list[dict[str, str]]:
    chosen, found = criterion.chosen, []
    if chosen and chosen.description:
        found.append({"name": plain(tr("{level}:").format(level=chosen.title)), "text": plain(chosen.description)})
    needed = next((level for level in criterion.levels if level.passes), None)
    if needed and needed.description and chosen and chosen.passes is False:
        name = tr("To pass, {level}:").format(level=needed.title)
        found.append({"name": plain(name), "text": plain(needed.description)})
    return found


def _citation(citation: CitationSummary) -> dict[str, Any]:
    where = _where(citation.place)
    return {
        "evidence": plain(citation.evidence),
        "where": where,
        "quotes": [plain(each) for each in citation.quote.split("\n") if each.strip()],
        "text": paragraphs(citation.text),
        "still": None if citation.still is None else list(citation.still),
        "alt": plain(tr("Picture of {evidence} {where}").format(evidence=citation.evidence, where=where)),
    }


def _where(place: Place) -> str:
    match place:
        case Moment(start_ms=start, end_ms=end) if end // 1000 == start // 1000:
            return duration_text(start)
        case Moment(start_ms=start, end_ms=end):
            return f"{duration_text(start)}–{duration_text(end)}"
        case PageRegion(page=page, area=None):
            return tr("page {page}").format(page=page)
        case PageRegion(page=page):
            return tr("page {page}, an area").format(page=page)
        case PictureArea():
            return tr("an area")
        case Whole():
            return ""
