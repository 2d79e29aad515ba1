"""Checks of claims and uploads: granted once, given back, moved under a new fence; resumable at any piece (C4, C7)."""

import hashlib
from typing import Any

from mcassess.domain.submission import Submission
from mcassess.sync import wire_uploads as uploads
from mcassess.sync.conformance.scene import Scene, shaped
from mcassess.sync.conformance.talk import Answer, Talk, must
from mcassess.sync.wire_claims import ClaimGrant, ClaimResults

_BYTES = b"An annotated page. " * 5000


def a_claim_is_granted_once_and_given_back(scene: Scene) -> None:
    """C4: every grant has a fence of its own; the same request gives the same answer."""
    scene.needs("claims")
    submission = scene.fresh()
    request = _request(scene, submission, "claim")
    first = _granted(_ask(scene.assessor, request))
    must(first.fence > submission.fence, f"the fence went from {submission.fence} to {first.fence}")
    again = _granted(_ask(scene.assessor, request))
    must((again.fence, again.expires_at) == (first.fence, first.expires_at), "the same request gives another claim")
    if scene.colleague is not None:
        codes = _refusals(_ask(scene.colleague, _request(scene, submission, "claim")))
        must(codes == ["claimed"], f"a colleague who claims the same is answered {codes}")
    released = _ask(scene.assessor, _request(scene, submission, "release")).released
    must(released == [submission.id], f"released is {released}")
    renewed = _refusals(_ask(scene.assessor, _request(scene, submission, "renew")))
    must(renewed == ["claim-lost"], f"renewing what was given back is answered {renewed}")
    scene.read_again()


def a_request_of_another_epoch_grants_nothing(scene: Scene) -> None:
    """C4: one that comes late, after a backup was restored, is refused as a whole."""
    scene.needs("claims")
    submission = scene.fresh()
    late = scene.assessor.post("/claims", _request(scene, submission, "claim") | {"epoch": "of another history"})
    must(late.status == 410, f"a request of another epoch answers {late.status}, not 410")
    after = scene.submission(submission.id)
    must((after.state, after.fence) == (submission.state, submission.fence), "it has granted a claim all the same")


def an_older_fence_lands_no_more(scene: Scene) -> None:
    """C4: what was decided before the claim moved is refused; with the fence of now it is applied."""
    scene.needs("claims")
    submission = scene.fresh()
    grant = _granted(_ask(scene.assessor, _request(scene, submission, "claim")))
    [refusal] = scene.push(scene.operation(submission))
    code = (refusal.get("problem") or {}).get("code")
    must((refusal["status"], code) == ("rejected", "claim-lost"), f"an older fence is {refusal['status']}, {code}")
    base = scene.operation(submission)["base"] | {"fence": grant.fence}
    [result] = scene.push(scene.operation(submission, base=base))
    must(result["status"] == "applied", f"the fence of the claim is {result['status']}: {result.get('problem')}")
    scene.read_again()


def a_file_goes_up_in_pieces(scene: Scene) -> None:
    """C7: from the offset that the platform has; a wrong offset and wrong bytes change nothing."""
    scene.needs("uploads")
    scene.writes()
    talk, name = scene.assessor, scene.assessor.clock.new_id()
    digest, half = hashlib.sha256(_BYTES + name.encode()).hexdigest(), len(_BYTES) // 2
    data = _BYTES + name.encode()
    announced = {"upload_id": name, "sha256": digest, "size": len(data), "media_type": "application/pdf"}
    must(_state(talk.post("/uploads", announced)).offset == 0, "a new upload does not begin at 0")
    must(_piece(talk, name, 0, data[:half], data).status in {200, 201, 204}, "a piece is not taken")
    must(_offset(talk, name) == half, f"after {half} bytes the offset is {_offset(talk, name)}")
    wrong = _piece(talk, name, 0, data[:half], data)
    must(wrong.status == 409, f"a wrong offset answers {wrong.status}, not 409")
    said = wrong.headers.get(uploads.OFFSET_HEADER.lower())
    must(said == str(half), f"a wrong offset is told {said!r}, not {half}")
    spoilt = _piece(talk, name, half, data[half:], data, digest_of=b"other bytes")
    must(spoilt.status == 400, f"a piece with another digest answers {spoilt.status}, not 400")
    must(_offset(talk, name) == half, "a piece with another digest has moved the offset")
    must(_piece(talk, name, half, data[half:], data).status in {200, 201, 204}, "the last piece is not taken")
    must(_state(talk.post("/uploads", announced)).complete, "what went up whole is not said to be complete")


def _request(scene: Scene, submission: Submission, action: str) -> dict[str, Any]:
    return {"request_id": scene.assessor.clock.new_id(), "action": action, "submission_id": submission.id}


def _ask(talk: Talk, request: dict[str, Any]) -> ClaimResults:
    return shaped(ClaimResults, talk.document(talk.post("/claims", request), "POST /claims"), "POST /claims")


def _granted(results: ClaimResults) -> ClaimGrant:
    must(len(results.claims) == 1 and not results.refused, f"a claim is refused: {_refusals(results)}")
    return results.claims[0]


def _refusals(results: ClaimResults) -> list[str]:
    return [each.problem.code for each in results.refused]


def _state(answer: Answer) -> uploads.UploadState:
    must(answer.status in {200, 201}, f"POST /uploads answers {answer.status}")
    return shaped(uploads.UploadState, answer.json(), "POST /uploads")


def _piece(talk: Talk, name: str, offset: int, piece: bytes, whole: bytes, digest_of: bytes | None = None) -> Answer:
    headers = {
        "Content-Type": uploads.OFFSET_TYPE,
        uploads.OFFSET_HEADER: str(offset),
        uploads.LENGTH_HEADER: str(len(whole)),
        uploads.COMPLETE_HEADER: "?1" if offset + len(piece) == len(whole) else "?0",
        uploads.DIGEST_HEADER: uploads.content_digest(piece if digest_of is None else digest_of),
    }
    return talk.ask("PATCH", f"/uploads/{name}", body=piece, headers=headers)


def _offset(talk: Talk, name: str) -> int:
    answer = talk.ask("HEAD", f"/uploads/{name}")
    said = answer.headers.get(uploads.OFFSET_HEADER.lower(), "")
    must(said.isdigit(), f"HEAD of an upload says the offset {said!r}")
    return int(said)
