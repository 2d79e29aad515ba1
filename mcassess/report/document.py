"""Review summaries as JSON, for other programs: resources/schemas/summary.schema.json. Pictures stay out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mcassess.clock import written
from mcassess.report.summary import CitationSummary, CriterionSummary, LevelSummary, ReviewSummary

FORMAT = "mcassess-summary"
VERSION = 1


def summary_json(summaries: Sequence[ReviewSummary]) -> dict[str, Any]:
    """Returns a document of the summaries, ready for ``json.dumps``."""
    return {"format": FORMAT, "version": VERSION, "summaries": [_summary(each) for each in summaries]}


def _summary(summary: ReviewSummary) -> dict[str, Any]:
    return {
        "submission": summary.submission,
        "programme": summary.programme,
        "microcredential": summary.microcredential,
        "stack": summary.stack,
        "rubric": {"title": summary.rubric, "version": summary.rubric_version},
        "educator": summary.educator,
        "attempt": summary.attempt,
        "attempts_max": summary.attempts_max,
        "submitted_at": _moment(summary.submitted_at),
        "decided_at": _moment(summary.decided_at),
        "assessor": summary.assessor,
        "sealed": summary.sealed,
        "outcome": summary.outcome.value if summary.outcome else None,
        "condition": summary.condition.value if summary.condition else None,
        "requirements": [
            {"title": each.title, "criteria": [_criterion(criterion) for criterion in each.criteria]}
            for each in summary.requirements
        ],
        "completeness": [{"text": each.text, "answer": each.answer} for each in summary.completeness],
        "feedback": summary.feedback,
        "points": summary.points,
        "points_needed": summary.points_needed,
        "time_spent_ms": summary.time_spent_ms,
    }


def _criterion(criterion: CriterionSummary) -> dict[str, Any]:
    return {
        "number": criterion.number,
        "title": criterion.title,
        "description": criterion.description,
        "level": criterion.chosen.title if criterion.chosen else None,
        "levels": [_level(each) for each in criterion.levels],
        "comment": criterion.comment,
        "citations": [_citation(each) for each in criterion.citations],
    }


def _level(level: LevelSummary) -> dict[str, Any]:
    return {
        "title": level.title,
        "description": level.description,
        "points": level.points,
        "chosen": level.chosen,
        "passes": level.passes,
    }


def _citation(citation: CitationSummary) -> dict[str, Any]:
    return {
        "citation": citation.written,
        "evidence": citation.evidence,
        "quote": citation.quote,
        "text": citation.text,
    }


def _moment(moment: datetime | None) -> str | None:
    return written(moment) if moment else None
