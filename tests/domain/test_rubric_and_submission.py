"""Rubrics and submissions refuse what makes no sense, with a sentence that says what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from mcassess.domain.kinds import EvidenceKind, Outcome
from mcassess.domain.rubric import CompletenessCheck, Criterion, Level, Requirement, Rubric, repeated
from mcassess.domain.submission import (
    Content,
    EarlierAttempt,
    EarlierDecision,
    Educator,
    Evidence,
    EvidenceSlot,
    MicroCredential,
    Pointer,
    Policy,
    RubricPin,
    Submission,
)
from tests.support.strategies import rubrics

NAIVE = datetime(2026, 11, 2)  # noqa: DTZ001 - just what must be refused
LOW, HIGH = Level(id="low", title="Not yet"), Level(id="high", title="Meets", points=1)
CRITERION = Criterion(id="c1", title="Purpose", levels=(LOW, HIGH), pass_level="high")
REQUIREMENT = Requirement(id="r1", criteria=(CRITERION,))
CHECK = CompletenessCheck(id="k1", text="It plays")
VIDEO = Evidence(id="v1", title="Lesson", kind=EvidenceKind.VIDEO)
SUBMISSION = Submission(
    id="s1", microcredential="m1", educator=Educator(id="e1"), rubric=RubricPin(id="r", version=1), attempt=3
)


@pytest.mark.parametrize(
    ("build", "fault"),
    [
        (lambda: Level(id="l", title="L", points=float("nan")), "finite"),
        (lambda: Criterion(id="c", title="C", levels=()), "no levels"),
        (lambda: Criterion(id="c", title="C", levels=(LOW, LOW)), "'low' stands there twice"),
        (lambda: replace(CRITERION, pass_level="perfect"), "'perfect' is not one of its levels"),
        (lambda: Rubric(id="r", requirements=()), "no criteria"),
        (lambda: Rubric(id="r", requirements=(Requirement(id="r1", criteria=()),)), "no criteria"),
        (lambda: Rubric(id="r", requirements=(REQUIREMENT, replace(REQUIREMENT, id="r2"))), "criterion 'c1'"),
        (lambda: Rubric(id="r", requirements=(REQUIREMENT, Requirement(id="r1", criteria=()))), "requirement 'r1'"),
        (lambda: Rubric(id="r", requirements=(REQUIREMENT,), completeness=(CHECK, CHECK)), "check 'k1'"),
        (lambda: EvidenceSlot(id="s", title="S", min=2, max=1), "contradict"),
        (lambda: EvidenceSlot(id="s", title="S", min=-1), "contradict"),
        (lambda: EvidenceSlot(id="s", title="S", max_minutes=0), "positive"),
        (lambda: EvidenceSlot(id="s", title="S", max_minutes=float("nan")), "positive"),
        (lambda: Policy(attempts_max=0), "attempts_max"),
        (lambda: Policy(assessors=0), "assessors"),
        (lambda: Policy(evidence_days=-1), "evidence_days"),
        (
            lambda: MicroCredential(
                id="m", title="M", rubric=RubricPin(id="r", version=1), slots=(EvidenceSlot(id="s", title="S"),) * 2
            ),
            "slot 's'",
        ),
        (lambda: Pointer(at="soon"), "not a time"),
        (lambda: Pointer(page=0), "counted from 1"),
        (lambda: Content(sha256="A" * 64, size=1), "SHA-256"),
        (lambda: Content(sha256="a" * 63, size=1), "SHA-256"),
        (lambda: Content(sha256="a" * 64, size=-1), "size"),
        (lambda: EarlierDecision(outcome=Outcome.NOT_YET, scores={}, decided_at=NAIVE), "time zone"),
        (lambda: EarlierAttempt(attempt=1, submitted_at=NAIVE), "time zone"),
        (lambda: EarlierAttempt(attempt=1, evidence=(VIDEO, VIDEO)), "evidence 'v1'"),
        (lambda: replace(SUBMISSION, submitted_at=NAIVE), "time zone"),
        (lambda: replace(SUBMISSION, due_at=NAIVE), "time zone"),
        (lambda: replace(SUBMISSION, evidence=(VIDEO, VIDEO)), "evidence 'v1'"),
        (lambda: replace(SUBMISSION, attempt=0), "counted from 1"),
        (lambda: replace(SUBMISSION, earlier=(EarlierAttempt(attempt=3),)), "not earlier"),
        (lambda: replace(SUBMISSION, earlier=(EarlierAttempt(attempt=0),)), "not earlier"),
        (lambda: replace(SUBMISSION, earlier=(EarlierAttempt(attempt=1),) * 2), "attempt 1 stands there twice"),
    ],
)
def test_bad_data_is_refused(build: Callable[[], object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        build()


def test_a_level_passes_from_the_pass_level_upwards() -> None:
    assert CRITERION.passes("high")
    assert not CRITERION.passes("low")
    with pytest.raises(KeyError):
        CRITERION.passes("perfect")


@given(rubrics())
def test_every_criterion_is_found_by_its_id_in_the_order_of_the_rubric(rubric: Rubric) -> None:
    listed = [criterion for requirement in rubric.requirements for criterion in requirement.criteria]
    assert list(rubric.criteria) == listed
    assert [rubric.find(criterion.id) for criterion in listed] == listed
    assert rubric.find("nowhere") is None


@given(rubrics())
def test_levels_that_pass_stand_above_those_that_do_not(rubric: Rubric) -> None:
    for criterion in rubric.criteria:
        passing = [criterion.passes(level.id) for level in criterion.levels]
        assert passing == sorted(passing)
        assert passing[-1]


def test_the_first_repeated_id_is_named() -> None:
    assert repeated(["a", "b", "b", "a"]) == "b"
    assert repeated(["a", "b"]) is None


def test_an_educator_is_shown_by_alias_where_the_policy_is_blind() -> None:
    educator = Educator(id="e1", alias="Educator 7F3A", name="Dana Example")
    assert educator.shown(blind=True) == "Educator 7F3A"
    assert educator.shown(blind=False) == "Dana Example"
    assert Educator(id="e1", name="Dana Example").shown(blind=True) == "e1"


def test_evidence_and_earlier_attempts_are_found_by_id_and_number() -> None:
    first = EarlierAttempt(attempt=1, submitted_at=datetime(2026, 10, 1, tzinfo=UTC))
    submission = replace(SUBMISSION, evidence=(VIDEO,), earlier=(first,))
    assert submission.find_evidence("v1") is VIDEO
    assert submission.find_evidence("v2") is None
    assert submission.earlier_attempt(1) is first
    assert submission.earlier_attempt(2) is None


def test_a_pointer_knows_its_time_in_milliseconds() -> None:
    assert Pointer(at="00:07:00").at_ms == 420_000
    assert Pointer(page=2).at_ms is None


def test_what_has_to_be_fetched_are_the_file_and_its_captions() -> None:
    film, words = Content(sha256="a" * 64, size=5), Content(sha256="b" * 64, size=1)
    assert list(replace(VIDEO, content=film, captions=words).files) == [film, words]
    assert list(VIDEO.files) == []
