"""Rubrics: requirements, criteria and their ordered levels. What scores allow is in award.py."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from mcassess.domain.award import All, AwardRule, Scores, rule_faults

_ALL = All()
_Id = TypeVar("_Id", str, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One step of a criterion's scale.

    Attributes:
        points: What the level counts in a total; 0 where the programme does not count.
    """

    id: str
    title: str
    description: str = ""
    points: float = 0.0

    def __post_init__(self) -> None:
        if not math.isfinite(self.points):
            raise ValueError(f"level '{self.id}': points must be a finite number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that is judged. Levels stand in order, the lowest first.

    Attributes:
        pass_level: Id of the lowest level that passes; None means that the criterion has no pass level of its own.
    """

    id: str
    title: str
    levels: tuple[Level, ...]
    description: str = ""
    pass_level: str | None = None

    def __post_init__(self) -> None:
        if not self.levels:
            raise ValueError(f"criterion '{self.id}' has no levels")
        if twice := repeated(level.id for level in self.levels):
            raise ValueError(f"criterion '{self.id}': level '{twice}' stands there twice")
        if self.pass_level is not None and self.find(self.pass_level) is None:
            raise ValueError(f"criterion '{self.id}': its pass level '{self.pass_level}' is not one of its levels")

    def find(self, level_id: str) -> Level | None:
        """Returns the level with this id, or None."""
        return next((level for level in self.levels if level.id == level_id), None)

    def passes(self, level_id: str) -> bool:
        """Tells whether a level reaches the pass level; every level does where there is no pass level.

        Raises:
            KeyError: The level is not one of this criterion.
        """
        order = [level.id for level in self.levels]
        if level_id not in order:
            raise KeyError(level_id)
        return self.pass_level is None or order.index(level_id) >= order.index(self.pass_level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A group of criteria that belong together."""

    id: str
    criteria: tuple[Criterion, ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletenessCheck:
    """A yes/no question that is answered before any scoring."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricPin:
    """Names one version of a rubric. An educator is judged by the version she worked from."""

    id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """One version of a rubric; never changes once it has been used."""

    id: str
    requirements: tuple[Requirement, ...]
    version: int = 1
    title: str = ""
    completeness: tuple[CompletenessCheck, ...] = ()
    award_rule: AwardRule = _ALL

    def __post_init__(self) -> None:
        criteria = list(self.criteria)
        if not criteria:
            raise ValueError(f"rubric '{self.id}' has no criteria")
        if twice := repeated(criterion.id for criterion in criteria):
            raise ValueError(f"rubric '{self.id}': criterion '{twice}' stands there twice")
        if twice := repeated(requirement.id for requirement in self.requirements):
            raise ValueError(f"rubric '{self.id}': requirement '{twice}' stands there twice")
        if twice := repeated(check.id for check in self.completeness):
            raise ValueError(f"rubric '{self.id}': completeness check '{twice}' stands there twice")
        for fault in rule_faults(self.award_rule):
            raise ValueError(f"rubric '{self.id}': {fault}")

    @property
    def pin(self) -> RubricPin:
        """Names this version."""
        return RubricPin(id=self.id, version=self.version)

    @property
    def criteria(self) -> Iterator[Criterion]:
        """All criteria, in the order of the rubric."""
        return (criterion for requirement in self.requirements for criterion in requirement.criteria)

    def find(self, criterion_id: str) -> Criterion | None:
        """Returns the criterion with this id, or None."""
        return next((criterion for criterion in self.criteria if criterion.id == criterion_id), None)

    def known(self, scores: Scores) -> dict[str, str]:
        """Returns the scores that name a criterion of this version and one of its levels, in the order of the rubric.

        A score given by another version of the rubric may name a level that this one does not have.
        """
        return {c.id: scores[c.id] for c in self.criteria if c.id in scores and c.find(scores[c.id]) is not None}


def repeated(ids: Iterable[_Id]) -> _Id | None:
    """Returns the first id that comes a second time, or None."""
    seen: set[_Id] = set()
    for identifier in ids:
        if identifier in seen:
            return identifier
        seen.add(identifier)
    return None
