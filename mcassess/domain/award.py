"""Award rules: what the scores allow, and what still blocks an award. Sentences about it are made elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mcassess.domain.rubric import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Every criterion reaches its pass level."""

    kind: Literal["all"] = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The points of all criteria add up to at least ``at_least``."""

    at_least: float
    kind: Literal["total"] = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumPerRequirement:
    """Within each requirement the points add up to at least ``at_least``."""

    at_least: float
    kind: Literal["minimum_per_requirement"] = "minimum_per_requirement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The assessor judges the whole; the scores inform, they do not bind."""

    kind: Literal["judgement"] = "judgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryOf:
    """All of several rules hold."""

    rules: tuple[AwardRule, ...]
    kind: Literal["every_of"] = "every_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """At least one of several rules holds."""

    rules: tuple[AwardRule, ...]
    kind: Literal["any_of"] = "any_of"


AwardRule = All | Total | MinimumPerRequirement | Judgement | EveryOf | AnyOf

Scores = Mapping[str, str]
"""Level id by criterion id."""


class BlockCode(StrEnum):
    """Why a decision cannot be made, or not yet."""

    NOT_SCORED = "not_scored"
    BELOW_PASS = "below_pass"  # noqa: S105 - a level, no password
    TOTAL_TOO_LOW = "total_too_low"
    REQUIREMENT_TOO_LOW = "requirement_too_low"
    NONE_OF_THE_RULES = "none_of_the_rules"
    CHECK_NOT_ANSWERED = "check_not_answered"
    CHECK_ANSWERED_NO = "check_answered_no"
    COMMENT_MISSING = "comment_missing"
    CONDITION_SET = "condition_set"
    REASON_MISSING = "reason_missing"
    ALREADY_SEALED = "already_sealed"
    CLAIM_MISSING = "claim_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One thing that stands in the way of a decision.

    Attributes:
        ids: The criteria, the requirement or the completeness checks it is about.
        needed: Points asked for, where points are the matter.
        reached: Points there are so far.
        reachable: Whether criteria without a score could still bring it about.
        ways: For "none of the rules": what blocks each of the rules.
    """

    code: BlockCode
    ids: tuple[str, ...] = ()
    needed: float | None = None
    reached: float | None = None
    reachable: bool = True
    ways: tuple[tuple[Block, ...], ...] = ()


def award_blocks(rule: AwardRule, rubric: Rubric, scores: Scores) -> tuple[Block, ...]:
    """Returns what the rule still lacks for an award; nothing means that the scores allow it.

    Criteria without a score are named by every rule: an award rests on a complete set of scores. A score that names
    no level of this rubric counts as none.
    """
    scores = rubric.known(scores)
    unscored = tuple(criterion.id for criterion in rubric.criteria if criterion.id not in scores)
    first = (Block(code=BlockCode.NOT_SCORED, ids=unscored),) if unscored else ()
    return first + _rule_blocks(rule, rubric, scores)


def _rule_blocks(rule: AwardRule, rubric: Rubric, scores: Scores) -> tuple[Block, ...]:
    match rule:
        case All():
            below = tuple(c.id for c in rubric.criteria if c.id in scores and not c.passes(scores[c.id]))
            return (Block(code=BlockCode.BELOW_PASS, ids=below, reachable=False),) if below else ()
        case Total(at_least=needed):
            return _points_block(BlockCode.TOTAL_TOO_LOW, (), rubric, scores, needed)
        case MinimumPerRequirement(at_least=needed):
            return tuple(
                block
                for requirement in rubric.requirements
                if requirement.criteria
                for block in _points_block(BlockCode.REQUIREMENT_TOO_LOW, (requirement.id,), rubric, scores, needed)
            )
        case Judgement():
            return ()
        case EveryOf(rules=rules):
            return tuple(dict.fromkeys(block for each in rules for block in _rule_blocks(each, rubric, scores)))
        case AnyOf(rules=rules):
            ways = tuple(_rule_blocks(each, rubric, scores) for each in rules)
            if any(not way for way in ways):
                return ()
            reachable = any(all(block.reachable for block in way) for way in ways)
            return (Block(code=BlockCode.NONE_OF_THE_RULES, ways=ways, reachable=reachable),)


def _points_block(
    code: BlockCode, requirement_ids: tuple[str, ...], rubric: Rubric, scores: Scores, needed: float
) -> tuple[Block, ...]:
    criteria = [
        criterion
        for requirement in rubric.requirements
        if not requirement_ids or requirement.id in requirement_ids
        for criterion in requirement.criteria
    ]
    reached = math.fsum(
        level.points for c in criteria if c.id in scores and (level := c.find(scores[c.id])) is not None
    )
    if _at_least(reached, needed):
        return ()
    best = reached + math.fsum(max(level.points for level in c.levels) for c in criteria if c.id not in scores)
    reachable = _at_least(best, needed) and any(c.id not in scores for c in criteria)
    return (Block(code=code, ids=requirement_ids, needed=needed, reached=reached, reachable=reachable),)


def _at_least(reached: float, needed: float) -> bool:
    # 4.1 + 4.2 + 4.3 must reach 12.6 although the sum of the binary fractions falls just short of it.
    return reached >= needed or math.isclose(reached, needed, rel_tol=0.0, abs_tol=1e-9)


def needs_judgement(rule: AwardRule) -> bool:
    """Tells whether the assessor's overall judgement is part of a rule, so that scores alone never settle it."""
    match rule:
        case Judgement():
            return True
        case EveryOf(rules=rules) | AnyOf(rules=rules):
            return any(needs_judgement(each) for each in rules)
        case _:
            return False


def rule_faults(rule: AwardRule) -> tuple[str, ...]:
    """Returns what is wrong with a rule as data: no rules to choose from, a number that is not finite."""
    match rule:
        case Total(at_least=needed) | MinimumPerRequirement(at_least=needed):
            return () if math.isfinite(needed) else (f"award rule '{rule.kind}': 'at_least' must be a finite number",)
        case EveryOf(rules=rules) | AnyOf(rules=rules):
            if not rules:
                return (f"award rule '{rule.kind}' names no rules",)
            return tuple(fault for each in rules for fault in rule_faults(each))
        case _:
            return ()
