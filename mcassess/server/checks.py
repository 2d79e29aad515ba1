"""Whether a decision that came in is well formed and allowed: the same domain rules as on the laptop, asked again."""

import json
import math
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from mcassess.domain.changes import ChangeKind, ChangeValue
from mcassess.domain.citation import parse_citation
from mcassess.domain.decision import Decision, decision_blocks
from mcassess.domain.kinds import Outcome
from mcassess.domain.review import Review
from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import Policy
from mcassess.domain.undo import Slot
from mcassess.server.problems import problem
from mcassess.sync.wire import Message, Problem, decision_adapter
from mcassess.sync.wire_operations import MAX_TEXT, DecisionExtras

_MAX_CITATIONS = 500
_Body = TypeVar("_Body", bound=Message)


def read_decision(body: dict[str, Any]) -> Decision | Problem:
    """Returns the decision in an operation's body, or the problem with its form."""
    try:
        decision = decision_adapter().validate_json(json.dumps(body), strict=True)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return problem("schema", f"body.{'.'.join(map(str, fault['loc']))}: {fault['msg']}")
    except (ValueError, RecursionError) as error:
        return problem("schema", str(error))
    texts = [decision.feedback, *(score.comment for score in decision.scores.values())]
    if any(len(text) > MAX_TEXT for text in texts):
        return problem("too-large", f"a comment or feedback is longer than {MAX_TEXT} characters")
    return decision


def read_body(model: type[_Body], body: dict[str, Any]) -> _Body | Problem:
    """Returns an operation's body in the shape of its kind, or the problem with its form."""
    try:
        return model.model_validate_json(json.dumps(body), strict=True)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        code = "too-large" if fault["type"] in {"string_too_long", "too_long"} else "schema"
        return problem(code, f"body.{'.'.join(map(str, fault['loc']))}: {fault['msg']}")
    except (ValueError, RecursionError) as error:
        return problem("schema", str(error))


def read_extras(body: dict[str, Any]) -> DecisionExtras | Problem:
    """Returns what a decision's body holds beside the decision, or the problem with its form."""
    return read_body(DecisionExtras, body)


def decision_problem(decision: Decision, rubric: Rubric, policy: Policy) -> Problem | None:
    """Returns why a decision may not stand under its rubric and policy; None if it may."""
    for fault in _form_faults(decision, rubric):
        return problem("schema", fault)
    blocks = decision_blocks(decision.outcome, _review(decision), rubric, policy, decision.condition)
    if blocks:
        named = [block.code.value + (f" ({', '.join(block.ids)})" if block.ids else "") for block in blocks]
        return problem("policy", "; ".join(named), current={"blocks": [block.code.value for block in blocks]})
    return None


def attachment_problem(extras: DecisionExtras, policy: Policy) -> Problem | None:
    """Returns why one of a decision's files may not go up under its policy; None if all may."""
    for each in extras.attachments:
        if not policy.takes_kind(each.media_type):
            return problem("policy", f"files of the kind {each.media_type} do not go up with decisions here")
        if policy.attachment_bytes is not None and each.size > policy.attachment_bytes:
            return problem("policy", f"a file that goes up with a decision has at most {policy.attachment_bytes} bytes")
    return None


def _form_faults(decision: Decision, rubric: Rubric) -> Iterator[str]:
    if decision.outcome is Outcome.RETURNED and decision.scores:
        yield "a returned submission is not scored"
    checks = {check.id for check in rubric.completeness}
    for check in decision.completeness:
        if check not in checks:
            yield f"there is no completeness check '{check}'"
    for identifier, score in decision.scores.items():
        criterion = rubric.find(identifier)
        level = criterion.find(score.level) if criterion else None
        if level is None:
            yield f"there is no level '{score.level}' of a criterion '{identifier}'"
        elif not math.isclose(level.points, score.points, abs_tol=1e-9):
            yield f"level '{score.level}' counts {level.points} points, not {score.points}"
        if len(score.citations) > _MAX_CITATIONS:
            yield f"criterion '{identifier}' has more than {_MAX_CITATIONS} citations"
        for citation in score.citations[:_MAX_CITATIONS]:
            try:
                parse_citation(citation)
            except ValueError as error:
                yield str(error)


def _review(decision: Decision) -> Review:
    """The review that a decision says it rests on, as far as the rules ask."""
    values: dict[Slot, ChangeValue] = {(ChangeKind.FEEDBACK, ""): decision.feedback}
    for identifier, score in decision.scores.items():
        values[ChangeKind.SCORE, identifier] = score.level
        if score.comment:
            values[ChangeKind.COMMENT, identifier] = score.comment
    for check, answer in decision.completeness.items():
        values[ChangeKind.COMPLETENESS, check] = answer
    if decision.condition is not None:
        values[ChangeKind.CONDITION, ""] = decision.condition.value
    return Review(values=MappingProxyType(values))
