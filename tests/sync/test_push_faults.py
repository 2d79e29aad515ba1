"""Decisions through anything: exactly once, and in the outbox until the platform has proved that it has them."""

import json
from datetime import timedelta

import pytest

from mcassess.errors import ExitCode
from mcassess.store.outbox import OpState
from mcassess.sync import wire
from tests.support.faults import Asked, Fault, FaultProxy
from tests.support.platform import Platform
from tests.support.syncing import Laptop

BUSY = {"Content-Type": "text/plain"}
PAGE = (200, {"Content-Type": "text/html"}, b"<html>Sign in to AirportWiFi</html>")
PROBLEM = {"Content-Type": wire.PROBLEM_TYPE}


@pytest.fixture
def sealed(joined: Laptop) -> str:
    joined.sync(evidence=False)
    return joined.seal("s-0003")


def accepted(platform: Platform) -> list[str]:
    return [each.op_id for each in platform.decisions()]


def test_an_answer_lost_after_the_platform_accepted_leaves_the_decision_there_once(
    joined: Laptop, sealed: str, platform: Platform, network: FaultProxy
) -> None:
    network.first("/ops", Fault(lost=True))
    report = joined.sync(evidence=False)
    assert [each["op_id"] for each in report.sent] == [sealed]
    assert accepted(platform) == [sealed]
    assert network.count("/ops") == 2


def test_when_all_answers_are_lost_the_next_run_sends_the_same_bytes_and_settles(
    joined: Laptop, sealed: str, platform: Platform, network: FaultProxy
) -> None:
    network.always("/ops", Fault(lost=True))
    report = joined.sync(evidence=False)
    assert report.exit_code() is ExitCode.WORLD
    assert joined.op(sealed).state is OpState.SENDING
    assert joined.op(sealed).last_error
    assert joined.op(sealed).tries == 3
    network.rule = lambda _asked: None
    assert [each["op_id"] for each in joined.sync(evidence=False).sent] == [sealed]
    assert accepted(platform) == [sealed]
    bodies = {asked.body for asked in network.seen if asked.path.endswith("/ops")}
    assert len(bodies) == 1
    assert joined.op(sealed).payload in bodies.pop()


@pytest.mark.parametrize("cut", [0, 1, 100])
def test_an_answer_that_breaks_off_settles_nothing_until_it_is_whole(
    joined: Laptop, sealed: str, platform: Platform, network: FaultProxy, cut: int
) -> None:
    network.always("/ops", Fault(cut=cut))
    joined.sync(evidence=False)
    assert joined.op(sealed).state is OpState.SENDING
    network.rule = lambda _asked: None
    joined.sync(evidence=False)
    assert joined.op(sealed).state is OpState.SETTLED
    assert accepted(platform) == [sealed]


def test_a_sign_in_page_in_between_touches_nothing(joined: Laptop, sealed: str, network: FaultProxy) -> None:
    network.always("", Fault(answer=PAGE))
    before = joined.account()
    network.seen.clear()
    report = joined.sync()
    assert report.exit_code() is ExitCode.WORLD
    assert len(network.seen) == 1
    assert joined.op(sealed).state is OpState.READY
    assert joined.op(sealed).tries == 0
    assert joined.account().cursor == before.cursor


def test_a_sign_in_page_that_comes_just_then_keeps_the_decision(
    joined: Laptop, sealed: str, platform: Platform, network: FaultProxy
) -> None:
    network.always("/ops", Fault(answer=PAGE))
    joined.sync(evidence=False)
    assert joined.op(sealed).state is OpState.SENDING
    network.rule = lambda _asked: None
    joined.sync(evidence=False)
    assert accepted(platform) == [sealed]


@pytest.mark.parametrize("status", [429, 503, 502, 500])
def test_a_busy_platform_is_asked_again(joined: Laptop, sealed: str, network: FaultProxy, status: int) -> None:
    network.first("/ops", Fault(answer=(status, {**BUSY, "Retry-After": "0"}, b"")), times=2)
    assert [each["op_id"] for each in joined.sync(evidence=False).sent] == [sealed]


