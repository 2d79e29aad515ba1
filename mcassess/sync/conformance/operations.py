"""Checks of operations: once, as they are, in order, with receipts, and refused by their names (C6)."""

import json
from typing import Any

from mcassess.sync import wire
from mcassess.sync.conformance.scene import Scene, shaped
from mcassess.sync.conformance.talk import must, refused
from mcassess.sync.wire_signatures import receipt_is_genuine


def a_decision_is_applied_once_and_received(scene: Scene) -> None:
    """C6: applied with a genuine receipt; the same bytes again are a duplicate with the same receipt."""
    submission = scene.fresh()
    operation = scene.operation(submission)
    first = _result(scene, operation)
    must(first.status == "applied", f"a decision is {first.status}: {_why(first)}")
    _must_be_received(scene, operation, first)
    again = _result(scene, operation)
    must(again.status == "duplicate", f"the same operation again is {again.status}, not a duplicate")
    must(again.receipt == first.receipt, "the same operation again has another receipt")
    other = operation | {"body": operation["body"] | {"feedback": "Other words."}}
    _must_be_rejected(scene, other, "op-id-reused")
    after = scene.submission(submission.id)
    must(after.version == submission.version + 1, f"its version went from {submission.version} to {after.version}")
    must(after.state.value == "decided", f"the submission is {after.state.value} after the decision")
    scene.read_again()


def a_second_decision_is_refused_and_so_for_good(scene: Scene) -> None:
    """C6: one effective decision on an attempt; the refusal is stored, and says how things stand."""
    submission = scene.fresh()
    must(_result(scene, scene.operation(submission)).status == "applied", "the first decision is not applied")
    second = scene.operation(submission)
    refusal = _must_be_rejected(scene, second, "already-decided")
    must((refusal.current or {}).get("state") == "decided", "the refusal does not say how the submission stands")
    _must_be_rejected(scene, second, "already-decided")
    scene.read_again()


def what_does_not_fit_is_refused_by_its_name(scene: Scene) -> None:
    """C6: attempt and rubric (their contents too) and fence are compared; nothing of it lands."""
    submission = scene.fresh()
    base = scene.operation(submission)["base"]
    pin = base["rubric"]
    for change, code in (
        ({"attempt": submission.attempt + 1}, "attempt-unknown"),
        ({"rubric": pin | {"version": pin["version"] + 1000}}, "rubric-changed"),
        ({"rubric": pin | {"sha256": "0" * 64}}, "rubric-changed"),
        ({"evidence_sha256": "0" * 64}, "evidence-changed"),
        ({"fence": base["fence"] + 1000}, "claim-lost"),
    ):
        _must_be_rejected(scene, scene.operation(submission, base=base | change), code)
    if submission.attempt > 1:
        older = base | {"attempt": submission.attempt - 1}
        _must_be_rejected(scene, scene.operation(submission, base=older), "attempt-superseded")
    unknown = scene.operation(submission, submission_id="there-is-no-such-thing")
    _must_be_rejected(scene, unknown, "attempt-unknown")
    after = scene.submission(submission.id)
    must(after.state == submission.state, f"it is {after.state.value} after decisions that were refused")
    moved = scene.operation(submission, base=base | {"submission_version": 0})
    result = _result(scene, moved)
    must(result.status == "applied", f"a decision on an older version, with all else equal, is {result.status}")
    must(result.note == "base-moved", "nothing notes that the base had moved")
    scene.read_again()


def one_bad_operation_holds_up_no_other(scene: Scene) -> None:
    """C6: each has its own result, in the order of the request, whatever is wrong with its neighbours."""
    submission = scene.fresh()
    good = scene.operation(submission)
    before = scene.operation(submission, kind="decision.sing", submission_id="other")
    after = scene.operation(submission, base={"attempt": "many"})
    results = scene.push(after, good, before)
    found = [(each["status"], (each.get("problem") or {}).get("code")) for each in results]
    wanted = [("rejected", "schema"), ("applied", None), ("rejected", "unsupported-kind")]
    must(found == wanted, f"schema fault, good, unknown kind have the results {found}")
    scene.read_again()


