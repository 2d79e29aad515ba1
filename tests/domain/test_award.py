"""What scores allow: the award rules, and what still blocks an award."""

from itertools import product

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
    needs_judgement,
    rule_faults,
)
from mcassess.domain.rubric import Criterion, Level, Requirement, Rubric
from tests.support.strategies import rubrics, rules, scores_of


def criterion(name: str, *points: float, passes: int | None = None) -> Criterion:
    levels = tuple(Level(id=f"{name}-{i}", title=f"Level {i}", points=each) for i, each in enumerate(points))
    return Criterion(id=name, title=name, levels=levels, pass_level=None if passes is None else levels[passes].id)


def rubric(*requirements: list[Criterion], rule: AwardRule) -> Rubric:
    groups = tuple(Requirement(id=f"r{i}", criteria=tuple(each)) for i, each in enumerate(requirements))
    return Rubric(id="r", requirements=groups, award_rule=rule)


def blocks(of: Rubric, scores: dict[str, str]) -> tuple[Block, ...]:
    return award_blocks(of.award_rule, of, scores)


def codes(of: Rubric, scores: dict[str, str]) -> list[BlockCode]:
    return [block.code for block in blocks(of, scores)]


TWO = [criterion("a", 0, 1, 2, passes=2), criterion("b", 0, 1, 2, passes=1)]


class TestAll:
    RUBRIC = rubric(TWO, rule=All())

    def test_allows_an_award_when_every_criterion_reaches_its_own_pass_level(self) -> None:
        assert blocks(self.RUBRIC, {"a": "a-2", "b": "b-1"}) == ()

    def test_names_the_criteria_below_their_pass_level_in_the_order_of_the_rubric(self) -> None:
        assert blocks(self.RUBRIC, {"b": "b-0", "a": "a-1"}) == (
            Block(code=BlockCode.BELOW_PASS, ids=("a", "b"), reachable=False),
        )

    def test_names_the_criteria_without_a_score(self) -> None:
        assert blocks(self.RUBRIC, {"b": "b-2"}) == (Block(code=BlockCode.NOT_SCORED, ids=("a",)),)

    def test_lets_every_level_pass_where_there_is_no_pass_level(self) -> None:
        assert blocks(rubric([criterion("a", 0, 1)], rule=All()), {"a": "a-0"}) == ()


class TestTotal:
    RUBRIC = rubric(TWO, rule=Total(at_least=3))

    def test_counts_the_points_of_all_criteria_and_not_their_pass_levels(self) -> None:
        assert blocks(self.RUBRIC, {"a": "a-1", "b": "b-2"}) == ()

    def test_says_how_many_points_are_there_and_how_many_are_needed(self) -> None:
        (block,) = blocks(self.RUBRIC, {"a": "a-1", "b": "b-1"})
        assert (block.code, block.needed, block.reached, block.reachable) == (BlockCode.TOTAL_TOO_LOW, 3, 2, False)

    def test_is_reachable_while_open_criteria_can_still_bring_it_about(self) -> None:
        assert blocks(self.RUBRIC, {"a": "a-1"})[-1].reachable
        assert not blocks(self.RUBRIC, {"a": "a-0"})[-1].reachable

    def test_reaches_a_total_of_decimal_fractions(self) -> None:
        three = [criterion("a", 4.1), criterion("b", 4.2), criterion("c", 4.3)]
        scores = {"a": "a-0", "b": "b-0", "c": "c-0"}
        assert blocks(rubric(three, rule=Total(at_least=12.6)), scores) == ()
        assert codes(rubric(three, rule=Total(at_least=12.7)), scores) == [BlockCode.TOTAL_TOO_LOW]

    def test_still_reaches_it_with_a_criterion_open(self) -> None:
        three = [criterion("a", 0.1), criterion("b", 0.2), criterion("c", 0, 0.3)]
        assert blocks(rubric(three, rule=Total(at_least=0.6)), {"a": "a-0", "b": "b-0"})[-1].reachable


