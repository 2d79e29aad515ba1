"""Hypothesis strategies for the domain: rubrics, rules, scores, places, and histories of a review."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from mcassess.domain.award import All, AnyOf, AwardRule, EveryOf, Judgement, MinimumPerRequirement, Total
from mcassess.domain.changes import Change, ChangeKind, Entry
from mcassess.domain.citation import Area, Moment, PageRegion, PictureArea, Place, Whole
from mcassess.domain.kinds import Condition
from mcassess.domain.review import Review, citation_value, fold, redo_entries, undo_entries
from mcassess.domain.rubric import CompletenessCheck, Criterion, Level, Requirement, Rubric
from mcassess.domain.submission import Policy

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

printable = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
words = st.from_regex(r"[A-Za-z]{1,8}( [A-Za-z]{1,8}){0,3}", fullmatch=True)
evidence_ids = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12),
    st.text("ab1@#-&=:", min_size=1, max_size=8),
)
points = st.one_of(st.integers(0, 5).map(float), st.sampled_from([0.5, 4.1, 4.2, 4.3, 0.1, 0.2, 0.3]))


@st.composite
def criteria(draw: st.DrawFn, name: str, *, max_levels: int = 4) -> Criterion:
    """A criterion whose points rise (or stay) from level to level."""
    worth = sorted(draw(st.lists(points, min_size=1, max_size=max_levels)))
    levels = tuple(Level(id=f"{name}-{i}", title=f"Level {i}", points=each) for i, each in enumerate(worth))
    pass_level = draw(st.sampled_from([None, *(level.id for level in levels)]))
    return Criterion(id=name, title=f"Criterion {name}", levels=levels, pass_level=pass_level)


def rules(max_leaves: int = 4) -> st.SearchStrategy[AwardRule]:
    """Award rules of every kind, nested."""
    numbers = st.one_of(st.integers(0, 15).map(float), st.sampled_from([12.6, 0.6, 8.3]))
    leaves = st.one_of(
        st.just(All()),
        numbers.map(lambda n: Total(at_least=n)),
        numbers.map(lambda n: MinimumPerRequirement(at_least=n)),
        st.just(Judgement()),
    )

    def nested(inner: st.SearchStrategy[AwardRule]) -> st.SearchStrategy[AwardRule]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(several.map(lambda r: EveryOf(rules=r)), several.map(lambda r: AnyOf(rules=r)))

    return st.recursive(leaves, nested, max_leaves=max_leaves)


@st.composite
def rubrics(draw: st.DrawFn, *, rule: st.SearchStrategy[AwardRule] | None = None, max_levels: int = 4) -> Rubric:
    """Rubrics of one to three requirements with one or two criteria each."""
    requirements = []
    for r in range(draw(st.integers(1, 3))):
        count = draw(st.integers(1, 2))
        inside = tuple(draw(criteria(f"c{r}{c}", max_levels=max_levels)) for c in range(count))
        requirements.append(Requirement(id=f"r{r}", title=f"Requirement {r}", criteria=inside))
    checks = tuple(CompletenessCheck(id=f"k{k}", text=f"Check {k}") for k in range(draw(st.integers(0, 2))))
    return Rubric(
        id="rubric",
        title="A rubric",
        requirements=tuple(requirements),
        completeness=checks,
        award_rule=draw(rule if rule is not None else rules()),
    )


@st.composite
def scores_of(draw: st.DrawFn, rubric: Rubric, *, complete: bool = False) -> dict[str, str]:
    """Scores for some or all criteria of a rubric."""
    found = {}
    for criterion in rubric.criteria:
        if complete or draw(st.booleans()):
            found[criterion.id] = draw(st.sampled_from(criterion.levels)).id
    return found


@st.composite
def areas(draw: st.DrawFn) -> Area:
    """Areas with edges of any fineness, that touch the border now and then."""
    x = draw(st.floats(0, 0.99))
    y = draw(st.floats(0, 0.99))
    width = draw(st.one_of(st.just(1 - x), st.floats(0.001, 1 - x)))
    height = draw(st.one_of(st.just(1 - y), st.floats(0.001, 1 - y)))
    return Area(x=x, y=y, width=width, height=height)


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    """Moments of up to ten hours, to the millisecond."""
    start = draw(st.integers(0, 36_000_000))
    end = start + draw(st.integers(0, 600_000))
    return Moment(start_ms=start, end_ms=end, area=draw(st.none() | areas()))


places: st.SearchStrategy[Place] = st.one_of(
    moments(),
    st.builds(PageRegion, page=st.integers(1, 500), area=st.none() | areas(), quote=printable),
    st.builds(PictureArea, area=areas()),
    st.builds(Whole, quote=printable),
)
unquoted_places: st.SearchStrategy[Place] = st.one_of(
    moments(),
    st.builds(PageRegion, page=st.integers(1, 500), area=st.none() | areas()),
    st.builds(PictureArea, area=areas()),
    st.just(Whole()),
)

policies = st.builds(
    Policy,
    comment_below_pass=st.booleans(),
    blind=st.booleans(),
    attempts_max=st.none() | st.integers(1, 4),
)


@dataclass
class History:
    """A review as it is recorded: numbers the changes, and knows the review after each action."""

    changes: list[Change] = field(default_factory=list)
    at: datetime = START
    actions: int = 0

    @property
    def review(self) -> Review:
        return fold(self.changes)

    def do(self, *entries: Entry, after: timedelta = timedelta(minutes=5), device: str = "laptop") -> Review:
        """Records the entries as one action."""
        self.at += after
        self.actions += 1
        for entry in entries:
            number = len(self.changes) + 1
            change = Change(
                id=f"change-{number}",
                action=f"action-{self.actions}",
                device=device,
                number=number,
                at=self.at,
                monotonic_ms=number,
                entry=entry,
            )
            self.changes.append(change)
        return self.review

    def undo(self) -> Review:
        return self.do(*undo_entries(self.review))

    def redo(self) -> Review:
        return self.do(*redo_entries(self.review))


_citation_values = st.one_of(
    st.none(),
    st.builds(citation_value, st.sampled_from(["c1", "c2"]), st.sampled_from(["v1", "d1"]), places, printable),
)
_texts = st.sampled_from(["", "a", "ab", "abc", "other"])
entries = st.one_of(
    st.builds(
        Entry,
        kind=st.just(ChangeKind.SCORE),
        target=st.sampled_from(["c1", "c2"]),
        value=st.sampled_from([None, "low", "high"]),
    ),
    st.builds(Entry, kind=st.just(ChangeKind.COMMENT), target=st.sampled_from(["c1", "c2"]), value=_texts),
    st.builds(Entry, kind=st.just(ChangeKind.CITATION), target=st.sampled_from(["q1", "q2"]), value=_citation_values),
    st.builds(
        Entry,
        kind=st.just(ChangeKind.COMPLETENESS),
        target=st.sampled_from(["k1", "k2"]),
        value=st.sampled_from([None, True, False]),
    ),
    st.builds(Entry, kind=st.just(ChangeKind.CONDITION), value=st.sampled_from([None, *Condition])),
    st.builds(Entry, kind=st.sampled_from([ChangeKind.NOTE, ChangeKind.FEEDBACK]), value=_texts),
)
seen_entries = st.builds(
    lambda evidence, spans, pages: Entry(
        kind=ChangeKind.SEEN,
        target=evidence,
        value={"ranges": [[start, start + length] for start, length in spans], "pages": list(pages)},
    ),
    st.sampled_from(["v1", "d1"]),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)), max_size=3),
    st.lists(st.integers(1, 5), max_size=3),
)
time_entries = st.builds(Entry, kind=st.just(ChangeKind.TIME_SPENT), value=st.integers(0, 60_000))

Action = tuple[str, Sequence[Entry], timedelta]
_pauses = st.sampled_from([timedelta(seconds=2), timedelta(seconds=29), timedelta(minutes=3)])
actions: st.SearchStrategy[list[Action]] = st.lists(
    st.one_of(
        st.tuples(st.just("do"), st.lists(entries, min_size=1, max_size=3), _pauses),
        st.tuples(st.just("do"), st.lists(seen_entries | time_entries, min_size=1, max_size=1), _pauses),
        st.tuples(st.sampled_from(["undo", "redo"]), st.just([]), _pauses),
    ),
    max_size=12,
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Histories of a review with every kind of change, undo and redo in between."""
    history = History()
    for name, recorded, pause in draw(actions):
        if name == "do":
            history.do(*recorded, after=pause)
        elif name == "undo":
            history.undo()
        else:
            history.redo()
    return history
