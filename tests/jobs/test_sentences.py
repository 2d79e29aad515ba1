"""What people read about blocks, slots, outcomes, states, dates and sizes."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.domain.award import (
    All,
    AnyOf,
    AwardRule,
    Block,
    BlockCode,
    EveryOf,
    Judgement,
    MinimumPerRequirement,
    Total,
    award_blocks,
)
from mcassess.domain.completeness import slot_findings
from mcassess.domain.kinds import Condition, EvidenceKind, Outcome
from mcassess.domain.rubric import CompletenessCheck, Criterion, Level, Requirement, Rubric
from mcassess.domain.submission import Evidence, EvidenceSlot
from mcassess.jobs.sentences import (
    block_sentence,
    block_sentences,
    blocks_line,
    bytes_text,
    condition_name,
    due_text,
    duration_text,
    kind_name,
    outcome_name,
    rule_sentence,
    slot_sentence,
    state_name,
)
from tests.support.strategies import rubrics, scores_of

TITLES = ["Purpose", "Taking part", "Routine", "Peer feedback", "Reflection"]
NEW_YORK = timezone(timedelta(hours=-5))
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=NEW_YORK)


def criterion(number: int, title: str, pass_title: str = "Meets") -> Criterion:
    levels = (Level(id="low", title="Not yet"), Level(id="high", title=pass_title, points=2))
    return Criterion(id=f"c{number}", title=title, levels=levels, pass_level="high")


def rubric(rule: AwardRule | None = None, titles: list[str] = TITLES) -> Rubric:
    criteria = [criterion(number, title) for number, title in enumerate(titles, 1)]
    return Rubric(
        id="r",
        requirements=(
            Requirement(id="r1", title="Meeting", criteria=tuple(criteria[:3])),
            Requirement(id="r2", title="Growth", criteria=tuple(criteria[3:])),
        ),
        completeness=(CompletenessCheck(id="k1", text="It plays"), CompletenessCheck(id="k2", text="It reads")),
        award_rule=rule or All(),
    )


HIGH = dict.fromkeys(["c1", "c2", "c3"], "high")


class TestLine:
    def test_says_what_an_award_needs_and_what_is_still_to_do(self) -> None:
        of = rubric()
        assert blocks_line(award_blocks(All(), of, HIGH), of) == "Award needs Meets on all five. To do: 4, 5."

    def test_tells_what_is_below_from_what_is_to_do(self) -> None:
        of = rubric()
        line = blocks_line(award_blocks(All(), of, HIGH | {"c2": "low"}), of)
        assert line == "Award needs Meets on all five. To do: 4, 5. Below: 2."

    def test_counts_points_where_points_count(self) -> None:
        of = rubric(Total(at_least=9))
        line = blocks_line(award_blocks(of.award_rule, of, HIGH), of)
        assert line == "Award needs a total of 9 points. To do: 4, 5. So far 6 of 9."

    def test_names_the_requirement_that_is_short_of_points(self) -> None:
        of = rubric(MinimumPerRequirement(at_least=4))
        line = blocks_line(award_blocks(of.award_rule, of, HIGH | {"c4": "high", "c5": "low"}), of)
        assert line == "Award needs 4 points in every requirement. Growth: 2 of 4."

    def test_counts_checks_and_names_missing_comments(self) -> None:
        blocks = (
            Block(code=BlockCode.CHECK_NOT_ANSWERED, ids=("k1", "k2")),
            Block(code=BlockCode.CHECK_ANSWERED_NO, ids=("k1",)),
            Block(code=BlockCode.COMMENT_MISSING, ids=("c2", "c5")),
        )
        assert blocks_line(blocks, rubric()) == "2 checks to answer. 1 check says No. Comment missing: 2, 5."

    def test_says_so_when_nothing_is_in_the_way(self) -> None:
        assert blocks_line((), rubric()) == "Nothing stands in the way of an award."


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (All(), "Award needs Meets on all five."),
        (Total(at_least=12.6), "Award needs a total of 12.6 points."),
        (Judgement(), "Award rests on your judgement of the whole."),
        (
            EveryOf(rules=(Total(at_least=8), MinimumPerRequirement(at_least=2))),
            "Award needs a total of 8 points, and 2 points in every requirement.",
        ),
        (
            AnyOf(rules=(All(), EveryOf(rules=(Total(at_least=9), Judgement())))),
            "Award needs Meets on all five, or (a total of 9 points, and your judgement of the whole).",
        ),
    ],
)
def test_each_rule_has_its_sentence(rule: AwardRule, sentence: str) -> None:
    assert rule_sentence(rubric(rule)) == sentence


def test_levels_that_differ_are_called_the_level_that_passes() -> None:
    mixed = (criterion(1, "One"), criterion(2, "Two", pass_title="Demonstrated"))
    of = Rubric(id="r", requirements=(Requirement(id="r1", criteria=mixed),))
    assert rule_sentence(of) == "Award needs the level that passes on all two."
    one = Rubric(id="r", requirements=(Requirement(id="r1", criteria=mixed[:1]),))
    assert rule_sentence(one) == "Award needs Meets."


class TestSentence:
    @pytest.mark.parametrize(
        ("block", "sentence"),
        [
            (Block(code=BlockCode.NOT_SCORED, ids=("c5", "c4")), "Not scored yet: 4 Peer feedback, 5 Reflection."),
            (
                Block(code=BlockCode.BELOW_PASS, ids=("c2",)),
                "Below the level that passes: 2 Taking part (needs Meets).",
            ),
            (
                Block(code=BlockCode.TOTAL_TOO_LOW, needed=42, reached=38.5),
                "The total is 38.5 points so far; an award needs 42.",
            ),
            (
                Block(code=BlockCode.TOTAL_TOO_LOW, needed=42, reached=38, reachable=False),
                "The total is too low: 38 points, and an award needs 42.",
            ),
            (
                Block(code=BlockCode.REQUIREMENT_TOO_LOW, ids=("r2",), needed=4, reached=2),
                "Growth has 2 points so far; an award needs 4.",
            ),
            (
                Block(code=BlockCode.REQUIREMENT_TOO_LOW, ids=("r2",), needed=4, reached=2, reachable=False),
                "Growth has too few points: 2, and an award needs 4.",
            ),
            (Block(code=BlockCode.CHECK_NOT_ANSWERED, ids=("k1",)), "Completeness check not answered: “It plays”."),
            (
                Block(code=BlockCode.CHECK_ANSWERED_NO, ids=("k1", "k2")),
                "Completeness checks answered No: “It plays”, “It reads”.",
            ),
            (
                Block(code=BlockCode.COMMENT_MISSING, ids=("c1",)),
                "Below the level that passes and without a comment: 1 Purpose.",
            ),
            (
                Block(code=BlockCode.CONDITION_SET, ids=("plagiarism",)),
                "An award cannot carry a condition, and this is set: Plagiarism.",
            ),
        ],
    )
    def test_each_block_has_its_sentence(self, block: Block, sentence: str) -> None:
        assert block_sentence(block, rubric()) == sentence

    def test_ways_are_numbered(self) -> None:
        of = rubric(AnyOf(rules=(All(), Total(at_least=10))))
        blocks = award_blocks(of.award_rule, of, dict.fromkeys(["c1", "c2", "c3", "c4"], "high") | {"c5": "low"})
        assert block_sentences(blocks, of) == (
            (
                "None of the ways to an award is met. (1) Below the level that passes: 5 Reflection (needs Meets)."
                " (2) The total is too low: 8 points, and an award needs 10."
            ),
        )

    @given(st.data(), rubrics())
    def test_every_block_of_every_rule_can_be_said(self, data: st.DataObject, of: Rubric) -> None:
        blocks = award_blocks(of.award_rule, of, data.draw(scores_of(of)))
        for text in (*block_sentences(blocks, of), blocks_line(blocks, of)):
            assert text.endswith((".", ")."))
            assert "{" not in text

    @pytest.mark.parametrize("code", BlockCode)
    def test_every_code_can_be_said(self, code: BlockCode) -> None:
        block = Block(code=code, ids=("plagiarism",) if code is BlockCode.CONDITION_SET else ())
        assert "{" not in block_sentence(block, rubric()) + blocks_line((block,), rubric())


def slot_line(slot: EvidenceSlot, *evidence: Evidence) -> str:
    return slot_sentence(slot_findings([slot], evidence)[0])


def piece(name: str, kind: EvidenceKind = EvidenceKind.VIDEO, duration_ms: int | None = None) -> Evidence:
    return Evidence(id=name, title=name, kind=kind, slot="s", duration_ms=duration_ms)


def test_each_slot_says_what_is_wrong() -> None:
    slot = EvidenceSlot(
        id="s", title="Lesson video", kinds=(EvidenceKind.VIDEO, EvidenceKind.AUDIO), min=2, max=2, max_minutes=7.5
    )
    film, paper = piece("v1"), piece("d1", EvidenceKind.DOCUMENT)
    assert slot_line(slot) == "Lesson video: nothing came."
    assert slot_line(slot, film, piece("v2")) == "Lesson video: as asked for."
    assert slot_line(slot, film) == "Lesson video: 1 came, at least 2 asked for."
    assert slot_line(slot, film, piece("v2"), piece("v3")) == "Lesson video: 3 came, at most 2 asked for."
    assert (
        slot_line(slot, film, paper)
        == "Lesson video: not enough of the right kind came; not all of it is video or sound."
    )
    assert slot_line(slot, film, piece("v2", duration_ms=450_001)) == "Lesson video: longer than 7.5 minutes."


def test_every_outcome_condition_kind_and_state_has_a_name() -> None:
    assert [outcome_name(each) for each in Outcome] == ["Award", "Not yet earned", "Returned, not complete"]
    assert len({condition_name(each) for each in Condition}) == len(Condition)
    assert len({kind_name(each) for each in EvidenceKind}) == len(EvidenceKind)
    states = ["open", "to_review", "in_progress", "waiting", "needs_you", "sent", "withdrawn"]
    assert len({state_name(each) for each in states}) == len(states)
    with pytest.raises(KeyError):
        state_name("lost")


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (None, ""),
        (datetime(2026, 11, 22, 22, 0, tzinfo=UTC), "Today 17:00"),
        (datetime(2026, 11, 23, 3, 0, tzinfo=UTC), "Today 22:00"),
        (datetime(2026, 11, 23, 22, 0, tzinfo=UTC), "Tomorrow 17:00"),
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), "Tue 24 Nov"),
        (datetime(2027, 1, 4, 12, 0, tzinfo=UTC), "Mon 4 Jan 2027"),
        (datetime(2026, 11, 22, 13, 59, tzinfo=UTC), "Overdue since Sun 22 Nov"),
    ],
)
def test_when_a_review_is_due(due: datetime | None, text: str) -> None:
    assert due_text(due, NOW) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (18_400, "18 kB"),
        (999_999, "1 MB"),
        (1_100_000_000, "1.1 GB"),
        (2_000_000_000, "2 GB"),
        (9_960_000_000, "10 GB"),
        (411_600_000, "412 MB"),
        (3 * 10**15, "3000 TB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert bytes_text(count) == text


@pytest.mark.parametrize(("ms", "text"), [(0, "00:00"), (434_999, "07:14"), (760_000, "12:40"), (3_725_000, "1:02:05")])
def test_durations(ms: int, text: str) -> None:
    assert duration_text(ms) == text
