"""End points of one submission and its evidence's bytes: always by the submission that a person sees."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from mcassess.domain.submission import Content, Evidence
from mcassess.server.access import Platform, SignedIn
from mcassess.server.answers import answers
from mcassess.server.content import content_response
from mcassess.server.data import PlatformData
from mcassess.server.feed import visible_submission
from mcassess.server.framing import decoded, wire_response
from mcassess.server.leaves import leaf_list
from mcassess.server.problems import ProblemError
from mcassess.server.recommending import recommendations
from mcassess.server.records import Person
from mcassess.server.views import may_be_fetched
from mcassess.sync import wire
from mcassess.sync.wire_records import Recommendations

AttemptNumber = Annotated[int | None, Query(ge=1, lt=2**53)]
Identifier = Annotated[str, Path(max_length=2000, description="Percent-coded, slashes too.")]
router = APIRouter(prefix=wire.PREFIX, tags=["submissions"])
_PIECE = "/submissions/{submission_id}/evidence/{evidence_id}"


def _bytes() -> dict[str, Any]:
    described = answers(None, "not-found", "withheld", "range-not-satisfiable", "evidence-missing")
    whole = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    for status, text in ((200, "The whole file."), (206, "The range that was asked for.")):
        described["responses"][status] = {"description": text, "content": whole}
    return described | {"response_class": Response}


@router.get("/submissions/{submission_id}", **answers(wire.ChangeRow, "not-found"))
def submission(submission_id: Identifier, data: Platform, person: SignedIn) -> Response:
    """One submission, as in the feed."""
    with data.read() as connection:
        seen = visible_submission(data, connection, person, decoded(submission_id))
    if seen is None:
        raise ProblemError("not-found")
    return wire_response(seen[1])


@router.get("/submissions/{submission_id}/recommendations", **answers(Recommendations, "not-found"))
def recommended(submission_id: Identifier, data: Platform, person: SignedIn) -> Response:
    """What assessors have recommended, for approvers whose turn it is and for coordinators."""
    with data.read() as connection:
        found = recommendations(data, connection, person, decoded(submission_id))
    if found is None:
        raise ProblemError("not-found")
    return wire_response(found)


def _piece(
    submission_id: Identifier,
    evidence_id: Identifier,
    data: Platform,
    person: SignedIn,
    attempt: AttemptNumber = None,
) -> Evidence:
    return _evidence(data, person, decoded(submission_id), decoded(evidence_id), attempt)


Piece = Annotated[Evidence, Depends(_piece)]
"""The piece of evidence that an address names, where whoever asks may have it."""


@router.head(f"{_PIECE}/content", include_in_schema=False)
@router.get(f"{_PIECE}/content", **_bytes())
def content(request: Request, data: Platform, piece: Piece) -> Response:
    """The bytes of a piece of evidence; without ``attempt``, of the present one."""
    return _served(request, data, piece.content)


@router.head(f"{_PIECE}/captions", include_in_schema=False)
@router.get(f"{_PIECE}/captions", **_bytes())
def captions(request: Request, data: Platform, piece: Piece) -> Response:
    """The bytes of a piece's captions."""
    return _served(request, data, piece.captions)


@router.get(f"{_PIECE}/chunks", **answers(wire.LeafList, "not-found", "withheld", "evidence-missing"))
def chunks(data: Platform, piece: Piece) -> Response:
    """SHA-256 of each leaf of a piece's content, by which a laptop finds the damaged part."""
    if piece.content is None:
        raise ProblemError("not-found")
    return wire_response(leaf_list(data.files.path(piece.content.sha256), piece.content))


def _served(request: Request, data: PlatformData, wanted: Content | None) -> Response:
    if wanted is None:
        raise ProblemError("not-found")
    return content_response(data.files.path(wanted.sha256), wanted, request)


def _evidence(
    data: PlatformData, person: Person, submission_id: str, evidence_id: str, attempt: int | None
) -> Evidence:
    """Returns a piece of evidence that a person may read: by the submission she sees, never by knowing a digest."""
    with data.read() as connection:
        seen = visible_submission(data, connection, person, submission_id)
    if seen is None:
        raise ProblemError("not-found")
    whole = seen[0]
    past = None if attempt in {None, whole.attempt} else whole.earlier_attempt(attempt or 0)
    if attempt not in {None, whole.attempt} and past is None:
        raise ProblemError("not-found")
    pieces = whole.evidence if past is None else past.evidence
    piece = next((each for each in pieces if each.id == evidence_id), None)
    if piece is None:
        raise ProblemError("not-found")
    if not may_be_fetched(piece):
        raise ProblemError("withheld")
    return piece
