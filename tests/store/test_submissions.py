"""What the sync puts in and takes away."""

import hashlib
from dataclasses import replace

import pytest

from mcassess.domain.submission import Evidence, EvidenceKind
from mcassess.errors import WorldError
from mcassess.store.library import Library
from mcassess.store.rubrics import content_digest
from mcassess.store.sessions import Reading
from tests.support.library import add_account, earlier, microcredential, put, raw, rubric, submission, video


def digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def test_a_submission_is_given_back_as_it_came(library: Library, account: int) -> None:
    one = submission()
    [key] = put(library, account, one)
    with library.read() as reading:
        stored = reading.submissions.get(key)
    assert (stored.key, stored.account, stored.removed_reason) == (key, account, None)
    assert (stored.submission, stored.microcredential, stored.rubric) == (one, microcredential(), rubric())


def test_two_platforms_may_use_the_same_ids(library: Library) -> None:
    first, second = add_account(library, "https://one.example"), add_account(library, "https://two.example")
    keys = put(library, first, submission()) + put(library, second, submission())
    assert len(set(keys)) == 2
    with library.read() as reading:
        assert reading.submissions.find("s-0001") == [(key, "s-0001") for key in sorted(keys)]
        assert {reading.submissions.get(key).account for key in keys} == {first, second}


def test_an_exact_id_beats_those_that_begin_with_it(library: Library, account: int) -> None:
    one, ten, other = put(library, account, submission("s-1"), submission("s-10"), submission("t-1"))
    with library.read() as reading:
        assert reading.submissions.find("s-1") == [(one, "s-1")]
        assert reading.submissions.find("s-") == [(one, "s-1"), (ten, "s-10")]
        assert reading.submissions.find("t") == [(other, "t-1")]
        assert reading.submissions.find("%") == reading.submissions.find("") == []


def test_an_older_version_never_replaces_a_newer_one(library: Library, account: int) -> None:
    [key] = put(library, account, submission(attempt=2), version=5)
    assert put(library, account, submission(attempt=1), version=4) == [key]
    with library.read() as reading:
        assert reading.submissions.get(key).submission.attempt == 2


def test_a_late_page_does_not_bring_back_what_was_removed(library: Library, account: int) -> None:
    [key] = put(library, account, submission(), version=1)
    with library.write() as writing:
        writing.submissions.remove(account, "submission", "s-0001", 3, "reassigned")
    put(library, account, submission(), version=2)
    with library.read() as reading:
        assert reading.submissions.get(key).removed_reason == "reassigned"
    put(library, account, submission(), version=3)  # visible again, and otherwise unchanged
    with library.read() as reading:
        assert reading.submissions.get(key).removed_reason is None


def test_an_old_removal_does_not_take_away_what_came_after_it(library: Library, account: int) -> None:
    [key] = put(library, account, submission(), version=4)
    with library.write() as writing:
        writing.submissions.remove(account, "submission", "s-0001", 3, "reassigned")
        writing.submissions.remove(account, "submission", "never seen", 3, "reassigned")
        writing.submissions.remove(account, "from a newer protocol", "s-0001", 9, "deleted")
    with library.read() as reading:
        assert reading.submissions.get(key).removed_reason is None


def test_a_submission_without_its_rubric_says_so(library: Library, account: int) -> None:
    one = submission()
    with library.write() as writing:
        key = writing.submissions.put_submission(account, one, 1, raw(one))
    with library.read() as reading, pytest.raises(WorldError, match="without its rubric"):
        reading.submissions.get(key)
    with library.read() as reading, pytest.raises(KeyError):
        reading.submissions.get(key + 1)


def test_what_is_known_is_what_was_given_and_not_taken_away(library: Library, account: int) -> None:
    put(library, account, submission("s-1"), submission("s-2"), version=3)
    with library.write() as writing:
        writing.submissions.remove(account, "submission", "s-2", 3, "out_of_scope")
        writing.submissions.remove(account, "microcredential", "m-1", 1, "out_of_scope")
        writing.submissions.remove(account, "rubric", "r-1", 1, "out_of_scope")
    with library.read() as reading:
        assert reading.submissions.known(account) == [("submission", "s-1", 3)]
        key = reading.submissions.find("s-1")[0][0]
        assert reading.submissions.get(key).rubric == rubric(), "what a review rests on stays"
    put(library, account)
    with library.read() as reading:
        assert sorted(reading.submissions.known(account)) == [
            ("microcredential", "m-1", 1),
            ("rubric", "r-1", 1),
            ("submission", "s-1", 3),
        ]


