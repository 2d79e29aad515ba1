"""From what a person types to what the library holds: submissions, criteria, levels, checks, evidence and citations."""

from collections.abc import Iterable

from mcassess.domain.award import Scores
from mcassess.domain.citation import Moment, PageRegion, PictureArea, Place, Whole, parse_place
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.rubric import Criterion, Level
from mcassess.domain.submission import Evidence
from mcassess.errors import UsageError
from mcassess.store.library import Library
from mcassess.store.submissions import StoredSubmission
from mcassess.texts import tr

_SCANS = frozenset({"image/tiff", "image/tiff-fx"})
_TIMED = frozenset({EvidenceKind.VIDEO, EvidenceKind.AUDIO})


def submission_key(library: Library, name: str) -> int:
    """Returns the library's key of the submission with this id, or with the only id that begins so.

    Raises:
        UsageError: None or several do.
    """
    with library.read() as reading:
        found = reading.submissions.find(name)
    if len(found) == 1:
        return found[0][0]
    if not found:
        raise UsageError(tr("No submission here has the id '{name}'. 'mcassess queue' lists them.").format(name=name))
    raise UsageError(
        tr("'{name}' could be any of {ids}. Give more of the id.").format(
            name=name, ids=", ".join(sorted(identifier for _, identifier in found)[:8])
        )
    )


def criterion(stored: StoredSubmission, name: str) -> Criterion:
    """Returns the criterion with this id, or with the only id that begins so.

    Raises:
        UsageError: None or several do.
    """
    criteria = {each.id: each for each in stored.rubric.criteria}
    return criteria[_one(name, criteria, tr("criterion"))]


def level(criterion: Criterion, name: str) -> Level:
    """Returns the level of a criterion with this id, or with the only id that begins so.

    Raises:
        UsageError: None or several do.
    """
    levels = {each.id: each for each in criterion.levels}
    return levels[_one(name, levels, tr("level"))]


def check_id(stored: StoredSubmission, name: str) -> str:
    """Returns the id of the completeness check that is meant.

    Raises:
        UsageError: None or several are.
    """
    return _one(name, [check.id for check in stored.rubric.completeness], tr("completeness check"))


def evidence_id(stored: StoredSubmission, name: str, attempt: int | None = None) -> str:
    """Returns the id of the piece of evidence that is meant, of the present attempt or an earlier one.

    Raises:
        UsageError: None or several are, or there is no such attempt.
    """
    submission = stored.submission
    if attempt is None or attempt == submission.attempt:
        return _one(name, [piece.id for piece in submission.evidence], tr("evidence"))
    past = submission.earlier_attempt(attempt)
    if past is None:
        raise UsageError(tr("There is no attempt {number} of this submission here.").format(number=attempt))
    return _one(name, [piece.id for piece in past.evidence], tr("evidence"))


def citation(stored: StoredSubmission, text: str) -> tuple[str, Place]:
    """Returns the evidence's id and the place that a written citation means.

    The evidence's id may hold any character, so the known ids are tried first, the longest of them before all.

    Raises:
        UsageError: It is not a citation, names no evidence of the present attempt, or does not fit its kind.
    """
    pieces = {piece.id: piece for piece in stored.submission.evidence}
    for known in sorted(pieces, key=len, reverse=True):
        if text == known or text.startswith((f"{known}@", f"{known}#")):
            return known, _fitting(pieces[known], _place(text[len(known) :], text))
    mark = next((sign for sign in ("#", "@") if sign in text), "")
    named, _, rest = text.rpartition(mark) if mark else (text, "", "")
    evidence = _one(named, pieces, tr("evidence"))
    return evidence, _fitting(pieces[evidence], _place(mark + rest, text))


def criterion_numbers(stored: StoredSubmission) -> dict[str, int]:
    """Returns each criterion's number as it is shown, counted from 1 through the whole rubric."""
    return {each.id: number for number, each in enumerate(stored.rubric.criteria, start=1)}


def scored_count(stored: StoredSubmission, scores: Scores) -> int:
    """Returns how many criteria of the rubric have a score."""
    return sum(each.id in scores for each in stored.rubric.criteria)


def _place(text: str, whole: str) -> Place:
    try:
        return parse_place(text)
    except ValueError as error:
        raise UsageError(
            tr("'{whole}' is not a citation: {why}. Write EVIDENCE@00:07:14-00:07:48 or EVIDENCE#page=2.").format(
                whole=whole, why=error
            )
        ) from None


def _fitting(piece: Evidence, place: Place) -> Place:
    fits = {
        Moment: piece.kind in _TIMED,
        PageRegion: piece.kind is EvidenceKind.DOCUMENT or _is_scan(piece),
        PictureArea: piece.kind is EvidenceKind.IMAGE,
        Whole: True,
    }
    if not fits[type(place)]:
        raise UsageError(
            tr("'{title}' is a {kind}, so this kind of place cannot be cited in it.").format(
                title=piece.title, kind=piece.kind.value
            )
        )
    if isinstance(place, Moment) and piece.duration_ms is not None and place.start_ms > piece.duration_ms:
        raise UsageError(tr("'{title}' ends before the cited moment.").format(title=piece.title))
    return place


def _is_scan(piece: Evidence) -> bool:
    return piece.content is not None and piece.content.media_type in _SCANS


def _one(name: str, ids: Iterable[str], what: str) -> str:
    known = list(ids)
    if name in known:
        return name
    found = [identifier for identifier in known if name and identifier.startswith(name)]
    if len(found) == 1:
        return found[0]
    if not found:
        text = tr("There is no {what} '{name}' here; there is {ids}.")
        raise UsageError(text.format(what=what, name=name, ids=", ".join(known) or tr("none")))
    raise UsageError(tr("'{name}' could be any of {ids}.").format(name=name, ids=", ".join(found)))
