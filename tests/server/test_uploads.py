"""Attachments on their way up: resumable at any piece, whole or not at all, and nobody else's business."""

import hashlib
import random

import httpx
import pytest

from mcassess.server.files import FileStore
from mcassess.sync.wire_uploads import OFFSET_TYPE, content_digest
from tests.support.library import TestClock

DATA = random.Random(7).randbytes(100_000)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def clock():
    return TestClock()


def announce(person, identifier="u-1", **fields) -> httpx.Response:
    document = {"upload_id": identifier, "sha256": SHA256, "size": len(DATA), "media_type": "application/pdf"}
    return person.http.post("/uploads", json=document | fields)


def send(person, offset, data, identifier="u-1", **headers) -> httpx.Response:
    given = {"Content-Type": OFFSET_TYPE, "Upload-Offset": str(offset), "Content-Digest": content_digest(data)}
    return person.http.patch(f"/uploads/{identifier}", content=data, headers=given | headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def stored(platform) -> list[bytes]:
    return [path.read_bytes() for path in (platform.data_dir / "attachments").rglob("*") if path.is_file()]


def left_over(platform) -> list[str]:
    return [path.name for path in (platform.data_dir / "uploads").rglob("*") if path.is_file()]


def test_a_file_comes_in_pieces_and_is_whole_at_the_end(platform, client):
    ada = client()
    assert announce(ada).json() == {"upload_id": "u-1", "offset": 0, "size": len(DATA), "complete": False}
    first = send(ada, 0, DATA[:60_000])
    assert (first.status_code, first.headers["Upload-Offset"], first.headers["Upload-Complete"]) == (200, "60000", "?0")
    asked = ada.http.head("/uploads/u-1")
    assert (asked.status_code, asked.headers["Upload-Offset"], asked.content) == (204, "60000", b"")
    assert announce(ada).json()["offset"] == 60_000
    assert stored(platform) == []
    last = send(ada, 60_000, DATA[60_000:], **{"Upload-Complete": "?1", "Upload-Length": str(len(DATA))})
    assert last.json()["complete"] is True
    assert stored(platform) == [DATA]
    assert left_over(platform) == []
    assert announce(ada).json()["complete"] is True
    assert announce(ada, "u-2").json()["complete"] is True, "the same bytes need not come twice"


def test_a_piece_that_does_not_follow_is_answered_with_the_place_to_go_on_from(platform, client):
    ada = client()
    announce(ada)
    send(ada, 0, DATA[:50_000])
    for offset in (0, 49_999, 50_001, 100_000):
        again = send(ada, offset, DATA[offset : offset + 10])
        assert code(again) == (409, "offset-mismatch")
        assert again.headers["Upload-Offset"] == "50000"
    assert send(ada, 50_000, DATA[50_000:]).json()["complete"]
    assert code(send(ada, 100_000, b"")) == (409, "offset-mismatch")


def test_a_damaged_piece_changes_nothing_and_a_wrong_whole_begins_anew(platform, client):
    ada = client()
    announce(ada)
    wrong = {"Content-Digest": content_digest(b"other")}
    assert code(send(ada, 0, DATA[:10], **wrong)) == (400, "digest-mismatch")
    assert ada.http.head("/uploads/u-1").headers["Upload-Offset"] == "0"
    other = bytes(len(DATA))
    told = send(ada, 0, other)
    assert code(told) == (400, "digest-mismatch")
    assert told.headers["Upload-Offset"] == "0"
    assert stored(platform) == left_over(platform) == []
    assert send(ada, 0, DATA).json()["complete"]


def test_nobody_learns_of_the_uploads_of_others(platform, client):
    ada, bea = client(), client("Bea")
    announce(ada)
    send(ada, 0, DATA)
    assert bea.http.head("/uploads/u-1").status_code == 404
    assert code(send(bea, 0, DATA)) == (404, "not-found")
    assert code(bea.http.delete("/uploads/u-1")) == (404, "not-found")
    assert announce(bea).json()["offset"] == 0, "that somebody else has sent these bytes is not told"
    assert send(bea, 0, DATA).json()["complete"]
    assert stored(platform) == [DATA]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Type": "application/octet-stream"}, (415, "unsupported-media")),
        ({"Upload-Offset": "-1"}, (400, "bad-request")),
        ({"Upload-Offset": "٣"}, (400, "bad-request")),
        ({"Content-Digest": "md5=:AAAA:"}, (400, "bad-request")),
        ({"Upload-Length": "5"}, (400, "bad-request")),
        ({"Upload-Complete": "yes"}, (400, "bad-request")),
    ],
)
def test_a_piece_that_is_not_announced_rightly_is_refused(client, headers, expected):
    ada = client()
    announce(ada)
    coded = {name: value.encode() for name, value in headers.items()}
    assert code(send(ada, 0, DATA, **coded)) == expected
    assert ada.http.head("/uploads/u-1").headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    "fields",
    [{"sha256": "no"}, {"size": -1}, {"size": 3 << 30}, {"media_type": "pdf"}, {"upload_id": "../x"}, {"size": "5"}],
)
def test_an_announcement_that_is_not_well_formed_is_refused(client, fields):
    assert code(announce(client(), **fields)) == (400, "bad-request")


