"""What must be true across a pack: ids, references, levels, rules, dates. Works on plain JSON and finds every fault.

The pack may be wrong in any way, so nothing here relies on a shape; shapes themselves are checked in pack.py.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mcassess.domain.rubric import Rubric, repeated
from mcassess.domain.submission import MicroCredential
from mcassess.texts import tr

Json = Any
DATE_FIELDS = frozenset({"submitted_at", "due_at", "decided_at"})

_DATE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DEEPEST = 40
_LARGEST = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What submissions may refer to in a micro-credential: its slots, and the levels of its criteria."""

    slots: frozenset[str]
    levels: Mapping[str, frozenset[str]]


def shape_of(microcredential: MicroCredential, rubric: Rubric) -> Shape:
    """Returns what submissions for a micro-credential may refer to."""
    return Shape(
        slots=frozenset(slot.id for slot in microcredential.slots),
        levels={c.id: frozenset(level.id for level in c.levels) for c in rubric.criteria},
    )


def pack_faults(document: Json, known: Mapping[str, Shape]) -> Iterator[str]:
    """Yields every fault of a pack's meaning, a sentence each.

    Args:
        document: The pack's JSON, of whatever shape.
        known: Micro-credentials that need not stand in the pack, by id.
    """
    yield from _value_faults(document, "pack", 0)
    shapes = dict(known)
    for name in ("microcredentials", "submissions", "exemplars"):
        if twice := _twice(document, name):
            yield tr("{list}: the id '{id}' stands there twice").format(list=name, id=twice)
    for position, raw in items(document, "microcredentials"):
        yield from (f"{label('microcredential', raw, position)}: {text}" for text in _microcredential_faults(raw))
        if (identifier := text_of(raw, "id")) is not None:
            shapes[identifier] = _raw_shape(raw)
    yield from _rubric_conflicts(document)
    for kind in ("submission", "exemplar"):
        for position, raw in items(document, kind + "s"):
            where = label(kind, raw, position)
            yield from (f"{where}: {text}" for text in _bid_faults(raw, shapes))


def items(raw: Json, name: str) -> Iterator[tuple[int, dict[str, Json]]]:
    """Yields position and item of a list in a JSON object, as far as there is such a list of objects."""
    value = raw.get(name) if isinstance(raw, dict) else None
    for position, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, dict):
            yield position, item


def text_of(raw: Json, name: str) -> str | None:
    """Returns a text in a JSON object, or None where there is none."""
    value = raw.get(name) if isinstance(raw, dict) else None
    return value if isinstance(value, str) else None


def label(kind: str, raw: Json, position: int) -> str:
    """Names an item of a pack for a person: by its id, or by its place where it has none."""
    identifier = text_of(raw, "id")
    return f"{kind} {position + 1}" if identifier is None else f"{kind} '{identifier}'"


