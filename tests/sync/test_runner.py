"""A whole run against the real platform: decisions out, changes in, evidence down."""

import httpx
import pytest

from mcassess.errors import ExitCode, RefusedError, WorldError
from mcassess.store.accounts import Accounts
from mcassess.store.outbox import OpState
from mcassess.store.states import EvidenceState
from mcassess.sync.platform import NotOurPlatformError, OfflineError, SignedOutError
from tests.support.faults import Fault, FaultProxy
from tests.support.platform import Platform
from tests.support.syncing import Laptop


def test_a_first_run_brings_all_submissions_and_all_their_evidence_verified(joined: Laptop) -> None:
    report = joined.sync()
    assert report.failed == []
    assert report.needs_you == []
    assert report.exit_code() is ExitCode.DONE
    assert sorted(each["submission"] for each in report.received) == ["s-0001", "s-0002", "s-0003"]
    counts = joined.library.vault.verify()
    assert (counts.ok, counts.missing, counts.damaged) == (len(report.evidence), 0, 0)
    with joined.library.read() as reading:
        states = [file.state for name in joined.ids() for file in reading.evidence.states(joined.key(name)).values()]
    assert states
    assert set(states) == {EvidenceState.READY}


def test_a_disk_that_is_full_at_the_very_end_stands_in_the_report(
    joined: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Accounts.update

    def full(self: Accounts, key: int, **values: str | int | None) -> None:
        if "online_problem" in values:
            raise WorldError("The disk is full.")
        kept(self, key, **values)

    monkeypatch.setattr(Accounts, "update", full)
    report = joined.sync(evidence=False)
    assert [failure["text"] for failure in report.failed] == ["The disk is full."]
    assert len(report.received) == 3


def test_a_run_with_nothing_new_takes_two_requests_and_changes_nothing(joined: Laptop, network: FaultProxy) -> None:
    joined.sync()
    network.seen.clear()
    report = joined.sync()
    assert (report.sent, report.received, report.evidence, report.needs_you, report.failed) == ([], [], [], [], [])
    assert len(network.seen) == 2


def test_without_evidence_no_file_is_fetched(joined: Laptop, network: FaultProxy) -> None:
    report = joined.sync(evidence=False)
    assert len(report.received) == 3
    assert report.evidence == []
    assert network.count("/evidence/") == 0


def test_a_sealed_decision_arrives_once_and_its_receipt_is_kept(joined: Laptop, platform: Platform) -> None:
    joined.sync(evidence=False)
    op_id = joined.seal("s-0003")
    report = joined.sync(evidence=False)
    assert [each["op_id"] for each in report.sent] == [op_id]
    assert report.exit_code() is ExitCode.DONE
    [decision] = platform.decisions()
    assert (decision.op_id, decision.submission, decision.outcome) == (op_id, "s-0003", "returned")
    row = joined.op(op_id)
    assert row.state is OpState.SETTLED
    assert row.receipt == decision.receipt.model_dump(mode="json")
    joined.sync(evidence=False)
    assert len(platform.decisions()) == 1


def test_a_decision_that_comes_too_late_waits_for_the_assessor_with_her_work_intact(
    joined: Laptop, platform: Platform
) -> None:
    joined.sync(evidence=False)
    op_id = joined.seal("s-0003")
    payload = joined.op(op_id).payload
    other = Laptop(joined.library.home.parent / "other")
    try:
        other.join(platform.url, platform.add("Bea"))
        other.sync(evidence=False)
        other.seal("s-0003")
        assert len(other.sync(evidence=False).sent) == 1
    finally:
        other.close()
    report = joined.sync(evidence=False)
    assert report.exit_code() is ExitCode.REFUSED
    assert [(each["op_id"], each["code"]) for each in report.needs_you] == [(op_id, "already-decided")]
    assert joined.op(op_id).state is OpState.ATTENTION
    assert joined.op(op_id).payload == payload
    assert len(platform.decisions()) == 1


def test_offline_ends_with_one_sentence_and_nothing_lost(joined: Laptop, platform: Platform) -> None:
    joined.sync(evidence=False)
    op_id = joined.seal("s-0003")
    platform.stop()
    report = joined.sync()
    assert report.exit_code() is ExitCode.WORLD
    assert len(report.failed) == 1
    assert joined.op(op_id).state is OpState.READY
    assert joined.account().online_problem
    platform.start()
    assert [each["op_id"] for each in joined.sync(evidence=False).sent] == [op_id]
    assert joined.account().online_problem is None
    assert [each.op_id for each in platform.decisions()] == [op_id]


def test_the_platforms_clock_is_remembered(joined: Laptop) -> None:
    offset = joined.account().clock_offset_ms
    assert offset is not None
    assert abs(offset) < 5000


def test_a_wrong_token_is_refused(laptop: Laptop, platform: Platform) -> None:
    with pytest.raises(SignedOutError) as refused:
        laptop.join(platform.url, "not-a-token-of-this-platform")
    assert refused.value.exit_code is ExitCode.REFUSED
    with laptop.library.read() as reading:
        assert reading.accounts.list() == []


@pytest.mark.parametrize("token", ["two words", "", "smörgås", "line\nbreak", "x" * 10 + "\x00"])
def test_what_cannot_be_a_token_is_refused_before_anything_is_sent(
    laptop: Laptop, network: FaultProxy, token: str
) -> None:
    with pytest.raises(RefusedError):
        laptop.join(network.url, token)
    assert network.seen == []


def test_a_token_that_was_revoked_ends_the_run_as_refused(joined: Laptop) -> None:
    with joined.library.write() as writing:
        writing.accounts.update(joined.account().key, token="revoked")
    report = joined.sync()
    assert report.exit_code() is ExitCode.REFUSED
    assert [each["step"] for each in report.failed] == ["sign_in"]


def test_joining_again_renews_the_account_instead_of_adding_one(joined: Laptop, platform: Platform) -> None:
    first = joined.account()
    again = joined.join(platform.url, platform.token)
    assert again.key == first.key
    assert again.url == platform.url


def test_another_platform_at_the_same_address_is_not_taken_for_ours(
    joined: Laptop, platform: Platform, network: FaultProxy
) -> None:
    network.rule = lambda _asked: Fault(headers={"Mcassess-Server": "somebody-else"})
    report = joined.sync()
    assert report.exit_code() is ExitCode.WORLD
    assert joined.ids() == []


def test_a_platform_that_signs_with_another_key_is_not_joined_again(joined: Laptop, network: FaultProxy) -> None:
    with joined.library.write() as writing:
        writing.accounts.update(joined.account().key, public_key="AAAA")
    with pytest.raises(RefusedError):
        joined.join(network.url, joined.account().token)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://platform.example",
        "platform.example",
        "",
        "https://",
        "https://u:secret@h.example",
        "http://[::1",
        "x" * 9,
    ],
)
def test_what_is_not_an_address_of_a_platform_is_said_in_one_sentence(laptop: Laptop, url: str) -> None:
    with pytest.raises(WorldError) as said:
        laptop.join(url, "token")
    assert "secret" not in said.value.text


