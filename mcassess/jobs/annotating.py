"""Marking documents and pictures: annotations of a review, and a copy for the educator with them burnt in.

The file itself is never changed. What the copy looks like is evidence/burning.py's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mcassess.domain.annotation import Annotation, AnnotationStyle, annotation_value
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.citation import Area, Citation, PageRegion, PictureArea
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.review import Review
from mcassess.domain.submission import Evidence
from mcassess.errors import RefusedError, UsageError
from mcassess.jobs.files import write_whole
from mcassess.jobs.opening_evidence import EvidenceOpener
from mcassess.jobs.passwords import document_password
from mcassess.jobs.reviewing import check_text, record
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.store.submissions import StoredSubmission
from mcassess.texts import tr

Marked = PageRegion | PictureArea

_COLOURS = ("#0072B2", "#C47B00", "#009E73", "#B9450A", "#B0568A", "#44248A", "#36430A", "#571830")
_UNCITED = "#0B6E5F"
_PAGED = frozenset({EvidenceKind.DOCUMENT, EvidenceKind.IMAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark as it is shown and burnt in.

    Attributes:
        criterion: The place (from 0) of the criterion that its place is cited to; None for none.
        cited_only: Whether it is a citation of an area that was never marked.
    """

    annotation: Annotation
    criterion: int | None = None
    cited_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedCopy:
    """A copy of a piece of evidence with annotations burnt in.

    Attributes:
        evidence: Its id.
        title: Its title.
        annotations: How many are in it.
        content: A PDF.
    """

    evidence: str
    title: str
    annotations: int
    content: bytes


def annotate(
    library: Library,
    key: int,
    evidence: str,
    place: Marked,
    *,
    style: AnnotationStyle | None = None,
    boxes: Sequence[Area] = (),
    text: str = "",
) -> ChangeSet:
    """Marks a place of the present attempt.

    Args:
        library: Where the review lies.
        key: The library's key of the submission.
        evidence: Id of the piece of evidence.
        place: What is marked.
        style: How; None chooses by what is marked: words, an area, or a whole page.
        boxes: The parts of lines that a highlight covers.
        text: What is said about it.

    Raises:
        UsageError: The text is too long.
        RefusedError: The review is sealed.
    """
    check_text(text)
    annotation = Annotation(
        id=library.clock.new_id(),
        evidence=evidence,
        style=style or _usual_style(place),
        place=place,
        boxes=tuple(boxes),
        text=text,
    )
    return record(library, key, [_entry(annotation)])


def rewrite(library: Library, key: int, identifier: str, text: str) -> ChangeSet:
    """Replaces what is said about an annotation; nothing happens where it is not there any more.

    Raises:
        UsageError: The text is too long.
        RefusedError: The review is sealed.
    """
    check_text(text)
    with library.write() as writing:
        found = [each for each in writing.reviews.get(key).annotations if each.id == identifier and each.text != text]
        if found:
            writing.reviews.append(key, [_entry(replace(found[0], text=text))])
    return writing.change_set


def remove(library: Library, key: int, identifier: str) -> ChangeSet:
    """Takes an annotation away.

    Raises:
        RefusedError: The review is sealed.
    """
    return record(library, key, [Entry(kind=ChangeKind.ANNOTATION, target=identifier)])


def annotated_copy(library: Library, key: int, evidence: str) -> AnnotatedCopy:
    """Returns a PDF of a piece of evidence with what was marked and cited on its pages, and the words about it.

    It waits for child processes, so it is called off the window's thread. Nothing of it touches the disk.

    Raises:
        UsageError: There is no such evidence, or it has no pages.
        RefusedError: Nothing is marked on it.
        WorldError: Its file is not here, or cannot be opened.
    """
    from mcassess.evidence.pages import PageDocument  # noqa: PLC0415 - nothing of evidence is needed for a start

    with library.read() as reading:
        stored, review = reading.submissions.get(key), reading.reviews.get(key)
    piece = _paged(stored, evidence)
    marks = marks_on(stored, review, piece.id)
    annotations = [_burnt_row(number, mark, stored) for number, mark in enumerate(marks, 1)]
    if not annotations:
        raise RefusedError(tr("Nothing is marked on '{title}' yet.").format(title=piece.title))
    sha256 = piece.content.sha256 if piece.content is not None else ""
    document = PageDocument(EvidenceOpener(library, sha256).open(), password=document_password(library, sha256))
    try:
        content = document.burnt(annotations, tr("Notes on “{title}”").format(title=piece.title))
    finally:
        document.close()
    return AnnotatedCopy(evidence=piece.id, title=piece.title, annotations=len(annotations), content=content)


