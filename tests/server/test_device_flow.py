"""Signing a laptop in by device flow: agreeing, refreshing with overlap, ending it, and how often one may try."""

from contextlib import contextmanager

import httpx
import pytest

from mcassess.errors import RefusedError, UsageError
from mcassess.server.admin import lose_laptop
from mcassess.server.admin_records import audit_log
from mcassess.server.admin_sign_in import approve, devices, new_token, revoke_device
from mcassess.sync.wire import PREFIX
from mcassess.sync.wire_sign_in import CLIENT_ID, DEVICE_GRANT, REFRESH_GRANT
from tests.support.library import TestClock
from tests.support.platform import Platform


@pytest.fixture
def clock():
    return TestClock()


@pytest.fixture
def pack():
    """Nothing."""


@pytest.fixture
def laptop(platform):
    with httpx.Client(base_url=platform.url + PREFIX, headers={"Mcassess-Device": "d-1"}) as client:
        yield Laptop(client)


@contextmanager
def second_worker(platform):
    """Another process that serves the same data, as far as these can tell."""
    worker = Platform(platform.data_dir, platform.clock)
    worker.start()
    try:
        with httpx.Client(base_url=worker.url + PREFIX, headers={"Mcassess-Device": "d-1"}) as client:
            yield client
    finally:
        worker.stop()