def what_is_no_operation_harms_nothing(scene: Scene) -> None:
    """C6, C11: no input ends in a fault of the platform's own."""
    scene.writes()
    documents: tuple[object, ...] = (7, "ops", [], {"ops": 7}, {})
    for document in documents:
        answer = scene.assessor.post("/ops", document)
        must(answer.status == 400, f"POST /ops with {json.dumps(document)} answers {answer.status}, not 400")
    must(scene.assessor.ask("POST", "/ops", body=b"\xff{").status == 400, "bytes that are not JSON are not a 400")
    results = scene.assessor.document(scene.assessor.post("/ops", {"ops": [7, None, {}]}), "POST /ops")["results"]
    codes = [(each["status"], (each.get("problem") or {}).get("code")) for each in results]
    must(codes == [("rejected", "schema")] * 3, f"what is no operation has the results {codes}")
    most = scene.server["limits"]["ops"]
    refused(scene.assessor.post("/ops", {"ops": [{}] * (most + 1)}), 413, "too-large", f"{most + 1} operations")


def a_copied_library_is_told(scene: Scene) -> None:
    """C6: another operation under a number that was used already answers the whole request with a fork."""
    submission = scene.fresh()
    first = scene.operation(submission)
    must(_result(scene, first).status == "applied", "a decision is not applied")
    other = scene.operation(submission) | {"device_seq": first["device_seq"]}
    refused(scene.assessor.post("/ops", {"ops": [other]}), 409, "device-fork", "a number that was used already")
    twins = [scene.operation(submission), scene.operation(submission)]
    twins[1]["device_seq"] = twins[0]["device_seq"]
    refused(scene.assessor.post("/ops", {"ops": twins}), 409, "device-fork", "one number for two operations")
    scene.read_again()


def results_can_be_asked_for_later(scene: Scene) -> None:
    """C6: by device and number, in their order; another's are not shown."""
    submission = scene.fresh()
    first, second = scene.operation(submission), scene.operation(submission)
    scene.push(first, second)
    query = {"device": scene.assessor.device, "after_device_seq": first["device_seq"] - 1}
    document = scene.assessor.message("/ops", query)
    found = [each["op_id"] for each in shaped(wire.OpResults, document, "GET /ops").model_dump()["results"]]
    must(found == [first["op_id"], second["op_id"]], f"the results after a number are {found}")
    if scene.colleague is not None:
        theirs = scene.colleague.message("/ops", query)
        must(not theirs.get("results"), "a colleague is shown another's results")
    scene.read_again()


def a_colleague_cannot_decide_twice(scene: Scene) -> None:
    """C6: what one has decided, another cannot; and nobody sends under another's operation."""
    other, submission = scene.other(), scene.fresh()
    first = scene.operation(submission)
    must(_result(scene, first).status == "applied", "a decision is not applied")
    late = scene.operation(submission) | {"device_id": other.device}
    [result] = scene.push(late, talk=other)
    code = (result.get("problem") or {}).get("code")
    must((result["status"], code) == ("rejected", "already-decided"), f"a colleague's is {result['status']}, {code}")
    [result] = scene.push(first, talk=other)
    code = (result.get("problem") or {}).get("code")
    must((result["status"], code) == ("rejected", "op-id-reused"), f"another's operation is {result['status']}, {code}")
    scene.read_again()


def _result(scene: Scene, operation: dict[str, Any]) -> wire.OpResult:
    return shaped(wire.OpResult, scene.push(operation)[0], "the result of an operation")


def _must_be_rejected(scene: Scene, operation: dict[str, Any], code: str) -> wire.Problem:
    result = _result(scene, operation)
    must(result.status == "rejected", f"what should be refused as {code} is {result.status}")
    problem = result.problem
    must(problem is not None and problem.code == code, f"what should be refused as {code} is refused as {_why(result)}")
    assert problem is not None, "tested just now"
    return problem


def _must_be_received(scene: Scene, operation: dict[str, Any], result: wire.OpResult) -> None:
    receipt = result.receipt
    must(receipt is not None, "an applied operation has no receipt")
    assert receipt is not None, "tested just now"
    said = (receipt.server_id, receipt.op_id, receipt.payload_sha256, receipt.submission, receipt.attempt)
    meant = (
        scene.server["server_id"],
        operation["op_id"],
        wire.digest(wire.canonical(operation)),
        operation["submission_id"],
        operation["base"]["attempt"],
    )
    must(said == meant, f"the receipt is one of {said}, not of {meant}")
    must(receipt_is_genuine(receipt, scene.server["public_key"]), "the receipt's signature is not genuine")


def _why(result: wire.OpResult) -> str:
    return "no problem" if result.problem is None else f"{result.problem.code} ({result.problem.detail})"
