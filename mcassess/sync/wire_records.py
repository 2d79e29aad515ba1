"""What approvers and coordinators may read of others' work on a submission."""

from typing import Any

from pydantic import Field

from mcassess.sync.wire import Message


class Recommendation(Message):
    """What one assessor recommends, for whoever has to decide on it.

    Attributes:
        decision: As it was sent: outcome, scores with comments and citations, completeness, feedback.
        version: 1, and one more for each revision.
    """

    op_id: str
    assessor: str
    version: int
    accepted_at: str
    decision: dict[str, Any]


class Recommendations(Message):
    """GET /submissions/{id}/recommendations: those of the present round, in the order in which they came."""

    submission: str
    attempt: int
    recommendations: list[Recommendation] = Field(default_factory=list)