def test_what_a_rubric_version_said_before_is_laid_aside(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    before, now = rubric(), rubric(criteria=5)
    with library.write() as writing:
        assert writing.rubrics.put(account, before, raw(before)) is None
        assert writing.rubrics.put(account, now, raw(now)) == before
    with library.read() as reading:
        stored = reading.submissions.get(key)
        assert (stored.rubric, stored.rubric_sha256) == (now, content_digest(raw(now)))
        assert reading.queue.rows([key])[0].criteria == 5
        assert reading.rubrics.get(account, now.pin, content_digest(raw(before))) == before
        assert reading.rubrics.get(account, now.pin, None) == now
        assert reading.rubrics.get(account, now.pin, "0" * 64) is None


def test_what_cannot_be_read_is_set_aside_and_released(library: Library, account: int) -> None:
    with library.write() as writing:
        writing.submissions.quarantine(account, "submission", "s-9", 2, '{"broken": ', "first")
        writing.submissions.quarantine(account, "submission", "s-9", 3, '{"broken": ', "no JSON")
    with library.read() as reading:
        [aside] = reading.submissions.quarantined(account)
    assert (aside.id, aside.version, aside.error) == ("s-9", 3, "no JSON")
    with library.write() as writing:
        writing.submissions.release(account, "submission", "s-9")
    with library.read() as reading:
        assert reading.submissions.quarantined(account) == []


def test_an_account_is_found_and_changed_and_hides_its_token(library: Library, account: int, clock) -> None:  # type: ignore[no-untyped-def]
    with library.write() as writing:
        writing.accounts.update(account, cursor="c-2", last_sync_at=clock.now(), clock_offset_ms=-830)
    assert writing.change_set.accounts
    with library.read() as reading:
        found = reading.accounts.get(account)
        assert [found] == reading.accounts.list()
        assert found == reading.accounts.find(found.server_id, "a-1")
        assert reading.accounts.find("another", "a-1") is None
        with pytest.raises(KeyError):
            reading.accounts.get(99)
    assert (found.cursor, found.last_sync_at, found.clock_offset_ms) == ("c-2", clock.now(), -830)
    assert found.token == "secret-token"
    assert "secret-token" not in repr(found)


def test_many_at_once_come_out_as_one_by_one(library: Library) -> None:
    shared, own = digest("shared"), digest("own")
    text = Evidence(id="t1", title="Reflection", kind=EvidenceKind.TEXT, text="What I noticed about pairs")
    bids = [
        submission("s-1", evidence=(video(shared, 10), text)),
        submission("s-2", attempt=2, evidence=(video(own, 5),), earlier=(earlier(1, video(shared, 10)),)),
        submission("s-3", microcredential="not-here-yet", evidence=()),
    ]
    one, many = add_account(library, "https://one.example"), add_account(library, "https://two.example")
    put(library, one, *bids[:1])
    put(library, many, *bids[:1])
    with library.write() as writing:
        for bid in bids:
            writing.submissions.put_submission(one, bid, 2, raw(bid))
    with library.write() as writing:
        writing.submissions.put_submissions(many, [(bid, 2, raw(bid)) for bid in bids])
    assert len(writing.change_set.submissions) == 3
    with library.read() as reading:
        rows = reading.queue.rows(reading.queue.ids(None))
        parts = [[replace(row, key=0) for row in rows if _account_of(reading, row.key) == each] for each in (one, many)]
        assert parts[0] == parts[1] != []
        assert [len(reading.evidence.wanted(each)) for each in (one, many)] == [2, 2]
        for words, hits in (("pairs", 2), ("Educator 7F3A s-2", 2), ("wait", 4), ("not here yet", 2), ("Ruth", 0)):
            assert len(reading.queue.ids(None, search=words)) == hits, words


def _account_of(reading: Reading, key: int) -> int:
    return int(reading._session.sql("SELECT account FROM submission WHERE key = ?", key).scalar_one())