class TestMinimumPerRequirement:
    RUBRIC = rubric(
        [criterion("a", 0, 1, 2), criterion("b", 0, 1, 2)],
        [criterion("c", 0, 1, 2)],
        rule=MinimumPerRequirement(at_least=2),
    )

    def test_asks_for_the_points_within_each_requirement(self) -> None:
        assert blocks(self.RUBRIC, {"a": "a-1", "b": "b-1", "c": "c-2"}) == ()

    def test_is_not_helped_by_points_of_another_requirement(self) -> None:
        (block,) = blocks(self.RUBRIC, {"a": "a-2", "b": "b-2", "c": "c-1"})
        assert (block.code, block.ids, block.reached) == (BlockCode.REQUIREMENT_TOO_LOW, ("r1",), 1)

    def test_asks_nothing_of_a_requirement_without_criteria(self) -> None:
        assert blocks(rubric([criterion("a", 2)], [], rule=MinimumPerRequirement(at_least=2)), {"a": "a-0"}) == ()


class TestJudgement:
    def test_binds_no_score_but_asks_for_all_of_them(self) -> None:
        judged = rubric(TWO, rule=Judgement())
        assert blocks(judged, {"a": "a-0", "b": "b-0"}) == ()
        assert codes(judged, {}) == [BlockCode.NOT_SCORED]

    def test_is_found_wherever_it_stands_in_a_rule(self) -> None:
        assert needs_judgement(AnyOf(rules=(All(), EveryOf(rules=(Total(at_least=1), Judgement())))))
        assert not needs_judgement(AnyOf(rules=(All(), Total(at_least=1), MinimumPerRequirement(at_least=1))))


class TestSeveralRules:
    def test_every_of_names_the_blocks_of_each_rule_once(self) -> None:
        both = rubric(TWO, rule=EveryOf(rules=(All(), Total(at_least=3), All())))
        assert codes(both, {"a": "a-1", "b": "b-1"}) == [BlockCode.BELOW_PASS, BlockCode.TOTAL_TOO_LOW]

    def test_any_of_is_content_with_one_rule(self) -> None:
        either = rubric(TWO, rule=AnyOf(rules=(All(), Total(at_least=3))))
        assert blocks(either, {"a": "a-1", "b": "b-2"}) == ()

    def test_any_of_says_what_blocks_each_way(self) -> None:
        (block,) = blocks(rubric(TWO, rule=AnyOf(rules=(All(), Total(at_least=4)))), {"a": "a-1", "b": "b-1"})
        assert block.code is BlockCode.NONE_OF_THE_RULES
        assert [[each.code for each in way] for way in block.ways] == [
            [BlockCode.BELOW_PASS],
            [BlockCode.TOTAL_TOO_LOW],
        ]
        assert not block.reachable

    def test_any_of_is_reachable_while_one_way_is(self) -> None:
        (_, block) = blocks(rubric(TWO, rule=AnyOf(rules=(All(), Total(at_least=3)))), {"a": "a-1"})
        assert [[each.reachable for each in way] for way in block.ways] == [[False], [True]]
        assert block.reachable


def holds(rule: AwardRule, of: Rubric, scores: dict[str, str]) -> bool:
    return award_blocks(rule, of, scores) == ()


@given(st.data(), rubrics())
def test_every_of_holds_exactly_when_each_of_its_rules_holds(data: st.DataObject, of: Rubric) -> None:
    several = tuple(data.draw(st.lists(rules(), min_size=1, max_size=3)))
    scores = data.draw(scores_of(of))
    assert holds(EveryOf(rules=several), of, scores) == all(holds(each, of, scores) for each in several)


@given(st.data(), rubrics())
def test_any_of_holds_exactly_when_one_of_its_rules_holds(data: st.DataObject, of: Rubric) -> None:
    several = tuple(data.draw(st.lists(rules(), min_size=1, max_size=3)))
    scores = data.draw(scores_of(of))
    assert holds(AnyOf(rules=several), of, scores) == any(holds(each, of, scores) for each in several)


