"""Attempt against attempt: what an assessor may see of the earlier one. How it is laid out is the window's affair."""

from collections.abc import Container
from dataclasses import replace

from mcassess.domain.kinds import EarlierScores
from mcassess.domain.submission import EarlierAttempt


def visible_earlier(past: EarlierAttempt, when: EarlierScores, scored: Container[str]) -> EarlierAttempt:
    """Returns an earlier attempt with only those scores that the policy shows by now.

    Args:
        past: The attempt as the platform sent it.
        when: The policy's word on earlier scores.
        scored: Criteria that the assessor has scored in the present attempt.
    """
    if past.decision is None or when is EarlierScores.ALWAYS:
        return past
    if when is EarlierScores.NEVER:
        return replace(past, decision=None)
    scores = {criterion: score for criterion, score in past.decision.scores.items() if criterion in scored}
    return replace(past, decision=replace(past.decision, scores=scores))