def test_the_token_is_never_sent_in_the_open_to_another_computer(laptop: Laptop) -> None:
    with pytest.raises(WorldError, match="https"):
        laptop.join("http://platform.example.org", "token")


def test_nobody_at_the_address_is_offline(laptop: Laptop) -> None:
    with pytest.raises(OfflineError):
        laptop.join("http://127.0.0.1:9", "token")


def test_a_login_page_with_status_200_is_not_a_platform(laptop: Laptop, network: FaultProxy) -> None:
    network.always("", Fault(answer=(200, {"Content-Type": "text/html"}, b"<html>Welcome to AirportWiFi</html>")))
    with pytest.raises(NotOurPlatformError) as said:
        laptop.join(network.url, "token")
    assert said.value.exit_code is ExitCode.WORLD


def test_the_token_stands_in_no_error_and_no_representation(joined: Laptop, platform: Platform) -> None:
    platform.stop()
    connection = joined.connect(joined.account())
    try:
        with pytest.raises(OfflineError) as offline:
            connection.me()
    finally:
        connection.close()
    chain: BaseException | None = offline.value
    while chain is not None:
        assert platform.token not in f"{chain!r} {chain}"
        chain = chain.__cause__
    assert platform.token not in repr(connection)
    assert platform.token not in repr(joined.account())
    assert not isinstance(offline.value.__cause__, httpx.HTTPError)
