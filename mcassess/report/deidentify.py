"""Leaving out who somebody is: names, aliases, ids and pictures. Made for summaries that others study."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from mcassess.domain.citation import format_citation, parse_citation
from mcassess.domain.submission import Educator
from mcassess.report.summary import CitationSummary, CriterionSummary, RequirementSummary, ReviewSummary
from mcassess.texts import tr


def deidentified(summary: ReviewSummary, educator: Educator) -> ReviewSummary:
    """Returns the summary without educator, assessor, submission id and stills.

    Their names, and the educator's alias and id, are taken out of what the assessor wrote and of the titles and ids
    of evidence too. Names of other people, and names written in another way, stay: somebody reads it before it is
    passed on.
    """
    hide = _hiding([educator.name, summary.assessor], [educator.alias, educator.id, summary.submission])
    places = _evidence_numbers(summary)
    return replace(
        summary,
        submission="",
        educator="",
        assessor="",
        feedback=hide(summary.feedback),
        requirements=tuple(_requirement(each, hide, places) for each in summary.requirements),
    )


def _requirement(
    requirement: RequirementSummary, hide: Callable[[str], str], places: dict[str, str]
) -> RequirementSummary:
    return replace(requirement, criteria=tuple(_criterion(each, hide, places) for each in requirement.criteria))


def _criterion(criterion: CriterionSummary, hide: Callable[[str], str], places: dict[str, str]) -> CriterionSummary:
    return replace(
        criterion,
        comment=hide(criterion.comment),
        citations=tuple(_citation(each, hide, places) for each in criterion.citations),
    )


def _citation(citation: CitationSummary, hide: Callable[[str], str], places: dict[str, str]) -> CitationSummary:
    evidence, _ = parse_citation(citation.written)
    return replace(
        citation,
        written=format_citation(places[evidence], citation.place),
        evidence=hide(citation.evidence),
        quote=hide(citation.quote),
        text=hide(citation.text),
        still=None,
    )


def _evidence_numbers(summary: ReviewSummary) -> dict[str, str]:
    # Ids may be file names, and file names may be names of people.
    cited = (parse_citation(each.written)[0] for criterion in summary.criteria for each in criterion.citations)
    return {evidence: f"e{number}" for number, evidence in enumerate(dict.fromkeys(cited), 1)}


def _hiding(names: Iterable[str | None], codes: Iterable[str | None]) -> Callable[[str], str]:
    people = {name.strip() for name in names if name and name.strip()}
    marks = {code.strip() for code in codes if code and code.strip()}
    # A part of a name may be a word of its own ("Will", "May"), so it counts only as written or in capitals. A part
    # of an alias ("Educator 7F3A") counts only where it can be no word.
    parts = {part for name in people for part in re.findall(r"\w{2,}", name)}
    parts |= {part for code in marks for part in re.findall(r"\w{2,}", code) if re.search(r"\d", part)}
    patterns = [f"(?i:{re.escape(whole)})" for whole in sorted(people | marks, key=len, reverse=True)]
    patterns += [re.escape(form) for part in sorted(parts, key=len, reverse=True) for form in (part, part.upper())]
    if not patterns:
        return lambda text: text
    found = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")
    return lambda text: found.sub(lambda _: tr("[name]"), text)