def test_more_bytes_than_announced_and_other_bytes_under_one_id_are_refused(client):
    ada = client()
    announce(ada, size=10)
    assert code(send(ada, 0, DATA[:11])) == (413, "too-large")
    assert code(announce(ada, size=11)) == (409, "upload-id-reused")
    empty = announce(ada, "u-0", size=0, sha256=hashlib.sha256(b"").hexdigest())
    assert empty.json()["complete"] is True


def test_a_person_has_a_bounded_number_on_their_way(client):
    ada = client()
    for number in range(50):
        assert announce(ada, f"u-{number}").status_code == 200
    assert code(announce(ada, "one-more")) == (409, "upload-limit")
    assert ada.http.delete("/uploads/u-7").status_code == 204
    assert announce(ada, "one-more").status_code == 200


def test_what_was_left_off_goes_in_time_and_what_a_decision_names_stays(platform, client, clock):
    ada = client()
    announce(ada, "left-off")
    send(ada, 0, DATA[:10], "left-off")
    announce(ada, "named")
    send(ada, 0, DATA, "named")
    file = {"sha256": SHA256, "size": len(DATA), "name": "plans.pdf", "media_type": "application/pdf"}
    (result,) = ada.push(ada.decision(attachments=[file | {"for": "evidence:d1"}]))
    assert (result["status"], result["attachments_pending"]) == ("applied", [])
    nobodys = hashlib.sha256(b"nobody's").hexdigest()
    announce(ada, "unnamed", sha256=nobodys, size=8)
    send(ada, 0, b"nobody's", "unnamed")
    clock.advance(days=13)
    announce(ada, "other")
    assert ada.http.head("/uploads/left-off").status_code == 204
    clock.advance(days=18)
    announce(ada, "another")
    assert ada.http.head("/uploads/left-off").status_code == 404
    assert ada.http.head("/uploads/unnamed").status_code == 404
    assert left_over(platform) == []
    assert stored(platform) == [DATA]


def test_a_decision_counts_before_its_attachment_and_waits_for_it(platform, client):
    ada = client()
    file = {"sha256": SHA256, "size": len(DATA), "name": "plans.pdf", "media_type": "application/pdf"}
    (result,) = ada.push(ada.decision(attachments=[file | {"for": "evidence:d1"}]))
    assert (result["status"], result["attachments_pending"]) == ("applied", [SHA256])
    assert platform.rows("SELECT released_at FROM decision") == [(None,)]
    announce(ada)
    send(ada, 0, DATA)
    ((released,),) = platform.rows("SELECT released_at FROM decision")
    assert released


def test_an_upload_that_could_not_be_put_together_is_so_when_asked_again(platform, client, monkeypatch):
    ada = client()
    announce(ada)

    def full(*_):
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr("mcassess.server.files.FileStore.add", full)
        assert code(send(ada, 0, DATA)) == (503, "storage")
    assert announce(ada).json()["complete"] is True
    assert stored(platform) == [DATA]


def test_a_connection_that_ends_in_the_middle_leaves_the_place_to_go_on_from(platform, client):
    ada = client()
    announce(ada)

    def half():
        yield DATA[:1000]
        raise ConnectionAbortedError

    headers = {"Content-Type": OFFSET_TYPE, "Upload-Offset": "0", "Content-Digest": content_digest(DATA)}
    with pytest.raises(ConnectionAbortedError):
        ada.http.patch("/uploads/u-1", content=half(), headers=headers)
    assert ada.http.head("/uploads/u-1").headers["Upload-Offset"] == "0"
    assert send(ada, 0, DATA).json()["complete"]
    assert left_over(platform) == []


def test_who_asks_while_the_file_is_put_together_spoils_nothing(platform, client, monkeypatch):
    ada = client()
    announce(ada)
    add, asked = FileStore.add, []

    def slow(store, sha256, blocks):
        def late():
            if not asked:
                asked.append(None)  # the laptop gave up waiting, and asks how far it is
                asked.append(announce(ada).json()["complete"])
            yield from blocks

        return add(store, sha256, late())

    monkeypatch.setattr("mcassess.server.files.FileStore.add", slow)
    assert send(ada, 0, DATA).json()["complete"] is True
    assert asked[1] is True
    assert announce(ada).json() == {"upload_id": "u-1", "offset": len(DATA), "size": len(DATA), "complete": True}


def test_who_knows_the_digest_of_a_file_alone_does_not_have_it(platform, client):
    ada, bea = client(), client("Bea")
    announce(ada)
    send(ada, 0, DATA)
    announce(bea)
    assert code(send(bea, 0, bytes(len(DATA)))) == (400, "digest-mismatch")
    assert announce(bea).json()["offset"] == 0
    assert stored(platform) == [DATA]