@given(st.data(), rules())
def test_a_rule_alone_in_a_combination_is_that_rule(data: st.DataObject, rule: AwardRule) -> None:
    of = data.draw(rubrics())
    scores = data.draw(scores_of(of))
    assert award_blocks(EveryOf(rules=(rule,)), of, scores) == award_blocks(rule, of, scores)
    assert holds(AnyOf(rules=(rule,)), of, scores) == holds(rule, of, scores)


@given(st.data(), rubrics())
def test_raising_a_level_never_takes_an_award_away(data: st.DataObject, of: Rubric) -> None:
    scores = data.draw(scores_of(of, complete=True))
    raised = dict(scores)
    chosen = data.draw(st.sampled_from(list(of.criteria)))
    order = [level.id for level in chosen.levels]
    raised[chosen.id] = data.draw(st.sampled_from(order[order.index(scores[chosen.id]) :]))
    if not blocks(of, scores):
        assert not blocks(of, raised)


@given(st.data(), rubrics(rule=st.sampled_from([All(), Total(at_least=6), Total(at_least=12.6)])))
def test_raising_a_level_never_adds_a_block(data: st.DataObject, of: Rubric) -> None:
    scores = data.draw(scores_of(of))
    chosen = data.draw(st.sampled_from(list(of.criteria)))
    order = [level.id for level in chosen.levels]
    begin = order.index(scores[chosen.id]) if chosen.id in scores else 0
    before = {(b.code, each) for b in blocks(of, scores | {chosen.id: order[begin]}) for each in b.ids or ("",)}
    raised = scores | {chosen.id: data.draw(st.sampled_from(order[begin:]))}
    assert {(b.code, each) for b in blocks(of, raised) for each in b.ids or ("",)} <= before


@given(st.data(), rubrics(max_levels=3))
def test_every_criterion_without_a_score_is_named_whatever_the_rule(data: st.DataObject, of: Rubric) -> None:
    scores = data.draw(scores_of(of))
    missing = tuple(each.id for each in of.criteria if each.id not in scores)
    named = [block.ids for block in blocks(of, scores) if block.code is BlockCode.NOT_SCORED]
    assert named == ([missing] if missing else [])


@given(st.data(), rubrics(max_levels=3))
def test_reachable_is_true_exactly_when_some_scores_for_the_open_criteria_allow_an_award(
    data: st.DataObject, of: Rubric
) -> None:
    scores = data.draw(scores_of(of))
    left = [each for each in of.criteria if each.id not in scores]
    ways = product(*([level.id for level in each.levels] for each in left))
    possible = any(
        not blocks(of, scores | {each.id: level for each, level in zip(left, way, strict=True)}) for way in ways
    )
    assert all(block.reachable for block in blocks(of, scores)) == possible


@given(st.data(), rubrics())
def test_a_score_that_the_rubric_does_not_know_counts_as_none(data: st.DataObject, of: Rubric) -> None:
    scores = data.draw(scores_of(of))
    unscored = [each.id for each in of.criteria if each.id not in scores]
    strange = dict.fromkeys(unscored, "level of another version") | {"criterion of another version": "x"}
    assert blocks(of, scores | strange) == blocks(of, scores)


@pytest.mark.parametrize(
    "rule", [Total(at_least=float("nan")), MinimumPerRequirement(at_least=float("inf")), EveryOf(rules=())]
)
def test_a_rule_that_makes_no_sense_is_a_fault_wherever_it_stands(rule: AwardRule) -> None:
    assert rule_faults(rule)
    assert rule_faults(AnyOf(rules=(All(), rule)))
    with pytest.raises(ValueError, match="award rule"):
        rubric([criterion("a", 1)], rule=rule)


@given(rules())
def test_a_sound_rule_has_no_faults(rule: AwardRule) -> None:
    assert rule_faults(rule) == ()
