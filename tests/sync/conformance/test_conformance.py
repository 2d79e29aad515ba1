"""The suite that any platform can be tested by: ours passes it, and one that is broken anywhere does not."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import true

from mcassess.clock import SystemClock
from mcassess.errors import WorldError
from mcassess.server import (
    content,
    deciding,
    feed,
    framing,
    operations,
    routes_claims,
    routes_feed,
    routes_operations,
    routes_submissions,
)
from mcassess.server.data import PlatformData
from mcassess.sync import wire
from mcassess.sync.conformance.suite import CHECKS, Finding, Found, Tokens, check_conformance, name_of
from tests.support.platform import Platform, running_platform
from tests.support.syncing import write_pack

Breakage = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    pack = write_pack(tmp_path / "pack", {"v1": 300_000}, submissions=16)
    with running_platform(tmp_path, pack) as running:
        yield running


def check(platform: Platform, **more: Any) -> list[Finding]:
    colleague = platform.add("Bea") if more.pop("second", True) else ""
    tokens = Tokens(assessor=platform.token, colleague=colleague)
    options = {"writing": True, "on_finding": lambda _finding: None} | more
    return check_conformance(platform.url, tokens, SystemClock(), **options)


def faults(findings: list[Finding]) -> dict[str, str]:
    return {each.name: each.text for each in findings if each.found is Found.FAILED}


def test_the_reference_platform_passes_every_check(platform: Platform) -> None:
    findings = check(platform)
    assert faults(findings) == {}
    assert [(each.name, each.text) for each in findings if each.found is Found.SKIPPED] == []
    assert len(findings) == len(CHECKS)
    assert len({each.name for each in findings}) == len(CHECKS)


def test_read_only_decides_nothing_and_says_what_it_left_out(platform: Platform) -> None:
    findings = check(platform, writing=False)
    assert faults(findings) == {}
    skipped = [each for each in findings if each.found is Found.SKIPPED]
    assert skipped
    assert {each.text for each in skipped} == {"nothing is to be written"}
    assert platform.decisions() == []


def test_without_a_colleague_only_what_needs_two_is_left_out(platform: Platform) -> None:
    findings = check(platform, second=False)
    skipped = [each.name for each in findings if each.found is Found.SKIPPED]
    assert (faults(findings), skipped) == ({}, ["a colleague cannot decide twice"])


def test_where_nobody_answers_or_somebody_else_it_says_so(platform: Platform) -> None:
    platform.stop()
    with pytest.raises(WorldError, match="does not answer"):
        check_conformance(
            platform.url, Tokens(assessor="x"), SystemClock(), writing=False, on_finding=lambda _finding: None
        )


BROKEN: dict[str, tuple[str, Breakage]] = {}


def broken(expected: str) -> Callable[[Breakage], Breakage]:
    def register(breakage: Breakage) -> Breakage:
        BROKEN[breakage.__name__] = (expected, breakage)
        return breakage

    return register


@broken("every answer names platform epoch time and request")
def request_id_not_repeated(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(framing, "REQUEST_HEADER", "X-Something-Else")


@broken("messages and problems have their media types")
def plain_json(patch: pytest.MonkeyPatch) -> None:
    kept = routes_feed.wire_response

    def plain(document: Any) -> Any:
        answer = kept(document)
        answer.headers["content-type"] = "application/json"
        return answer

    patch.setattr(routes_feed, "wire_response", plain)


@broken("the feed is the same in small steps")
def a_row_lost_between_pages(patch: pytest.MonkeyPatch) -> None:
    kept = feed._page

    def page(viewer: Any, after: int, limit: int) -> Any:
        return kept(viewer, after + 1 if limit == 1 and after == 4 else after, limit)

    patch.setattr(feed, "_page", page)


@broken("what is shown is whole and of the shapes")
def names_in_blind_submissions(patch: pytest.MonkeyPatch) -> None:
    kept = feed.shown

    def shown(submission: Any, policy: Any, *more: Any, **named: Any) -> Any:
        return replace(kept(submission, policy, *more, **named), educator=submission.educator)

    patch.setattr(feed, "shown", shown)


@broken("the digest sums up what is shown")
def digest_of_something_else(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(feed, "state_digest", lambda names: wire.state_digest(list(names)[:-1]))


@broken("evidence comes in ranges")
def ranges_off_by_one(patch: pytest.MonkeyPatch) -> None:
    kept = content._range

    def ranges(header: str | None, size: int) -> Any:
        found = kept(header, size)
        return found and (max(0, found[0] - 1), found[1])

    patch.setattr(content, "_range", ranges)


@broken("evidence is for those who see the submission")
def evidence_for_anybody(patch: pytest.MonkeyPatch) -> None:
    kept = routes_submissions._evidence

    def evidence(data: Any, person: Any, submission: str, piece: str, attempt: Any) -> Any:
        with data.read() as connection:
            seen = routes_submissions.visible_submission(data, connection, person, submission)
        return seen[0].evidence[0] if seen else kept(data, person, submission, piece, attempt)

    patch.setattr(routes_submissions, "_evidence", evidence)


@broken("a decision is applied once and received")
def receipts_by_another_key(patch: pytest.MonkeyPatch) -> None:
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode("A" * 43 + "="))
    patch.setattr(PlatformData, "sign_key", lambda _self: key)


@broken("a decision is applied once and received")
def results_not_replayed(patch: pytest.MonkeyPatch) -> None:
    kept = operations._replay

    def replay(stored: Any, person: Any, incoming: Any) -> Any:
        found = kept(stored, person, incoming)
        return found.model_copy(update={"status": "applied"}) if found.status == "duplicate" else found

    patch.setattr(operations, "_replay", replay)


@broken("what does not fit is refused by its name")
def fences_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding, "_is_free", lambda _work: true())


@broken("what does not fit is refused by its name")
def contents_of_rubrics_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding, "rubric_digest", lambda _connection, _pin: None)


@broken("what does not fit is refused by its name")
def evidence_not_compared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding, "evidence_digest", lambda _evidence: "0" * 64)


@broken("a request of another epoch grants nothing")
def epochs_ignored(patch: pytest.MonkeyPatch) -> None:
    kept = routes_claims.claims
    patch.setattr(
        routes_claims, "claims", lambda *given: kept(*given[:-1], given[-1].model_copy(update={"epoch": None}))
    )


@broken("a second decision is refused and so for good")
def refusals_without_the_present_state(patch: pytest.MonkeyPatch) -> None:
    kept = routes_operations.push

    def push(*arguments: Any) -> Any:
        found = kept(*arguments)
        bare = [
            each.model_copy(update={"problem": each.problem and each.problem.model_copy(update={"current": None})})
            for each in found.results
        ]
        return found.model_copy(update={"results": bare})

    patch.setattr(routes_operations, "push", push)


@broken("one bad operation holds up no other")
def results_in_another_order(patch: pytest.MonkeyPatch) -> None:
    kept = routes_operations.push

    def push(data: Any, person: Any, raws: Any, *more: Any) -> Any:
        found = kept(data, person, raws, *more)
        return found.model_copy(update={"results": found.results[::-1]})

    patch.setattr(routes_operations, "push", push)


@broken("a copied library is told")
def forks_not_noticed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(operations, "_refuse_fork", lambda *_: None)


@broken("a wrong cursor is gone")
def cursors_believed(patch: pytest.MonkeyPatch) -> None:
    kept = routes_feed.changes_page
    patch.setattr(routes_feed, "changes_page", lambda data, person, _cursor, limit: kept(data, person, None, limit))


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_platform_that_is_broken_anywhere_does_not_pass(
    name: str, platform: Platform, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append("mcassess.server")
    expected, breakage = BROKEN[name]
    breakage(monkeypatch)
    checks = [each for each in CHECKS if name_of(each) == expected]
    assert faults(check(platform, checks=checks)).keys() == {expected}
