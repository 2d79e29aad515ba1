"""Checks of what every answer has in common, of signing in, and of feed, snapshot and digest (C1 to C3, C8, C11)."""

import base64
from datetime import datetime
from typing import get_args

from mcassess.domain.submission import MicroCredential, Submission
from mcassess.sync import wire
from mcassess.sync.conformance.scene import Scene, read_resource, shaped, walk
from mcassess.sync.conformance.talk import Answer, FaultError, Talk, must, refused

_HEADERS = (wire.SERVER_HEADER, wire.EPOCH_HEADER, wire.TIME_HEADER)
_LONG = "x" * 300


def every_answer_names_platform_epoch_time_and_request(scene: Scene) -> None:
    """C1: a laptop knows by these headers that it is not somebody else who answers."""
    nobody = Talk(url=scene.assessor.url, token="", device=scene.assessor.device, clock=scene.assessor.clock)
    answers = {
        "GET /server": nobody.get("/server"),
        "GET /me": scene.assessor.get("/me"),
        "GET /me without a token": nobody.get("/me"),
        "GET /nothing": scene.assessor.get("/nothing"),
        "GET /changes with a wrong cursor": scene.assessor.get("/changes", {"cursor": "wrong"}),
    }
    for what, answer in answers.items():
        for name in _HEADERS:
            must(answer.headers.get(name.lower()), f"{what}: the answer has no header {name}")
        echoed = answer.headers.get(wire.REQUEST_HEADER.lower())
        must(echoed == answer.request_id, f"{what}: the answer repeats the request's id as {echoed!r}")
        _must_be_a_moment(answer.headers[wire.TIME_HEADER.lower()])
    must(len({answer.headers[wire.SERVER_HEADER.lower()] for answer in answers.values()}) == 1, "its id changes")


def messages_and_problems_have_their_media_types(scene: Scene) -> None:
    """C1, C11: what is a message says so, and what is refused is a problem with a code."""
    kind = wire.MEDIA_TYPE.partition(";")[0]
    for path in ("/server", "/me", "/changes", "/snapshot", "/digest"):
        answer = scene.assessor.get(path)
        must(answer.status == 200, f"GET {path} answers {answer.status}")
        must(answer.media_type == kind, f"GET {path} answers the type {answer.media_type!r}, not {kind!r}")
        packed = answer.headers.get("content-encoding", "identity")
        must(packed == "identity", f"GET {path} is packed by {packed}, unasked")
    _problem(scene.assessor.get("/nothing"), 404, "GET /nothing")
    _problem(scene.assessor.get("/changes", {"limit": 0}), 400, "GET /changes?limit=0")
    _problem(scene.assessor.get("/changes", {"cursor": _LONG * 10}), 400, "a cursor of 3000 characters", 410)


def discovery_needs_no_sign_in(scene: Scene) -> None:
    """C1: versions, the key of the receipts, limits."""
    nobody = Talk(url=scene.assessor.url, token="", device=scene.assessor.device, clock=scene.assessor.clock)
    info = shaped(wire.ServerInfo, nobody.message("/server"), "GET /server")
    must(info.version_min <= wire.VERSION <= info.version_max, f"it does not speak version {wire.VERSION}")
    try:
        key = base64.b64decode(info.public_key, validate=True)
    except ValueError:
        raise FaultError("the public key is not base64") from None
    must(len(key) == 32, f"the public key has {len(key)} bytes, not the 32 of Ed25519")
    for name, most in {"page": wire.MAX_PAGE, "ops": wire.MAX_OPS}.items():
        must(1 <= info.limits.get(name, 0) <= most, f"the limit {name!r} is {info.limits.get(name)}, not 1 to {most}")


def nobody_is_let_in_without_a_token(scene: Scene) -> None:
    """C9: a missing and a wrong token are refused alike, on every end point."""
    clock, device = scene.assessor.clock, scene.assessor.device
    for token in ("", "wrong"):
        stranger = Talk(url=scene.assessor.url, token=token, device=device, clock=clock)
        for path in ("/me", "/changes", "/snapshot", "/digest", "/submissions/s", "/ops?device=x"):
            name, _, query = path.partition("?")
            answer = stranger.get(name, dict([query.split("=")]) if query else {})
            refused(answer, 401, "not-signed-in", f"GET {path} with the token {token!r}")
        refused(stranger.post("/ops", {"ops": []}), 401, "not-signed-in", f"POST /ops with the token {token!r}")


def whoever_is_signed_in_is_named(scene: Scene) -> None:
    """C1: id, name, roles."""
    me = shaped(wire.Me, scene.assessor.message("/me"), "GET /me")
    must(me.id and me.name and me.roles, "GET /me leaves id, name or roles empty")
    must("assessor" in me.roles, f"the token is that of {me.roles}; give one of an assessor")


def the_feed_is_the_same_in_small_steps(scene: Scene) -> None:
    """C3: pages of one row bring what pages of many bring, in the order of ``seq``, and then nothing more."""
    whole, end = walk(scene.assessor)
    singly, _ = walk(scene.assessor, limit=1)
    must(_names(whole) == _names(singly), "pages of one row bring other rows than pages of many")
    numbers = [row.seq for row in whole]
    must(numbers == sorted(set(numbers)), "the rows do not stand in the order of their seq, each number once")
    after = shaped(wire.ChangesPage, scene.assessor.message("/changes", {"cursor": end}), "GET /changes")
    must(not after.changes and not after.more, "the cursor at the end brings rows that were there before")


