"""Who may ask, and what every answer carries."""

import stat

import httpx
import pytest

from mcassess.server.signing import KEY_NAME
from mcassess.sync.wire import MEDIA_TYPE, PROBLEM_TYPE

PATHS = [
    ("GET", "/me"),
    ("GET", "/changes"),
    ("GET", "/snapshot"),
    ("GET", "/digest"),
    ("GET", "/submissions/s-0001"),
    ("GET", "/submissions/s-0001/evidence/v1/content"),
    ("GET", "/submissions/s-0001/evidence/v1/captions"),
    ("GET", "/submissions/s-0001/evidence/v1/chunks"),
    ("GET", "/ops?device=d"),
    ("POST", "/ops"),
]


def carries_the_platforms_headers(answer: httpx.Response) -> bool:
    names = {"mcassess-server", "mcassess-epoch", "mcassess-time"}
    return names <= set(answer.headers) and answer.headers["mcassess-request"] == "req-1"


@pytest.mark.parametrize("token", [None, "wrong", "Ada", "\xe4"])
def test_nothing_but_the_discovery_is_told_without_a_known_token(shared, token):
    headers = {"Mcassess-Request": "req-1"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}".encode("latin-1")
    with httpx.Client(base_url=shared.http.base_url, headers=headers) as stranger:
        for method, path in PATHS:
            answer = stranger.request(method, path)
            assert answer.status_code == 401, path
            assert answer.json()["code"] == "not-signed-in"
            assert answer.headers["content-type"] == PROBLEM_TYPE
            assert answer.headers["www-authenticate"] == "Bearer"
            assert carries_the_platforms_headers(answer)
        discovery = stranger.get("/server")
        assert discovery.status_code == 200
        assert discovery.json()["public_key"]
    assert shared.get("/me").json()["roles"] == ["assessor"]


def test_every_answer_carries_the_headers_errors_included(shared):
    asked = {"Mcassess-Request": "req-1"}
    for path, status in [
        ("/me", 200),
        ("/nowhere", 404),
        ("/submissions/none", 404),
        ("/changes?limit=0", 400),
        ("/changes?cursor=rubbish", 410),
        ("/submissions/s-0001/evidence/v1/content", 200),
    ]:
        answer = shared.get(path, headers=asked)
        assert answer.status_code == status, path
        assert carries_the_platforms_headers(answer), path
        if status >= 400:
            assert answer.headers["content-type"] == PROBLEM_TYPE
            assert answer.json()["code"]
    assert shared.get("/me").headers["content-type"] == MEDIA_TYPE
    assert shared.http.delete("/me").json()["code"] == "method-not-allowed"
    assert carries_the_platforms_headers(httpx.get(str(shared.http.base_url.copy_with(path="/login")), headers=asked))


def test_a_fault_of_the_platforms_own_is_a_problem_without_anybodys_words(
    platform, client, monkeypatch, expected_logs, caplog
):
    expected_logs.append("mcassess.server")
    ada = client()

    def fail(*_):
        raise RuntimeError("Quacken" + "bush")

    monkeypatch.setattr("mcassess.server.routes_feed.snapshot_page", fail)
    answer = ada.get("/snapshot")
    assert answer.status_code == 500
    assert answer.json()["code"] == "bug"
    assert "Mcassess-Server" in answer.headers
    assert "Quackenbush" not in answer.text + caplog.text


def test_tokens_and_the_signing_key_are_not_in_the_database(platform):
    key = (platform.data_dir / KEY_NAME).read_bytes()
    assert stat.S_IMODE((platform.data_dir / KEY_NAME).stat().st_mode) == 0o600
    stored = b"".join(path.read_bytes() for path in platform.data_dir.glob("platform.sqlite3*"))
    assert platform.token.encode() not in stored
    assert key not in stored


@pytest.mark.parametrize("version", ["v2", "v0", "v10", "v100/changes"])
def test_another_version_of_the_protocol_is_refused_by_name(platform, version):
    answer = httpx.get(f"{platform.url}/mcsync/{version}{'' if '/' in version else '/me'}")
    assert (answer.status_code, answer.json()["code"]) == (400, "protocol-unsupported")
    assert "version 1" in answer.json()["detail"]
    assert answer.json()["current"] == {"version_min": 1, "version_max": 1}


def test_a_path_that_only_looks_like_another_version_is_not_found(platform):
    assert httpx.get(f"{platform.url}/mcsync/version2/me").json()["code"] == "not-found"
    assert httpx.get(f"{platform.url}/mcsync/v1/nowhere").json()["code"] == "not-found"
