"""Recording a review: scores, comments, citations, answers, texts, undo and redo. Sealing is in sealing.py."""

from collections.abc import Sequence

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.citation import Place
from mcassess.domain.kinds import Condition
from mcassess.domain.review import Review, citation_value, redo_entries, undo_entries
from mcassess.errors import RefusedError, UsageError
from mcassess.jobs import finding
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.texts import tr

MAX_COMMENT = 20_000
"""Characters of one comment, note or feedback that every platform takes."""

CitationToMake = tuple[str, Place]
"""Evidence id and place."""


def record(library: Library, key: int, entries: Sequence[Entry], initiator: str = "") -> ChangeSet:
    """Appends changes to a review, all of them as one action.

    Raises:
        RefusedError: The review is sealed.
    """
    with library.write(initiator) as writing:
        writing.reviews.append(key, entries)
    return writing.change_set


def score(
    library: Library,
    key: int,
    criterion: str,
    level: str,
    *,
    comment: str | None = None,
    cite: Sequence[str] | None = None,
) -> ChangeSet:
    """Chooses a level; replaces the comment and the citations only where some are given.

    Args:
        library: Where the review lies.
        key: The library's key of the submission.
        criterion: Its id, or the only one that begins so.
        level: Likewise, a level of that criterion.
        comment: A new comment; None leaves the old one.
        cite: New citations in their written form; None leaves the old ones.

    Raises:
        UsageError: Something named is not there.
        RefusedError: The review is sealed.
    """
    if comment is not None:
        check_text(comment)
    with library.write() as writing:
        stored = writing.submissions.get(key)
        found = finding.criterion(stored, criterion)
        entries = [Entry(kind=ChangeKind.SCORE, target=found.id, value=finding.level(found, level).id)]
        if comment is not None:
            entries.append(Entry(kind=ChangeKind.COMMENT, target=found.id, value=comment))
        if cite is not None:
            places = [finding.citation(stored, text) for text in cite]
            old = writing.reviews.get(key).citations.get(found.id, ())
            entries += [Entry(kind=ChangeKind.CITATION, target=each.id) for each in old]
            entries += [_citing(library, found.id, evidence, place) for evidence, place in places]
        writing.reviews.append(key, entries)
    return writing.change_set


def cite(library: Library, key: int, criterion: str, evidence: str, place: Place) -> ChangeSet:
    """Adds a citation to a criterion."""
    return record(library, key, [_citing(library, criterion, evidence, place)])


def answer_check(library: Library, key: int, check: str, *, answer: bool | None) -> ChangeSet:
    """Answers a completeness check; None takes the answer away.

    Raises:
        UsageError: There is no such check.
        RefusedError: The review is sealed.
    """
    with library.write() as writing:
        target = finding.check_id(writing.submissions.get(key), check)
        writing.reviews.append(key, [Entry(kind=ChangeKind.COMPLETENESS, target=target, value=answer)])
    return writing.change_set


def write_text(library: Library, key: int, kind: ChangeKind, text: str, target: str = "") -> ChangeSet:
    """Replaces a comment (of the criterion ``target``), the note or the feedback.

    Raises:
        UsageError: The text is too long, or cannot be written down.
        RefusedError: The review is sealed.
    """
    check_text(text)
    return record(library, key, [Entry(kind=kind, target=target, value=text)])


def set_condition(library: Library, key: int, condition: Condition | None) -> ChangeSet:
    """Sets or clears the condition code."""
    value = condition.value if condition else None
    return record(library, key, [Entry(kind=ChangeKind.CONDITION, value=value)])


def undo(library: Library, key: int) -> ChangeSet:
    """Takes back the newest action of this review.

    Raises:
        RefusedError: There is nothing to take back, or the review is sealed.
    """
    return _again(library, key, forward=False)


def redo(library: Library, key: int) -> ChangeSet:
    """Brings back the action that was undone last.

    Raises:
        RefusedError: There is nothing to bring back, or the review is sealed.
    """
    return _again(library, key, forward=True)


def _again(library: Library, key: int, *, forward: bool) -> ChangeSet:
    with library.write() as writing:
        review: Review = writing.reviews.get(key)
        entries = redo_entries(review) if forward else undo_entries(review)
        if not entries:
            raise RefusedError(
                tr("There is nothing to redo here.") if forward else tr("There is nothing to undo here.")
            )
        writing.reviews.append(key, entries)
    return writing.change_set


def check_text(text: str) -> None:
    """Refuses a text that no platform would take.

    Raises:
        UsageError: It is too long, or holds something that is not a character.
    """
    if len(text) > MAX_COMMENT:
        raise UsageError(
            tr("The text has {length} characters; {most} are the most.").format(length=len(text), most=MAX_COMMENT)
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(tr("The text holds bytes that are not characters in UTF-8.")) from None


def _citing(library: Library, criterion: str, evidence: str, place: Place) -> Entry:
    value = citation_value(criterion, evidence, place)
    return Entry(kind=ChangeKind.CITATION, target=library.clock.new_id(), value=value)
