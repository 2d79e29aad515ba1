"""Moments of a video or sound: marked, named, moved, removed. A citation of the same stretch moves along."""

from collections.abc import Iterator
from dataclasses import replace

from mcassess.domain.changes import ChangeKind, ChangeValue, Entry
from mcassess.domain.citation import Moment
from mcassess.domain.review import NamedMoment, Review, citation_value
from mcassess.jobs.reviewing import check_text, record
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library


def mark(library: Library, key: int, evidence: str, moment: Moment) -> ChangeSet:
    """Marks a moment of a piece of evidence, without a title.

    Raises:
        RefusedError: The review is sealed.
    """
    return record(library, key, [_entry(NamedMoment(id=library.clock.new_id(), evidence=evidence, moment=moment))])


def rename(library: Library, key: int, identifier: str, title: str) -> ChangeSet:
    """Gives a moment another title; nothing happens where it is not there any more.

    Raises:
        UsageError: The title is too long.
        RefusedError: The review is sealed.
    """
    check_text(title)
    with library.write() as writing:
        found = [each for each in writing.reviews.get(key).moments if each.id == identifier and each.title != title]
        if found:
            writing.reviews.append(key, [_entry(replace(found[0], title=title))])
    return writing.change_set


def move_range(library: Library, key: int, identifier: str, start_ms: int, end_ms: int) -> ChangeSet:
    """Moves a citation or a moment to another stretch; a moment that lies where the citation lay goes along.

    Nothing happens where neither is there any more.

    Raises:
        RefusedError: The review is sealed.
    """
    with library.write() as writing:
        entries = list(_moved(writing.reviews.get(key), identifier, Moment(start_ms=start_ms, end_ms=end_ms)))
        if entries:
            writing.reviews.append(key, entries)
    return writing.change_set


def remove(library: Library, key: int, identifier: str) -> ChangeSet:
    """Takes a moment away.

    Raises:
        RefusedError: The review is sealed.
    """
    return record(library, key, [Entry(kind=ChangeKind.MOMENT, target=identifier)])


def _moved(review: Review, identifier: str, to: Moment) -> Iterator[Entry]:
    for moment in review.moments:
        if moment.id == identifier:
            yield _entry(replace(moment, moment=to))
    for criterion, citations in review.citations.items():
        for citation in citations:
            place = citation.place
            if citation.id != identifier or not isinstance(place, Moment):
                continue
            value = citation_value(criterion, citation.evidence, replace(to, area=place.area), citation.text)
            yield Entry(kind=ChangeKind.CITATION, target=citation.id, value=value)
            there = (citation.evidence, replace(place, area=None))
            for moment in review.moments:
                if (moment.evidence, moment.moment) == there:
                    yield _entry(replace(moment, moment=to))


def _entry(named: NamedMoment) -> Entry:
    value: dict[str, ChangeValue] = {
        "evidence": named.evidence,
        "start_ms": named.moment.start_ms,
        "end_ms": named.moment.end_ms,
        "title": named.title,
    }
    return Entry(kind=ChangeKind.MOMENT, target=named.id, value=value)