def save_annotated_copy(library: Library, key: int, evidence: str, path: Path) -> AnnotatedCopy:
    """Writes the copy of ``annotated_copy`` outside the library, where the programme lets files leave it.

    Raises:
        RefusedError: The programme does not, or nothing is marked.
        UsageError: As ``annotated_copy``.
        WorldError: The place cannot be written, or the evidence cannot be opened.
    """
    with library.read() as reading:
        check_may_leave(reading.submissions.get(key))
    copy = annotated_copy(library, key, evidence)
    write_whole(path, copy.content)
    return copy


def check_may_leave(stored: StoredSubmission) -> None:
    """Refuses to let evidence leave the library where the programme does not want it.

    Raises:
        RefusedError: It does not.
    """
    if not stored.microcredential.policy.files_may_leave:
        raise RefusedError(tr("This programme does not let evidence leave the library, so it cannot be saved here."))


def _usual_style(place: Marked) -> AnnotationStyle:
    if isinstance(place, PageRegion) and place.quote:
        return AnnotationStyle.HIGHLIGHT
    return AnnotationStyle.REGION if place.area is not None else AnnotationStyle.NOTE


def _entry(annotation: Annotation) -> Entry:
    return Entry(kind=ChangeKind.ANNOTATION, target=annotation.id, value=annotation_value(annotation))


def _paged(stored: StoredSubmission, evidence: str) -> Evidence:
    piece = stored.submission.find_evidence(evidence)
    if piece is None:
        raise UsageError(tr("There is no evidence '{name}' here.").format(name=evidence))
    if piece.kind not in _PAGED:
        raise UsageError(tr("'{title}' has no pages to mark.").format(title=piece.title))
    return piece


def marks_on(stored: StoredSubmission, review: Review, evidence: str) -> tuple[Mark, ...]:
    """Returns what is marked on a piece of the present attempt, and what is cited there unmarked, in reading order."""
    cited = _cited(stored, review, evidence)
    marks = [
        Mark(annotation=each, criterion=cited[each.place][0] if each.place in cited else None)
        for each in review.annotations
        if each.evidence == evidence
    ]
    marked = {each.annotation.place for each in marks}
    marks += [
        Mark(annotation=_of_citation(citation, place), criterion=criterion, cited_only=True)
        for place, (criterion, citation) in cited.items()
        if place not in marked and place.area is not None
    ]
    return tuple(sorted(marks, key=_reading_order))


def marked_pieces(stored: StoredSubmission, review: Review) -> tuple[Evidence, ...]:
    """Returns the pieces of the present attempt of which there can be a copy with marks."""
    pieces = (each for each in stored.submission.evidence if each.kind in _PAGED)
    return tuple(each for each in pieces if marks_on(stored, review, each.id))


def _cited(stored: StoredSubmission, review: Review, evidence: str) -> dict[Marked, tuple[int, Citation]]:
    return {
        citation.place: (index, citation)
        for index, criterion in enumerate(stored.rubric.criteria)
        for citation in review.citations.get(criterion.id, ())
        if citation.evidence == evidence and isinstance(citation.place, Marked)
    }


def _of_citation(citation: Citation, place: Marked) -> Annotation:
    return Annotation(
        id=citation.id, evidence=citation.evidence, style=AnnotationStyle.REGION, place=place, text=citation.text
    )


def _reading_order(mark: Mark) -> tuple[int, float, float, str]:
    corner = mark.annotation.marked[0] if mark.annotation.marked else None
    at = (corner.y, corner.x) if corner is not None else (0.0, 0.0)
    return (mark.annotation.page, *at, mark.annotation.id)


def _burnt_row(number: int, mark: Mark, stored: StoredSubmission) -> dict[str, Any]:
    annotation, index = mark.annotation, mark.criterion
    colour = _COLOURS[index % len(_COLOURS)] if index is not None else _UNCITED
    return {
        "page": annotation.page - 1,
        "style": annotation.style.value,
        "boxes": [[box.x, box.y, box.width, box.height] for box in annotation.marked],
        "colour": [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)],
        "number": number,
        "where": tr("Page {page}").format(page=annotation.page),
        "quote": annotation.quote,
        "about": f"{index + 1} {tuple(stored.rubric.criteria)[index].title}" if index is not None else "",
        "text": annotation.text,
    }