def what_is_shown_is_whole_and_of_the_shapes(scene: Scene) -> None:
    """C2: resources have the protocol's shapes, and a submission comes with its micro-credential and its rubric."""
    rubrics, microcredentials, submissions = set(), {}, []
    for row in scene.rows():
        must(row.op == "remove" or row.data is not None, f"{row.type} {row.id} is an upsert without data")
        if row.op == "remove":
            must(row.reason in get_args(wire.RemoveReason), f"{row.type} {row.id} is removed for {row.reason!r}")
            continue
        found = read_resource(row)
        if isinstance(found, Submission):
            must(found.version == row.version, f"submission {row.id} has another version than its row")
            submissions.append(found)
        elif isinstance(found, MicroCredential):
            microcredentials[found.id] = found
        else:
            must(found.version == row.version, f"rubric {row.id} has another version than its row")
            rubrics.add((found.id, found.version))
    for each in submissions:
        pin = (each.rubric.id, each.rubric.version)
        must(each.microcredential in microcredentials, f"submission {each.id} came without its micro-credential")
        must(pin in rubrics, f"submission {each.id} came without its rubric {pin}")
        if microcredentials[each.microcredential].policy.blind:
            must(each.educator.name is None, f"submission {each.id} is blind and names its educator")


def one_submission_is_as_in_the_feed(scene: Scene) -> None:
    """C1: by itself a submission is what the feed says, and one that is not there is not found."""
    for each in list(scene.resources("submission"))[:3]:
        must(scene.submission(each.id) == each, f"submission {each.id} is another by itself than in the feed")
    _problem(scene.assessor.get("/submissions/there-is-no-such-thing"), 404, "an unknown submission")


def a_wrong_cursor_is_gone(scene: Scene) -> None:
    """C3: a cursor that the platform did not write is refused, so that the laptop reads everything again."""
    _, cursor = walk(scene.assessor)
    turned = cursor[:-4] + cursor[-4:][::-1] if cursor[-4:] != cursor[-4:][::-1] else cursor[::-1]
    for wrong in ("wrong", turned):
        refused(scene.assessor.get("/changes", {"cursor": wrong}), 410, "cursor-expired", "a cursor of nobody's")


def the_snapshot_is_the_feed(scene: Scene) -> None:
    """C3: the snapshot shows what the feed shows, and its cursor goes on from there."""
    rows, page, cursor = [], None, None
    for _ in range(10_000):
        found = shaped(wire.SnapshotPage, scene.assessor.message("/snapshot", {"page": page}), "GET /snapshot")
        rows += found.changes
        page, cursor = found.page, found.cursor
        if page is None:
            break
    must(page is None and cursor is not None, "the last page of the snapshot has no cursor to go on from")
    shown = [row for row in scene.rows() if row.op == "upsert"]
    must(_names(rows) == _names(shown), "the snapshot shows other things than the feed")
    after = scene.assessor.message("/changes", {"cursor": cursor})
    must(after.get("more") is False, "the snapshot's cursor does not stand at the feed's end")


def the_digest_sums_up_what_is_shown(scene: Scene) -> None:
    """C3: count and XOR of SHA-256 over type, id and version, each type by itself."""
    rows, cursor = walk(scene.assessor)
    said = shaped(wire.StateDigest, scene.assessor.message("/digest", {"cursor": cursor}), "GET /digest")
    ours = wire.state_digest((row.type, row.id, row.version) for row in rows if row.op == "upsert")
    must(said.caught_up, "the cursor at the feed's end is not said to be caught up")
    for kind in get_args(wire.ResourceType):
        must(kind in said.types, f"the digest does not speak of {kind}")
        nothing = wire.TypeDigest(count=0, xor="0" * 64)
        must(said.types[kind] == ours.get(kind, nothing), f"the digest of {kind} is {said.types[kind].model_dump()}")


def _names(rows: list[wire.ChangeRow]) -> set[tuple[str, str, int, str]]:
    return {(row.type, row.id, row.version, row.op) for row in rows}


def _problem(answer: Answer, status: int, what: str, *others: int) -> None:
    must(answer.status in {status, *others}, f"{what} answers {answer.status}, not {status}")
    must(answer.media_type == wire.PROBLEM_TYPE, f"{what} is refused as {answer.media_type!r}, not as a problem")
    problem = answer.json()
    must(isinstance(problem, dict) and problem.get("code") and problem.get("title"), f"{what}: no code, or no title")
    must(isinstance(problem, dict) and problem.get("status") == answer.status, f"{what}: the problem's status differs")


def _must_be_a_moment(text: str) -> None:
    try:
        zone = datetime.fromisoformat(text).tzinfo
    except ValueError:
        raise FaultError(f"the platform's time {text!r} is not RFC 3339") from None
    must(zone is not None, f"the platform's time {text!r} has no zone")
