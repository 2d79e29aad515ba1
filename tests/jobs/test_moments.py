"""Moments: what a late or repeated wish does to one that was moved or removed meanwhile."""

from mcassess.domain.citation import Moment
from mcassess.jobs import moments, reviewing

HERE = Moment(start_ms=1_000, end_ms=2_000)
THERE = Moment(start_ms=3_000, end_ms=5_000)


def review(library, key):
    with library.read() as reading:
        return reading.reviews.get(key)


def marked(library, key):
    moments.mark(library, key, "v1", HERE)
    (moment,) = review(library, key).moments
    return moment.id


def test_a_late_name_neither_moves_a_moment_back_nor_brings_it_back(library, key):
    identifier = marked(library, key)
    moments.move_range(library, key, identifier, THERE.start_ms, THERE.end_ms)
    moments.rename(library, key, identifier, "Pairs")
    (moment,) = review(library, key).moments
    assert (moment.moment, moment.title) == (THERE, "Pairs")
    moments.remove(library, key, identifier)
    moments.rename(library, key, identifier, "Pair talk")
    moments.move_range(library, key, identifier, 0, 10)
    assert review(library, key).moments == ()


def test_a_name_that_stands_already_is_nothing_to_undo(library, key):
    identifier = marked(library, key)
    moments.rename(library, key, identifier, "")
    assert len(review(library, key).undoable) == 1


def test_a_citation_takes_the_moment_along_that_lies_where_it_lay(library, key):
    marked(library, key)
    reviewing.cite(library, key, "c1", "v1", HERE)
    (citation,) = review(library, key).citations["c1"]
    moments.move_range(library, key, citation.id, THERE.start_ms, THERE.end_ms)
    after = review(library, key)
    assert ([each.moment for each in after.moments], after.citations["c1"][0].place) == ([THERE], THERE)
    reviewing.undo(library, key)
    before = review(library, key)
    assert ([each.moment for each in before.moments], before.citations["c1"][0].place) == ([HERE], HERE)