class Laptop:
    """A laptop that nobody is signed in on yet."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def ask(self) -> dict[str, object]:
        answer = self.http.post("/auth/device", data={"client_id": CLIENT_ID, "device_name": "Ada's <laptop>"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tokens(self, device_code: str) -> httpx.Response:
        return self.http.post("/auth/token", data={"grant_type": DEVICE_GRANT, "device_code": device_code})

    def refresh(self, token: str) -> httpx.Response:
        return self.http.post("/auth/token", data={"grant_type": REFRESH_GRANT, "refresh_token": token})

    def may_read(self, token: str) -> bool:
        return self.http.get("/me", headers={"Authorization": f"Bearer {token}".encode()}).status_code == 200


def signed_in(platform, laptop) -> dict[str, str]:
    asked = laptop.ask()
    approve(platform.data_dir, asked["user_code"], "Ada", platform.clock)
    return laptop.tokens(asked["device_code"]).json()


def error(answer: httpx.Response) -> str:
    assert answer.status_code == 400, answer.text
    assert "Mcassess-Server" in answer.headers
    assert answer.headers["content-type"] == "application/json"
    return answer.json()["error"]


def test_a_laptop_is_signed_in_once_its_person_agrees_on_the_page(platform, laptop, clock):
    asked = laptop.ask()
    assert asked["verification_uri"] == f"{platform.url}/device"
    assert error(laptop.tokens(asked["device_code"])) == "authorization_pending"
    assert error(laptop.tokens(asked["device_code"])) == "slow_down"
    page = httpx.get(asked["verification_uri_complete"])
    assert asked["user_code"] in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    form = {"user_code": asked["user_code"].lower().replace("-", " "), "token": platform.token, "answer": "agree"}
    done = httpx.post(asked["verification_uri"], data=form)
    assert done.status_code == 200
    assert "Ada&#x27;s &lt;laptop&gt;" in done.text
    clock.advance(seconds=5)
    tokens = laptop.tokens(asked["device_code"]).json()
    assert laptop.may_read(tokens["access_token"])
    assert not laptop.may_read(tokens["refresh_token"]), "a refresh token signs nobody in"
    clock.advance(seconds=5)
    again = laptop.tokens(asked["device_code"]).json()
    assert again["refresh_token"] == tokens["refresh_token"], "an answer that was lost is given again"
    assert httpx.post(asked["verification_uri"], data=form).status_code == 403, "the code was used"


def test_a_refused_expired_or_unknown_request_gives_no_tokens(platform, laptop, clock):
    refused, late = laptop.ask(), laptop.ask()
    form = {"user_code": refused["user_code"], "token": platform.token, "answer": "refuse"}
    assert httpx.post(refused["verification_uri"], data=form).status_code == 200
    assert error(laptop.tokens(refused["device_code"])) == "access_denied"
    clock.advance(minutes=16)
    assert error(laptop.tokens(late["device_code"])) == "expired_token"
    assert httpx.post(late["verification_uri"], data=form | {"user_code": late["user_code"]}).status_code == 403
    assert error(laptop.tokens("unknown")) == "expired_token"


def test_a_lost_answer_to_a_refresh_locks_nobody_out_and_a_used_token_ends_the_sign_in(platform, laptop, clock):
    first = signed_in(platform, laptop)
    second = laptop.refresh(first["refresh_token"]).json()
    clock.advance(hours=23)
    again = laptop.refresh(first["refresh_token"]).json()
    assert again["refresh_token"] == second["refresh_token"]
    third = laptop.refresh(second["refresh_token"]).json()
    assert laptop.may_read(third["access_token"])
    assert error(laptop.refresh(first["refresh_token"])) == "invalid_grant"
    assert error(laptop.refresh(third["refresh_token"])) == "invalid_grant", "whoever has it, the sign-in has ended"
    assert not laptop.may_read(third["access_token"])
    assert [device.ended_by for device in devices(platform.data_dir)] == ["reused"]


def test_an_old_refresh_token_is_good_for_a_day_and_an_access_token_for_an_hour(platform, laptop, clock):
    first = signed_in(platform, laptop)
    clock.advance(minutes=59)
    assert laptop.may_read(first["access_token"])
    clock.advance(minutes=2)
    assert not laptop.may_read(first["access_token"])
    clock.advance(days=90)
    assert laptop.refresh(first["refresh_token"]).status_code == 200, "a long summer offline"
    clock.advance(hours=25)
    assert error(laptop.refresh(first["refresh_token"])) == "invalid_grant"
    unused = signed_in(platform, laptop)
    clock.advance(days=181)
    assert error(laptop.refresh(unused["refresh_token"])) == "invalid_grant"


def test_after_a_restored_backup_the_newest_refresh_token_still_counts(platform, laptop):
    tokens = signed_in(platform, laptop)
    for _ in range(3):
        tokens = laptop.refresh(tokens["refresh_token"]).json()
    platform.change("UPDATE sign_in SET generation = 0")
    assert laptop.refresh(tokens["refresh_token"]).status_code == 200


def test_a_sign_in_is_ended_by_the_laptop_or_by_whoever_runs_the_platform(platform, laptop):
    left, revoked = signed_in(platform, laptop), signed_in(platform, laptop)
    assert laptop.http.post("/auth/revoke", data={"token": left["refresh_token"]}).status_code == 200
    assert laptop.http.post("/auth/revoke", data={"token": "rubbish"}).status_code == 200
    assert not laptop.may_read(left["access_token"])
    (counting,) = [device for device in devices(platform.data_dir, "Ada") if device.ended_at is None]
    revoke_device(platform.data_dir, counting.id, platform.clock)
    assert error(laptop.refresh(revoked["refresh_token"])) == "invalid_grant"
    with pytest.raises(RefusedError):
        revoke_device(platform.data_dir, counting.id, platform.clock)


def test_a_lost_laptop_is_told_so_whatever_it_signs_in_with(platform, laptop, clock):
    tokens = signed_in(platform, laptop)
    lose_laptop(platform.data_dir, "Ada", clock)
    clock.advance(days=2)
    told = [
        laptop.http.get("/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}),
        laptop.refresh(tokens["refresh_token"]),
        laptop.http.get("/me", headers={"Authorization": f"Bearer {platform.token}"}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in told] == [(403, "laptop-lost")] * 3


def test_a_new_personal_token_takes_the_place_of_the_earlier(platform, laptop):
    token = new_token(platform.data_dir, "Ada")
    assert laptop.may_read(token)
    assert not laptop.may_read(platform.token)
    with pytest.raises(UsageError):
        new_token(platform.data_dir, "Nobody")
    with pytest.raises(RefusedError):
        approve(platform.data_dir, "BCDF-GHJK", "Ada")


def test_the_audit_log_has_who_signed_which_laptop_in_and_how_that_ended(platform, laptop, clock):
    signed_in(platform, laptop)
    clock.advance(seconds=1)
    asked = laptop.ask()
    mine = {"user_code": asked["user_code"], "token": platform.token, "answer": "agree"}
    assert httpx.post(asked["verification_uri"], data=mine).status_code == 200
    tokens = laptop.tokens(asked["device_code"]).json()
    for _ in range(2):
        tokens = laptop.refresh(tokens["refresh_token"]).json()
    by_operator = devices(platform.data_dir, clock=clock)[-1].id
    clock.advance(seconds=1)
    revoke_device(platform.data_dir, by_operator, clock)
    laptop.http.post("/auth/revoke", data={"token": tokens["refresh_token"]})
    new_token(platform.data_dir, "Ada", clock)
    refused = laptop.ask()
    wrong = {"user_code": refused["user_code"], "token": new_token(platform.data_dir, "Ada", clock), "answer": "refuse"}
    httpx.post(refused["verification_uri"], data=wrong)
    told = [(each.actor, each.action) for each in audit_log(platform.data_dir) if each.action != "person.added"]
    assert told == [
        ("operator", "laptop.signed_in"),
        ("Ada", "laptop.signed_in"),
        ("operator", "sign_in.ended"),
        ("Ada", "sign_in.ended"),
        ("operator", "token.renewed"),
        ("operator", "token.renewed"),
        ("Ada", "laptop.refused"),
    ]


def test_altered_tokens_sign_nobody_in(platform, laptop):
    tokens = signed_in(platform, laptop)
    kind, sign_in, number, mac = tokens["access_token"].split(".")
    for forged in (
        f"{kind}.{sign_in}.{int(number) + 9999}.{mac}",
        f"refresh.{sign_in}.{number}.{mac}",
        f"{kind}.{sign_in}.{number}",
        f"{kind}.{sign_in}.{number}.",
        ".",
        "access.é.1.x",
    ):
        assert not laptop.may_read(forged)
        assert error(laptop.refresh(forged)) == "invalid_grant"


def test_whoever_guesses_is_made_to_wait_and_others_with_good_tokens_are_not(platform, laptop, clock):
    tokens = signed_in(platform, laptop)
    asked = laptop.ask()
    wrong = {"user_code": asked["user_code"], "token": "guess", "answer": "agree"}
    told = [httpx.post(asked["verification_uri"], data=wrong).status_code for _ in range(21)]
    assert told == [403] * 20 + [429]
    assert laptop.tokens("guess").status_code == 429
    assert laptop.refresh(tokens["refresh_token"]).status_code == 200
    clock.advance(seconds=6)
    assert httpx.post(asked["verification_uri"], data=wrong).status_code == 403
    many = [laptop.http.post("/auth/device", data={"client_id": CLIENT_ID}) for _ in range(62)]
    late = many[-1]
    assert (late.status_code, late.json()["code"], late.json()["retryable"]) == (429, "too-many-requests", True)
    assert int(late.headers["Retry-After"]) >= 1


def test_all_workers_count_together_and_a_clock_that_was_set_back_locks_nobody_out(platform, laptop, clock):
    asked = laptop.ask()
    with second_worker(platform) as other:
        wrong = {"user_code": asked["user_code"], "token": "guess", "answer": "agree"}
        pages = [asked["verification_uri"], f"{other.base_url.copy_with(path='/device')}"]
        told = [httpx.post(pages[number % 2], data=wrong).status_code for number in range(21)]
        assert told == [403] * 20 + [429]
        assert error(laptop.tokens(asked["device_code"])) == "authorization_pending"
        assert error(Laptop(other).tokens(asked["device_code"])) == "slow_down"
    clock.advance(days=-400)
    assert httpx.post(pages[0], data=wrong).status_code == 403
    assert error(laptop.tokens(asked["device_code"])) == "authorization_pending"
    clock.advance(days=800)
    assert httpx.post(pages[0], data=wrong).status_code == 403
    assert platform.rows("SELECT count(*) FROM attempt WHERE name = 'failing'") == [(1,)]
    assert "127.0.0.1" not in repr(platform.rows("SELECT * FROM attempt"))


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        ("/auth/device", {}, "invalid_client"),
        ("/auth/device", {"client_id": "other"}, "invalid_client"),
        ("/auth/token", {}, "invalid_request"),
        ("/auth/token", {"grant_type": "password"}, "unsupported_grant_type"),
        ("/auth/token", {"grant_type": DEVICE_GRANT}, "invalid_request"),
        ("/auth/token", {"grant_type": REFRESH_GRANT, "refresh_token": ["a", "b"]}, "invalid_request"),
        ("/auth/revoke", {}, "invalid_request"),
    ],
)
def test_a_form_that_is_not_right_is_answered_in_oauths_words(laptop, path, fields, expected):
    assert error(laptop.http.post(path, data={"x": "y"} | fields)) == expected


def test_what_is_no_form_is_refused(laptop):
    assert error(laptop.http.post("/auth/device", json={"client_id": CLIENT_ID})) == "invalid_request"
    assert laptop.http.post("/auth/device", data={"x": "y" * 20_000}).status_code == 413


def test_codes_and_tokens_are_not_in_the_database(platform, laptop):
    asked = laptop.ask()
    tokens = signed_in(platform, laptop)
    stored = repr(platform.rows("SELECT * FROM device_request") + platform.rows("SELECT * FROM sign_in"))
    for secret in (asked["device_code"], *tokens.values()):
        assert str(secret) not in stored or secret in {"Bearer", 3600}


def test_the_discovery_says_where_to_sign_in(laptop):
    told = laptop.http.get("/server").json()
    assert told["auth"] == ["token", "device"]
    assert told["sign_in"]["device_authorization"] == "/auth/device"