def test_a_platform_that_asks_for_an_hour_is_left_alone_and_the_rest_of_the_run_goes_on(
    joined: Laptop, sealed: str, network: FaultProxy
) -> None:
    network.always("/ops", Fault(answer=(429, {**BUSY, "Retry-After": "3600"}, b"")))
    network.seen.clear()
    report = joined.sync(evidence=False)
    assert network.count("/ops") == 1
    assert network.count("/changes") == 1
    assert report.exit_code() is ExitCode.WORLD
    assert joined.op(sealed).state is OpState.SENDING


def test_a_redirect_is_not_followed_and_takes_no_token_along(
    joined: Laptop, sealed: str, network: FaultProxy, platform: Platform
) -> None:
    network.always("", Fault(answer=(307, {"Location": f"{platform.url}/mcsync/v1/me"}, b"")))
    network.seen.clear()
    report = joined.sync()
    assert report.exit_code() is ExitCode.WORLD
    assert len(network.seen) == 1
    assert accepted(platform) == []


def test_a_forged_receipt_settles_nothing_and_is_told(joined: Laptop, sealed: str, network: FaultProxy) -> None:
    def forge(body: bytes) -> bytes:
        document = json.loads(body)
        document["results"][0]["receipt"]["signature"] = "AAAA"
        return json.dumps(document).encode()

    network.always("/ops", Fault(body=forge, headers={"Content-Length": None}))
    report = joined.sync(evidence=False)
    assert report.sent == []
    assert [(each["kind"], each["op_id"]) for each in report.needs_you] == [("receipt", sealed)]
    assert report.exit_code() is ExitCode.REFUSED
    assert joined.op(sealed).state is OpState.SENDING
    network.rule = lambda _asked: None
    assert [each["op_id"] for each in joined.sync(evidence=False).sent] == [sealed]


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"null", b'{"results": 7}', b"", b"\xff", b"[" * 100_000])
def test_an_answer_without_sense_keeps_the_decision(
    joined: Laptop, sealed: str, network: FaultProxy, answer: bytes
) -> None:
    network.always("/ops", Fault(body=lambda _body: answer, headers={"Content-Length": None}))
    report = joined.sync(evidence=False)
    assert report.sent == []
    assert report.exit_code() is ExitCode.WORLD
    assert joined.op(sealed).state is OpState.SENDING


def test_an_answer_about_another_decision_keeps_this_one(joined: Laptop, sealed: str, network: FaultProxy) -> None:
    network.always(
        "/ops", Fault(body=lambda body: body.replace(sealed.encode(), b"x" * 36), headers={"Content-Length": None})
    )
    joined.sync(evidence=False)
    assert joined.op(sealed).state is OpState.SENDING


def test_one_decision_that_the_platform_cannot_read_does_not_hold_up_the_others(
    joined: Laptop, sealed: str, platform: Platform, network: FaultProxy
) -> None:
    poison = joined.seal("s-0002")

    def rule(asked: Asked) -> Fault | None:
        if asked.method == "GET" and "/ops?" in asked.path:  # the proxy only pretends that it was refused
            return Fault(headers={"Content-Length": None}, body=lambda _body: b'{"results": []}')
        if not asked.path.endswith("/ops") or poison.encode() not in asked.body:
            return None
        problem = {"title": "bad", "status": 400, "code": "bad-request"}
        return Fault(headers={"Content-Length": None}, body=lambda _body: json.dumps(problem).encode(), status=400)

    network.rule = rule
    report = joined.sync(evidence=False)
    assert [each["op_id"] for each in report.sent] == [sealed]
    assert [each["op_id"] for each in report.needs_you] == [poison]
    assert joined.op(poison).state is OpState.ATTENTION


def test_a_decision_that_is_held_is_not_sent_before_its_time(joined: Laptop, platform: Platform) -> None:
    joined.sync(evidence=False)
    held = joined.seal("s-0003", hold=timedelta(minutes=1))
    assert joined.sync(evidence=False).sent == []
    assert joined.op(held).tries == 0
    assert accepted(platform) == []


def test_decisions_leave_in_the_order_in_which_they_were_sealed(
    joined: Laptop, sealed: str, network: FaultProxy
) -> None:
    second = joined.seal("s-0001")
    joined.sync(evidence=False)
    [body] = [asked.body for asked in network.seen if asked.path.endswith("/ops")]
    assert [op["op_id"] for op in json.loads(body)["ops"]] == [sealed, second]