def _value_faults(value: Json, where: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        yield tr("{where}: nested too deeply").format(where=where)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _value_faults(name, where, depth + 1)
            yield from _field_faults(name, each, f"{where}.{name}")
            yield from _value_faults(each, f"{where}.{name}", depth + 1)
    elif isinstance(value, list):
        for position, each in enumerate(value):
            yield from _value_faults(each, f"{where}[{position}]", depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        yield tr("{where}: is not a finite number").format(where=where)
    elif isinstance(value, int) and abs(value) > _LARGEST:
        yield tr("{where}: is too large a number").format(where=where)
    elif isinstance(value, str) and any("\ud800" <= sign <= "\udfff" or sign == "\x00" for sign in value):
        yield tr("{where}: holds signs that are not text").format(where=where.encode("utf-8", "replace").decode())


def _field_faults(name: str, value: Json, where: str) -> Iterator[str]:
    if name == "id" and isinstance(value, str) and not _is_id(value):
        yield tr("{where}: an id is a text of 1 to 200 printable signs").format(where=where)
    if name in DATE_FIELDS and value is not None and not _is_date(value):
        yield tr("{where}: '{value}' is not a date with its time zone, such as 2026-11-24T17:00:00Z").format(
            where=where, value=value
        )


def _is_id(text: str) -> bool:
    # Ids stand in addresses as a part of a path, where "." and ".." would vanish.
    return bool(text.strip()) and len(text) <= 200 and text.isprintable() and text not in {".", ".."}


def _is_date(value: Json) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


def _twice(raw: Json, name: str) -> str | None:
    return repeated(identifier for _, item in items(raw, name) if (identifier := text_of(item, "id")) is not None)


def _raw_criteria(rubric: Json) -> Iterator[dict[str, Json]]:
    for _, requirement in items(rubric, "requirements"):
        yield from (criterion for _, criterion in items(requirement, "criteria"))


def _raw_shape(raw: dict[str, Json]) -> Shape:
    levels = {
        identifier: frozenset(filter(None, (text_of(level, "id") for _, level in items(criterion, "levels"))))
        for criterion in _raw_criteria(raw.get("rubric"))
        if (identifier := text_of(criterion, "id")) is not None
    }
    return Shape(slots=frozenset(filter(None, (text_of(s, "id") for _, s in items(raw, "slots")))), levels=levels)


def _microcredential_faults(raw: dict[str, Json]) -> Iterator[str]:
    rubric = raw.get("rubric")
    if "award_rule" in raw:
        yield tr("'award_rule' belongs inside the rubric")
    if twice := _twice(raw, "slots"):
        yield tr("slot '{id}' stands there twice").format(id=twice)
    if not isinstance(rubric, dict):
        return
    if "award_rule" in rubric:
        yield from rule_faults(rubric["award_rule"], "award_rule", 0)
    for name in ("requirements", "completeness"):
        if twice := _twice(rubric, name):
            yield tr("rubric, {list}: the id '{id}' stands there twice").format(list=name, id=twice)
    criteria = list(_raw_criteria(rubric))
    if twice := _twice({"criteria": criteria}, "criteria"):
        yield tr("criterion '{id}' stands there twice").format(id=twice)
    for criterion in criteria:
        yield from _criterion_faults(criterion)


def _criterion_faults(criterion: dict[str, Json]) -> Iterator[str]:
    name = text_of(criterion, "id")
    if twice := _twice(criterion, "levels"):
        yield f"criterion '{name}': level '{twice}' stands there twice"
    pass_level = text_of(criterion, "pass_level")
    if pass_level is not None and pass_level not in [text_of(level, "id") for _, level in items(criterion, "levels")]:
        yield f"criterion '{name}': its pass level '{pass_level}' is not one of its levels"


def rule_faults(rule: Json, where: str, depth: int) -> Iterator[str]:
    """Yields what is wrong with an award rule as JSON: each names its kind, and holds what that kind needs."""
    kind = text_of(rule, "kind")
    if depth > _DEEPEST // 2:
        yield tr("{where}: nested too deeply").format(where=where)
    elif kind in {"total", "minimum_per_requirement"}:
        value = rule.get("at_least")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            yield tr("{where}: '{kind}' needs a number 'at_least'").format(where=where, kind=kind)
    elif kind in {"every_of", "any_of"}:
        rules = rule.get("rules")
        if not isinstance(rules, list) or not rules:
            yield tr("{where}: '{kind}' needs a list 'rules'").format(where=where, kind=kind)
        for position, each in enumerate(rules if isinstance(rules, list) else []):
            yield from rule_faults(each, f"{where}.rules[{position}]", depth + 1)
    elif kind not in {"all", "judgement"}:
        yield tr("{where}: is not an award rule of a known kind").format(where=where)


def _rubric_conflicts(document: Json) -> Iterator[str]:
    seen: dict[tuple[Json, Json], Json] = {}
    for position, raw in items(document, "microcredentials"):
        rubric = raw.get("rubric")
        if not isinstance(rubric, dict) or (identifier := text_of(rubric, "id")) is None:
            continue
        version = rubric.get("version", 1)
        if isinstance(version, int) and seen.setdefault((identifier, version), rubric) != rubric:
            yield tr("{where}: rubric '{id}' version {version} stands in the pack with other contents too").format(
                where=label("microcredential", raw, position), id=identifier, version=version
            )


def _bid_faults(raw: dict[str, Json], shapes: Mapping[str, Shape]) -> Iterator[str]:
    """What submissions and exemplars have in common: a micro-credential, evidence, scores."""
    name = text_of(raw, "microcredential")
    shape = shapes.get(name) if name is not None else None
    if name is not None and shape is None:
        yield tr("there is no micro-credential '{id}'").format(id=name)
    yield from _evidence_faults(raw, shape)
    yield from _score_faults(raw.get("true_scores"), shape)
    attempt, seen = raw.get("attempt", 1), set()
    for position, past in items(raw, "earlier"):
        number = past.get("attempt")
        where = tr("attempt {number}").format(number=number if isinstance(number, int) else position + 1)
        if isinstance(number, int) and isinstance(attempt, int) and not 1 <= number < attempt:
            yield tr("{where}: is not earlier than attempt {attempt}").format(where=where, attempt=attempt)
        if isinstance(number, int) and number in seen:
            yield tr("{where}: stands there twice").format(where=where)
        seen.add(number if isinstance(number, int) else None)
        yield from (f"{where}: {text}" for text in _evidence_faults(past, shape))
        decision = past.get("decision")
        scores = decision.get("scores") if isinstance(decision, dict) else None
        yield from (f"{where}: {text}" for text in _score_faults(scores, shape))


def _score_faults(scores: Json, shape: Shape | None) -> Iterator[str]:
    if not isinstance(scores, dict) or shape is None:
        return
    for criterion, score in scores.items():
        level = text_of(score, "level")
        if criterion not in shape.levels:
            yield tr("there is no criterion '{id}'").format(id=criterion)
        elif level is not None and level not in shape.levels[criterion]:
            yield tr("criterion '{criterion}' has no level '{level}'").format(criterion=criterion, level=level)


def _evidence_faults(raw: dict[str, Json], shape: Shape | None) -> Iterator[str]:
    if twice := _twice(raw, "evidence"):
        yield tr("evidence '{id}' stands there twice").format(id=twice)
    for position, piece in items(raw, "evidence"):
        where = label("evidence", piece, position)
        yield from (f"{where}: {text}" for text in _piece_faults(piece, shape))


def _piece_faults(piece: dict[str, Json], shape: Shape | None) -> Iterator[str]:
    slot, kind = text_of(piece, "slot"), text_of(piece, "kind")
    if shape is not None and slot is not None and slot not in shape.slots:
        yield tr("there is no slot '{id}'").format(id=slot)
    for _, pointer in items(piece, "pointers"):
        criterion = text_of(pointer, "criterion")
        if shape is not None and criterion is not None and criterion not in shape.levels:
            yield tr("a pointer names no criterion of the rubric: '{id}'").format(id=criterion)
    url = text_of(piece, "url")
    if kind == "link" and url is None:
        yield tr("a link needs its 'url'")
    if url is not None and not url.lower().startswith(("http://", "https://")):
        yield tr("a link begins with http:// or https://")
    if kind == "text" and text_of(piece, "text") is None and text_of(piece, "file") is None:
        yield tr("a text needs its 'text' or a 'file'")
    if kind in {"video", "audio", "document", "image"} and text_of(piece, "file") is None:
        yield tr("needs its 'file'")
