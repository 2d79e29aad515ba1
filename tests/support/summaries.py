"""A review to print: one submission of five criteria, its review as recorded, and the decision sealed from it."""

from datetime import UTC, datetime

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.citation import Moment, PageRegion, Place
from mcassess.domain.decision import Decision, seal
from mcassess.domain.kinds import EvidenceKind, Outcome
from mcassess.domain.review import Review, citation_value
from mcassess.domain.rubric import CompletenessCheck, Criterion, Level, Requirement, Rubric
from mcassess.domain.submission import Educator, Evidence, MicroCredential, Stack, Submission
from mcassess.report.summary import ReviewSummary, SummaryOptions, summarise
from tests.support.strategies import History

DECIDED = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EDUCATOR = Educator(id="e-7f3a", alias="Educator 7F3A", name="Dana Example")
OPTIONS = SummaryOptions(programme="Riverside District", assessor="Robin Assessor", decided_at=DECIDED)

_TITLES = (
    ("Purpose of the meeting", "The meeting has a purpose that students can name."),
    ("Every student takes part", "All students have a way to speak and to listen."),
    ("Routine and structure", "The parts of the meeting follow a routine that students know."),
    ("Peer feedback", "Students respond to one another's ideas."),
    ("Reflection on impact", "The educator says what changed for her students, and how she knows."),
)
_LEVELS = (
    ("Not yet", "Students do not respond to one another."),
    ("Almost", "Some respond, in general words."),
    ("Meets", "All give specific, kind feedback and have time to use it."),
)


def _criterion(number: int, title: str, description: str) -> Criterion:
    levels = tuple(
        Level(id=f"c{number}-{step}", title=name, description=text, points=step - 1)
        for step, (name, text) in enumerate(_LEVELS, 1)
    )
    return Criterion(id=f"c{number}", title=title, description=description, levels=levels, pass_level=f"c{number}-3")


_CRITERIA = tuple(_criterion(number, *texts) for number, texts in enumerate(_TITLES, 1))
RUBRIC = Rubric(
    id="mm-sel-r",
    version=3,
    title="Morning Meeting for SEL",
    requirements=(
        Requirement(id="r1", title="Leading the meeting", criteria=_CRITERIA[:3]),
        Requirement(id="r2", title="Growing together", criteria=_CRITERIA[3:]),
    ),
    completeness=(
        CompletenessCheck(id="k1", text="The video can be seen and heard"),
        CompletenessCheck(id="k2", text="Every document opens and can be read"),
    ),
)
MICROCREDENTIAL = MicroCredential(
    id="mm-sel",
    title="Morning Meeting for SEL",
    rubric=RUBRIC.pin,
    stack=Stack(id="cs-sel", title="Class Structures to Support SEL", position=2),
)
SUBMISSION = Submission(
    id="s-0001",
    microcredential="mm-sel",
    educator=EDUCATOR,
    rubric=RUBRIC.pin,
    attempt=2,
    submitted_at=datetime(2026, 11, 2, 9, 12, tzinfo=UTC),
    evidence=(
        Evidence(id="v1", title="Lesson video", kind=EvidenceKind.VIDEO),
        Evidence(id="d1", title="Activity plans, rev. 2", kind=EvidenceKind.DOCUMENT),
    ),
)
FEEDBACK = """\
Thank you for a warm and well-kept meeting. The greeting at the start lets every student hear her own name, and the \
closing reflection is exactly what the first attempt lacked.

Two things stand between this and the award. In the pair talk, students tell but do not yet answer one another: give \
the pairs a sentence starter (“I heard you say …, and I wonder …”) and a minute to use it. And in your reflection, say \
what changed for your students and how you can tell.

You may send the same lesson with a new clip of the pair talk; all else carries over."""


def score(criterion: str, step: int) -> Entry:
    return Entry(kind=ChangeKind.SCORE, target=criterion, value=f"{criterion}-{step}")


def comment(criterion: str, text: str) -> Entry:
    return Entry(kind=ChangeKind.COMMENT, target=criterion, value=text)


def cite(name: str, criterion: str, evidence: str, place: Place, text: str = "") -> Entry:
    value = citation_value(criterion, evidence, place, text)
    return Entry(kind=ChangeKind.CITATION, target=name, value=value)


def review(feedback: str = FEEDBACK) -> Review:
    """The review of the example, complete for "not yet"."""
    return History().do(
        Entry(kind=ChangeKind.COMPLETENESS, target="k1", value=True),
        Entry(kind=ChangeKind.COMPLETENESS, target="k2", value=True),
        *(score(f"c{number}", 3) for number in (1, 2, 3)),
        score("c4", 2),
        score("c5", 1),
        cite("q1", "c1", "v1", Moment(start_ms=62_000, end_ms=106_000)),
        cite("q2", "c1", "d1", PageRegion(page=2, quote="belonging means that somebody waits for you")),
        cite("q3", "c2", "v1", Moment(start_ms=312_000, end_ms=380_000), "all pairs speak, none waits"),
        comment("c2", "The talking piece goes round without a reminder; well built up since attempt 1."),
        cite("q4", "c4", "v1", Moment(start_ms=434_000, end_ms=468_000), "two of nine pairs answer"),
        comment("c4", "The pair talk at 07:14 is just what I asked for. Next step: give the pairs a sentence starter."),
        comment("c5", "The reflection tells what you did. Say what changed for the students, and how you know."),
        Entry(kind=ChangeKind.NOTE, value="Ask the coordinator about the second rater."),
        Entry(kind=ChangeKind.FEEDBACK, value=feedback),
        Entry(kind=ChangeKind.TIME_SPENT, value=52 * 60_000),
    )


def decision(outcome: Outcome = Outcome.NOT_YET, of: Review | None = None) -> Decision:
    return seal(outcome, of or review(), RUBRIC, MICROCREDENTIAL.policy)


def summary(options: SummaryOptions = OPTIONS) -> ReviewSummary:
    """The example, sealed as "not yet earned"."""
    return summarise(SUBMISSION, MICROCREDENTIAL, RUBRIC, review(), decision(), options)
