"""Signing in by a code, and tokens that renew themselves: no answer that is lost locks a laptop out."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from mcassess.errors import ExitCode
from mcassess.server.admin_sign_in import approve, devices, revoke_device
from mcassess.store.accounts import Account
from mcassess.sync import signing_in
from mcassess.sync.platforms.native import connector
from mcassess.sync.platforms.native_sign_in import SignInRefusedError
from mcassess.sync.run import Cancel
from mcassess.sync.signing_in import Invitation, KeptTokens, renewals
from mcassess.sync.wire_sign_in import TOKEN_PATH, Tokens
from tests.support.faults import Fault, FaultProxy
from tests.support.platform import Platform
from tests.support.syncing import Laptop


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits for nothing, and notes for how long it would have waited."""
    waited: list[float] = []

    def pause(self: Cancel, seconds: float) -> None:
        waited.append(seconds)
        self.raise_if_set()

    monkeypatch.setattr(Cancel, "pause", pause)
    return waited


def renewing(laptop: Laptop) -> Laptop:
    library = laptop.library
    laptop.connect = connector(library.device_id, library.clock, renewals(library))
    return laptop


def signed_in(laptop: Laptop, platform: Platform, url: str) -> Account:
    def agree(invitation: Invitation) -> None:
        assert invitation.code in invitation.page_with_code
        assert approve(platform.data_dir, invitation.code, "Ada") == "desk"

    return signing_in.sign_in(
        laptop.library, url, renewing(laptop).connect, device_name="desk", show=agree, cancel=laptop.cancel
    )


def outdated(laptop: Laptop) -> None:
    with laptop.library.write("test") as writing:
        writing.accounts.update(laptop.account().key, token_until=laptop.library.clock.now() - timedelta(hours=2))


def test_a_code_that_was_agreed_to_signs_the_laptop_in(laptop: Laptop, platform: Platform, network: FaultProxy) -> None:
    account = signed_in(laptop, platform, network.url)
    assert account.assessor_name == "Ada"
    assert account.refresh_token
    assert account.refresh_token not in repr(account)
    assert laptop.sync().failed == []
    assert all(account.token not in asked.path for asked in network.seen)


def test_a_token_that_has_run_out_is_renewed_before_it_is_used(
    laptop: Laptop, platform: Platform, network: FaultProxy
) -> None:
    before = signed_in(laptop, platform, network.url)
    outdated(laptop)
    network.seen.clear()
    assert laptop.sync(evidence=False).failed == []
    after = laptop.account()
    assert (after.token, after.refresh_token) != (before.token, before.refresh_token)
    assert network.count(TOKEN_PATH) == 1
    assert network.seen[0].path.endswith(TOKEN_PATH)
    assert "authorization" not in network.seen[0].headers


def test_a_token_that_the_platform_takes_no_longer_is_renewed_and_the_question_asked_again(
    laptop: Laptop, platform: Platform, network: FaultProxy
) -> None:
    signed_in(laptop, platform, network.url)
    network.first("/me", Fault(status=401, body=_problem, headers={"Content-Length": None}))
    assert laptop.sync(evidence=False).failed == []
    assert network.count(TOKEN_PATH) >= 1


def _problem(_body: bytes) -> bytes:
    return b'{"title": "no", "status": 401, "code": "not-signed-in"}'


def test_a_lost_answer_to_a_renewal_locks_nobody_out(laptop: Laptop, platform: Platform, network: FaultProxy) -> None:
    signed_in(laptop, platform, network.url)
    for _ in range(3):
        outdated(laptop)
        network.first(TOKEN_PATH, Fault(lost=True), times=2)
        assert laptop.sync(evidence=False).failed == []


def test_new_tokens_are_kept_before_one_of_them_is_used(
    laptop: Laptop, platform: Platform, network: FaultProxy
) -> None:
    before = signed_in(laptop, platform, network.url)
    outdated(laptop)
    network.always("/me", Fault(lost=True))
    laptop.sync(evidence=False)
    kept = laptop.account()
    assert kept.refresh_token != before.refresh_token
    network.rule = lambda _asked: None
    assert laptop.sync(evidence=False).failed == []
    assert laptop.account().refresh_token == kept.refresh_token


def test_a_sign_in_that_was_ended_pauses_the_sync_and_takes_nothing_away(
    laptop: Laptop, platform: Platform, network: FaultProxy
) -> None:
    signed_in(laptop, platform, network.url)
    assert laptop.sync(evidence=False).failed == []
    here = laptop.ids()
    [device] = devices(platform.data_dir)
    revoke_device(platform.data_dir, device.id)
    report = laptop.sync(evidence=False)
    assert report.exit_code() is ExitCode.REFUSED
    assert [each["step"] for each in report.failed] == ["sign_in"]
    assert laptop.ids() == here != []
    assert laptop.account().online_problem


def test_of_several_at_once_one_renews_and_the_others_take_what_it_got(laptop: Laptop, platform: Platform) -> None:
    account = signed_in(laptop, platform, platform.url)
    asked: list[str] = []

    def ask(refresh_token: str) -> Tokens:
        asked.append(refresh_token)
        return Tokens(access_token="new", expires_in=3600, refresh_token="next")

    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append(KeptTokens(laptop.library, account).renewed(account.token, ask)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert got == ["new"] * 4
    assert asked == [account.refresh_token]


def test_a_code_that_nobody_enters_is_waited_for_politely_and_not_for_ever(
    laptop: Laptop, platform: Platform, network: FaultProxy, patient: list[float]
) -> None:
    network.always("/auth/device", Fault(body=lambda body: body.replace(b'"expires_in":900', b'"expires_in":1  ')))
    with pytest.raises(SignInRefusedError):
        signing_in.sign_in(
            laptop.library,
            network.url,
            renewing(laptop).connect,
            device_name="desk",
            show=lambda _invitation: None,
            cancel=laptop.cancel,
        )
    assert patient[0] == 5.0
    assert patient[2] > 5.0, "it slows down when it is asked to"


def test_a_platform_without_codes_says_so(laptop: Laptop, platform: Platform, network: FaultProxy) -> None:
    network.always(
        "/server", Fault(body=lambda body: body.replace(b'"device"', b'"badge"'), headers={"Content-Length": None})
    )
    with pytest.raises(Exception, match="token"):
        signed_in(laptop, platform, network.url)
    assert network.count("/auth/") == 0


def test_a_personal_token_connected_later_renews_no_more(laptop: Laptop, platform: Platform, tmp_path: Path) -> None:
    signed_in(laptop, platform, platform.url)
    account = laptop.join(platform.url, platform.token)
    assert (account.refresh_token, account.token_until) == (None, None)
    assert renewals(laptop.library)(account) is None
