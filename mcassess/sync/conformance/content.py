"""Checks of evidence: whole, in ranges, by leaves, and only for whom it is meant (C5)."""

import hashlib

from mcassess.sync import wire
from mcassess.sync.conformance.scene import Scene, shaped
from mcassess.sync.conformance.talk import Answer, Talk, must, segment


def evidence_comes_whole_with_a_strong_validator(scene: Scene) -> None:
    """C5: the bytes are those of the digest that was announced, and never coded or transformed."""
    submission, piece, content = scene.file()
    answer = _fetch(scene.assessor, submission.id, piece.id, submission.attempt, {"Accept-Encoding": "gzip"})
    must(answer.status == 200, f"evidence answers {answer.status}, not 200")
    must(answer.headers.get("content-encoding", "identity") == "identity", "evidence comes packed")
    must(len(answer.body) == content.size, f"evidence has {len(answer.body)} bytes, not {content.size}")
    must(hashlib.sha256(answer.body).hexdigest() == content.sha256, "evidence has another digest than was announced")
    expected = f'"sha256-{content.sha256}"'
    must(answer.headers.get("etag") == expected, f"its ETag is {answer.headers.get('etag')!r}, not {expected}")
    must(answer.headers.get("accept-ranges") == "bytes", "evidence does not say that it comes in ranges")


def evidence_comes_in_ranges(scene: Scene) -> None:
    """C5: one range is answered by exactly that range; If-Range with another validator by the whole."""
    submission, piece, content = scene.file()
    place = (submission.id, piece.id, submission.attempt)
    whole = _fetch(scene.assessor, *place).body
    middle = content.size // 2
    for asked, begin, end in (
        (f"bytes={middle}-", middle, content.size),
        ("bytes=0-0", 0, 1),
        (f"bytes={middle}-{middle}", middle, middle + 1),
        ("bytes=-1", content.size - 1, content.size),
    ):
        answer = _fetch(scene.assessor, *place, {"Range": asked})
        must(answer.status == 206, f"'Range: {asked}' answers {answer.status}, not 206")
        said = answer.headers.get("content-range")
        must(said == f"bytes {begin}-{end - 1}/{content.size}", f"'Range: {asked}' says {said!r}")
        must(answer.body == whole[begin:end], f"'Range: {asked}' brings other bytes")
    same = {"Range": f"bytes={middle}-", "If-Range": f'"sha256-{content.sha256}"'}
    must(_fetch(scene.assessor, *place, same).status == 206, "If-Range with the right validator is not honoured")
    other = {"Range": f"bytes={middle}-", "If-Range": '"sha256-' + "0" * 64 + '"'}
    must(_fetch(scene.assessor, *place, other).status == 200, "If-Range with another validator does not give the whole")
    behind = _fetch(scene.assessor, *place, {"Range": f"bytes={content.size}-"})
    must(behind.status == 416, f"a range behind the end answers {behind.status}, not 416")


def evidence_is_for_those_who_see_the_submission(scene: Scene) -> None:
    """C5: it hangs on the submission that a person sees; nobody gets it by knowing an id or a digest."""
    submission, piece, content = scene.file()
    clock, device = scene.assessor.clock, scene.assessor.device
    stranger = Talk(url=scene.assessor.url, token="", device=device, clock=clock)
    must(_fetch(stranger, submission.id, piece.id, submission.attempt).status == 401, "evidence is given to nobody")
    for name, what in ((content.sha256, "by its digest"), ("there-is-no-such-thing", "that is not there")):
        answer = _fetch(scene.assessor, submission.id, name, submission.attempt)
        must(answer.status == 404, f"evidence {what} answers {answer.status}, not 404")
    later = _fetch(scene.assessor, submission.id, piece.id, submission.attempt + 1)
    must(later.status == 404, f"evidence of an attempt that is not there answers {later.status}, not 404")


def leaves_tell_which_part_is_damaged(scene: Scene) -> None:
    """C5: SHA-256 of each leaf of the content."""
    scene.needs("chunks")
    submission, piece, content = scene.file()
    path = f"/submissions/{segment(submission.id)}/evidence/{segment(piece.id)}/chunks"
    said = shaped(wire.LeafList, scene.assessor.message(path, {"attempt": submission.attempt}), "GET …/chunks")
    whole = _fetch(scene.assessor, submission.id, piece.id, submission.attempt).body
    size = said.chunk_size
    must(size > 0, f"a leaf has {size} bytes")
    ours = [hashlib.sha256(whole[start : start + size]).hexdigest() for start in range(0, content.size, size)]
    must(said.chunks == ours, "the leaves are not the digests of the content's parts")
    in_a_row = b"".join(map(bytes.fromhex, said.chunks))
    must(said.chunks_sha256 == hashlib.sha256(in_a_row).hexdigest(), "the digest of all leaves is another")


def _fetch(talk: Talk, submission: str, evidence: str, attempt: int, headers: dict[str, str] | None = None) -> Answer:
    path = f"/submissions/{segment(submission)}/evidence/{segment(evidence)}/content"
    return talk.get(path, {"attempt": attempt}, headers)
